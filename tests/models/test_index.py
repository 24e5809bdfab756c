import datetime
import threading

import pytest

from genai_sdk.errors import ConfigurationError, DecryptionError, InvalidRequestError, UnknownModelError
from genai_sdk.models import ModelIndex, Scope, in_connection_order, resolve, unalias


def served(found):
    return [(one.connection, one.model) for one in found.candidates]


def test_an_alias_is_followed_once():
    aliases = {"fast": "gpt-4o-mini", "gpt-4o-mini": "fast"}
    assert unalias("fast", aliases) == "gpt-4o-mini"
    assert unalias("gpt-4o", aliases) == "gpt-4o"


def test_connections_come_oldest_first_then_by_name(view):
    day = datetime.timedelta(days=1)
    old = view("z", "openai")
    views = [view("new", "openai", created_at=old.created_at + day), old, view("a", "openai")]
    assert [one.name for one in in_connection_order(views, None)] == ["a", "z", "new"]


def test_connections_named_come_as_named_and_nobody_else(view):
    views = [view("a", "openai"), view("b", "openai"), view("c", "openai")]
    assert [one.name for one in in_connection_order(views, ["c", "gone", "a", "c"])] == ["c", "a"]


def test_a_broken_connections_own_error_is_raised_each_time_anew(view):
    mine = DecryptionError("no key opens it")
    index = ModelIndex([view("one", "openai", error="no key opens it")], errors={"one": mine})
    seen = []
    for name in ("gpt-4o", "one/gpt-4o", "openai/gpt-4o", "gpt-4o"):
        with pytest.raises(DecryptionError, match="no key opens it") as raised:
            index.resolve(name)
        seen.append(raised.value)
    assert mine.__traceback__ is None
    assert len({id(one) for one in [mine, *seen]}) == 5


def test_who_comes_first_of_a_tie_and_a_broken_connection_says_why(view):
    tie = view("tie", "bedrock", custom_models=["us.amazon.nova-lite-v1:0", "eu.amazon.nova-lite-v1:0"])
    broken = view("broken", "bedrock", custom_models=["amazon.nova-lite-v1:0"], error="bad JSON")
    with pytest.raises(UnknownModelError, match=r"tie/us\.amazon\.nova-lite-v1:0 or tie/eu"):
        resolve("nova-lite", [tie, broken])
    with pytest.raises(ConfigurationError, match="connection 'broken' cannot be used: bad JSON"):
        resolve("nova-lite", [broken, tie])


def test_a_tie_is_no_hindrance_where_somebody_else_serves(view):
    tie = view("tie", "bedrock", custom_models=["us.amazon.nova-lite-v1:0", "eu.amazon.nova-lite-v1:0"])
    plain = view("plain", "bedrock", custom_models=["amazon.nova-lite-v1:0"])
    found = resolve("nova-lite", [tie, plain])
    assert served(found) == [("plain", "amazon.nova-lite-v1:0")]
    assert [(one.connection, one.reason) for one in found.refusals] == [
        ("tie", "cannot choose between us.amazon.nova-lite-v1:0 and eu.amazon.nova-lite-v1:0")
    ]


def test_behind_a_prefix_a_tie_is_not_sent_as_asked(view):
    tie = view("tie", "bedrock", custom_models=["us.amazon.nova-lite-v1:0", "eu.amazon.nova-lite-v1:0"])
    with pytest.raises(UnknownModelError, match="fits several models of connection 'tie'"):
        resolve("bedrock/nova-lite", [tie])
    assert served(resolve("bedrock/nova-lite", [tie, view("other", "bedrock")])) == [("other", "nova-lite")]


def test_a_broken_openai_connection_does_not_make_another_server_openai(view):
    broken = view("broken", "openai", error="bad JSON")
    server = view("server", "openai", base_url="https://server.example/v1")
    with pytest.raises(ConfigurationError, match="'broken'"):
        resolve("openai/gpt-4o", [broken, server])


def test_a_custom_model_with_a_slash_is_served_by_those_who_list_it_exactly(view):
    exact = view("exact", "openai", base_url="https://a.example/v1", custom_models=["org/Model-A"])
    other = view("other", "openai", base_url="https://b.example/v1", custom_models=["org/model-a"])
    assert served(resolve("org/Model-A", [other, exact])) == [("exact", "org/Model-A")]


def test_a_scope_of_nothing_is_no_scope(recorded):
    assert resolve("gpt-4o", recorded, scope=Scope()) == resolve("gpt-4o", recorded)


def test_a_refusal_is_told_once(recorded):
    found = resolve("bedrock/nova-pro", recorded)
    assert served(found) == [("bedrock_test", "nova-pro"), ("bedrock_apikey", "nova-pro")]
    assert [one.connection for one in found.refusals] == ["bedrock_default_chain"]


def test_a_connection_of_an_unknown_adapter_serves_what_it_lists(view):
    views = [view("new", "from-the-future", custom_models=["gpt-4o"])]
    assert served(resolve("gpt-4o", views)) == [("new", "gpt-4o")]


def test_a_model_listed_twice_is_no_tie(view):
    views = [view("one", "azure", custom_models=["gpt-4o-2024-08-06", "gpt-4o-2024-08-06"])]
    assert served(resolve("gpt-4o", views)) == [("one", "gpt-4o-2024-08-06")]


@pytest.mark.parametrize("name", ["gpt-4o mini", "gpt-4o\n", "gpt-4o/x", "gpt-\N{FULLWIDTH DIGIT FOUR}o", "gpt-4o\x00"])
def test_what_no_vendor_could_have_named_is_not_sent_to_a_vendor(view, name):
    with pytest.raises(UnknownModelError):
        resolve(name, [view("one", "openai"), view("two", "azure", base_url="https://a.example")])


@pytest.mark.parametrize("name", ["", None, 7, ["gpt-4o"], "x" * 5_000])
def test_what_is_no_name_is_refused(view, name):
    with pytest.raises(InvalidRequestError, match="model must be a name"):
        resolve(name, [view("one", "openai")])


def test_without_connections_the_error_says_where_to_register_one():
    with pytest.raises(UnknownModelError, match=r"There are no connections\. Register one in Langfuse"):
        resolve("gpt-4o", [])


def test_an_error_about_a_thousand_connections_stays_short(view):
    views = [view(f"connection-{number}", "openai") for number in range(1_000)]
    with pytest.raises(UnknownModelError, match="and 990 more") as raised:
        resolve("llama", views)
    assert len(str(raised.value)) < 1_000


def test_a_names_own_pin_or_prefix_is_told(recorded):
    index = ModelIndex(recorded)
    assert index.scope_of("azure_test/gpt-4o") == Scope(connection="azure_test")
    assert index.scope_of("azure/gpt-4o") == Scope(adapter="azure")
    assert index.scope_of("gpt-4o") is None
    assert index.scope_of("meta-llama/Llama-3.1-8B-Instruct") is None
    assert index.rest_of("azure_test/gpt-4o") == index.rest_of("azure/gpt-4o") == index.rest_of("gpt-4o") == "gpt-4o"
    assert index.rest_of("meta-llama/Llama-3.1-8B-Instruct") == "meta-llama/Llama-3.1-8B-Instruct"


def test_what_an_index_remembers_is_bounded(view):
    index = ModelIndex([view("one", "openai")])
    for number in range(3_000):
        index.resolve(f"gpt-{number}")
    assert len(index._remembered) <= 1_024
    assert served(index.resolve("gpt-1")) == [("one", "gpt-1")]


def test_many_threads_may_ask_one_index(recorded):
    index = ModelIndex(recorded)
    wrong = []

    def ask(start):
        for number in range(start, start + 2_000):
            name = f"gpt-{number % 1_500}"
            if served(index.resolve(name)) != [("openai_test", name), ("openai_responses", name)]:
                wrong.append(name)

    threads = [threading.Thread(target=ask, args=(start,)) for start in range(0, 800, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    assert not wrong


def test_everyone_who_was_asked_says_why_not(view):
    server = {"base_url": "https://server.example/v1"}
    many = ["a", "b", "c", "d", "e"]
    views = [
        view("home", "openai"),
        view("server", "openai", custom_models=["my-model"], **server),
        view("off", "openai", with_default_models=False),
        view("azure", "azure", custom_models=many, **server),
        view("claude", "anthropic"),
        view("broken", "openai", error="bad JSON"),
        view("new", "from-the-future"),
    ]
    index = ModelIndex(views)
    assert [(one.connection, one.reason) for one in index.refusals("gpt-4o")] == [
        ("server", "has a base URL of its own and lists only my-model"),
        ("off", "has its default models off and lists no models"),
        ("azure", "lists only a, b, c and 2 more"),
        ("claude", "has other default models and lists no models"),
        ("broken", "bad JSON"),
        ("new", "has the unknown adapter from-the-future and lists no models"),
    ]
    assert [one.connection for one in index.refusals("openai/gpt-4o")] == ["server", "off", "broken"]
    assert index.refusals("azure/x") == index.refusals("server/x") == ()


def test_a_refusal_names_the_form_that_would_be_served(view):
    index = ModelIndex([view("claude", "anthropic"), view("vertex", "google-vertex-ai")])
    assert [one.reason for one in index.refusals("claude-sonnet-4")] == [
        "serves it only behind vertex_ai/ or its own name and lists no models"
    ]


def test_an_unknown_name_says_why_each_connection_refused_it(view):
    views = [view("server", "openai", custom_models=["my-model"], base_url="https://server.example/v1")]
    with pytest.raises(UnknownModelError, match=r"server \(has a base URL of its own and lists only my-model\)"):
        resolve("gpt-4o", views)


def test_what_an_unknown_pin_suggests_resolves(view):
    index = ModelIndex(
        [view("azure_test", "azure", base_url="https://a.example"), view("azure_tes", "azure", error="x")]
    )
    with pytest.raises(UnknownModelError, match=r"Close to it: azure_test/gpt-4o, azure/gpt-4o\. Refused") as raised:
        index.resolve("azure_tst/gpt-4o")
    for suggestion in ("azure_test/gpt-4o", "azure/gpt-4o"):
        assert suggestion in str(raised.value)
        assert served(index.resolve(suggestion)) == [("azure_test", "gpt-4o")]
