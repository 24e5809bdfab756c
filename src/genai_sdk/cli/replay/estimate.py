"""What a replay will cost, about: recorded tokens at the price of whom they will be asked of."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from genai_sdk.catalogue import Price, ProjectPrices, cost_of, price_of
from genai_sdk.cli.remote import Remote
from genai_sdk.cli.replay.generation import Generation, texts_in
from genai_sdk.cli.replay.judge import ANSWER_TOKENS, Judge
from genai_sdk.cli.replay.variant import Request
from genai_sdk.client import GenAIClient
from genai_sdk.types import Usage

_PAGE = 100
_MOST_PAGES = 50
_LETTERS = 4
"""About how many letters a token has, where nobody counted."""


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """What calls will cost.

    Attributes:
        cost: US dollars, of those whose price is known.
        calls: How many calls will be made, the judge's among them.
        unpriced: The models whose price is not known.
    """

    cost: float
    calls: int
    unpriced: tuple[str, ...]


class Prices:
    """Knows what models cost where they will be asked.

    Args:
        client: Whose connections count.
        remote: Where the project's own prices are.
    """

    def __init__(self, client: GenAIClient, remote: Remote) -> None:
        self._client = client
        self._remote = remote
        self._views = {view.name: view for view in client.connections()}
        self._known: dict[str, Price | None] = {}
        self._own: ProjectPrices | None = None

    def of(self, model: str) -> Price | None:
        """Return the price of the model that answers to a name, None where it is not known.

        Raises:
            UnknownModelError: Nobody answers to it.
        """
        if model not in self._known:
            first = self._client.explain(model).candidates[0]
            view = self._views[first.connection]
            own = self._project().price_of(first.model, datetime.now(UTC))
            self._known[model] = own or price_of(view.adapter, first.model, region=view.region, base_url=view.base_url)
        return self._known[model]

    def expected(self, request: Request, generation: Generation) -> float | None:
        """Return about what a call will cost, None where its model's price is not known.

        As many tokens as were recorded, none of them from a cache; another model may count and answer differently.
        """
        prompt, completion = tokens_of(generation)
        if request.prompt is not None:  # other words than those that were counted
            prompt = _letters(request.messages) // _LETTERS
        return self._cost(request.model, prompt, completion)

    def expected_of_judge(self, judge: Judge, generation: Generation) -> float | None:
        """Return about what judging an answer will cost."""
        return self._cost(judge.model, judge.prompt_tokens(*tokens_of(generation)), ANSWER_TOKENS)

    def _cost(self, model: str, prompt: int, completion: int) -> float | None:
        usage = Usage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)
        return cost_of(self.of(model), usage)

    def _project(self) -> ProjectPrices:
        if self._own is None:
            rows: list[Mapping[str, Any]] = []
            for page in range(1, _MOST_PAGES + 1):
                answer = self._remote.find(f"/api/public/models?limit={_PAGE}&page={page}")
                if answer is None:
                    break
                rows += [row for row in answer["data"] if row.get("isLangfuseManaged") is False]
                if page >= answer["meta"]["totalPages"]:
                    break
            self._own = ProjectPrices.read(rows)
        return self._own


def tokens_of(generation: Generation) -> tuple[int, int]:
    """Return how many tokens went in and came out, as recorded, else by their letters."""
    usage = generation.usage
    if usage is not None and (usage.prompt_tokens or usage.completion_tokens):
        return usage.prompt_tokens, usage.completion_tokens
    return _letters(generation.messages) // _LETTERS, _letters(generation.answers) // _LETTERS


def _letters(tree: Any) -> int:
    return sum(map(len, texts_in(list(tree))))
