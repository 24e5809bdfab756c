"""What became of a call's parameters on the way to one deployment."""

from collections.abc import Iterator, Mapping

from genai_sdk.types.base import Record


class Parameters(Record, frozen=True, kw_only=True):
    """The parameters of a call as one deployment takes them, by OpenAI's names.

    Attributes:
        sent: They go out under their own names.
        translated: They go out in the vendor's words, each with where: a path in the body, such as `stop_sequences`.
        omitted: They are not sent, since they ask for what the provider does anyway (`n=1`).
        dropped: They were left out because of `drop_params`, each with where there is no place for it.
        refused: The deployment was passed over because of them, each with where there is no place for it.
    """

    sent: tuple[str, ...] = ()
    translated: Mapping[str, str] = {}
    omitted: tuple[str, ...] = ()
    dropped: Mapping[str, str] = {}
    refused: Mapping[str, str] = {}

    def __str__(self) -> str:
        return "; ".join(self._phrases())

    def _phrases(self) -> Iterator[str]:
        if self.refused:
            yield f"passed over: {_no_place(self.refused)}"
        if self.dropped:
            yield f"drops {', '.join(self.dropped)} ({_no_place(self.dropped)})"
        if self.sent:
            yield f"sends {', '.join(self.sent)}"
        if self.translated:
            yield f"sends {', '.join(_as(name, place) for name, place in self.translated.items())}"
        if self.omitted:
            yield f"need not send {', '.join(self.omitted)}"


def _as(name: str, place: str) -> str:
    return name if name == place else f"{name} as {place}"


def _no_place(refused: Mapping[str, str]) -> str:
    places: dict[str, list[str]] = {}
    for name, why in refused.items():
        places.setdefault(why, []).append(name)
    return "; ".join(f"no place for {', '.join(names)} {why}" for why, names in places.items())
