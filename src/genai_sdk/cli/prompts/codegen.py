"""`genai prompts codegen`: a Python module with a function for each prompt, its variables as typed arguments."""

import keyword
import re
from collections.abc import Iterable, Iterator

from genai_sdk.cli.prompts.document import PromptDocument
from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence

_HEAD = '''"""The prompts of this repository, as functions; `genai prompts codegen` writes it."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from genai_sdk import ChatPrompt, GenAIClient, TextPrompt

Value = str | int | float | None
"""What stands for a variable: None for nothing, all else as `str()` shows it."""

Messages = Sequence[Mapping[str, Any]]
"""What stands for a placeholder."""
'''

_TAIL = """

def _text(prompt: TextPrompt | ChatPrompt) -> TextPrompt:
    if not isinstance(prompt, TextPrompt):
        raise TypeError(f"prompt {prompt.name!r} has messages in Langfuse, and was a text when this module was written")
    return prompt


def _chat(prompt: TextPrompt | ChatPrompt) -> ChatPrompt:
    if not isinstance(prompt, ChatPrompt):
        raise TypeError(f"prompt {prompt.name!r} is a text in Langfuse, and had messages when this module was written")
    return prompt
"""

_RESERVED = frozenset(
    {
        "Value",
        "client",
        "label",
        "Any",
        "ChatPrompt",
        "GenAIClient",
        "Mapping",
        "Messages",
        "Sequence",
        "TextPrompt",
        "TypedDict",
    }
)


def generate(documents: Iterable[PromptDocument]) -> str:
    """Return a module's source.

    Args:
        documents: The prompts, with all that they are made of.

    Raises:
        ConfigurationError: Two of them, or two variables of one, would have the same name in Python.
    """
    parts = [_HEAD]
    names: dict[str, str] = {}
    for document in documents:
        name = identifier(document.name)
        for each in (name, f"a{name}", _title(name)):
            if each in names:
                raise ConfigurationError(
                    Sentence.of(
                        "prompts.same_function",
                        "the prompts {first!r} and {name!r} would both be {each}",
                        first=names[each],
                        name=document.name,
                        each=each,
                    )
                )
            names[each] = document.name
        parts.append("\n".join(_prompt(document, name)))
    return "\n\n".join(parts).rstrip("\n") + "\n" + _TAIL


def identifier(name: str) -> str:
    """Return a Python name for a prompt or a variable: `support/first-reply` becomes `support_first_reply`."""
    made = re.sub(r"\W+", "_", name).strip("_") or "prompt"
    made = f"_{made}" if made[0].isdigit() else made
    return f"{made}_" if keyword.iskeyword(made) or made in _RESERVED else made


def _prompt(document: PromptDocument, name: str) -> Iterator[str]:
    variables = _variables(document)
    yield from _typed_dict(_title(name), document.name, variables)
    kind = "Text" if document.type == "text" else "Chat"
    for prefix, word, get in (("", "def", "client.get_prompt"), ("a", "async def", "await client.aget_prompt")):
        yield ""
        yield ""
        yield f"{word} {prefix}{name}("
        yield "    client: GenAIClient,"
        yield "    label: str | None = None,"
        yield "    /,"
        if variables:
            yield "    *,"
        yield from (f"    {argument}: {form}," for _, argument, form in variables)
        yield f") -> {kind}Prompt:"
        yield f'    """Return the prompt {_quoted(document.name)}; without a label, that of `production`."""'
        yield f"    return _{kind.lower()}("
        yield f"        {get}("
        yield f"            {_literal(document.name)},"
        yield "            label=label,"
        yield "            variables={"
        yield from (f"                {_literal(key)}: {argument}," for key, argument, _ in variables)
        yield "            },"
        yield "        )"
        yield "    )"


def _title(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_")) + "Variables"


def _variables(document: PromptDocument) -> list[tuple[str, str, str]]:
    """Return each variable with its argument's name and type."""
    template = document.template
    found: dict[str, tuple[str, str, str]] = {}
    for name in template.names:
        argument = identifier(name)
        if argument in found:
            raise ConfigurationError(
                Sentence.of(
                    "prompts.same_argument",
                    "the variables {first!r} and {name!r} of {prompt!r} would both be {argument}",
                    first=found[argument][0],
                    name=name,
                    prompt=document.name,
                    argument=argument,
                )
            )
        found[argument] = (name, argument, "Messages" if name in template.placeholders else "Value")
    return list(found.values())


def _typed_dict(title: str, name: str, variables: list[tuple[str, str, str]]) -> Iterator[str]:
    if all(key == argument for key, argument, _ in variables):
        yield f"class {title}(TypedDict):"
        yield f'    """The variables of {_quoted(name)}."""'
        if variables:
            yield ""
        yield from (f"    {key}: {form}" for key, _, form in variables)
        return
    yield f"{title} = TypedDict("
    yield f'    "{title}",'
    yield "    {"
    yield from (f"        {_literal(key)}: {form}," for key, _, form in variables)
    yield "    },"
    yield ")"
    yield f'"""The variables of {_quoted(name)}."""'


def _quoted(name: str) -> str:
    return "`" + name.replace("\\", "\\\\").replace('"', '\\"') + "`"


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
