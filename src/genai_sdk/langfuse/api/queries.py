"""Which rows of a list are asked for."""

from collections.abc import Sequence

import msgspec


class TraceQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which traces; what is None or empty counts for nothing.

    Attributes:
        name: Of this name.
        user_id: Of this user.
        session_id: Of this session.
        release: Of this release.
        version: Of this version.
        tags: With all of these tags.
        environments: From one of these environments.
        since: Begun at this moment or later, in nanoseconds since 1970.
        until: Begun before this moment.
        oldest_first: Whether the oldest come first.
    """

    name: str | None = None
    user_id: str | None = None
    session_id: str | None = None
    release: str | None = None
    version: str | None = None
    tags: Sequence[str] = ()
    environments: Sequence[str] = ()
    since: int | None = None
    until: int | None = None
    oldest_first: bool = False


class ObservationQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which observations; what is None or empty counts for nothing.

    Attributes:
        name: Of this name.
        type: Of this type, such as GENERATION.
        level: Of this level.
        user_id: Of this user.
        version: Of this version.
        trace_id: Of this trace.
        session_id: Of the traces of this session.
        parent_id: Directly below this one.
        is_root: Below another one or below none.
        environments: From one of these environments.
        since: Begun at this moment or later, in nanoseconds since 1970.
        until: Begun before this moment.
    """

    name: str | None = None
    type: str | None = None
    level: str | None = None
    user_id: str | None = None
    version: str | None = None
    trace_id: str | None = None
    session_id: str | None = None
    parent_id: str | None = None
    is_root: bool | None = None
    environments: Sequence[str] = ()
    since: int | None = None
    until: int | None = None


class ScoreQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which scores; what is None or empty counts for nothing. Times are in microseconds since 1970.

    Attributes:
        ids: With one of these ids.
        names: Of one of these names.
        data_types: Of one of these types.
        numbers: With one of these values; a truth is 1 or 0.
        texts: With one of these categories.
        least: With at least this value.
        most: With at most this value.
        trace_ids: Of one of these traces.
        observation_ids: Of one of these observations.
        session_ids: Of one of these sessions.
        environments: From one of these environments.
        since: Written at this moment or later.
        until: Written before this moment.
    """

    ids: Sequence[str] = ()
    names: Sequence[str] = ()
    data_types: Sequence[str] = ()
    numbers: Sequence[float] = ()
    texts: Sequence[str] = ()
    least: float | None = None
    most: float | None = None
    trace_ids: Sequence[str] = ()
    observation_ids: Sequence[str] = ()
    session_ids: Sequence[str] = ()
    environments: Sequence[str] = ()
    since: int | None = None
    until: int | None = None
