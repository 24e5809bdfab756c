"""Our tables of Converse's words against the service model of the installed botocore.

A new release of the vendor's shows up here: whoever adds a row decides what the word means.
"""

from collections.abc import Collection
from typing import Any

import pytest
from tests.vendors.bedrock_peer import service_model

from genai_sdk.catalogue.service import TIERS
from genai_sdk.wires.converse import media, words


@pytest.fixture(scope="module")
def shapes() -> dict[str, Any]:
    """The shapes of the service model."""
    return dict(service_model()["shapes"])


MEMBERS: dict[str, Collection[str]] = {
    "ContentBlock": words.BLOCKS,
    "ReasoningContentBlock": words.REASONING,
    "ContentBlockStart": words.STARTS,
    "ContentBlockDelta": words.DELTAS,
    "ReasoningContentBlockDelta": words.REASONING_DELTAS,
    "TokenUsage": words.USAGE,
    "ConverseResponse": {"output", "stopReason", "usage", "serviceTier", *words.EXTRAS},
    "ConverseStreamMetadataEvent": {"usage", "serviceTier", *words.EXTRAS} - {"additionalModelResponseFields"},
    "MessageStopEvent": {"stopReason", "additionalModelResponseFields"},
}

VALUES: dict[str, Collection[str]] = {
    "StopReason": words.STOP_REASONS,
    "ToolUseType": words.SERVER_TOOL_TYPES,
    "ImageFormat": media.FORMATS["image"],
    "DocumentFormat": media.FORMATS["document"],
    "VideoFormat": media.FORMATS["video"],
    "AudioFormat": media.FORMATS["audio"],
}


@pytest.mark.parametrize("shape", list(MEMBERS))
def test_every_member_of_the_vendor_s_shapes_has_a_row(shapes: dict[str, Any], shape: str) -> None:
    assert set(shapes[shape]["members"]) == set(MEMBERS[shape])


@pytest.mark.parametrize("shape", list(VALUES))
def test_every_value_of_the_vendor_s_enums_has_a_row(shapes: dict[str, Any], shape: str) -> None:
    assert set(shapes[shape]["enum"]) == set(VALUES[shape])


def test_every_event_and_exception_of_a_stream_has_a_row(shapes: dict[str, Any]) -> None:
    members = shapes["ConverseStreamOutput"]["members"]
    exceptions = {name for name in members if name.endswith("Exception")}
    assert set(members) - exceptions == set(words.EVENTS)
    assert exceptions <= {name[0].lower() + name[1:] for name in words.EXCEPTIONS}


def test_every_exception_has_a_row_with_its_status(shapes: dict[str, Any]) -> None:
    defined = {name: shape["error"]["httpStatusCode"] for name, shape in shapes.items() if shape.get("exception")}
    assert defined == dict(words.EXCEPTIONS)


def test_every_class_of_service_has_a_price_or_is_known_to_have_none(shapes: dict[str, Any]) -> None:
    assert set(shapes["ServiceTierType"]["enum"]) - set(TIERS["bedrock"]) == {"reserved"}
