"""What a store keeps beside prompts and spans, as the API is given it."""

from datetime import datetime
from typing import Any

import msgspec


class StoredConnection(msgspec.Struct, frozen=True):
    """A connection as it is shown: without any secret.

    Attributes:
        id: Its id.
        name: Its name.
        adapter: Its adapter.
        display_secret: The end of its secret, such as `...0001`.
        base_url: The provider's address, or None for the adapter's own.
        custom_models: Models it serves by name.
        with_default_models: Whether it serves the adapter's default models too.
        header_names: The names of its extra headers.
        config: The adapter's settings.
        created_at: When it was registered.
        updated_at: When it was last written.
    """

    id: str
    name: str
    adapter: str
    display_secret: str
    base_url: str | None
    custom_models: tuple[str, ...]
    with_default_models: bool
    header_names: tuple[str, ...]
    config: dict[str, Any] | None
    created_at: datetime
    updated_at: datetime


class StoredScore(msgspec.Struct, frozen=True, kw_only=True):
    """A score as it is kept.

    Attributes:
        id: Its id.
        name: What is judged.
        data_type: NUMERIC, CATEGORICAL, BOOLEAN or TEXT.
        number: Its value as a number, or None.
        text: Its value as a text, or None.
        trace_id: The trace it judges, or None.
        observation_id: The observation it judges, or None.
        session_id: The session it judges, or None.
        environment: Where it comes from.
        comment: What was said of it.
        metadata: Further facts.
        created_at: When it was first written.
        updated_at: When it was last written.
    """

    id: str
    name: str
    data_type: str
    number: float | None
    text: str | None
    trace_id: str | None
    observation_id: str | None
    session_id: str | None
    environment: str
    comment: str | None
    metadata: Any
    created_at: datetime
    updated_at: datetime


class StoredSession(msgspec.Struct, frozen=True):
    """A session: its id, when its first trace came (in microseconds since 1970), and from which environment."""

    id: str
    created_at: int
    environment: str


class StoredModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model of the project's own, with what it costs.

    Attributes:
        id: Its id.
        name: What it is called.
        match_pattern: The regular expression that names of it match.
        unit: What is counted: TOKENS and the like, or None.
        input_price: US dollars for a unit read, or None.
        output_price: US dollars for a unit written, or None.
        total_price: US dollars for a unit of either, or None.
        start_date: From when on it holds, as it was sent; or None.
        tokenizer_id: Which tokeniser counts for it, or None.
        tokenizer_config: The tokeniser's settings, or None.
        created_at: When it was written.
    """

    id: str
    name: str
    match_pattern: str
    unit: str | None = None
    input_price: float | None = None
    output_price: float | None = None
    total_price: float | None = None
    start_date: str | None = None
    tokenizer_id: str | None = None
    tokenizer_config: Any = None
    created_at: datetime
