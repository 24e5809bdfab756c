"""A tiny model with random weights, written on the spot in the format of transformers: safetensors.

A Llama of two layers that speaks nonsense of printable characters: enough for a server to load, count and stream, obey
a grammar and refuse what does not fit its window. Nothing is downloaded, and the standard library suffices.
"""

import json
import random
import struct
import sys
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

WINDOW = 2048
"""Tokens that the model says it takes; one character is about one token."""

_WIDTH, _FORWARD, _LAYERS, _HEADS, _KEY_HEADS = 128, 256, 2, 4, 2
_KEY_WIDTH = _WIDTH // _HEADS * _KEY_HEADS
_SPACE = "▁"
_CONTROL = ("<unk>", "<s>", "</s>")
_BYTES = tuple(f"<0x{byte:02X}>" for byte in range(256))
_CHARACTERS = (_SPACE, *(chr(code) for code in range(33, 127)))
_TOKENS = (*_CONTROL, *_BYTES, *_CHARACTERS)
_FIRST_CHARACTER = len(_CONTROL) + len(_BYTES)

# In the form of Hermes 2 Pro, which servers know a parser for.
_TEMPLATE = (
    "{{ bos_token }}"
    "{% if tools %}<|im_start|>system\nTools: <tools>{{ tools | tojson }}</tools> Answer with "
    '<tool_call>{"name": ..., "arguments": ...}</tool_call><|im_end|>\n{% endif %}'
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


class _Tensor(NamedTuple):
    """A tensor: its name, its rows and columns (a vector has no rows), its numbers."""

    name: str
    shape: tuple[int, ...]
    data: bytes


def write_folder(folder: Path) -> None:
    """Write the model as a folder that transformers and vLLM load."""
    folder.mkdir(parents=True, exist_ok=True)
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    offset, tensors = 0, list(_tensors())
    for tensor in tensors:
        end = offset + len(tensor.data)
        header[tensor.name] = {"dtype": "F32", "shape": tensor.shape, "data_offsets": (offset, end)}
        offset = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    weights = struct.pack("<Q", len(text)) + text + b"".join(tensor.data for tensor in tensors)
    (folder / "model.safetensors").write_bytes(weights)
    for name, content in (("config", _CONFIG), ("tokenizer", _tokenizer()), ("tokenizer_config", _TOKENIZER_CONFIG)):
        (folder / f"{name}.json").write_text(json.dumps(content))


def _tensors() -> Iterator[_Tensor]:
    chance = random.Random(7)

    def weights(name: str, rows: int, columns: int) -> _Tensor:
        return _Tensor(name, (rows, columns), _floats(chance.gauss(0, 0.08) for _ in range(rows * columns)))

    def ones(name: str) -> _Tensor:
        return _Tensor(name, (_WIDTH,), _floats([1.0] * _WIDTH))

    yield weights("model.embed_tokens.weight", len(_TOKENS), _WIDTH)
    for layer in range(_LAYERS):
        here = f"model.layers.{layer}."
        yield ones(f"{here}input_layernorm.weight")
        yield weights(f"{here}self_attn.q_proj.weight", _WIDTH, _WIDTH)
        yield weights(f"{here}self_attn.k_proj.weight", _KEY_WIDTH, _WIDTH)
        yield weights(f"{here}self_attn.v_proj.weight", _KEY_WIDTH, _WIDTH)
        yield weights(f"{here}self_attn.o_proj.weight", _WIDTH, _WIDTH)
        yield ones(f"{here}post_attention_layernorm.weight")
        yield weights(f"{here}mlp.gate_proj.weight", _FORWARD, _WIDTH)
        yield weights(f"{here}mlp.up_proj.weight", _FORWARD, _WIDTH)
        yield weights(f"{here}mlp.down_proj.weight", _WIDTH, _FORWARD)
    yield ones("model.norm.weight")
    head = weights("lm_head.weight", len(_TOKENS), _WIDTH)
    # Marks and raw bytes are as likely as nothing, so that what is said are characters that can be read.
    silent = bytes(4 * _WIDTH * _FIRST_CHARACTER)
    yield head._replace(data=silent + head.data[len(silent) :])


def _floats(numbers: Any) -> bytes:
    data = array("f", numbers)
    if sys.byteorder == "big":
        data.byteswap()
    return data.tobytes()


_CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": _WIDTH,
    "intermediate_size": _FORWARD,
    "num_hidden_layers": _LAYERS,
    "num_attention_heads": _HEADS,
    "num_key_value_heads": _KEY_HEADS,
    "max_position_embeddings": WINDOW,
    "rms_norm_eps": 1e-5,
    "vocab_size": len(_TOKENS),
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 0,
    "hidden_act": "silu",
    "tie_word_embeddings": False,
    "dtype": "float32",
    "torch_dtype": "float32",
}

_TOKENIZER_CONFIG = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "bos_token": "<s>",
    "eos_token": "</s>",
    "unk_token": "<unk>",
    "pad_token": "<unk>",
    "model_max_length": WINDOW,
    "clean_up_tokenization_spaces": False,
    "chat_template": _TEMPLATE,
}


def _tokenizer() -> dict[str, Any]:
    """Return the tokenizer of Hugging Face's library: characters, and bytes where there is none."""
    marks = [
        {"id": number, "content": text, "special": True}
        | dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
        for number, text in enumerate(_CONTROL)
    ]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": marks,
        "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": _SPACE},
        "pre_tokenizer": None,
        "post_processor": None,
        "decoder": {
            "type": "Sequence",
            "decoders": [
                {"type": "Replace", "pattern": {"String": _SPACE}, "content": " "},
                {"type": "ByteFallback"},
                {"type": "Fuse"},
            ],
        },
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": "<unk>",
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": True,
            "ignore_merges": False,
            "vocab": {token: number for number, token in enumerate(_TOKENS)},
            "merges": [],
        },
    }
