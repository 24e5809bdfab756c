import pytest

from genai_sdk.catalogue import ADAPTERS, azure_resource, endpoint, is_azure_v1, vertex_model_path

ROOTS = [
    ("openai", None, None, "https://api.openai.com/v1"),
    ("openai", "http://127.0.0.1:9999/v1", None, "http://127.0.0.1:9999/v1"),
    ("openai", "http://127.0.0.1:9999/v1/", None, "http://127.0.0.1:9999/v1"),
    ("openai", "https://gateway.example/{model}/v1", None, "https://gateway.example/org/my%20model/v1"),
    ("azure", "https://name.openai.azure.com/openai/deployments", None, "https://name.openai.azure.com/openai"),
    ("azure", "https://name.openai.azure.com/openai/deployments/", None, "https://name.openai.azure.com/openai"),
    (
        "azure",
        "https://name.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=1",
        None,
        "https://name.openai.azure.com/openai",
    ),
    ("azure", "https://name.openai.azure.com/", None, "https://name.openai.azure.com/openai"),
    ("azure", "https://gateway.example/team/azure", None, "https://gateway.example/team/azure"),
    ("azure", "https://gateway.example/my-deployments/openai", None, "https://gateway.example/my-deployments/openai"),
    ("azure", "https://name.openai.azure.com/openai/v1/", None, "https://name.openai.azure.com/openai/v1"),
    ("anthropic", None, None, "https://api.anthropic.com"),
    ("anthropic", "https://proxy.example", None, "https://proxy.example"),
    ("anthropic", "https://proxy.example/v1/", None, "https://proxy.example"),
    ("google-ai-studio", None, None, "https://generativelanguage.googleapis.com/v1beta"),
    ("google-ai-studio", "https://proxy.example/gemini/", None, "https://proxy.example/gemini/v1beta"),
    ("google-ai-studio", "https://proxy.example/v1beta", None, "https://proxy.example/v1beta"),
    ("bedrock", None, "us-east-1", "https://bedrock-runtime.us-east-1.amazonaws.com"),
    ("bedrock", None, "cn-north-1", "https://bedrock-runtime.cn-north-1.amazonaws.com.cn"),
    ("bedrock", None, "us-gov-west-1", "https://bedrock-runtime.us-gov-west-1.amazonaws.com"),
    ("bedrock", None, "eusc-de-east-1", "https://bedrock-runtime.eusc-de-east-1.amazonaws.eu"),
    ("bedrock", None, "us-iso-east-1", "https://bedrock-runtime.us-iso-east-1.c2s.ic.gov"),
    ("bedrock", "https://vpce-1.example/", "us-east-1", "https://vpce-1.example"),
    ("google-vertex-ai", None, None, "https://aiplatform.googleapis.com"),
    ("google-vertex-ai", None, "global", "https://aiplatform.googleapis.com"),
    ("google-vertex-ai", None, "asia-northeast3", "https://asia-northeast3-aiplatform.googleapis.com"),
    ("google-vertex-ai", None, "eu", "https://aiplatform.eu.rep.googleapis.com"),
    ("google-vertex-ai", "https://psc.example/", "eu", "https://psc.example"),
]


@pytest.mark.parametrize(("adapter", "base_url", "region", "root"), ROOTS)
def test_every_form_of_base_url_leads_to_one_root(adapter, base_url, region, root):
    assert endpoint(adapter, base_url=base_url, region=region, model="org/my model") == root


def test_every_adapter_has_a_root():
    for name in ADAPTERS:
        assert endpoint(name, base_url="https://example.test/v1", region="us-east-1").startswith("https://example.test")


@pytest.mark.parametrize(
    ("adapter", "region", "says"),
    [
        ("azure", None, "needs its resource's base URL"),
        ("bedrock", None, "without a region"),
        ("bedrock", "us-east-1.evil.example/", "is no region"),
        ("google-vertex-ai", "x@evil.example", "is no region"),
        ("mistral", None, "there is no adapter 'mistral'"),
    ],
)
def test_what_cannot_have_an_endpoint_says_what_is_missing(adapter, region, says):
    with pytest.raises(ValueError, match=says):
        endpoint(adapter, region=region)


@pytest.mark.parametrize(
    ("base_url", "is_v1"),
    [
        ("https://name.openai.azure.com/openai/v1", True),
        ("https://name.openai.azure.com/openai/v1/", True),
        ("https://name.openai.azure.com/openai/deployments", False),
        ("https://name.openai.azure.com/v1", False),
    ],
)
def test_azures_undated_wire_is_told_by_the_end_of_the_path(base_url, is_v1):
    assert is_azure_v1(base_url) is is_v1


def test_the_azure_resource_is_the_root_without_openai():
    assert azure_resource("https://name.openai.azure.com/openai/deployments") == "https://name.openai.azure.com"


def test_a_vertex_model_has_its_project_location_and_publisher_in_the_path():
    path = vertex_model_path("demo-project", None, "anthropic", "claude-sonnet-4-5@20250929")
    assert path == "/v1/projects/demo-project/locations/global/publishers/anthropic/models/claude-sonnet-4-5@20250929"
