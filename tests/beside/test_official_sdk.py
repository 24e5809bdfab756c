"""The official Langfuse SDK on our fake: what it can do here, users' tests can do."""

from tests.beside.conftest import Peer


def test_a_key_pair_is_checked(peer: Peer) -> None:
    assert peer.do("check") is True
    peer.langfuse.revoke(peer.langfuse.public_key)
    try:
        assert peer.do("check") == "UnauthorizedError"
    finally:
        peer.langfuse.accept(peer.langfuse.public_key, peer.langfuse.secret_key, peer.langfuse.project)


def test_a_text_prompt_is_found_by_label_and_version(peer: Peer) -> None:
    prompts = peer.langfuse.prompts
    prompts.create("beside/text", "Hello {{name}}!", labels=["production"], config={"model": "gpt-4o-mini"})
    prompts.create("beside/text", "Hi {{name}}!", labels=["staging"])
    ask = {"variables": {"name": "민수"}}
    first = [1, ["production"], {"model": "gpt-4o-mini"}, "Hello 민수!"]
    assert peer.do("get_prompt", "beside/text", **ask) == first
    assert peer.do("get_prompt", "beside/text", version=1, **ask) == first
    for options in ({"label": "staging"}, {"label": "latest"}, {"version": 2}):
        assert peer.do("get_prompt", "beside/text", **options, **ask) == [2, ["staging", "latest"], {}, "Hi 민수!"]


def test_a_chat_prompt_is_filled_with_placeholders(peer: Peer) -> None:
    template = [{"role": "system", "content": "Be {{mood}}."}, {"type": "placeholder", "name": "history"}]
    peer.langfuse.prompts.create("beside/chat", template, labels=["production"])
    said = [{"role": "user", "content": "Hi"}]
    *_, compiled = peer.do("get_prompt", "beside/chat", {"mood": "kind", "history": said}, type="chat")
    assert compiled == [{"role": "system", "content": "Be kind."}, *said]


def test_a_prompt_is_created(peer: Peer) -> None:
    numbers = [
        peer.do("create_prompt", name="beside/new", prompt=text, labels=["production"], tags=["demo"], config={"n": 1})
        for text in ("one", "two")
    ]
    assert numbers[1] == numbers[0] + 1
    newest = peer.langfuse.prompts.find("beside/new", label="production")
    assert newest is not None
    assert (newest.version, newest.prompt, newest.tags, newest.config) == (numbers[1], "two", ["demo"], {"n": 1})


def test_what_it_observes_arrives_by_protobuf(peer: Peer) -> None:
    before = len(peer.langfuse.requests("otlp"))
    observed = peer.do("record")
    (trace,) = peer.langfuse.traces
    assert (trace.id, trace.root.id, trace.root.name) == (observed["trace"], observed["span"], "observed")
    assert trace.root.input == {"args": ["why?"], "kwargs": {}}
    assert trace.root.output == "done"
    (asked,) = trace.find("asked", type="generation")
    assert (asked.parent_id, asked.model, asked.usage) == (trace.root.id, "gpt-4o-mini", {"input": 3, "output": 2})
    assert (asked.output, asked.level, asked.status_message) == ("번역 🙂", "WARNING", "slow")
    sent = peer.langfuse.requests("otlp")[before:]
    assert {entry.headers["content-type"] for entry in sent} == {"application/x-protobuf"}


def test_its_scores_arrive(peer: Peer) -> None:
    observed = peer.do("score")
    scores = {each.name: each for each in peer.langfuse.scores if each.trace_id == observed["trace"]}
    assert (scores["helpful"].value, scores["helpful"].observation_id) == (0.5, None)
    assert (scores["tone"].value, scores["tone"].observation_id) == ("kind", observed["span"])
