"""The rows of what Bedrock's models take, held to the locked litellm's price file."""

from collections.abc import Mapping
from typing import Any

from tests.wires.price_file import chat_models

from genai_sdk.wires.converse.models import UNKNOWN, Capabilities, base_id, facts_of

# Where a row differs from the file, and why; a trailing star stands for the rest of an id.
_NO_PLACE = "it reasons, but no field of Bedrock's to tell it how much is known: not verified"
_OLD_TOOL = "the file lists a choice of tools for a model that it lists no tools for"
_SCHEMA = "the file says of Anthropic's own API that it takes a schema and of Bedrock differently: not verified"
DIFFERENT: Mapping[tuple[str, str], str] = {
    ("anthropic.claude-instant-v1", "forces"): _OLD_TOOL,
    ("anthropic.claude-v2:1", "forces"): _OLD_TOOL,
    ("cohere.command-light-text-v14", "forces"): _OLD_TOOL,
    ("cohere.command-text-v14", "forces"): _OLD_TOOL,
    ("mistral.mistral-7b-*", "forces"): _OLD_TOOL,
    ("mistral.mixtral-*", "forces"): _OLD_TOOL,
    ("openai.gpt-6*", "caches"): "the file says that it caches, not whether it takes marks: not verified",
    ("meta.llama3-2-*", "tools"): "the small ones have no tools on AWS's page: not verified",
    ("moonshot*", "reasoning"): _NO_PLACE,
    ("nvidia.*", "reasoning"): _NO_PLACE,
    ("qwen.*", "reasoning"): _NO_PLACE,
    ("zai.*", "reasoning"): _NO_PLACE,
    ("mistral.magistral-*", "reasoning"): _NO_PLACE,
    ("moonshotai.*", "caches"): "it caches by itself: the file says that it takes no marks",
    ("zai.*", "caches"): "it caches by itself: the file says that it takes no marks",
    ("anthropic.claude-*", "text_format"): _SCHEMA,
}


def compared(ours: Capabilities, listed: Mapping[str, Any]) -> dict[str, tuple[bool, bool | None]]:
    """Return what a row and the file say of each thing that both speak of; None is what the file does not say."""
    schema = listed.get("supports_bedrock_native_structured_output", listed.get("supports_native_structured_output"))
    return {
        "tools": (ours.tools, listed.get("supports_function_calling")),
        "forces": (ours.tools and ours.forces, listed.get("supports_tool_choice")),
        "reasoning": (ours.reasoning != "none", listed.get("supports_reasoning")),
        "caches": (ours.caches, listed.get("supports_prompt_caching")),
        "text_format": (ours.text_format, schema),
        "system": (ours.system, listed.get("supports_system_messages")),
    }


def is_listed(name: str, what: str) -> bool:
    return any(
        what == of and (name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern)
        for pattern, of in DIFFERENT
    )


def test_rows_say_what_the_price_file_says_or_the_difference_is_listed() -> None:
    models = {base_id(name): row for name, row in chat_models("bedrock_converse", "bedrock").items() if "/" not in name}
    assert len(models) > 80
    differences = {
        (name, what)
        for name, row in models.items()
        if (ours := facts_of(name)) is not UNKNOWN
        for what, (own, theirs) in compared(ours, row).items()
        if theirs is not None and own is not theirs
    }
    assert sorted(each for each in differences if not is_listed(*each)) == []
    needed = {
        key for key in DIFFERENT for name, what in differences
        if what == key[1] and (name.startswith(key[0][:-1]) if key[0].endswith("*") else name == key[0])
    }  # fmt: skip
    assert sorted(set(DIFFERENT) - needed) == []


def test_a_schema_goes_to_opus_4_7_by_a_tool_since_bedrock_refuses_it() -> None:
    assert not facts_of("us.anthropic.claude-opus-4-7").text_format
    assert facts_of("us.anthropic.claude-opus-4-6-v1").text_format
