"""Our compile beside the official SDK's, on templates that hypothesis makes up."""

from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from tests.beside.conftest import Peer, on_fakes

from genai_sdk.errors import PromptVariableError
from genai_sdk.prompts.stored import StoredPrompt
from genai_sdk.prompts.template import parse_chat, parse_text
from genai_sdk.prompts.values import compile_chat, compile_text

pytestmark = on_fakes

# Names that are hard to tell from what stands around them, and that are drawn often enough to be given.
NAMES = st.sampled_from(
    ["language", "이름", "first name", "a.b-c", "_", "", "{x", '"key": 1', "#if x", "a\nb", "name}"]
)
SPACES = st.sampled_from(["", " ", "\t", "\n ", "\u00a0"])
PLAIN = st.sampled_from(["{{", "}}", "{", "}", "{{{", " ", "\n", "$1", "\\1", "%s", "🙂", "\u200b"]) | st.text(
    max_size=5
)
TEXTS = st.lists(PLAIN | st.builds("{{{{{}{}{}}}}}".format, SPACES, NAMES, SPACES), max_size=7).map("".join)
SIMPLE = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
VALUES = SIMPLE | st.lists(SIMPLE, max_size=3) | st.dictionaries(st.text(max_size=3), SIMPLE, max_size=2)
VARIABLES = st.dictionaries(NAMES, VALUES, max_size=6)
ROLES = st.sampled_from(["system", "user", "assistant"])
WRITTEN = st.fixed_dictionaries({"role": ROLES, "content": TEXTS})
PLACEHOLDERS = st.just({"type": "placeholder", "name": "history"})
GIVEN = st.fixed_dictionaries(
    {"role": ROLES},
    optional={"content": TEXTS, "name": st.just("bob")},
)
HISTORY = st.fixed_dictionaries({"history": st.lists(GIVEN, max_size=3)})

# The peer is the same for every example, on purpose: it keeps nothing of what it compiles.
beside = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@beside
@given(TEXTS, VARIABLES)
def test_a_text_is_compiled_as_the_official_sdk_compiles_it(peer: Peer, text: str, variables: dict[str, Any]) -> None:
    try:
        compiled = compile_text(StoredPrompt(name="x", version=1, template=parse_text(text)), variables)
    except PromptVariableError:
        event("raised")
        assert any(name not in variables for name in parse_text(text).names)
    else:
        assert compiled == peer.do("compile_text", text, variables)


@beside
@given(st.lists(WRITTEN | PLACEHOLDERS, max_size=4), VARIABLES, HISTORY)
def test_messages_are_compiled_as_the_official_sdk_compiles_them(
    peer: Peer, template: list[dict[str, Any]], variables: dict[str, Any], history: dict[str, Any]
) -> None:
    parsed = parse_chat(template)
    try:
        compiled = compile_chat(StoredPrompt(name="x", version=1, template=parsed), variables | history)
    except PromptVariableError:
        event("raised")
        assert any(name not in variables | history for name in parsed.names)
    else:
        assert compiled == peer.do("compile_chat", template, variables | history)


def test_a_written_messages_further_fields_are_kept_where_the_official_sdk_drops_them(peer: Peer) -> None:
    message = {"role": "user", "content": "Hi", "name": "bob"}
    compiled = compile_chat(StoredPrompt(name="x", version=1, template=parse_chat([message])), {})
    assert compiled == [message]
    assert peer.do("compile_chat", [message], {}) == [{"role": "user", "content": "Hi"}]
