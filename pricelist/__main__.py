"""`python -m pricelist FOLDER`: write the table of models from the price list of the litellm installed there."""

import argparse
import datetime
import json
import pathlib
import sys
import tomllib

from pricelist.making import make

ADDITIONS = pathlib.Path(__file__).with_name("additions.toml")
TABLE = pathlib.Path(__file__).parent.parent / "src/genai_sdk/catalogue/models.json"
LIST = "litellm/model_prices_and_context_window_backup.json"

parser = argparse.ArgumentParser(prog="pricelist", description=__doc__)
parser.add_argument("folder", type=pathlib.Path, help="an environment that has litellm, which is not imported")
parser.add_argument("--date", help="the day of the table; today by default")
arguments = parser.parse_args()

found = next(iter(arguments.folder.glob(f"**/{LIST}")), None)
if found is None:
    sys.exit(f"{arguments.folder} has no {LIST}")
version = next(iter(found.parent.parent.glob("litellm-*.dist-info"))).name.split("-")[1].removesuffix(".dist")
table, notes = make(
    json.loads(found.read_bytes()),
    tomllib.loads(ADDITIONS.read_text()),
    made=arguments.date or datetime.datetime.now(datetime.UTC).date().isoformat(),
    version=version,
)
TABLE.write_bytes(table)
sys.stdout.write("".join(f"{note}\n" for note in notes) + f"{TABLE.name}: {len(table):,} bytes\n")
