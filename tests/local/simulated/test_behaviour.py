"""Behaviours are set and read while the provider runs, by the project alone."""

import pytest
from tests.local.simulated.conftest import KEY, PAIR

HEALTHY = {
    "latency": 0.0,
    "between": 0.0,
    "status": None,
    "message": None,
    "retry_after": None,
    "error": None,
    "malformed": None,
    "cut_after": None,
    "failures": None,
}
PATH = "/simulated/seoul/behaviour"


def in_force(ask, region="seoul"):
    return ask(f"/simulated/{region}/behaviour", authorization=PAIR).json


def test_a_region_nobody_named_is_healthy_and_not_kept(ask, regions):
    assert in_force(ask) == {
        "region": "seoul",
        "behaviour": HEALTHY,
        "calls": 0,
        "under_way": 0,
        "simulated": True,
    }
    assert len(regions) == 0


def test_setting_a_behaviour_replaces_the_whole_and_says_what_is_in_force(ask, behave):
    behave({"latency": 1, "between": 0.5})
    said = behave({"status": 429, "retry_after": 7, "message": "Slow down."}).json
    assert said["behaviour"] == {**HEALTHY, "status": 429, "retry_after": 7.0, "message": "Slow down."}
    assert in_force(ask) == said


def test_a_message_takes_the_place_of_openais_words(chat, behave):
    behave({"status": 500, "message": "The lights went out."})
    answer = chat()
    assert (answer.status, answer.error["message"]) == (500, "The lights went out.")


def test_a_status_of_401_does_not_quote_the_key(chat, behave):
    behave({"status": 401})
    assert KEY not in chat().error["message"]


def test_failures_are_counted_down_and_then_the_region_is_healthy(ask, chat, behave):
    behave({"status": 503, "failures": 2, "between": 0.001})
    assert chat().status == 503
    assert in_force(ask)["behaviour"]["failures"] == 1
    assert [chat().status for _ in range(3)] == [503, 200, 200]
    assert in_force(ask)["behaviour"] == {**HEALTHY, "between": 0.001}
    assert in_force(ask)["calls"] == 4


def test_without_a_count_every_call_fails_until_the_region_is_healed(chat, behave):
    behave({"status": 503})
    assert [chat().status for _ in range(3)] == [503] * 3
    behave({})
    assert chat().status == 200


def test_a_call_with_a_wrong_key_uses_no_failure_up(chat, behave):
    behave({"status": 503, "failures": 1})
    assert [chat(authorization="Bearer x").status, chat().status, chat().status] == [401, 503, 200]


def test_a_region_that_is_down_lists_no_models(ask, behave):
    behave({"status": 503})
    assert ask("/simulated/seoul/v1/models").status == 503
    assert ask("/simulated/usa/v1/models").status == 200


def test_the_context_window_and_the_content_filter_have_their_own_codes(chat, behave):
    codes = []
    for reason in ("context_window", "content_filter"):
        behave({"error": reason})
        codes.append(chat().error["code"])
    assert codes == ["context_length_exceeded", "invalid_prompt"]


def test_every_second_call_of_the_flaky_model_fails_in_each_region_by_itself(chat):
    statuses = [chat(model="simulated-flaky", region=region).status for region in ("a", "a", "b", "a", "a", "b")]
    assert statuses == [200, 503, 200, 200, 503, 503]


def test_the_model_that_is_down_fails_in_a_healthy_region(chat):
    assert [chat(model="simulated-down").status, chat().status] == [503, 200]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "not JSON"),
        (b"", "not JSON"),
        ([], "a behaviour is a JSON object"),
        ({"statsu": 503}, "unknown field 'statsu'; the fields are latency, between, status, message"),
        ({"status": 200}, "`status`"),
        ({"status": 600}, "`status`"),
        ({"status": "503"}, "`status`"),
        ({"latency": -1}, "`latency`"),
        ({"latency": 61}, "`latency`"),
        (b'{"latency": NaN}', "not JSON"),
        ({"between": 61}, "`between`"),
        ({"status": 503, "retry_after": 3601}, "`retry_after`"),
        ({"status": 503, "failures": 0}, "`failures`"),
        ({"cut_after": -1}, "`cut_after`"),
        ({"malformed": "xml"}, "`malformed`"),
        ({"error": "other"}, "`error`"),
        ({"status": 503, "cut_after": 1}, "status and cut_after are set"),
        ({"retry_after": 1}, "set status too"),
        ({"message": "x"}, "set status too"),
        ({"failures": 1}, "say how"),
    ],
)
def test_a_wrong_behaviour_is_refused_with_the_reason_and_changes_nothing(ask, behave, body, words):
    behave({"status": 418})
    answer = behave(body)
    assert answer.status == 400
    assert words in answer.json["message"]
    assert in_force(ask)["behaviour"]["status"] == 418


def test_a_behaviour_without_end_is_refused(behave):
    assert behave(b'{"message": "' + b"x" * 70_000 + b'"}').status == 413


def test_only_the_project_reads_and_sets_behaviours(ask):
    for authorization in ("", f"Bearer {KEY}"):
        answers = [
            ask(PATH, body, method=method, authorization=authorization) for method, body in (("GET", None), ("PUT", {}))
        ]
        assert [answer.status for answer in answers] == [401, 401]
        assert ask("/simulated", authorization=authorization).status == 401


def test_a_region_too_many_cannot_be_set_until_one_is_forgotten(ask, behave):
    assert [behave({}, f"r{number}").status for number in range(5)] == [200, 200, 200, 200, 409]
    assert [region["region"] for region in ask("/simulated", authorization=PAIR).json["regions"]] == [
        "r0",
        "r1",
        "r2",
        "r3",
    ]
    assert ask("/simulated/r0/behaviour", method="DELETE", authorization=PAIR).json["calls"] == 0
    assert behave({"status": 503}, "r4").status == 200


def test_a_region_whose_name_cannot_be_one_has_no_behaviour(ask, behave):
    assert behave({}, "Seoul").status == 404
    assert ask("/simulated/Seoul/behaviour", authorization=PAIR).status == 404
    assert "a-z, 0-9" in ask("/simulated/Seoul/behaviour", method="DELETE", authorization=PAIR).json["message"]
