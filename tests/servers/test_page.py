"""The page of real servers, and the tiny models they load, without any server."""

import json
import struct
from pathlib import Path

from servers.moves import MOVES
from servers.roster import SERVERS

from servers import page, tiny

ROOT = Path(__file__).parent.parent.parent
RESULTS = json.loads((ROOT / "docs/servers/results.json").read_text())


def test_the_page_is_what_the_results_say() -> None:
    assert (ROOT / "docs/servers.md").read_text() == page.write(RESULTS)


def test_every_move_was_played_on_every_server_and_found_no_fault_of_ours() -> None:
    assert RESULTS.keys() == SERVERS.keys()
    for played in RESULTS.values():
        assert played["moves"].keys() == MOVES.keys()
        assert "our fault" not in str(played)


def test_both_formats_hold_the_same_weights(tmp_path: Path) -> None:
    tiny.write_gguf(tmp_path / "tiny.gguf")
    tiny.write_folder(tmp_path / "tiny")
    weights = (tmp_path / "tiny/model.safetensors").read_bytes()
    (length,) = struct.unpack_from("<Q", weights)
    header = json.loads(weights[8 : 8 + length])
    del header["__metadata__"]
    data = weights[8 + length :]
    assert max(tensor["data_offsets"][1] for tensor in header.values()) == len(data)
    whole = (tmp_path / "tiny.gguf").read_bytes()
    magic, version, tensors, _ = struct.unpack_from("<4sIQQ", whole)
    assert (magic, version, tensors) == (b"GGUF", 3, len(header))
    assert whole.endswith(data)
    assert (len(whole) - len(data)) % 32 == 0
