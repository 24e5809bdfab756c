"""What holds for every name and every set of connections."""

import contextlib
import datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from genai_sdk.catalogue import ADAPTERS
from genai_sdk.errors import GenAIError
from genai_sdk.models import ModelIndex, Scope, parse, resolve
from genai_sdk.types import ConnectionView

BORN = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
MODELS = [
    "gpt-4o",
    "GPT-4o",
    "gpt-4o-mini",
    "gpt-4o-2024-08-06",
    "o1",
    "gpt-oss-120b",
    "openai.gpt-oss-120b-1:0",
    "ft:gpt-4o:acme",
    "gpt-4-32k",
    "claude-sonnet-4",
    "claude-sonnet-4-20250514",
    "claude-sonnet-4@20250514",
    "claude-sonnet-4-latest",
    "claude-3-sonnet",
    "anthropic.claude-sonnet-4-20250514-v1:0",
    "us.anthropic.claude-sonnet-4-20250514-v1:0",
    "eu.anthropic.claude-sonnet-4-20250514-v1:0",
    "apac.anthropic.claude-sonnet-4-20250514-v2:0",
    "gemini-2.5-pro",
    "models/gemini-2.5-flash",
    "gemini-1.5-pro",
    "text-embedding-004",
    "text-embedding-3-small",
    "meta-llama/Llama-3.1-8B-Instruct",
    "openai/gpt-4o",
    "my-model",
]
NAMES = ["one", "two", "three", "openai", "team/azure", "meta-llama", "bedrock"]

models = st.sampled_from(MODELS)
names = st.one_of(
    models,
    st.builds("{}/{}".format, st.sampled_from([*NAMES, "openai", "azure", "vertex_ai", "gemini"]), models),
    st.text(max_size=20),
    st.text(alphabet="/.:@-vV0123456789gpt oO\N{KELVIN SIGN}\ud800", max_size=20),
)
views = st.builds(
    ConnectionView,
    name=st.sampled_from(NAMES),
    adapter=st.sampled_from([*ADAPTERS, "from-the-future"]),
    base_url=st.sampled_from([None, "https://gateway.example/v1"]),
    custom_models=st.lists(models, max_size=4).map(tuple),
    with_default_models=st.booleans(),
    region=st.sampled_from([None, "us-east-1", "eu-west-1", "ap-northeast-1", "us-gov-west-1"]),
    default_credentials=st.booleans(),
    created_at=st.just(BORN),
    updated_at=st.just(BORN),
    error=st.sampled_from([None, None, None, "broken"]),
)
sets = st.lists(views, max_size=6, unique_by=lambda view: view.name)


def served(name, views, **how):
    try:
        return [(one.connection, one.model) for one in resolve(name, views, **how).candidates]
    except GenAIError:
        return None


@given(names, sets, st.sampled_from([None, Scope(connection="one"), Scope(adapter="openai"), Scope()]), st.booleans())
def test_nothing_but_the_trees_own_errors_is_raised_and_no_answer_is_empty(name, views, scope, verbatim):
    with contextlib.suppress(GenAIError):
        assert resolve(name, views, scope=scope, verbatim=verbatim).candidates


@given(names, sets)
def test_candidates_come_in_connection_order_and_each_connection_once(name, views):
    order = [view.name for view in views]
    found = [connection for connection, _ in served(name, views) or ()]
    assert found == sorted(set(found), key=order.index)


@given(names, sets, st.permutations(NAMES))
def test_the_order_listed_is_the_order_of_the_candidates(name, views, listed):
    found = [connection for connection, _ in served(name, views, listed=listed) or ()]
    assert found == sorted(found, key=listed.index)


@given(names, sets)
def test_a_broken_connection_or_an_unnamed_sentinel_never_serves(name, views):
    usable = {view.name for view in views if view.error is None and not view.default_credentials}
    assert {connection for connection, _ in served(name, views) or ()} <= usable


@given(models, sets)
def test_region_vendor_version_and_date_are_never_mixed(name, views):
    rest = ModelIndex(views).rest_of(name)
    asked = parse(rest)
    for connection, model in served(name, views) or ():
        offered = parse(model)
        assert offered.canonical == asked.canonical
        assert asked.asks_for(offered) or model.lower() == rest.lower()
        if asked.region or asked.vendor:
            view = next(view for view in views if view.name == connection)
            assert model in view.custom_models


@given(models, sets, views)
def test_a_new_connection_at_the_end_changes_nothing_before_it(name, views, new):
    assume(new.name not in {view.name for view in views})
    # A slash could make the new connection's name a pin, or its models exact ones.
    assume("/" not in name)
    before = served(name, views) or []
    after = served(name, [*views, new]) or []
    assert after[: len(before)] == before
    assert {connection for connection, _ in after[len(before) :]} <= {new.name}


@given(names, sets)
def test_connections_that_do_not_serve_a_bare_name_do_not_matter(name, views):
    assume("/" not in name)
    found = served(name, views)
    if found is not None:
        serving = {connection for connection, _ in found}
        assert served(name, [view for view in views if view.name in serving]) == found


@given(st.sampled_from(NAMES), names, sets)
def test_a_pin_never_leaves_its_connection(pin, rest, views):
    assume(any(view.name == pin for view in views))
    longer = (other for other in NAMES if other.startswith(f"{pin}/"))
    assume(not any(f"{pin}/{rest}".startswith(f"{other}/") for other in longer))
    found = served(f"{pin}/{rest}", views)
    if found is not None:
        assert [connection for connection, _ in found] == [pin]


@given(models, sets, st.sampled_from([*ADAPTERS.values()]))
def test_a_provider_prefix_never_leaves_its_adapter(name, views, row):
    assume(all(view.name not in ("openai", "bedrock") for view in views))
    text = f"{row.prefix}/{name}"
    assume(all(text not in view.custom_models for view in views))
    adapters = {view.name: view.adapter for view in views}
    assert {adapters[connection] for connection, _ in served(text, views) or ()} <= {row.name}


@given(models, sets, st.sampled_from(NAMES))
def test_a_fallbacks_bare_target_stays_in_the_pin_and_is_never_sent_unknown(target, views, pin):
    assume("/" not in target)
    everywhere = {**dict.fromkeys(map(tuple, served(target, views) or ()))}
    for connection, model in served(target, views, scope=Scope(connection=pin), verbatim=False) or ():
        assert connection == pin
        # Claude on Vertex AI answers behind a pin, and nowhere else.
        assert (connection, model) in everywhere or model.startswith("claude-")


@given(names, sets)
def test_an_index_remembers_the_same_answer(name, views):
    index = ModelIndex(views)
    try:
        first = index.resolve(name)
    except GenAIError as error:
        with pytest.raises(type(error), match=r"^"):
            index.resolve(name)
    else:
        assert index.resolve(name) is first
        assert first == resolve(name, views)


@given(names, sets)
def test_what_a_name_is_split_into_is_how_it_is_resolved(name, views):
    index = ModelIndex(views)
    found = served(name, views)
    scope = index.scope_of(name)
    if found is not None:
        assert resolve(name, views).scope == scope
    assert name.endswith(index.rest_of(name))
