"""The page of real servers, and the tiny model they load, without any server."""

import json
import math
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


def test_the_file_of_weights_has_every_tensor_once_and_no_gap(tmp_path: Path) -> None:
    tiny.write_folder(tmp_path)
    weights = (tmp_path / "model.safetensors").read_bytes()
    (length,) = struct.unpack_from("<Q", weights)
    header = json.loads(weights[8 : 8 + length])
    del header["__metadata__"]
    end = 0
    for tensor in header.values():
        assert tensor["data_offsets"] == [end, end + 4 * math.prod(tensor["shape"])]
        end = tensor["data_offsets"][1]
    assert len(weights) == 8 + length + end
    config = json.loads((tmp_path / "config.json").read_text())
    assert header["lm_head.weight"]["shape"] == [config["vocab_size"], config["hidden_size"]]
    assert len([name for name in header if name.endswith("q_proj.weight")]) == config["num_hidden_layers"]
