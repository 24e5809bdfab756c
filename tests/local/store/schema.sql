CREATE TABLE checks (
    connection_id TEXT PRIMARY KEY REFERENCES connections (id) ON DELETE CASCADE,
    moment INTEGER NOT NULL,
    ok INTEGER NOT NULL,
    model TEXT,
    latency REAL, -- seconds
    message TEXT NOT NULL
, wording TEXT) STRICT;
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
CREATE TABLE datasets (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    description TEXT,
    metadata TEXT NOT NULL, -- JSON
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE day_models (
    day INTEGER NOT NULL,
    environment TEXT NOT NULL,
    model TEXT NOT NULL,
    traces INTEGER NOT NULL, -- with an observation of this model
    observations INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    total_tokens INTEGER NOT NULL,
    cost REAL NOT NULL,
    PRIMARY KEY (day, environment, model)
) STRICT, WITHOUT ROWID;
CREATE TABLE days (
    day INTEGER NOT NULL, -- days since 1970
    environment TEXT NOT NULL,
    traces INTEGER NOT NULL,
    observations INTEGER NOT NULL,
    cost REAL NOT NULL, -- US dollars
    PRIMARY KEY (day, environment)
) STRICT, WITHOUT ROWID;
CREATE TABLE models (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    match_pattern TEXT NOT NULL,
    unit TEXT,
    input_price REAL,
    output_price REAL,
    total_price REAL,
    start_date TEXT,
    tokenizer_id TEXT,
    tokenizer_config TEXT, -- JSON
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE observations (
    key INTEGER PRIMARY KEY,
    trace INTEGER NOT NULL REFERENCES traces (key) ON DELETE CASCADE,
    id TEXT NOT NULL,
    parent_id TEXT,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    arrived INTEGER NOT NULL,
    level TEXT NOT NULL,
    environment TEXT NOT NULL,
    is_call INTEGER NOT NULL, -- of a model
    model TEXT,
    connection TEXT,
    prompt_name TEXT,
    prompt_version INTEGER,
    input_tokens INTEGER,
    output_tokens INTEGER,
    total_tokens INTEGER,
    cost REAL, -- US dollars; NULL where unknown
    first_token INTEGER, -- nanoseconds from the start
    version TEXT,
    user_id TEXT, -- this and the rest: what it says of its trace
    session_id TEXT,
    release TEXT,
    trace_name TEXT,
    is_public INTEGER,
    tags TEXT, -- JSON
    metadata TEXT, -- JSON
    has_input INTEGER,
    has_output INTEGER,
    UNIQUE (trace, id)
) STRICT;
CREATE TABLE prompt_labels (
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (name, label),
    FOREIGN KEY (name, version) REFERENCES prompts (name, version) ON DELETE CASCADE
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
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    environment TEXT NOT NULL
) STRICT;
CREATE TABLE spans (
    key INTEGER PRIMARY KEY REFERENCES observations (key) ON DELETE CASCADE,
    body BLOB NOT NULL -- JSON
) STRICT;
CREATE TABLE trace_facets (
    kind TEXT NOT NULL, -- tag, model, connection, prompt (a name) or version (JSON of a prompt's name and number)
    value TEXT NOT NULL,
    start INTEGER NOT NULL,
    trace INTEGER NOT NULL,
    PRIMARY KEY (kind, value, start, trace)
) STRICT, WITHOUT ROWID;
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
    is_public INTEGER, -- NULL, as with the next ones, where nobody says
    tags TEXT NOT NULL, -- JSON
    metadata TEXT, -- JSON; what it says of itself, beside what its root says
    status TEXT NOT NULL, -- ok, recovered (something below the root failed) or failed
    level TEXT NOT NULL, -- the worst of its observations
    observations INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    model TEXT, -- this and the next three are those of its first call
    connection TEXT,
    prompt_name TEXT,
    prompt_version INTEGER,
    input_tokens INTEGER,
    output_tokens INTEGER,
    total_tokens INTEGER,
    cost REAL, -- US dollars; NULL where unknown
    root INTEGER, -- key of an observation
    input INTEGER, -- key of the observation that says what went into the trace; NULL: the root
    output INTEGER,
    facets TEXT NOT NULL, -- JSON; its rows of trace_facets
    arrived INTEGER NOT NULL,
    updated INTEGER NOT NULL
) STRICT;
CREATE TABLE usage (
    apart TEXT NOT NULL, -- nothing, model, connection, prompt or everything
    seconds INTEGER NOT NULL, -- 3600 or 86400
    start INTEGER NOT NULL, -- seconds since 1970
    model TEXT NOT NULL,
    connection TEXT NOT NULL,
    prompt_name TEXT NOT NULL,
    prompt_version INTEGER NOT NULL,
    environment TEXT NOT NULL,
    calls INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    priced INTEGER NOT NULL, -- calls whose cost is known
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    total_tokens INTEGER NOT NULL,
    cost REAL NOT NULL,
    latencies BLOB NOT NULL, -- a histogram
    first_tokens BLOB NOT NULL, -- a histogram
    PRIMARY KEY (apart, seconds, start, model, connection, prompt_name, prompt_version, environment)
) STRICT, WITHOUT ROWID;
CREATE INDEX calls_by_connection ON observations (ifnull(connection, ''), start, key, level) WHERE is_call;
CREATE INDEX calls_by_model ON observations (ifnull(model, ''), start, key, level) WHERE is_call;
CREATE INDEX calls_by_prompt ON observations (ifnull(prompt_name, ''), start, key, ifnull(prompt_version, 0), level)
    WHERE is_call;
CREATE INDEX calls_failed ON observations (start) WHERE is_call AND level = 'ERROR';
CREATE INDEX dataset_items_by_dataset ON dataset_items (dataset_id, key);
CREATE INDEX dataset_items_by_trace ON dataset_items (source_trace_id) WHERE source_trace_id IS NOT NULL;
CREATE INDEX dataset_run_items_by_item ON dataset_run_items (item_id);
CREATE INDEX dataset_run_items_by_run ON dataset_run_items (run_id, key);
CREATE INDEX observations_by_id ON observations (id);
CREATE INDEX observations_by_level ON observations (level, start);
CREATE INDEX observations_by_name ON observations (name, start);
CREATE INDEX observations_by_start ON observations (start);
CREATE INDEX observations_by_trace ON observations (trace, start);
CREATE INDEX observations_by_type ON observations (type, start);
CREATE INDEX observations_by_user ON observations (user_id, start) WHERE user_id IS NOT NULL;
CREATE INDEX scores_by_moment ON scores (created_at);
CREATE INDEX scores_by_name ON scores (name, created_at);
CREATE INDEX scores_by_observation ON scores (observation_id) WHERE observation_id IS NOT NULL;
CREATE INDEX scores_by_session ON scores (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX scores_by_trace ON scores (trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX sessions_by_environment ON sessions (environment, created_at DESC, id);
CREATE INDEX sessions_by_moment ON sessions (created_at DESC, id);
CREATE INDEX traces_by_environment ON traces (environment, start);
CREATE INDEX traces_by_name ON traces (name, start);
CREATE INDEX traces_by_release ON traces (release, start) WHERE release IS NOT NULL;
CREATE INDEX traces_by_session ON traces (session_id, start) WHERE session_id IS NOT NULL;
CREATE INDEX traces_by_start ON traces (start);
CREATE INDEX traces_by_status ON traces (status, start);
CREATE INDEX traces_by_user ON traces (user_id, start) WHERE user_id IS NOT NULL;
