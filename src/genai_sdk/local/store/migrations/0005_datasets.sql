-- Datasets, their items, and what runs made of them.

CREATE TABLE datasets (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    description TEXT,
    metadata TEXT NOT NULL, -- JSON
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE dataset_items (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    status TEXT NOT NULL,
    input TEXT NOT NULL, -- JSON, as the next two
    expected_output TEXT NOT NULL,
    metadata TEXT NOT NULL,
    source_trace_id TEXT,
    source_observation_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX dataset_items_by_dataset ON dataset_items (dataset_id, key);
CREATE INDEX dataset_items_by_trace ON dataset_items (source_trace_id) WHERE source_trace_id IS NOT NULL;

CREATE TABLE dataset_runs (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT,
    metadata TEXT NOT NULL, -- JSON
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (dataset_id, name)
) STRICT;

CREATE TABLE dataset_run_items (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    run_id TEXT NOT NULL REFERENCES dataset_runs (id) ON DELETE CASCADE,
    item_id TEXT NOT NULL REFERENCES dataset_items (id) ON DELETE CASCADE,
    trace_id TEXT NOT NULL,
    observation_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX dataset_run_items_by_run ON dataset_run_items (run_id, key);
CREATE INDEX dataset_run_items_by_item ON dataset_run_items (item_id);
