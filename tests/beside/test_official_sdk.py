"""The official Langfuse SDK on our fake and on the local platform: what it can do there, users can do."""

from tests.beside.conftest import Peer, on_both

pytestmark = on_both


def test_a_key_pair_is_checked(peer: Peer) -> None:
    assert peer.do("check") is True
    assert peer.do("check_unknown") == "UnauthorizedError"


def test_a_text_prompt_is_found_by_label_and_version(peer: Peer) -> None:
    peer.server.write_prompt("beside/text", "Hello {{name}}!", ["production"], {"model": "gpt-4o-mini"})
    peer.server.write_prompt("beside/text", "Hi {{name}}!", ["staging"])
    ask = {"variables": {"name": "민수"}}
    first = [1, ["production"], {"model": "gpt-4o-mini"}, "Hello 민수!"]
    assert peer.do("get_prompt", "beside/text", **ask) == first
    assert peer.do("get_prompt", "beside/text", version=1, **ask) == first
    for options in ({"label": "staging"}, {"label": "latest"}, {"version": 2}):
        version, labels, config, compiled = peer.do("get_prompt", "beside/text", **options, **ask)
        assert (version, set(labels), config, compiled) == (2, {"staging", "latest"}, {}, "Hi 민수!")


def test_a_chat_prompt_is_filled_with_placeholders(peer: Peer) -> None:
    template = [{"role": "system", "content": "Be {{mood}}."}, {"type": "placeholder", "name": "history"}]
    peer.server.write_prompt("beside/chat", template, ["production"])
    said = [{"role": "user", "content": "Hi"}]
    *_, compiled = peer.do("get_prompt", "beside/chat", {"mood": "kind", "history": said}, type="chat")
    assert compiled == [{"role": "system", "content": "Be kind."}, *said]


def test_a_prompt_is_created_listed_and_promoted(peer: Peer) -> None:
    numbers = [
        peer.do("create_prompt", name="beside/new", prompt=text, labels=labels, tags=["demo"], config={"n": 1})
        for text, labels in (("one", ["production"]), ("two", []))
    ]
    assert numbers[1] == numbers[0] + 1
    (row,) = peer.do("api", "prompts.list", name="beside/new")["data"]
    assert (row["versions"][-1], row["tags"], row["lastConfig"]) == (numbers[1], ["demo"], {"n": 1})
    assert peer.do("promote_prompt", "beside/new", numbers[1]) == ["latest", "production"]
    newest = peer.server.find_prompt("beside/new")
    assert newest is not None
    assert (newest.version, newest.prompt, newest.tags, newest.config) == (numbers[1], "two", ["demo"], {"n": 1})


def test_what_it_observes_arrives_by_protobuf(peer: Peer) -> None:
    observed = peer.do("record")
    (trace,) = peer.server.traces()
    assert (trace.id, trace.root.id, trace.root.name) == (observed["trace"], observed["span"], "observed")
    assert trace.root.input == {"args": ["why?"], "kwargs": {}}
    assert trace.root.output == "done"
    (asked,) = trace.find("asked", type="generation")
    assert (asked.parent_id, asked.model, asked.usage) == (trace.root.id, "gpt-4o-mini", {"input": 3, "output": 2})
    assert (asked.output, asked.level, asked.status_message) == ("번역 🙂", "WARNING", "slow")


def test_its_scores_arrive(peer: Peer) -> None:
    observed = peer.do("score")
    scores = peer.server.scores(observed["trace"])
    assert scores == {"helpful": (0.5, None), "tone": ("kind", observed["span"])}


def test_connections_are_registered_listed_and_deleted(peer: Peer) -> None:
    before = peer.do("api", "llm_connections.list")["meta"]["totalItems"]
    new = {"provider": "beside", "adapter": "openai", "secret_key": "sk-0123456789", "custom_models": ["m"]}
    written = peer.do("api", "llm_connections.upsert", **new, extra_headers={"x-team": "search"})
    assert (written["displaySecretKey"], written["extraHeaderKeys"]) == ("...6789", ["x-team"])
    listed = peer.do("api", "llm_connections.list", limit=1)
    assert (listed["data"][0]["id"], listed["meta"]["totalItems"]) == (written["id"], before + 1)
    assert "deleted" in peer.do("api", "llm_connections.delete", id=written["id"])["message"]
    assert peer.do("api", "llm_connections.delete", id=written["id"])["status"] == 404
    refused = peer.do("api", "llm_connections.upsert", **{**new, "adapter": "bedrock"})
    assert (refused["status"], refused["body"]["error"][0]["path"]) == (400, ["config"])


def test_observations_are_read_by_the_group_of_fields(peer: Peer) -> None:
    recorded = peer.do("record_session", "beside-1")
    fields = "core,basic,time,io,metadata,model,usage,prompt,metrics,trace_context"
    rows = peer.do("api", "observations.get_many", trace_id=recorded["trace"], fields=fields)["data"]
    by_name = {row["name"]: row for row in rows}
    assert set(by_name) == {"observed", "asked"}
    asked = by_name["asked"]
    assert (asked["id"], asked["parentObservationId"]) == (recorded["span"], by_name["observed"]["id"])
    assert (asked["sessionId"], asked["userId"], asked["output"]) == ("beside-1", "user-7", "because")
    assert (asked["usageDetails"], asked["totalCost"], sorted(asked["tags"])) == (
        {"input": 3, "output": 2},
        0.5,
        ["a", "b"],
    )
    first = peer.do("api", "observations.get_many", trace_id=recorded["trace"], limit=1)
    cursor = first["meta"]["cursor"]
    second = peer.do("api", "observations.get_many", trace_id=recorded["trace"], limit=1, cursor=cursor)
    assert {first["data"][0]["id"], second["data"][0]["id"]} == {row["id"] for row in rows}
    assert second["meta"].get("cursor") is None
