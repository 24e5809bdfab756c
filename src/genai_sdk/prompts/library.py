"""The prompts of a project, as the client hands them out."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk import log
from genai_sdk.errors import ClientClosedError, GenAIError, InvalidRequestError, PromptNotFoundError
from genai_sdk.http import BasicAuthEndpoint, SyncTransport
from genai_sdk.prompts.cache import SIZE, TTL, PromptCache, make_cache
from genai_sdk.prompts.experiment import draw
from genai_sdk.prompts.source import PromptKey, PromptSource, read_key
from genai_sdk.prompts.stored import StoredPrompt, fallback_prompt
from genai_sdk.prompts.template import TextTemplate
from genai_sdk.prompts.values import ChatPrompt, TextPrompt, compile_chat, compile_text
from genai_sdk.prompts.watch import PromptWatch
from genai_sdk.sentence import Sentence

Fallback = str | Sequence[Mapping[str, Any]]


def _watch(cache: PromptCache) -> PromptWatch:
    return PromptWatch(cache, back_off=TTL)


class PromptLibrary:
    """Fetches, keeps and compiles prompts.

    Args:
        endpoint: Langfuse's address and the key pair.
        transport: Sends the requests; not closed here.
        ttl: Seconds that a prompt is served without a question; 0 asks at every call. None: 60, and the prompts in use
            are checked every few seconds beside the calls.
        max_stale: Seconds that the last good one serves while Langfuse fails.
        timeout: Seconds that one fetch may take.
        now: The wall clock in seconds.
        watch: Makes what checks the prompts in use.
    """

    def __init__(
        self,
        endpoint: BasicAuthEndpoint,
        transport: SyncTransport,
        *,
        ttl: float | None = None,
        max_stale: float = 86_400.0,
        timeout: float = 5.0,
        now: Callable[[], float] = time.time,
        watch: Callable[[PromptCache], PromptWatch] = _watch,
    ) -> None:
        source = PromptSource(endpoint, transport, timeout=timeout)
        self._cache = make_cache(source, ttl=TTL if ttl is None else ttl, max_stale=max_stale, now=now)
        self._watch = watch(self._cache) if ttl is None else None
        self._on_fallback: set[PromptKey] = set()
        self._over: set[PromptKey] = set()

    def get(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        label: str | None = None,
        version: int | None = None,
        fallback: Fallback | None = None,
        refresh: bool = False,
        experiment: Mapping[str, float] | None = None,
        key: str | None = None,
    ) -> TextPrompt | ChatPrompt:
        """Return a prompt, compiled if there are variables.

        Args:
            name: Its name in Langfuse; folders are parts of it.
            variables: Variables by name, and for each placeholder a list of messages; None: as it is written.
            label: The label of the version wanted, by default `production`.
            version: The version wanted, in place of a label.
            fallback: A text or messages to take if Langfuse delivers nothing and there is no last good one.
            refresh: Whether to ask Langfuse first, however fresh the prompt is.
            experiment: Weights by label, one of which is drawn for `key`, in place of a label and a version. Where the
                project has no prompt with the label drawn, the first label counts.
            key: Whom it is drawn for: the same key gets the same label.

        Raises:
            InvalidRequestError: An argument is of the wrong form.
            PromptVariableError: A variable is missing, or a placeholder's is not a list of messages.
            PromptNotFoundError: There is no such prompt, and no fallback.
            AccessDeniedError: Langfuse refused the key pair, and there is no fallback.
            SourceUnavailableError: Langfuse does not answer, and there is neither a last good prompt nor a fallback.
            ConfigurationError: What answers is no Langfuse, and there is no fallback.
            ClientClosedError: It was closed.
        """
        spare = _spare(name, variables, fallback)
        arms = _arms(name, label, version, experiment, key)
        for arm in arms:
            try:
                stored = self._cache.get(arm.key, refresh=refresh, patient=spare is None)
            except GenAIError as error:
                if arm is arms[-1] or not self._is_over(arm, error):
                    return _compile(self._fall_back(arm.key, spare, error), variables)
            else:
                return _compile(self._served(arm, stored), variables)
        raise AssertionError("there is a version to take, and what became of the last one was returned or raised")

    async def aget(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        label: str | None = None,
        version: int | None = None,
        fallback: Fallback | None = None,
        refresh: bool = False,
        experiment: Mapping[str, float] | None = None,
        key: str | None = None,
    ) -> TextPrompt | ChatPrompt:
        """Return a prompt; the twin of `get`."""
        spare = _spare(name, variables, fallback)
        arms = _arms(name, label, version, experiment, key)
        for arm in arms:
            try:
                stored = await self._cache.aget(arm.key, refresh=refresh, patient=spare is None)
            except GenAIError as error:
                if arm is arms[-1] or not self._is_over(arm, error):
                    return _compile(self._fall_back(arm.key, spare, error), variables)
            else:
                return _compile(self._served(arm, stored), variables)
        raise AssertionError("there is a version to take, and what became of the last one was returned or raised")

    def close(self) -> None:
        """Drop every prompt and refuse from now on; waits end with `ClientClosedError`."""
        self._cache.close()
        if self._watch is not None:
            self._watch.close()

    def _served(self, arm: "_Arm", stored: StoredPrompt) -> StoredPrompt:
        self._on_fallback.discard(arm.key)
        if self._watch is not None:
            self._watch.use(arm.key)
        return msgspec.structs.replace(stored, experiment=arm.experiment) if arm.experiment else stored

    def _is_over(self, arm: "_Arm", error: GenAIError) -> bool:
        """Whether an experiment goes on without a label: it was taken away in Langfuse, where experiments end."""
        if not isinstance(error, PromptNotFoundError):
            return False
        if arm.key not in self._over:
            if len(self._over) >= SIZE:
                self._over.clear()
            self._over.add(arm.key)
            log.warning("the first label of an experiment stands in for one that is not there: %s", error)
        return True

    def _fall_back(self, key: PromptKey, spare: StoredPrompt | None, error: GenAIError) -> StoredPrompt:
        if spare is None or isinstance(error, ClientClosedError):
            raise error
        if key not in self._on_fallback:
            if len(self._on_fallback) >= SIZE:
                self._on_fallback.clear()
            self._on_fallback.add(key)
            log.warning("the call's own fallback stands in for a prompt: %s", error)
        return spare


class _Arm(msgspec.Struct, frozen=True):
    """A version that may be taken, and what is recorded of the experiment that it belongs to."""

    key: PromptKey
    experiment: str = ""


def _arms(name: Any, label: Any, version: Any, experiment: Any, key: Any) -> tuple[_Arm, ...]:
    """Return the versions that may be taken, in the order to try them."""
    if experiment is None:
        return (_Arm(read_key(name, label, version)),)
    if label is not None or version is not None:
        raise InvalidRequestError(
            Sentence.of(
                "experiment.label",
                "the experiment of prompt {name!r} draws a label: leave label and version out",
                name=name,
            )
        )
    labels = list(dict.fromkeys((draw(str(name), experiment, key), next(iter(experiment)))))
    weights = ", ".join(f"{one} {weight:g}" for one, weight in experiment.items())
    return tuple(_Arm(read_key(name, one, None), f"{one} ({weights})") for one in labels)


def _spare(name: Any, variables: Any, fallback: Any) -> StoredPrompt | None:
    if variables is not None and not isinstance(variables, Mapping):
        raise InvalidRequestError(
            Sentence.of(
                "prompt.variables",
                "variables must be a mapping of names to values, not {kind}",
                kind=type(variables).__name__,
            )
        )
    return None if fallback is None else fallback_prompt(str(name), fallback)


def _compile(stored: StoredPrompt, variables: Mapping[str, Any] | None) -> TextPrompt | ChatPrompt:
    if isinstance(stored.template, TextTemplate):
        return compile_text(stored, variables)
    return compile_chat(stored, variables)
