"""What `explain` tells before a call is made."""

import msgspec
import pytest

from genai_sdk import UnknownModelError
from genai_sdk.connections import Connection
from genai_sdk.routing import Plan


def parts_of(value):
    """Everything that can be reached from a value."""
    yield value
    if isinstance(value, msgspec.Struct):
        value = [getattr(value, name) for name in value.__struct_fields__]
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from parts_of(part)


def test_a_plan_says_who_serves_a_model_and_who_refuses_it_and_why(client, face):
    plan = face.call(client, "explain", "gpt-4o", num_retries=1)
    assert [(one.connection, one.model) for one in plan.candidates] == [("azure_test", "gpt-4o")]
    why = {refusal.connection: refusal.reason for refusal in plan.refusals}
    assert set(why) == {view.name for view in face.call(client, "connections")} - {"azure_test"}
    assert why["openai_test"] == "has a base URL of its own and lists only my-model"
    assert "  -  openai_test: has a base URL of its own and lists only my-model" in repr(plan).splitlines()
    assert "then up to 1 retry;" in str(plan)


def test_a_plan_holds_no_connection_and_no_secret(make_client, face):
    client = make_client(router_args={"default_fallbacks": ["gemini-2.5-flash", "no-such"]})
    plan = face.call(client, "explain", "gpt-4o")
    found = list(parts_of(plan))
    assert sum(isinstance(part, Plan) for part in found) == 1
    assert not any(isinstance(part, Connection) for part in found)
    flash, lost = plan.fallbacks
    assert (flash.target, flash.candidates[0].connection, flash.reason) == ("gemini-2.5-flash", "gemini_seoul", "")
    assert (lost["candidates"], lost.reason[:22]) == ((), "No connection serves '")


def test_a_pin_that_nobody_has_is_an_unknown_name_with_one_that_is_there(client, face, make_client):
    with pytest.raises(UnknownModelError, match="Close to it: azure_test/gpt-4o"):
        face.ask(client, "azure_tst/gpt-4o")
    with pytest.raises(UnknownModelError, match="No connection serves 'azure_test/gpt-4o'"):
        face.ask(make_client(llm_connection_names=["openai_test"]), "azure_test/gpt-4o")
