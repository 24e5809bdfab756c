"""What the loop decides when a delivered stream breaks."""

from tests.routing.scenario import Scenario, connection, fail

BROKEN = "StreamInterruptedError"


def two():
    return [connection("a", "m"), connection("b", "m")]


def play(streams, stream_fallback="before_first_content", outcomes=None, stream_deadline=None, **args):
    import msgspec

    scenario = Scenario(two(), **args)
    scenario.options = msgspec.structs.replace(scenario.options, stream_fallback=stream_fallback)
    return scenario, scenario.play("m", outcomes or {}, streams=streams, stream_deadline=stream_deadline)


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


def test_stream_deadline_counts_on_when_a_stream_starts_over():
    scenario, done = play([fail(BROKEN)] * 3, "restart", stream_deadline=10, flow=4, latency=1)
    assert done == ["try a", "deliver", "try b", "deliver", BROKEN]
    assert scenario.call.stream_left() == 0
    scenario, done = play([fail(BROKEN), None], "restart", stream_deadline=10, flow=4, latency=1)
    assert done[-1] == "answered"
    assert scenario.call.stream_left() == 0
    assert scenario.call.attempts[-1].latency == 1


def test_past_its_stream_deadline_a_stream_does_not_start_over():
    scenario, done = play([fail(BROKEN, text="Hel")], "restart", stream_deadline=10, flow=10)
    assert done == ["try a", "deliver", BROKEN]
    assert "Starting over" not in str(scenario.error)


def test_what_takes_the_rest_of_a_stream_deadline_says_so():
    outcomes = {"a": ["ok"], "b": [fail("ProviderTimeoutError")]}
    scenario, done = play([fail(BROKEN)], "restart", outcomes, stream_deadline=10, flow=4, latency=60, timeout=5)
    assert done == ["try a", "deliver", "try b", BROKEN]
    assert "within the 1 s that were left of the stream_deadline of 10 s; raise stream_deadline=" in str(scenario.error)


def test_a_turn_that_goes_on_has_what_is_left_of_its_stream_deadline():
    scenario, _ = play([None], stream_deadline=10, flow=4)
    assert scenario.call.continuing().stream_left() == 6
