"""What users import has types that their checkers need not guess."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import genai_sdk


def public_classes():
    offered = (getattr(genai_sdk, name) for name in genai_sdk.__all__)
    return {f"{item.__module__}.{item.__qualname__}" for item in offered if isinstance(item, type)}


def guessed(symbols, classes):
    """The public symbols of unknown type, and those that lack the annotation a checker would have to infer."""
    for symbol in symbols:
        if not any(f"{symbol['name']}.".startswith(f"{name}.") for name in classes):
            continue
        said = " ".join(found["message"] for found in symbol["diagnostics"])
        unknown = not symbol["isTypeKnown"] and not symbol["isTypeAmbiguous"]
        if unknown or "missing type annotation" in said:
            yield f"{symbol['name']}: {said}"


@pytest.fixture(scope="module")
def symbols(root):
    """Every exported name and what basedpyright knows of its type."""
    scripts = Path(sys.executable).parent
    done = subprocess.run(
        [scripts / "basedpyright", "--verifytypes", "genai_sdk", "--ignoreexternal", "--outputjson"],
        cwd=root,
        env={**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ.get('PATH', '')}"},  # the Python it asks
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return json.loads(done.stdout)["typeCompleteness"]["symbols"]


def test_every_public_type_is_known_and_annotated(symbols):
    assert "\n".join(guessed(symbols, public_classes())) == ""


def test_every_public_class_was_looked_at(symbols):
    assert public_classes() - {symbol["name"] for symbol in symbols} == set()


@pytest.mark.parametrize(
    ("ambiguous", "message"), [(False, "Type of base class unknown"), (True, "Type is missing type annotation and …")]
)
def test_a_type_that_has_to_be_guessed_is_noticed(ambiguous, message):
    symbol = {
        "name": "genai_sdk.a.B.c",
        "isTypeKnown": False,
        "isTypeAmbiguous": ambiguous,
        "diagnostics": [{"message": message}],
    }
    assert list(guessed([symbol], {"genai_sdk.a.B"})) == [f"genai_sdk.a.B.c: {message}"]
