-- Moments are integers: nanoseconds since 1970 for what was observed, microseconds for what was written here.

CREATE TABLE connections (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    adapter TEXT NOT NULL,
    secret TEXT NOT NULL, -- encrypted, as Langfuse does
    display_secret TEXT NOT NULL,
    base_url TEXT,
    custom_models TEXT NOT NULL, -- JSON
    with_default_models INTEGER NOT NULL,
    extra_headers TEXT, -- encrypted JSON
    header_names TEXT NOT NULL, -- JSON
    config TEXT, -- JSON
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- How the last try of a connection went.
CREATE TABLE checks (
    connection_id TEXT PRIMARY KEY REFERENCES connections (id) ON DELETE CASCADE,
    moment INTEGER NOT NULL,
    ok INTEGER NOT NULL,
    model TEXT,
    latency REAL, -- seconds
    message TEXT NOT NULL
) STRICT;

CREATE TABLE prompts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    type TEXT NOT NULL,
    prompt TEXT NOT NULL, -- JSON
    config TEXT NOT NULL, -- JSON
    tags TEXT NOT NULL, -- JSON, the same for every version
    commit_message TEXT,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (name, version)
) STRICT;

CREATE TABLE prompt_labels (
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (name, label),
    FOREIGN KEY (name, version) REFERENCES prompts (name, version) ON DELETE CASCADE
) STRICT;

-- What lists and sums need of an observation; the whole of it lies in `spans`, so that these rows stay small.
CREATE TABLE observations (
    key INTEGER PRIMARY KEY,
    trace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    parent_id TEXT,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    level TEXT NOT NULL,
    model TEXT,
    environment TEXT NOT NULL,
    user_id TEXT,
    version TEXT,
    connection TEXT,
    prompt_name TEXT,
    prompt_version INTEGER,
    input_tokens INTEGER,
    output_tokens INTEGER,
    total_tokens INTEGER,
    cost REAL, -- US dollars; NULL where unknown
    first_token INTEGER, -- nanoseconds from the start
    UNIQUE (trace_id, id)
) STRICT;
CREATE INDEX observations_by_id ON observations (id);
CREATE INDEX observations_by_start ON observations (start DESC, key DESC);
CREATE INDEX observations_by_type ON observations (type, start DESC, key DESC);
CREATE INDEX observations_by_name ON observations (name, start DESC, key DESC);
CREATE INDEX observations_by_user ON observations (user_id, start DESC, key DESC) WHERE user_id IS NOT NULL;
CREATE INDEX observations_by_prompt ON observations (prompt_name, prompt_version, start DESC) WHERE prompt_name IS NOT NULL;

CREATE TABLE spans (
    key INTEGER PRIMARY KEY REFERENCES observations (key) ON DELETE CASCADE,
    body BLOB NOT NULL -- JSON
) STRICT;

CREATE TABLE traces (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    environment TEXT NOT NULL,
    user_id TEXT,
    session_id TEXT,
    release TEXT,
    version TEXT,
    tags TEXT NOT NULL, -- JSON
    level TEXT NOT NULL, -- the worst of its observations
    observations INTEGER NOT NULL,
    model TEXT,
    connection TEXT,
    input_tokens INTEGER,
    output_tokens INTEGER,
    total_tokens INTEGER,
    cost REAL,
    arrived INTEGER NOT NULL,
    updated INTEGER NOT NULL
) STRICT;
CREATE INDEX traces_by_start ON traces (start DESC, key DESC);
CREATE INDEX traces_by_name ON traces (name, start DESC, key DESC);
CREATE INDEX traces_by_user ON traces (user_id, start DESC, key DESC) WHERE user_id IS NOT NULL;
CREATE INDEX traces_by_session ON traces (session_id, start DESC, key DESC) WHERE session_id IS NOT NULL;
CREATE INDEX traces_by_environment ON traces (environment, start DESC, key DESC);

CREATE TABLE trace_tags (
    tag TEXT NOT NULL,
    trace_id TEXT NOT NULL REFERENCES traces (id) ON DELETE CASCADE,
    PRIMARY KEY (tag, trace_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX trace_tags_by_trace ON trace_tags (trace_id);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    environment TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_by_moment ON sessions (created_at DESC, id);

CREATE TABLE scores (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    data_type TEXT NOT NULL,
    number REAL,
    text TEXT,
    trace_id TEXT,
    observation_id TEXT,
    session_id TEXT,
    environment TEXT NOT NULL,
    comment TEXT,
    metadata TEXT NOT NULL, -- JSON
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX scores_by_moment ON scores (created_at DESC, key DESC);
CREATE INDEX scores_by_trace ON scores (trace_id) WHERE trace_id IS NOT NULL;
