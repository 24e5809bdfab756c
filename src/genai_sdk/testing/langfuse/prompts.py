"""The prompts of a fake project: versions, labels, and prompts made of prompts."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from genai_sdk.langfuse.composition import resolve
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.prompt import LATEST, Content, PromptVersion
from genai_sdk.testing.journal import Watch


class PromptStore:
    """A project's prompts; safe to use from any thread.

    Args:
        watch: What changes are told to.
    """

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._versions: dict[str, list[PromptVersion]] = {}

    def __iter__(self) -> Iterator[str]:
        with self._watch.changed:
            return iter(sorted(self._versions))

    def create(
        self,
        name: str,
        prompt: Content,
        *,
        labels: Sequence[str] = (),
        tags: Sequence[str] | None = None,
        config: Any = None,
        commit_message: str | None = None,
    ) -> PromptVersion:
        """Write the next version of a prompt, a text or a list of messages; it is labelled `latest`.

        Raises:
            ApiError: Langfuse would refuse it.
        """
        kind = "text" if isinstance(prompt, str) else "chat"
        now = datetime.now(UTC)
        with self._watch.changed:
            older = self._versions.get(name, [])
            if older and older[-1].type != kind:
                raise ApiError(
                    400, "Previous versions have different prompt type. Create a new prompt with a different name."
                )
            version = PromptVersion(
                id=str(uuid.uuid4()),
                name=name,
                version=older[-1].version + 1 if older else 1,
                type=kind,
                prompt=prompt,
                labels=list(dict.fromkeys([*labels, LATEST])),
                tags=list(dict.fromkeys(tags if tags is not None else older[-1].tags if older else ())),
                config={} if config is None else config,
                commit_message=commit_message,
                created_at=now,
                updated_at=now,
            )
            resolve(self.find, version)
            self._take_labels(name, version.labels, now)
            for other in older:
                if other.tags != version.tags:
                    other.tags, other.updated_at = list(version.tags), now
            self._versions.setdefault(name, []).append(version)
        return version

    def label(self, name: str, version: int, *labels: str) -> PromptVersion:
        """Give a version further labels, which other versions lose.

        Raises:
            ApiError: There is no such version.
        """
        with self._watch.changed:
            prompt = self.find(name, version=version)
            if prompt is None:
                raise ApiError(404, f"Prompt '{name}' version {version} not found in project")
            now = datetime.now(UTC)
            kept = [*labels, *prompt.labels]
            self._take_labels(name, labels, now)
            prompt.labels, prompt.updated_at = list(dict.fromkeys(kept)), now
        return prompt

    def delete(self, name: str, *, label: str | None = None, version: int | None = None) -> int:
        """Delete a prompt's versions, or those of a label or number; returns how many there were.

        The newest that is left becomes `latest`.
        """
        with self._watch.changed:
            versions = self._versions.pop(name, [])
            left = [
                each
                for each in versions
                if (version is not None and each.version != version) or (label is not None and label not in each.labels)
            ]
            if left:
                self._versions[name] = left
                if LATEST not in left[-1].labels:
                    left[-1].labels.append(LATEST)
            return len(versions) - len(left)

    def find(self, name: str, *, label: str | None = None, version: int | None = None) -> PromptVersion | None:
        """Return a version by its number or by a label, or None."""
        with self._watch.changed:
            return next(
                (
                    prompt
                    for prompt in self._versions.get(name, ())
                    if (prompt.version == version if version is not None else label in prompt.labels)
                ),
                None,
            )

    def versions(self, name: str) -> tuple[PromptVersion, ...]:
        """Return every version of a prompt, oldest first."""
        with self._watch.changed:
            return tuple(self._versions.get(name, ()))

    @property
    def ids(self) -> dict[tuple[str, int], str]:
        """The ids of all versions, by name and number."""
        with self._watch.changed:
            return {(each.name, each.version): each.id for versions in self._versions.values() for each in versions}

    def _take_labels(self, name: str, labels: Sequence[str], now: datetime) -> None:
        for other in self._versions.get(name, ()):
            kept = [label for label in other.labels if label not in labels]
            if kept != other.labels:
                other.labels, other.updated_at = kept, now
