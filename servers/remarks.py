"""What each server does in its own way, in words: the facts behind the table of docs/servers.md."""

from collections.abc import Mapping

REMARKS: Mapping[str, tuple[str, ...]] = {
    "transformers": (
        "It has no window: a request of more than three times what the model takes is answered with 200.",
        (
            "`response_format`, `tool_choice` and `n` are taken and ignored; its log names what it ignores, its answer "
            "does not."
        ),
        (
            "Started with a model, it refuses every other name with 400 and `Server is pinned to …; requested …`, "
            "which counts as a model that is not there: the call goes on."
        ),
        (
            "A parameter of a wrong type is a 500 with the text `Internal Server Error`, which cannot be told from an "
            "outage: such a call is sent to the next connection and the fallback too."
        ),
        "It has no keys.",
    ),
    "litellm": (
        (
            "A model that it does not have, and a wrong key where it has no database, are 400: they count as 404 and "
            "401."
        ),
        (
            "It leaves a deployment alone for 5 s after an upstream's 404, also where that was the "
            "call's own fault, and answers 429 to every call meanwhile; it is played here with `disable_cooldowns`."
        ),
        (
            "It ends a stream with a 500 inside where the same chunk comes a hundred times: after content that is a "
            "`StreamInterruptedError`."
        ),
        (
            "An error event in the stream behind it becomes one empty chunk with `stop`: that is a failure here and no "
            "answer. Of a whole refusal by a server that answers `detail` it drops the words, so that a window is a "
            "`BadRequestError`."
        ),
    ),
    "mlflow": (
        (
            "A stream that is refused upstream is 200 with a cut body and no reason: where a context fallback is set, "
            "the call is made once more, whole, for the reason. Without one the failure says so."
        ),
        "A model that it does not have is 500; it has no keys of its own.",
    ),
    "litserve": (
        (
            "It serves any name of a model with any key; the model is a program of ours, which refuses more than a "
            "thousand words in the words of OpenAI's window error."
        ),
        "A refusal before the first chunk of a stream is 200 with an error event `internal_error`; its words tell.",
        (
            "A tool needs a description, and `tool_choice` is auto, none or any: `required` is refused with 422 "
            "(findings/litserve-refuses-tools-as-openai-takes-them.sh)."
        ),
        "Every whole answer's usage is 0 + 0 where the model counts nothing; the last chunk has an id of its own.",
    ),
}
