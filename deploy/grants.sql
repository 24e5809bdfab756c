-- What the broker, or a client that reads the database itself, may read of Langfuse's: these columns and nothing else.
-- docs/database.md explains them. Run it as the owner of Langfuse's tables, once Langfuse has made them, and again
-- after an update of Langfuse that adds a column (the broker's --check says which GRANT is missing).
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'genai_reader') THEN
    CREATE ROLE genai_reader LOGIN;
  END IF;
END $$;
ALTER ROLE genai_reader SET default_transaction_read_only = on;
ALTER ROLE genai_reader CONNECTION LIMIT 64;
GRANT USAGE ON SCHEMA public TO genai_reader;
GRANT SELECT (public_key, hashed_secret_key, fast_hashed_secret_key, project_id, scope, expires_at, is_in_app_agent_key)
  ON api_keys TO genai_reader;
GRANT SELECT (id, name, deleted_at) ON projects TO genai_reader;
GRANT SELECT (project_id, provider, adapter, secret_key, base_url, custom_models, with_default_models, config,
  extra_headers, created_at, updated_at) ON llm_api_keys TO genai_reader;
