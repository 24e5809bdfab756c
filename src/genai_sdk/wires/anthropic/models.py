"""What Claude's models take, as rows: the first whose pattern is found in the model's name holds.

Sources: the model rows of litellm 1.106.2's price list (providers anthropic and vertex_ai), the docstrings of
anthropic 2.14.0, and https://platform.claude.com/docs/en/about-claude/models/overview.
"""

import functools
import re

import msgspec


class ClaudeTraits(msgspec.Struct, frozen=True, kw_only=True):
    """What a model takes.

    Attributes:
        max_tokens: The most tokens it generates, which a request that names no bound asks for.
        thinks: Whether it can think at all.
        adaptive: Whether it is told how much to think by an effort, and not by a budget of tokens.
        always_thinks: Whether it cannot be told not to think.
        efforts: The efforts it knows.
        sampling: Whether it takes `temperature`, `top_p` and `top_k`.
        prefill: Whether it goes on where an assistant's message at the end leaves off.
        forces_tools: Whether it can be made to call a tool.
        schemas: Whether it takes a JSON schema as `output_config.format`, and `strict` tools.
        late_system: Whether it takes the system's messages behind the first of the user's.
    """

    max_tokens: int = 4_096
    thinks: bool = False
    adaptive: bool = False
    always_thinks: bool = False
    efforts: frozenset[str] = frozenset()
    sampling: bool = True
    prefill: bool = True
    forces_tools: bool = True
    schemas: bool = False
    late_system: bool = False


_EFFORTS = frozenset({"low", "medium", "high"})
_MAX = _EFFORTS | {"max"}
_XHIGH = _MAX | {"xhigh"}

_UNKNOWN = ClaudeTraits(thinks=True)
_CLAUDE_3 = ClaudeTraits()
_CLAUDE_4 = ClaudeTraits(thinks=True, max_tokens=64_000)
_CLAUDE_45 = ClaudeTraits(thinks=True, max_tokens=64_000, schemas=True)
_CLAUDE_46 = ClaudeTraits(
    max_tokens=128_000, thinks=True, adaptive=True, efforts=_MAX, prefill=False, schemas=True
)  # fmt: skip
_CLAUDE_47 = msgspec.structs.replace(_CLAUDE_46, efforts=_XHIGH, sampling=False)
_CLAUDE_5 = msgspec.structs.replace(_CLAUDE_47, late_system=True)
_ALWAYS = msgspec.structs.replace(_CLAUDE_5, always_thinks=True)
_UNFORCED = msgspec.structs.replace(_ALWAYS, forces_tools=False)

_ROWS: tuple[tuple[str, ClaudeTraits], ...] = (
    (r"claude-3-7", _CLAUDE_4),
    (r"claude-3-5", msgspec.structs.replace(_CLAUDE_3, max_tokens=8_192)),
    (r"claude-(3|2|1|instant)", _CLAUDE_3),
    (r"claude-opus-4(-0|-1)?([@-]\d{8}|$)", msgspec.structs.replace(_CLAUDE_4, max_tokens=32_000)),
    (r"claude-sonnet-4(-0)?([@-]\d{8}|$)", _CLAUDE_4),
    (r"claude-(opus|sonnet|haiku)-4-5", _CLAUDE_45),
    (r"claude-sonnet-4-6", msgspec.structs.replace(_CLAUDE_46, max_tokens=64_000)),  # on Vertex AI; elsewhere more
    (r"claude-opus-4-6", _CLAUDE_46),
    (r"claude-opus-4-7", _CLAUDE_47),
    (r"claude-mythos-preview", msgspec.structs.replace(_ALWAYS, late_system=False)),
    (r"claude-(fable|mythos)-5(@|$)", _ALWAYS),
    (r"claude-(fable|mythos)-5-\d|claude-(opus|sonnet)-5-5", _UNFORCED),
    # From Opus 4.8 on, and whatever comes after the newest of these rows.
    (r"claude-", _CLAUDE_5),
)

# The rows of litellm's list with `supports_native_structured_output` at Google.
_VERTEX_SCHEMAS = r"claude-(fable-5-1|opus-5-5)"


@functools.lru_cache(maxsize=256)
def facts_of(model: str, *, on_vertex: bool = False) -> ClaudeTraits:
    """Return what a model takes; of one whose name says nothing, what every one does.

    Args:
        model: Its id, in any host's spelling.
        on_vertex: Whether it runs on Vertex AI, which does not have all of it.
    """
    facts = next((facts for pattern, facts in _ROWS if re.search(pattern, model)), _UNKNOWN)
    if on_vertex and facts.schemas and not re.search(_VERTEX_SCHEMAS, model):
        return msgspec.structs.replace(facts, schemas=False)
    return facts
