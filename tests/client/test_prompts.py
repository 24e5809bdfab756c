"""Prompts handed out by the client, and calls made with them."""

import pytest

from genai_sdk import InvalidRequestError, PromptNotFoundError, PromptVariableError

MODEL = "openai_test/gpt-4o-mini"


@pytest.fixture
def prompts(regions):
    """A text prompt in two versions and a chat prompt with a config."""
    store = regions.langfuse.prompts
    regions.langfuse.traces.clear()
    store.create("greeting", "Hello {{name}}!", labels=["production"])
    store.create("greeting", "Good day, {{name}}.")
    store.create(
        "support/reply",
        [{"role": "system", "content": "Answer in {{language}}."}, {"type": "placeholder", "name": "history"}],
        labels=["production"],
        config={"model": MODEL, "temperature": 0.1, "owner": "team-a"},
    )
    yield store
    for name in ("greeting", "support/reply"):
        store.delete(name)


def link_of(client, regions):
    assert client.flush(20)
    (trace,) = regions.langfuse.traces.all
    return trace.root.prompt


def test_a_prompt_is_compiled_with_its_variables(client, face, prompts):
    prompt = face.call(client, "get_prompt", "greeting", variables={"name": "Mina"})
    assert prompt == "Hello Mina!"
    assert (prompt.name, prompt.version) == ("greeting", 1)
    assert face.call(client, "get_prompt", "greeting", version=2) == "Good day, {{name}}."
    assert face.call(client, "get_prompt", "greeting", label="latest").version == 2


def test_a_missing_variable_or_prompt_is_named(client, face, prompts):
    with pytest.raises(PromptVariableError, match="name"):
        face.call(client, "get_prompt", "greeting", variables={"nmae": "Mina"})
    with pytest.raises(PromptNotFoundError, match="no-such"):
        face.call(client, "get_prompt", "no-such")
    assert face.call(client, "get_prompt", "no-such", fallback="Hi!") == "Hi!"


def test_a_prompt_inside_messages_links_the_call(client, face, regions, prompts):
    prompt = face.call(client, "get_prompt", "greeting", variables={"name": "Mina"})
    face.call(client, "completion", MODEL, [{"role": "user", "content": prompt}])
    assert link_of(client, regions) == ("greeting", 1)
    assert regions.usa.journal[0].body["messages"] == [{"role": "user", "content": "Hello Mina!"}]


def test_a_chat_prompt_and_more_messages_keep_the_link(client, face, regions, prompts):
    prompt = face.call(client, "get_prompt", "support/reply", variables={"language": "Korean", "history": []})
    face.call(client, "completion", MODEL, [*prompt, {"role": "user", "content": "Hi"}])
    assert link_of(client, regions) == ("support/reply", 1)


def test_a_prompt_with_messages_only_links(client, face, regions, prompts):
    prompt = face.call(client, "get_prompt", "greeting")
    face.call(client, "completion", MODEL, [{"role": "user", "content": "Hi"}], prompt=prompt)
    assert link_of(client, regions) == ("greeting", 1)
    assert regions.usa.journal[0].body["messages"] == [{"role": "user", "content": "Hi"}]


def test_a_prompts_name_with_messages_needs_no_variables(client, face, regions, prompts):
    face.call(client, "completion", MODEL, [{"role": "user", "content": "Hi"}], prompt="greeting")
    assert link_of(client, regions) == ("greeting", 1)
    with pytest.raises(PromptVariableError):
        face.call(client, "completion", MODEL, prompt="greeting")


def test_a_prompts_name_supplies_messages_model_and_parameters(client, face, regions, prompts):
    history = [{"role": "user", "content": "Where is my order?"}]
    face.call(client, "completion", prompt="support/reply", variables={"language": "Korean", "history": history})
    sent = regions.usa.journal[0].body
    assert sent["messages"] == [{"role": "system", "content": "Answer in Korean."}, *history]
    assert (sent["model"], sent["temperature"]) == ("gpt-4o-mini", 0.1)
    assert "owner" not in sent
    assert link_of(client, regions) == ("support/reply", 1)


def test_what_the_call_says_counts_before_the_prompts_config(client, face, regions, prompts):
    variables = {"language": "Korean", "history": []}
    face.call(client, "completion", "vllm_onprem/m", prompt="support/reply", variables=variables, temperature=0.9)
    sent = regions.usa.journal[0].body
    assert (sent["model"], sent["temperature"]) == ("m", 0.9)


def test_a_promoted_version_is_live_without_a_restart(make_client, face, regions, prompts):
    client = make_client(prompt_cache_ttl=0)
    variables = {"name": "Mina"}
    assert face.call(client, "get_prompt", "greeting", variables=variables) == "Hello Mina!"
    prompts.label("greeting", 2, "production")
    assert face.call(client, "get_prompt", "greeting", variables=variables) == "Good day, Mina."


def test_a_streamed_call_takes_a_prompt_too(client, face, regions, prompts):
    stream = face.call(client, "completion", MODEL, prompt="greeting", variables={"name": "Mina"}, stream=True)
    assert "".join(chunk.text for chunk in face.read(stream)) == "usa: Hello Mina!"
    assert link_of(client, regions) == ("greeting", 1)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"messages": [{"role": "user", "content": "Hi"}]}, "names no model"),
        ({"model": MODEL}, "messages"),
        ({"model": MODEL, "prompt": 3}, "prompt must be"),
        ({"model": MODEL, "messages": [{"role": "user", "content": "Hi"}], "variables": {"a": 1}}, "give prompt="),
    ],
)
def test_what_a_call_lacks_is_named(client, face, prompts, options, says):
    with pytest.raises(InvalidRequestError, match=says):
        face.call(client, "completion", **options)
