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


class StoredDataset(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset.

    Attributes:
        id: Its id.
        name: Its name, which is a project's own.
        description: What it is for, or None.
        metadata: Further facts.
        created_at: When it was first written.
        updated_at: When it was last written.
    """

    id: str
    name: str
    description: str | None
    metadata: Any
    created_at: datetime
    updated_at: datetime


class StoredDatasetItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a dataset.

    Attributes:
        id: Its id.
        dataset_id: The dataset it belongs to.
        dataset_name: The name of that.
        status: ACTIVE or ARCHIVED.
        input: What goes in.
        expected_output: What should come out.
        metadata: Further facts.
        source_trace_id: The trace it was taken from, or None.
        source_observation_id: The observation it was taken from, or None.
        created_at: When it was first written.
        updated_at: When it was last written.
    """

    id: str
    dataset_id: str
    dataset_name: str
    status: str
    input: Any
    expected_output: Any
    metadata: Any
    source_trace_id: str | None
    source_observation_id: str | None
    created_at: datetime
    updated_at: datetime


class StoredDatasetRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run over a dataset.

    Attributes:
        id: Its id, which follows from project, dataset and name.
        name: Its name.
        description: What it tries, or None.
        metadata: Further facts.
        dataset_id: The dataset.
        dataset_name: The name of that.
        created_at: When its first item was written.
        updated_at: When its last one was.
    """

    id: str
    name: str
    description: str | None
    metadata: Any
    dataset_id: str
    dataset_name: str
    created_at: datetime
    updated_at: datetime


class StoredDatasetRunItem(msgspec.Struct, frozen=True, kw_only=True):
    """What a run made of an item.

    Attributes:
        id: Its id.
        run_id: The run.
        run_name: The name of that.
        item_id: The item of the dataset.
        trace_id: The trace that was recorded.
        observation_id: The observation in it, or None.
        created_at: When it was written.
        updated_at: The same.
    """

    id: str
    run_id: str
    run_name: str
    item_id: str
    trace_id: str
    observation_id: str | None
    created_at: datetime
    updated_at: datetime
