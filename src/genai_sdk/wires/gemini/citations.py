"""What an answer rests on: Google's grounding and citations as OpenAI's annotations, beside Google's own form."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Annotation = dict[str, Any]


def annotations_of(candidate: Mapping[str, Any], texts: Mapping[int, str]) -> list[Annotation]:
    """Return the annotations of an answer's text.

    Args:
        candidate: The candidate.
        texts: The texts that the content is made of, by the number of their part, in order.
    """
    made = list(_grounded(candidate.get("groundingMetadata"), texts))
    made.extend(_cited(candidate.get("citationMetadata"), texts))
    return made


def searches_of(candidate: Any) -> int:
    """Return how many searches a candidate's grounding took."""
    grounding = candidate.get("groundingMetadata") if isinstance(candidate, Mapping) else None
    if not isinstance(grounding, Mapping):
        return 0
    return sum(len(grounding.get(name) or ()) for name in ("webSearchQueries", "imageSearchQueries"))


def _grounded(grounding: Any, texts: Mapping[int, str]) -> Iterator[Annotation]:
    if not isinstance(grounding, Mapping):
        return
    chunks: Sequence[Any] = grounding.get("groundingChunks") or ()
    for support in grounding.get("groundingSupports") or ():
        segment = support.get("segment") or {}
        place = _place(segment, texts)
        for number in support.get("groundingChunkIndices") or ():
            if isinstance(number, int) and 0 <= number < len(chunks):
                source = next((item for item in chunks[number].values() if isinstance(item, Mapping)), {})
                yield _annotation(place, source)


def _cited(metadata: Any, texts: Mapping[int, str]) -> Iterator[Annotation]:
    for citation in (metadata.get("citations") or ()) if isinstance(metadata, Mapping) else ():
        yield _annotation(_place(citation, texts), citation)


def _annotation(place: tuple[int, int], source: Mapping[str, Any]) -> Annotation:
    url = next((source[name] for name in ("uri", "sourceUri", "imageUri") if source.get(name)), "")
    cited = {"start_index": place[0], "end_index": place[1], "url": url, "title": source.get("title") or ""}
    return {"type": "url_citation", "url_citation": cited}


def _place(segment: Mapping[str, Any], texts: Mapping[int, str]) -> tuple[int, int]:
    """Return where a segment is in the content, in characters: Google counts bytes of UTF-8, within one part."""
    part = segment.get("partIndex") or 0
    if part in texts:
        before = sum(len(text) for number, text in texts.items() if number < part)
        text = texts[part]
    else:
        before, text = 0, "".join(texts.values())
    start, end = segment.get("startIndex") or 0, segment.get("endIndex") or 0
    if text.isascii():
        return before + start, before + end
    data = text.encode("utf-8", "surrogatepass")
    return before + _characters(data[:start]), before + _characters(data[:end])


def _characters(data: bytes) -> int:
    return len(data.decode("utf-8", "ignore"))
