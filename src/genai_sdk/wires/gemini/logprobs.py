"""Log probabilities of tokens, as Google gives them and as OpenAI does."""

from collections.abc import Mapping
from typing import Any


def logprobs_of(logprobs: Any) -> dict[str, Any] | None:
    """Return log probabilities in OpenAI's shape, each token with Google's id of it; None where there are none.

    Args:
        logprobs: `logprobsResult`.
    """
    if not isinstance(logprobs, Mapping):
        return None
    chosen, top = logprobs.get("chosenCandidates") or (), logprobs.get("topCandidates") or ()
    content = []
    for place, token in enumerate(chosen):
        likely = (top[place].get("candidates") or ()) if place < len(top) else ()
        content.append({**_token(token), "top_logprobs": [_token(item) for item in likely]})
    made: dict[str, Any] = {"content": content}
    if logprobs.get("logProbabilitySum") is not None:
        made["log_probability_sum"] = logprobs["logProbabilitySum"]
    return made


def _token(candidate: Mapping[str, Any]) -> dict[str, Any]:
    text = candidate.get("token") or ""
    made: dict[str, Any] = {
        "token": text,
        "logprob": candidate.get("logProbability", 0.0),
        "bytes": list(text.encode("utf-8", "replace")),
    }
    if candidate.get("tokenId") is not None:
        made["token_id"] = candidate["tokenId"]
    return made
