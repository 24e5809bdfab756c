-- Calls of models by what they differ in, so that the traces behind a figure are found as quickly as the figure.
-- '' and 0: none, as in `usage`. What follows the key is read from the index, for conditions that are seldom the rarest.
CREATE INDEX calls_failed ON observations (start) WHERE is_call AND level = 'ERROR';
CREATE INDEX calls_by_model ON observations (ifnull(model, ''), start, key, level) WHERE is_call;
CREATE INDEX calls_by_connection ON observations (ifnull(connection, ''), start, key, level) WHERE is_call;
CREATE INDEX calls_by_prompt ON observations (ifnull(prompt_name, ''), start, key, ifnull(prompt_version, 0), level)
    WHERE is_call;
