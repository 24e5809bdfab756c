"""The commands speak the reader's language: help, output, questions and errors; JSON speaks none."""

import json
from pathlib import Path

import click
import pytest

from genai_sdk.cli.columns import padded, width_of, wrapped
from genai_sdk.cli.commands import genai as root
from genai_sdk.cli.translated_help import help_texts
from genai_sdk.local import Platform, offer_simulated

KOREAN = help_texts("ko")


def commands(command: click.Command = root, path: str = "") -> list[tuple[str, click.Command]]:
    """Return every command with how it is called behind `genai`."""
    below = command.commands.items() if isinstance(command, click.Group) else ()
    return [
        (path or "genai", command),
        *(each for name, it in below for each in commands(it, f"{path} {name}".strip())),
    ]


ALL = commands()


def options(command: click.Command) -> list[str]:
    return [each.opts[0] for each in command.params if isinstance(each, click.Option) and not each.hidden]


@pytest.mark.parametrize(("path", "command"), ALL, ids=[path for path, _ in ALL])
def test_every_command_and_option_explains_itself_in_korean(path, command):
    texts = KOREAN[path]
    assert [name for name in options(command) if name not in texts and name not in KOREAN["options"]] == []
    assert bool(command.short_help) == ("short" in texts)
    assert all(any("가" <= letter <= "힣" for letter in text) for text in texts.values())


def test_the_korean_help_has_no_command_or_option_that_is_not_there():
    known = {path: set(options(command)) for path, command in ALL}
    extra = {
        (path, name)
        for path, texts in KOREAN.items()
        if path not in ("options", "words")
        for name in texts
        if name not in ("about", "short") and name not in known.get(path, ())
    }
    assert extra == set()
    assert set(KOREAN) - {"options", "words"} <= set(known)
    assert set(KOREAN["options"]) - {"--help"} <= set().union(*known.values())


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"GENAI_LANGUAGE": "ko"}, "사용법: genai"),
        ({"LC_ALL": "ko_KR.UTF-8"}, "사용법: genai"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "ko_KR.UTF-8"}, "사용법: genai"),
        ({"LC_ALL": "C.UTF-8", "LANG": "ko_KR.UTF-8"}, "Usage: genai"),
        ({"GENAI_LANGUAGE": "en", "LC_ALL": "ko_KR.UTF-8"}, "Usage: genai"),
        ({"LC_ALL": "fr_FR.UTF-8"}, "Usage: genai"),
    ],
)
def test_the_language_is_that_of_genai_language_else_of_the_locale(genai, environ, words):
    assert words in genai("--help", **environ).stdout


def test_an_option_beats_the_environment_and_only_names_languages_there_are(genai):
    assert "사용법" in genai("--language", "ko", "doctor", "--help", GENAI_LANGUAGE="en").stdout
    assert "Usage" in genai("--language", "en", "--help", GENAI_LANGUAGE="ko").stdout
    refused = genai("--language", "fr", "models")
    assert (refused.returncode, "'en', 'ko'" in refused.stderr) == (2, True)


@pytest.mark.parametrize("columns", [80, 120])
def test_korean_help_stays_within_the_terminal(genai, columns):
    for path in ("", "connections add", "prompts", "broker"):
        shown = genai(*path.split(), "--help", GENAI_LANGUAGE="ko", COLUMNS=str(columns)).stdout
        lines = [line for line in shown.splitlines() if " " in line.strip()]  # a choice without a blank stays whole
        assert [line for line in lines if width_of(line) > columns] == []


def test_errors_are_said_in_korean_with_the_same_exit_code(genai):
    english, korean = genai("models"), genai("models", GENAI_LANGUAGE="ko")
    assert english.returncode == korean.returncode == 1
    assert english.stderr.startswith("Error: missing the Langfuse public key")
    assert korean.stderr.startswith("오류: 없는 것: Langfuse 공개 키")
    wrong = genai("traces", "--since", "x", GENAI_LANGUAGE="ko")
    assert (wrong.returncode, "은(는) 시각이 아닙니다" in wrong.stderr) == (2, True)


@pytest.fixture
def platform(home: Path):
    with Platform(home, port=0) as platform:
        yield platform


def test_the_doctor_speaks_korean_and_its_json_no_language(genai, platform):
    assert platform.url
    korean = genai("doctor", GENAI_LANGUAGE="ko")
    assert korean.returncode == 0
    assert "  경고    출처: 아직 없습니다" in korean.stdout
    assert "등록하세요: genai connections add NAME" in korean.stdout
    shown = [json.loads(genai("doctor", "--json", GENAI_LANGUAGE=code).stdout) for code in ("ko", "en")]
    of_source = [next(each for each in rows if each["name"] == "source") for rows in shown]
    assert of_source[0] == of_source[1]
    assert of_source[0]["detail"] == "there are none yet"
    assert (of_source[0]["key"], of_source[0]["remedy_key"]) == ("doctor.no_connections", "doctor.register")


def test_tables_are_aligned_by_columns(genai, platform):
    offer_simulated(platform)
    lines = genai("connections", "list", GENAI_LANGUAGE="ko").stdout.splitlines()
    head, row = lines[0], lines[1]
    assert head.startswith("이름 ")
    assert width_of(head[: head.index("모델")]) == width_of(row[: row.index("simulated-small")])


def test_korean_letters_take_two_columns():
    assert width_of("가a") == 3
    assert width_of("e\u0301") == 1
    assert padded("가", 4) == "가  "


def test_lines_break_by_columns_and_keep_the_blanks_within():
    assert wrapped("가나 다라 마바", 9, "  ") == ["가나 다라", "  마바"]
    assert wrapped("  이름     비밀", 40) == ["  이름     비밀"]
    assert wrapped("가" * 10, 8) == ["가가가가", "가가가가", "가가"]
    assert wrapped("one two", 4) == ["one", "two"]
