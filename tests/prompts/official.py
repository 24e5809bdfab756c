"""Records what the official Langfuse SDK makes of generated templates, for `test_official.py`.

Run it where `langfuse` is installed, and it writes the file anew:

    python tests/prompts/official.py
"""

import json
import random
from importlib.metadata import version
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "official-compile.json"

NAMES = ["language", "text", "이름", "first name", "a.b-c", "x1", "_", "", "{x", '"key": 1', "#if x", "a\nb", "name}"]
PARTS = ["{{", "}}", "{", "}", "{{{", "}}}", " ", "\n", "Hello", "번역", "$1", "\\", "%s", "{0}", "🙂", "\u200b"]
SPACES = ["", " ", "\t", "\n ", "\u00a0"]
VALUES: list[Any] = ["Korean", "", None, 0, 1.5, True, "{{text}}", "}}", "{{", [1, "two"], {"a": None}, "\\1", "🙂"]


def text(draw: random.Random) -> str:
    def part() -> str:
        if draw.random() < 0.5:
            return draw.choice(PARTS)
        return "{{" + draw.choice(SPACES) + draw.choice(NAMES) + draw.choice(SPACES) + "}}"

    return "".join(part() for _ in range(draw.randint(0, 7)))


def given(draw: random.Random) -> dict[str, Any]:
    return {name: draw.choice(VALUES) for name in draw.sample(NAMES, draw.randint(0, 6))}


def message(draw: random.Random) -> dict[str, Any]:
    extra = {"name": "bob"} if draw.random() < 0.2 else {}
    return {"role": draw.choice(["system", "user", "assistant"]), "content": text(draw), **extra}


def chat(draw: random.Random) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    variables = given(draw)
    for place in range(draw.randint(1, 4)):
        if draw.random() < 0.4:
            messages.append({"type": "placeholder", "name": f"history{place}"})
            history = [message(draw) for _ in range(draw.randint(0, 3))]
            if history and draw.random() < 0.2:
                del history[0]["content"]
            variables[f"history{place}"] = history
        else:
            messages.append({"role": draw.choice(["system", "user"]), "content": text(draw)})
    return messages, variables


def main() -> None:
    from langfuse.api import Prompt_Chat, Prompt_Text
    from langfuse.model import ChatPromptClient, TextPromptClient

    draw = random.Random(4)  # the same cases every time
    facts = {"name": "x", "version": 1, "config": {}, "labels": [], "tags": []}
    texts = []
    for _ in range(300):
        template, variables = text(draw), given(draw)
        client = TextPromptClient(Prompt_Text(prompt=template, **facts))
        texts.append([template, variables, client.compile(**variables)])
    chats = []
    for _ in range(120):
        messages, variables = chat(draw)
        typed = [each if "type" in each else {**each, "type": "chatmessage"} for each in messages]
        prompt = Prompt_Chat.model_validate({"prompt": typed, **facts})
        chats.append([messages, variables, ChatPromptClient(prompt).compile(**variables)])
    recorded = {"langfuse": version("langfuse"), "texts": texts, "chats": chats}
    lines = json.dumps(recorded, ensure_ascii=False, separators=(",", ":")).replace("],[[", "],\n[[")
    FILE.write_text(lines.replace('],["', '],\n["') + "\n")


if __name__ == "__main__":
    main()
