"""The day on which a vendor shuts a model down, told before it is called."""

import datetime

from genai_sdk.catalogue import facts_of

SONNET = "us.anthropic.claude-sonnet-4-20250514-v1:0"


def test_models_and_plans_tell_the_end_of_a_model_where_it_is_near_or_past(make_client, face):
    client = make_client(router_args={"default_fallbacks": [SONNET]})
    day = facts_of("bedrock", SONNET).ends
    assert day < datetime.date.today()
    rows = {row.name: row for row in face.call(client, "models")}
    assert rows[SONNET].ends == {"bedrock_test": day}
    assert rows["gemini-3.8-flash"].connections
    assert rows["gemini-3.8-flash"].ends == {}
    plan = face.call(client, "explain", SONNET)
    assert plan.ends == {"bedrock_test": day}
    assert f"the vendor ended it on {day.isoformat()}" in str(plan)
    (fallback,) = face.call(client, "explain", "gemini-3.8-flash").fallbacks
    assert fallback.ends == {"bedrock_test": day}


def test_a_house_server_ends_its_models_when_it_likes(client, face):
    assert facts_of("openai", "gpt-4o").ends is not None
    plan = face.call(client, "explain", "openai_test/gpt-4o")
    assert [one.connection for one in plan.candidates] == ["openai_test"]
    assert plan.ends == {}
    assert "the vendor" not in str(plan)
