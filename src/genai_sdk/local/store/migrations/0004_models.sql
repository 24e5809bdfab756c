-- Models of the project's own, with what they cost: prices are in US dollars for a unit.

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
