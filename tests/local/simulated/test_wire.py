"""The simulated provider's wire, in raw HTTP: who gets in, what is refused, and that nothing grows without bound."""

import json

import pytest

MIB = 1024 * 1024


def test_every_answer_is_marked_in_its_headers(chat, ask):
    answers = [
        chat(),
        chat(stream=True),
        chat(authorization="Bearer x"),
        chat(n=-1),
        ask("/simulated/seoul/v1/nothing"),
    ]
    assert [answer.headers["x-simulated"] for answer in answers] == ["true"] * 5
    assert [answer.status for answer in answers] == [200, 200, 401, 400, 404]


def test_the_same_message_gets_the_same_answer_in_every_region_but_for_the_name(chat):
    said = [chat(region=region).json["choices"][0]["message"]["content"] for region in ("seoul", "seoul", "usa")]
    other = chat("Hello then!").json["choices"][0]["message"]["content"]
    assert said[0] == said[1] == said[2].replace("[simulated usa]", "[simulated seoul]") != other


def test_the_large_model_says_more_than_the_small_one(chat):
    small, large = (chat(model=f"simulated-{size}").json["usage"]["completion_tokens"] for size in ("small", "large"))
    assert small < large


def test_a_long_message_is_quoted_in_part_and_counted_whole(chat):
    answer = chat("word " * 100_000).json
    assert answer["usage"]["prompt_tokens"] == 100_000
    assert len(answer["choices"][0]["message"]["content"]) < 400


@pytest.mark.parametrize(
    ("authorization", "words"),
    [
        ("Bearer sk-wrong-and-still-wrong", "Incorrect API key provided: sk-w*****rong."),
        ("Bearer sk-wrong", "Incorrect API key provided: sk*****ng."),
        ("Bearer x", "Incorrect API key provided: *****."),
        ("Basic sk-simulated", "You didn't provide an API key."),
        ("", "You didn't provide an API key."),
    ],
)
def test_a_wrong_key_is_refused_in_openais_words_and_not_quoted_whole(chat, regions, authorization, words):
    answer = chat(authorization=authorization)
    assert (answer.status, answer.error["type"]) == (401, "invalid_request_error")
    assert answer.error["message"].startswith(words)
    assert len(regions) == 0


@pytest.mark.parametrize("region", ["Seoul", "a" * 41, "se.oul", "%20", "..%2f", "서울".encode().hex("%")])
def test_a_region_whose_name_cannot_be_one_is_not_found(chat, regions, region):
    answer = chat(region=region)
    assert answer.status == 404
    assert len(regions) == 0


def test_a_region_too_many_is_not_found_until_one_is_forgotten(chat, regions):
    assert [chat(region=f"r{number}").status for number in range(4)] == [200] * 4
    refused = chat(region="r4")
    assert refused.status == 404
    assert "There are 4 simulated regions already" in refused.error["message"]
    assert chat(region="r0").status == 200
    regions.forget("r0")
    assert chat(region="r4").status == 200


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "We could not parse the JSON body"),
        (b"[1]", "We could not parse the JSON body"),
        (b"\xff\xfe", "We could not parse the JSON body"),
        (b"[" * 200_000, "We could not parse the JSON body"),
        (b"{}", "Missing required parameter: 'messages'"),
        ({"messages": [{"role": "user", "content": "x"}]}, "you must provide a model"),
        ({"model": "m", "messages": [1], "n": 10**9}, "Invalid 'n'"),
        ({"model": "m", "messages": [1], "n": -1}, "Invalid 'n'"),
        (b'{"model": "m", "messages": [1], "n": Infinity}', "Invalid value"),
        ({"model": "m", "messages": [1], "n": {"a": 1}}, "Invalid value"),
        ({"model": "m", "messages": [1], "stream": True, "stream_options": [1]}, "Invalid value"),
        ({"model": "m", "messages": [1], "max_tokens": 0}, "Invalid 'max_tokens'"),
        ({"model": "m", "messages": [1], "tools": [7]}, "Invalid value"),
        ({"model": "\ud800", "messages": [1]}, "Invalid value"),
    ],
)
def test_a_wrong_request_is_refused_in_openais_shape(ask, body, words):
    answer = ask("/simulated/seoul/v1/chat/completions", body)
    assert answer.status == 400
    assert words in answer.error["message"]
    assert set(answer.error) == {"message", "type", "param", "code"}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}, "never ends"),
        ({"type": "array", "minItems": 10**9, "items": {"type": "string"}}, "asks for more than"),
        ({"type": "string", "pattern": "(a+)+$"}, "pattern"),
        ({"type": "object", "properties": [1]}, "Invalid value"),
    ],
)
def test_a_schema_without_a_small_instance_is_refused_with_the_reason(chat, schema, words):
    answer = chat(response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": schema}})
    assert answer.status == 400
    assert words in answer.error["message"]


def test_a_json_object_is_one_and_a_stream_of_it_adds_up(chat):
    asked = {"response_format": {"type": "json_object"}}
    whole = chat(**asked).json["choices"][0]["message"]["content"]
    pieces = [event["choices"][0]["delta"].get("content") or "" for event in chat(**asked, stream=True).events[:-1]]
    assert json.loads(whole) == json.loads("".join(pieces)) == {"answer": "[simulated seoul] Hello there!"}


def test_a_stream_of_too_many_chunks_is_refused(chat):
    items = {"type": "array", "minItems": 400, "items": {"type": "integer"}}
    asked = {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": items}}, "n": 128}
    assert chat(**asked).status == 200
    assert "more than the 20,000" in chat(**asked, stream=True).error["message"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"model": "m", "input": "x", "dimensions": 2_000_000}, "1,000,000 numbers"),
        ({"model": "m", "input": "x", "dimensions": "4"}, "an integer above 0"),
        ({"model": "m", "input": "x", "dimensions": 0}, "an integer above 0"),
        ({"model": "m", "input": ["x"] * 2049}, "more than 2048 inputs"),
        ({"input": "x"}, "you must provide a model"),
        ({"model": "m"}, "Missing required parameter: 'input'"),
    ],
)
def test_embeddings_are_bounded(ask, body, words):
    answer = ask("/simulated/seoul/v1/embeddings", body)
    assert answer.status == 400
    assert words in answer.error["message"]


def test_a_path_or_method_that_is_none_of_openais_is_a_404_in_its_words(ask):
    assert ask("/simulated/seoul/v1/a/chat/completions", {}).error["message"].startswith("Invalid URL (POST /v1/a/chat")
    assert ask("/simulated/seoul/v1/chat/completions").error["message"].startswith("Invalid URL (GET /v1/chat")
    assert ask("/simulated/seoul/v1/audio/speech", {}, authorization="").status == 401


def test_a_body_that_is_declared_too_large_is_refused_unread(connect):
    with connect() as connection:
        connection.putrequest("POST", "/simulated/seoul/v1/chat/completions")
        connection.putheader("content-length", str(16 * MIB + 1))
        connection.endheaders()
        response = connection.getresponse()
        assert response.status == 413
        assert "16,777,216" in json.loads(response.read())["error"]["message"]
        assert response.getheader("connection") == "close"


def test_a_body_that_turns_out_too_large_is_refused_and_the_largest_is_not(connect):
    def sent(size):
        with connect() as connection:
            body = iter([b" " * MIB] * (size // MIB) + [b" " * (size % MIB)] * bool(size % MIB))
            connection.request("POST", "/simulated/seoul/v1/chat/completions", body, {"authorization": "Bearer x"})
            return connection.getresponse().status

    assert sent(16 * MIB) == 401
    assert sent(16 * MIB + 1) == 413
