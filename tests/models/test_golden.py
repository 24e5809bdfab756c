import pytest

from genai_sdk import errors
from genai_sdk.catalogue import PREFIXES
from genai_sdk.models import Scope, resolve

PINNED_BY_THE_DESIGN = """
    o1 o4-mini GPT-4o gpt-5 gpt-oss-120b ft:gpt-4o:acme text-embedding-3-small text-embedding-004 claude-sonnet-4
    claude-3-sonnet claude-3-5-sonnet us.anthropic.claude-opus-4-1-20250805-v1:0
    eu.anthropic.claude-sonnet-4-20250514-v1:0 models/gemini-2.5-flash gemini/gemini-2.5-pro vertex_ai/claude-sonnet-4
    bedrock/claude-opus-4 openai/gpt-4o azure_test/gpt-4o meta-llama/Llama-3.1-8B-Instruct gpt-4o-mini gemini-2.5-pro
"""


def test_a_golden_name_resolves_as_pinned(golden_case, connection_sets):
    scope = None
    if "pin" in golden_case:
        scope = Scope(connection=golden_case["pin"])
    elif "prefix" in golden_case:
        scope = Scope(adapter=PREFIXES[golden_case["prefix"]].name)

    def ask():
        return resolve(
            golden_case["name"],
            connection_sets[golden_case["set"]],
            listed=golden_case.get("listed"),
            scope=scope,
            verbatim=golden_case.get("verbatim", True),
        )

    if "error" not in golden_case:
        found = [[candidate.connection, candidate.model] for candidate in ask().candidates]
        assert found == golden_case["serves"]
        return
    with pytest.raises(getattr(errors, golden_case["error"])) as raised:
        ask()
    assert type(raised.value).__name__ == golden_case["error"]
    for piece in golden_case.get("says", ()):
        assert piece in str(raised.value)


def test_every_name_of_the_design_is_pinned_on_the_recorded_connections(golden_cases):
    pinned = {case["name"] for case in golden_cases if case["set"] == "recorded" and "listed" not in case}
    assert pinned >= set(PINNED_BY_THE_DESIGN.split())


def test_every_set_of_connections_is_used(golden_cases, connection_sets):
    assert {case["set"] for case in golden_cases} == set(connection_sets)
