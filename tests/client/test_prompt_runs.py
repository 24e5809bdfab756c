"""Prompts that run by their config, and experiments with their labels."""

from collections import Counter

import pytest

from genai_sdk import ConfigurationError, InvalidRequestError, PromptNotFoundError
from genai_sdk.prompts.experiment import draw
from genai_sdk.testing import Reply

MODEL = "openai_test/gpt-4o-mini"
FORM = {"type": "json_schema", "json_schema": {"name": "reply", "schema": {"type": "object", "properties": {}}}}
TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}]
SPLIT = {"production": 90, "candidate": 10}


@pytest.fixture
def prompts(regions):
    store = regions.langfuse.prompts
    regions.langfuse.traces.clear()
    made = []

    def create(name, text="Hello {{name}}!", labels=("production",), **facts):
        made.append(name)
        return store.create(name, text, labels=list(labels), **facts)

    yield create
    for name in dict.fromkeys(made):
        store.delete(name)


def test_a_prompt_runs_with_all_that_its_config_says(client, face, regions, prompts):
    config = {"model": MODEL, "temperature": 0.1, "response_format": FORM, "tools": TOOLS, "num_retries": 0, "owner": 1}
    prompts("greeting", config=config)
    response = face.call(client, "run", "greeting", variables={"name": "Mina"})
    sent = regions.usa.journal[0].body
    assert response.text == '{"answer": "Hello Mina!"}'
    assert sent["messages"] == [{"role": "user", "content": "Hello Mina!"}]
    assert (sent["model"], sent["temperature"]) == ("gpt-4o-mini", 0.1)
    assert (sent["response_format"], sent["tools"]) == (FORM, TOOLS)
    assert "owner" not in sent
    assert client.flush(20)
    assert regions.langfuse.traces.all[0].root.prompt == ("greeting", 1)


def test_the_call_says_otherwise_where_it_likes(client, face, regions, prompts):
    prompts("greeting", config={"model": "nobody-serves-this", "temperature": 0.1})
    options = {"model": MODEL, "temperature": 0.9, "max_tokens": 5}
    face.call(client, "run", "greeting", variables={"name": "Mina"}, **options)
    sent = regions.usa.journal[0].body
    assert (sent["model"], sent["temperature"], sent["max_tokens"]) == ("gpt-4o-mini", 0.9, 5)


def test_an_answer_is_read_as_a_type_in_place_of_the_configs_form_and_repaired(client, face, regions, prompts):
    prompts("greeting", config={"model": MODEL, "response_format": FORM})
    regions.usa.script(Reply(text='["one"]'), Reply(text="[1]"))
    form = list[int]
    response = face.call(client, "run", "greeting", variables={"name": "Mina"}, response_format=form, repair=1)
    assert response.parsed == [1]
    assert len(regions.usa.journal) == 2


def test_the_fallbacks_of_a_config_stand_in(client, face, regions, prompts):
    regions.seoul.down()
    config = {"model": "gemini_seoul/gemini-2.5-flash", "num_retries": 0, "fallbacks": ["gemini_usa/gemini-2.5-flash"]}
    prompts("greeting", config=config)
    response = face.call(client, "run", "greeting", variables={"name": "Mina"})
    assert response.genai.connection == "gemini_usa"


def test_a_run_is_streamed_and_takes_a_label_or_a_version(client, face, prompts):
    prompts("greeting", config={"model": MODEL})
    prompts("greeting", "Good day, {{name}}.", labels=["candidate"], config={"model": MODEL})
    stream = face.call(client, "run", "greeting", variables={"name": "Mina"}, label="candidate", stream=True)
    assert "".join(chunk.text for chunk in face.read(stream)) == "usa: Good day, Mina."
    assert face.call(client, "run", "greeting", variables={"name": "Mina"}, version=1).text == "usa: Hello Mina!"


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({}, "config.model is missing and the call gives no model="),
        (["model"], "config must be an object, not list"),
        ({"model": 3}, "config.model must be the name of a model, not 3"),
        ({"model": MODEL, "temperature": "hot"}, "config.temperature: Expected `float`, got `str`"),
        ({"model": MODEL, "stop": [1]}, r"config.stop\[0\]: Expected `str`, got `int`"),
        ({"model": MODEL, "tools": [{"name": "weather"}]}, r"config.tools\[0\] must be"),
        ({"model": MODEL, "num_retries": -1}, "config.num_retries must be a whole number"),
        ({"model": MODEL, "fallbacks": 3}, "config.fallbacks"),
        ({"model": MODEL, "api_base": "https://x"}, "config.api_base is not taken: it belongs to the connection"),
        ({"model": MODEL, "response_format": {"type": "object"}}, "config.response_format must be an object with the"),
        (
            {"model": MODEL, "response_format": {"type": "json_schema", "json_schema": {"name": "n"}}},
            "config.response_format.json_schema.schema must be a JSON schema",
        ),
    ],
)
def test_a_bad_config_is_named_by_field_and_by_where_it_is(client, face, regions, prompts, recorded, config, says):
    prompts("support/greeting", config=config)
    with pytest.raises(ConfigurationError, match=f"prompt 'support/greeting' .version 1.: {says}") as caught:
        face.call(client, "run", "support/greeting", variables={"name": "Mina"})
    place = f"{regions.langfuse.url}/project/{client._project_id()}/prompts/support%2Fgreeting?version=1"
    assert str(caught.value).endswith(f"; change it at {place}")
    assert not list(regions.usa.journal)


def test_what_the_prompt_supplies_is_not_given_twice(client, face, prompts):
    prompts("greeting", config={"model": MODEL})
    with pytest.raises(InvalidRequestError, match=r"run takes no messages: .* a placeholder"):
        face.call(client, "run", "greeting", variables={"name": "M"}, messages=[{"role": "user", "content": "Hi"}])


def test_an_experiment_gives_everybody_one_label_and_each_label_its_share():
    labels = {f"user-{number}": draw("greeting", SPLIT, f"user-{number}") for number in range(5_000)}
    assert labels == {user: draw("greeting", dict(SPLIT), user) for user in labels}
    assert 0.08 < Counter(labels.values())["candidate"] / len(labels) < 0.12
    raised = {user: draw("greeting", {"production": 70, "candidate": 30}, user) for user in labels}
    assert all(raised[user] == "candidate" for user, label in labels.items() if label == "candidate")
    assert draw("greeting", {"production": 0, "candidate": 1}, "user-1") == "candidate"
    # Pinned: another version of this package must not move anybody.
    assert "".join(draw("greeting", {"a": 1, "b": 1}, f"user-{number}") for number in range(1, 7)) == "bbaabb"


def test_the_label_drawn_is_recorded_with_the_call(client, face, regions, prompts):
    prompts("greeting", config={"model": MODEL})
    prompts("greeting", "Good day, {{name}}.", labels=["candidate"], config={"model": MODEL})
    drawn = next(f"user-{number}" for number in range(99) if draw("greeting", SPLIT, f"user-{number}") == "candidate")
    prompt = face.call(client, "get_prompt", "greeting", variables={"name": "M"}, experiment=SPLIT, key=drawn)
    assert (prompt, prompt.experiment) == ("Good day, M.", "candidate (production 90, candidate 10)")
    assert face.call(client, "get_prompt", "greeting").experiment == ""
    face.call(client, "run", "greeting", variables={"name": "Mina"}, experiment=SPLIT, user_id=drawn)
    assert client.flush(20)
    (trace,) = regions.langfuse.traces.all
    assert trace.root.prompt == ("greeting", 2)
    assert trace.root.metadata["experiment"] == "candidate (production 90, candidate 10)"


def test_where_the_label_drawn_was_taken_away_the_first_one_counts(client, face, prompts, caplog):
    prompts("greeting")
    for _ in range(2):
        prompt = face.call(client, "get_prompt", "greeting", experiment={"production": 0, "gone": 1}, key="user-1")
        assert (prompt.version, prompt.experiment) == (1, "production (production 0, gone 1)")
    assert len([record for record in caplog.records if "first label of an experiment" in record.message]) == 1
    with pytest.raises(PromptNotFoundError):
        face.call(client, "get_prompt", "greeting", experiment={"gone": 1}, key="user-1")
    spare = face.call(client, "get_prompt", "greeting", experiment={"gone": 1}, key="user-1", fallback="Hi!")
    assert spare == "Hi!"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"experiment": SPLIT}, "needs key="),
        ({"experiment": {}, "key": "k"}, "must be weights by label"),
        ({"experiment": {"production": -1}, "key": "k"}, "must be weights by label"),
        ({"experiment": {"production": "x"}, "key": "k"}, "must be weights by label"),
        ({"experiment": ["production"], "key": "k"}, "must be weights by label"),
        ({"experiment": SPLIT, "key": "k", "label": "production"}, "leave label and version out"),
    ],
)
def test_an_experiment_that_is_none_is_refused(client, face, prompts, options, says):
    with pytest.raises(InvalidRequestError, match=says):
        face.call(client, "get_prompt", "greeting", **options)
