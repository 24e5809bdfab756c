-- Days of traces, summed up as traces come; and traces of a release, found without a walk through all of them.

CREATE TABLE days (
    day INTEGER NOT NULL, -- days since 1970
    environment TEXT NOT NULL,
    traces INTEGER NOT NULL,
    observations INTEGER NOT NULL,
    cost REAL NOT NULL, -- US dollars
    PRIMARY KEY (day, environment)
) STRICT, WITHOUT ROWID;

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

CREATE INDEX traces_by_release ON traces (release, start) WHERE release IS NOT NULL;

INSERT INTO days SELECT start / 86400000000000, environment, count(*), sum(observations), total(cost)
    FROM traces GROUP BY 1, 2;

INSERT INTO day_models SELECT traces.start / 86400000000000, traces.environment, observations.model,
    count(DISTINCT traces.key), count(*), coalesce(sum(observations.input_tokens), 0),
    coalesce(sum(observations.output_tokens), 0), coalesce(sum(observations.total_tokens), 0), total(observations.cost)
    FROM traces JOIN observations ON observations.trace = traces.key
    WHERE observations.model IS NOT NULL GROUP BY 1, 2, 3;
