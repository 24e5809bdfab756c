"""A prompt of the project as the judge of answers."""

import json
import math
from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.cli.replay.comparison import shown
from genai_sdk.cli.replay.generation import Generation
from genai_sdk.cli.replay.variant import named_prompt
from genai_sdk.client import GenAIClient
from genai_sdk.errors import ConfigurationError, GenAIError
from genai_sdk.sentence import Sentence
from genai_sdk.types import ChatCompletion

VARIABLES = ("input", "output", "expected_output")
"""What a judge is told: what was asked, what is answered now, and what was answered then. As Langfuse's own judges."""

ANSWER_TOKENS = 100
"""About how many tokens a judgement takes, with its reason."""

_SCHEMA: Mapping[str, Any] = {
    "type": "json_schema",
    "json_schema": {
        "name": "judgement",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {
                "reason": {"type": "string"},
                "score": {"type": "number", "description": "From 0, the worst, to 1, the best."},
            },
            "required": ["reason", "score"],
            "additionalProperties": False,
        },
    },
}


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a judge says of an answer.

    Attributes:
        score: A number, a truth or a category; None where it gave none.
        reason: Why, or what went wrong.
        cost: US dollars, None where unknown.
    """

    score: float | bool | str | None
    reason: str = ""
    cost: float | None = None


class Judge:
    """A judge.

    Args:
        client: Makes its calls.
        named: `NAME`, `NAME@label` or `NAME@version` of its prompt.

    Raises:
        ConfigurationError: The prompt cannot judge.
        PromptNotFoundError: There is no such prompt.
    """

    def __init__(self, client: GenAIClient, named: str) -> None:
        self._client = client
        self._prompt: Any = client.get_prompt(**named_prompt(named))
        self.name: str = self._prompt.name
        self.version = self._prompt.version or 0
        config = self._prompt.config if isinstance(self._prompt.config, Mapping) else {}
        self.model: str = config.get("model") or ""
        self._options: dict[str, Any] = {} if config.get("response_format") else {"response_format": _SCHEMA}
        for problem in _problems(self._prompt.variables, self.model, config.get("response_format")):
            raise ConfigurationError(
                Sentence.of(
                    "replay.no_judge", "the prompt {name!r} cannot judge: {problem}", name=self.name, problem=problem
                )
            )

    @property
    def label(self) -> str:
        """Its name and version."""
        return f"{self.name} v{self.version}"

    def prompt_tokens(self, input_tokens: int, output_tokens: int) -> int:
        """Return about how many tokens it reads of a call with so many."""
        template = self._prompt.template
        text = template if isinstance(template, str) else json.dumps(template)
        return len(text) // 4 + input_tokens + 2 * output_tokens

    async def judge(self, generation: Generation, answer: Mapping[str, Any], metadata: Mapping[str, Any]) -> Verdict:
        """Judge an answer; what goes wrong is a verdict without a score.

        Args:
            generation: What was recorded.
            answer: The message to judge.
            metadata: What its call is found by.
        """
        told = {
            "input": json.dumps(generation.messages, ensure_ascii=False),
            "output": shown(dict(answer)),
            "expected_output": shown(generation.answers[0]) if generation.answers else "",
        }
        prompt = self._prompt.compile(variables={name: told[name] for name in self._prompt.variables})
        try:
            response = await self._client.acompletion(
                prompt=prompt, generation_name=f"judge {self.name}", metadata=metadata, **self._options
            )
        except GenAIError as error:
            return Verdict(score=None, reason=f"{type(error).__name__}: {error}")
        assert isinstance(response, ChatCompletion)
        return read_verdict(response.text or "", response.genai.cost)


def read_verdict(text: str, cost: float | None) -> Verdict:
    """Read a judge's answer."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return Verdict(score=None, reason=f"the judge did not answer JSON: {text[:200]}", cost=cost)
    score = answer.get("score") if isinstance(answer, dict) else None
    if not isinstance(score, int | float | str) or (isinstance(score, float) and not math.isfinite(score)):
        return Verdict(score=None, reason=f"the judge's answer has no score: {text[:200]}", cost=cost)
    return Verdict(score=score, reason=str(answer.get("reason") or ""), cost=cost)


def _problems(variables: tuple[str, ...], model: str, form: Any) -> "list[str]":
    problems = []
    if not model:
        problems.append("its config names no model")
    if unknown := [name for name in variables if name not in VARIABLES]:
        problems.append(f"it wants {', '.join(unknown)}, and a judge is told {', '.join(VARIABLES)}")
    if "output" not in variables:
        problems.append("it has no {{output}}, the answer to judge")
    if isinstance(form, Mapping) and form.get("type") == "json_schema":
        properties = ((form.get("json_schema") or {}).get("schema") or {}).get("properties") or {}
        if "score" not in properties:
            problems.append("the schema of its config has no property 'score'")
    return problems
