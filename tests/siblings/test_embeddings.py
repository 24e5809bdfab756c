"""Vectors in whatever order and shape servers send them: each belongs to its own text, or the answer is refused."""

from typing import Any

import pytest
from tests.siblings.world import Face, World, http

from genai_sdk.errors import BadRequestError, ProviderError, ProviderUnavailableError, RateLimitError

TEXTS = ["a", "b", "c"]


def row(number: Any, index: Any = None, **more: Any) -> dict[str, Any]:
    vector = number if isinstance(number, list) else [float(number)]
    return {"object": "embedding", "embedding": vector, **({} if index is None else {"index": index}), **more}


def data(*rows: Any, **more: Any) -> dict[str, Any]:
    return {"object": "list", "model": "e", "data": list(rows), "usage": {"prompt_tokens": 3, "total_tokens": 3}} | more


def order(*pairs: tuple[int, Any]) -> dict[str, Any]:
    return data(*(row(number, index) for number, index in pairs))


GOOD: list[tuple[str, Any]] = [
    ("in the order of the inputs", order((0, 0), (1, 1), (2, 2))),
    ("backwards", order((2, 2), (1, 1), (0, 0))),
    ("as batches came back", order((2, 2), (0, 0), (1, 1))),
    ("with numbers as texts", order((2, "2"), (0, "0"), (1, "1"))),
    ("without numbers", order((0, None), (1, None), (2, None))),
    ("numbered from 1", order((2, 3), (0, 1), (1, 2))),
    ("all numbered 0", order((0, 0), (1, 0), (2, 0))),
    ("as whole numbers", data(row([0], 0), row([1], 1), row([2], 2))),
    ("as texts", data(row(["0"], 0), row(["1"], 1), row(["2"], 2))),
    ("each in a list of one", data(row([[0.0]], 0), row([[1.0]], 1), row([[2.0]], 2))),
    ("each by its type", data(*({"index": number, "embedding": {"float": [float(number)]}} for number in (2, 0, 1)))),
    ("under another name", data(*({"index": number, "vector": [float(number)]} for number in (2, 0, 1)))),
    ("as a list of vectors (TEI)", [[0.0], [1.0], [2.0]]),
    ("as a list of objects", [row(2, 2), row(0, 0), row(1, 1)]),
    ("under embeddings (Ollama)", {"model": "e", "embeddings": [[0.0], [1.0], [2.0]], "prompt_eval_count": 3}),
    ("under embeddings by type (Cohere)", {"embeddings": {"float": [[0.0], [1.0], [2.0]]}}),
    ("within an envelope", {"code": 0, "msg": "ok", "data": order((2, 2), (0, 0), (1, 1))}),
    ("without usage", {"data": [row(2, 2), row(0, 0), row(1, 1)]}),
    ("with usage that is a text", order((2, 2), (0, 0), (1, 1)) | {"usage": "n/a"}),
]
WRONG: list[tuple[str, Any, type[ProviderError], str]] = [
    ("one too few", order((0, 0), (1, 1)), ProviderUnavailableError, "2 vectors for 3 texts"),
    ("one too many", order((0, 0), (1, 1), (2, 2), (3, 3)), ProviderUnavailableError, "4 vectors for 3 texts"),
    (
        "one that is null",
        data(row(0, 0), {"index": 1, "embedding": None}, row(2, 2)),
        ProviderUnavailableError,
        "empty",
    ),
    ("one that is empty", data(row([], 0), row(1, 1), row(2, 2)), ProviderUnavailableError, "empty"),
    ("one for each token", data(row([[0.0], [5.0]], 0), row(1, 1), row(2, 2)), BadRequestError, "one vector per token"),
    ("none", data(), ProviderUnavailableError, "no answer"),
    ("an error inside a 200", {"error": {"message": "Slow down", "code": 429}}, RateLimitError, "Slow down"),
    ("an error in place of the list", {"object": "error", "message": "No.", "code": 400}, BadRequestError, "No"),
]


USAGE = {"prompt_tokens": 3, "total_tokens": 3, "mulled_over": 1}


def ask(face: Face, world: World, plays: bytes) -> Any:
    world.host.plays = plays
    return face.embed("chat/m", TEXTS)


@pytest.mark.parametrize(("says", "body"), GOOD, ids=[case[0] for case in GOOD])
def test_every_vector_belongs_to_its_text(face: Face, world: World, says: str, body: Any) -> None:
    answer = ask(face, world, http(body))
    assert [item.embedding for item in answer.data] == [(0.0,), (1.0,), (2.0,)], says
    assert [item.index for item in answer.data] == [0, 1, 2]


@pytest.mark.parametrize(("says", "body", "error", "shows"), WRONG, ids=[case[0] for case in WRONG])
def test_vectors_that_cannot_be_told_apart_are_refused(
    face: Face, world: World, says: str, body: Any, error: type[ProviderError], shows: str
) -> None:
    with pytest.raises(error, match=shows):
        ask(face, world, http(body))


@pytest.mark.parametrize("body", [data(usage=USAGE), data(row(0, 0), usage=USAGE)], ids=["none", "one too few"])
def test_the_tokens_of_refused_vectors_are_paid_for(face: Face, world: World, body: Any) -> None:
    with pytest.raises(ProviderUnavailableError) as caught:
        ask(face, world, http(body))
    assert caught.value.usage is not None
    assert caught.value.usage.prompt_tokens == 3
    assert caught.value.attempts[0].usage == caught.value.usage


def test_a_usage_field_of_vectors_that_no_row_names_is_counted(face: Face, world: World) -> None:
    key = ("openai", "usage field", "mulled_over")
    before = world.client.stats().unknown_words.get(key, 0)
    ask(face, world, http(order((0, 0), (1, 1), (2, 2)) | {"usage": USAGE}))
    assert world.client.stats().unknown_words[key] == before + 1
