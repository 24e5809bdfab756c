from genai_sdk.catalogue import ADAPTERS, PREFIXES


def test_there_are_exactly_langfuses_six_adapters():
    assert set(ADAPTERS) == {"openai", "azure", "anthropic", "bedrock", "google-vertex-ai", "google-ai-studio"}


def test_every_provider_prefix_leads_to_one_adapter():
    assert set(PREFIXES) == {"openai", "azure", "anthropic", "bedrock", "vertex_ai", "gemini"}
    assert all(PREFIXES[row.prefix] is row for row in ADAPTERS.values())


def test_every_adapter_keeps_extra_headers_away_from_authentication():
    for row in ADAPTERS.values():
        assert "authorization" in row.auth_headers
        assert all(name == name.lower() for name in row.auth_headers)


def test_the_sentinels_are_those_of_aws_and_google():
    sentinels = {row.name: row.sentinel for row in ADAPTERS.values() if row.sentinel}
    assert sentinels == {
        "bedrock": "__BEDROCK_DEFAULT_CREDENTIALS__",
        "google-vertex-ai": "__VERTEXAI_DEFAULT_CREDENTIALS__",
    }
