"""What the loop decides when a delivered stream breaks."""

from tests.routing.scenario import Scenario, connection, fail

BROKEN = "StreamInterruptedError"


def two():
    return [connection("a", "m"), connection("b", "m")]


def play(streams, stream_fallback="before_first_content", outcomes=None, **args):
    import msgspec

    scenario = Scenario(two(), **args)
    scenario.options = msgspec.structs.replace(scenario.options, stream_fallback=stream_fallback)
    return scenario, scenario.play("m", outcomes or {}, streams=streams)


def test_a_stream_that_ends_well_ends_the_call():
    assert play([None])[1] == ["try a", "deliver", "answered"]


def test_before_the_first_content_a_stream_falls_back_like_any_failure():
    assert play([None], outcomes={"a": [fail(503)]})[1] == ["try a", "try b", "deliver", "answered"]


def test_after_the_first_content_it_raises_and_the_deployment_cools_down():
    scenario, done = play([fail(BROKEN, text="Hel")])
    assert done == ["try a", "deliver", BROKEN]
    assert scenario.error.text == "Hel"
    assert [row.reason for row in scenario.error.attempts] == ["stream interrupted"]
    assert scenario.play("m", {}, streams=[None]) == ["try b", "deliver", "answered"]


def test_restart_starts_over_on_what_is_left_of_the_same_attempts():
    scenario, done = play([fail(BROKEN), None], "restart")
    assert done == ["try a", "deliver", "try b", "deliver", "answered"]
    assert [row.reason for row in scenario.call.attempts] == ["stream interrupted", "ok"]


def test_restart_ends_with_the_interruption_when_nothing_is_left():
    scenario, done = play(
        [fail(BROKEN, text="Hel")], "restart", outcomes={"a": ["ok"], "b": [fail(500)]}, num_retries=0
    )
    assert done == ["try a", "deliver", "try b", BROKEN]
    assert scenario.error.text == "Hel"
    assert len(scenario.error.attempts) == 2
