from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_sdk.tracing.usage import usage_details
from genai_sdk.types import Usage


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        ({"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}, {"input": 12, "output": 3, "total": 15}),
        (
            {
                "prompt_tokens": 100,
                "completion_tokens": 50,
                "total_tokens": 150,
                "prompt_tokens_details": {"cached_tokens": 60, "cache_creation_tokens": 20, "audio_tokens": 5},
                "completion_tokens_details": {"reasoning_tokens": 30, "audio_tokens": 10},
            },
            {
                "input": 15,
                "input_cached_tokens": 60,
                "input_cache_creation": 20,
                "input_audio_tokens": 5,
                "output": 10,
                "output_reasoning_tokens": 30,
                "output_audio_tokens": 10,
                "total": 150,
            },
        ),
        ({"prompt_tokens": 8, "total_tokens": 8}, {"input": 8, "total": 8}),
        ({"prompt_tokens": 8, "completion_tokens": 1}, {"input": 8, "output": 1, "total": 9}),
        ({"prompt_tokens": 8, "prompt_tokens_details": {}}, {"input": 8, "total": 8}),
    ],
)
def test_tokens_are_split_by_kind(reported: dict[str, Any], expected: dict[str, int]) -> None:
    assert usage_details(Usage.from_dict(reported)) == expected


def test_no_tokens_reported_is_unknown_and_not_zero() -> None:
    assert usage_details(None) is None
    assert usage_details(Usage()) is None


@given(st.lists(st.integers(0, 1000), min_size=7, max_size=7))
def test_each_token_counts_once_whatever_is_reported(counts: list[int]) -> None:
    prompt, completion, cached, written, heard, thought, said = counts
    usage = Usage.from_dict(
        {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "prompt_tokens_details": {"cached_tokens": cached, "cache_creation_tokens": written, "audio_tokens": heard},
            "completion_tokens_details": {"reasoning_tokens": thought, "audio_tokens": said},
        }
    )
    details = usage_details(usage) or {}
    assert sum(count for kind, count in details.items() if kind.startswith("input")) == prompt
    assert sum(count for kind, count in details.items() if kind.startswith("output")) == completion
    assert all(count >= 0 for count in details.values())
