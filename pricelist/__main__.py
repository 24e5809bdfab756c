"""`python -m pricelist FILE --version V --date D`: write the table of models from litellm's price list."""

import argparse
import datetime
import json
import pathlib
import sys
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.catalogue.model_table import Row
from pricelist import plausible
from pricelist.reading import MODES, Numbers, owners, read, without_profile

HERE = pathlib.Path(__file__).parent
TABLE = HERE.parent / "src/genai_sdk/catalogue/models.json"


def make(
    prices: Mapping[str, Any], additions: Mapping[str, Any], *, made: str, version: str
) -> tuple[bytes, list[str]]:
    """Return the table as JSON with one model a line, and what was left out with the reasons."""
    numbers, left_out = Numbers(), list[str]()
    models: dict[str, dict[str, Row]] = defaultdict(dict)
    for key, entry in prices.items():
        if not isinstance(entry, dict) or entry.get("mode") not in MODES:
            continue
        for adapter, model in owners(key, entry):
            row = _checked(f"{adapter} {model}", read(entry, numbers, key), left_out)
            if row is not None and model not in models[adapter]:
                models[adapter][model] = row
    for addition in additions["models"]:
        for model in addition["names"]:
            listed = models[addition["adapter"]].get(model)
            row = _added(addition, numbers, listed)
            models[addition["adapter"]][model] = row
    bedrock = models["bedrock"]
    for model in list(bedrock):
        # A profile or a region that says nothing of its own is answered by the model's own row.
        base = without_profile(model)
        if base is not None and bedrock.get(base) == bedrock[model]:
            del bedrock[model]
    return _written(models, numbers, made, version), left_out


def _checked(name: str, row: Row, left_out: list[str]) -> Row | None:
    priced = row.rates.get("input") or row.rates.get("output")
    # The list has zeros for models whose price is not known.
    faults = list(plausible.faults(row)) if priced else []
    if faults:
        left_out.append(f"{name}: {'; '.join(faults)}")
    if not priced or faults:
        row = msgspec.structs.replace(row, rates={}, above={}, tiers={}, times={}, search=None)
    for field in plausible.oddities(row):
        left_out.append(f"{name}: its {field} {getattr(row, field)}")
        row = msgspec.structs.replace(row, **{field: None})
    return row if row.rates or row.ends or row.window else None


def _added(addition: Mapping[str, Any], numbers: Numbers, listed: Row | None) -> Row:
    if listed is not None and listed.rates:
        if "ends" not in addition:
            return listed
        return msgspec.structs.replace(listed, ends=addition["ends"], source=numbers.source(addition["source"]))
    ends = addition.get("ends") or (listed.ends if listed else None)
    return Row(
        rates={kind: float(rate) for kind, rate in addition["rates"].items()},
        above={
            str(least): {kind: float(rate) for kind, rate in part.items()}
            for least, part in addition.get("above", {}).items()
        },
        tiers={tier: float(factor) for tier, factor in addition.get("tiers", {}).items()},
        search=addition.get("search"),
        window=addition["window"],
        output=addition["output"],
        takes=numbers.trait(addition["takes"]),
        ends=ends,
        source=numbers.source(f"{addition['source']}, read {addition['read']}"),
    )


def _written(models: Mapping[str, Mapping[str, Row]], numbers: Numbers, made: str, version: str) -> bytes:
    head = {"made": made, "of": f"litellm {version}", "sources": numbers.sources, "traits": numbers.traits}
    lines = [f'"{name}":{json.dumps(item)}' for name, item in head.items()]
    for adapter in models:
        rows = sorted(models[adapter].items())
        lines.append(f'"{adapter}":{{\n' + ",\n".join(f"{json.dumps(name)}:{_line(row)}" for name, row in rows) + "}")
    first, rest = lines[:4], lines[4:]
    return ("{" + ",\n".join(first) + ',\n"models":{' + ",\n".join(rest) + "}}\n").encode()


def _line(row: Row) -> str:
    plain = _plain(msgspec.to_builtins(row))
    for tier, card in plain.get("tiers", {}).items():
        if isinstance(card, dict):
            plain["tiers"][tier] = {name: part for name, part in card.items() if part}
    return json.dumps(plain, separators=(",", ":"))


def _plain(item: Any) -> Any:
    if isinstance(item, dict):
        return {key: _plain(part) for key, part in item.items()}
    return int(item) if isinstance(item, float) and item == int(item) else item


def main() -> None:
    """Write the table and print what was left out."""
    parser = argparse.ArgumentParser(prog="pricelist", description=__doc__)
    parser.add_argument("file", type=pathlib.Path, help="litellm's model_prices_and_context_window_backup.json")
    parser.add_argument("--version", required=True, help="litellm's version")
    parser.add_argument("--date", default=datetime.datetime.now(datetime.UTC).date().isoformat())
    arguments = parser.parse_args()
    additions = tomllib.loads((HERE / "additions.toml").read_text())
    table, left_out = make(
        json.loads(arguments.file.read_bytes()), additions, made=arguments.date, version=arguments.version
    )
    TABLE.write_bytes(table)
    sys.stdout.write("".join(f"left out: {line}\n" for line in left_out) + f"{TABLE.name}: {len(table):,} bytes\n")


main()
