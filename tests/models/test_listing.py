from genai_sdk.models import ModelIndex, list_models, resolve


def rows(views, listed=None):
    return {row.name: list(row.connections) for row in list_models(ModelIndex(views, listed))}


def test_every_name_listed_resolves_to_what_the_list_says(recorded):
    for row in list_models(ModelIndex(recorded)):
        assert resolve(row.name, recorded).candidates == row.candidates


def test_custom_and_default_models_are_listed_with_their_connections(recorded):
    found = rows(recorded)
    assert found["gpt-4o-mini"] == ["openai_test", "azure_test", "openai_responses"]
    assert found["my-model"] == ["openai_test"]
    assert found["meta-llama/Llama-3.1-8B-Instruct"] == ["vllm_onprem"]
    assert found["claude-haiku-4-5-20251001"] == ["anthropic_test"]
    assert list(found) == sorted(found)


def test_claude_on_vertex_is_listed_as_it_must_be_asked_for(view):
    found = rows([view("seoul", "google-vertex-ai")])
    assert found["vertex_ai/claude-opus-4@20250514"] == ["seoul"]
    assert "claude-sonnet-4-5@20250929" not in found


def test_what_is_no_longer_offered_is_not_listed(recorded):
    assert not {"o1", "claude-sonnet-4-20250514", "gpt-4-32k", "gemini-1.5-pro"} & set(rows(recorded))


def test_a_sentinels_models_are_listed_only_where_it_is_named(recorded):
    assert "amazon.nova-pro-v1:0" not in rows(recorded)
    assert rows(recorded, ["bedrock_default_chain"]) == {"amazon.nova-pro-v1:0": ["bedrock_default_chain"]}


def test_a_broken_connection_lists_nothing(view):
    assert rows([view("one", "openai", custom_models=["x"], error="bad JSON")]) == {}


def test_a_name_that_another_connections_pin_has_is_left_out(view):
    router = view("router", "openai", base_url="https://router.example/v1", custom_models=["azure/gpt-4o"])
    broken = view("azure", "azure", error="bad JSON")
    assert rows([router, broken]) == {}
