"""What the user says of a call or a block: its names, its people, its tags. Pure."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from genai_sdk.errors import InvalidRequestError
from genai_sdk.sentence import Sentence
from genai_sdk.tracing.record import TraceAttributes

if TYPE_CHECKING:  # of a block that is an experiment's, and of no other
    from genai_sdk.tracing.experiment import Experiment

LABELS = ("trace_name", "user_id", "session_id", "tags", "metadata", "generation_name")
"""The keywords of a call that `read_labels` reads."""


class Labels(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of one call or block; None and empty where nothing is said.

    Attributes:
        trace_name: The name of the trace.
        user_id: Whom it is made for.
        session_id: Which conversation it belongs to.
        tags: Labels to find the trace by; those of a call come to those of its block.
        metadata: Further facts by name.
        generation_name: The name of the generation within the trace.
        experiment: What a block says of itself as an item of an experiment.
    """

    trace_name: str | None = None
    user_id: str | None = None
    session_id: str | None = None
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, Any] | None = None
    generation_name: str | None = None
    experiment: "Experiment | None" = None

    def on(self, shared: TraceAttributes) -> TraceAttributes:
        """Return what a trace has in common, with these in place of what was there; tags are added."""
        return msgspec.structs.replace(
            shared,
            trace_name=self.trace_name or shared.trace_name,
            user_id=self.user_id or shared.user_id,
            session_id=self.session_id or shared.session_id,
            tags=tuple(dict.fromkeys((*shared.tags, *self.tags))),
        )


def read_labels(keywords: Mapping[str, Any]) -> Labels | None:
    """Read the labels among keywords; None if there are none, which is what most calls have.

    Raises:
        InvalidRequestError: One is of the wrong form.
    """
    labels = {name: keywords[name] for name in LABELS if keywords.get(name) is not None}
    if not labels:
        return None
    for name, item in labels.items():
        if name == "tags":
            if isinstance(item, str) or not isinstance(item, Sequence) or not all(isinstance(tag, str) for tag in item):
                raise InvalidRequestError(
                    Sentence.of(
                        "labels.tags",
                        'tags must be a list of texts such as ["prod", "ko"], not {item}',
                        item=repr(item),
                    )
                )
        elif name == "metadata":
            if not isinstance(item, Mapping):
                raise InvalidRequestError(
                    Sentence.of(
                        "labels.metadata",
                        "metadata must be a dict of facts by name, not {kind}",
                        kind=type(item).__name__,
                    )
                )
        elif not isinstance(item, str):
            raise InvalidRequestError(
                Sentence.of("labels.text", "{name} must be a text, not {kind}", name=name, kind=type(item).__name__)
            )
    return Labels(**{**labels, "tags": tuple(labels.get("tags", ()))})
