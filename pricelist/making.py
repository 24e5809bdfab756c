"""The table of models, made from litellm's price list and what is kept by hand."""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from genai_sdk.catalogue.model_table import TableRow
from pricelist import plausible
from pricelist.reading import MODES, Numbers, owners, read, without_profile


def make(
    prices: Mapping[str, Any], additions: Mapping[str, Any], *, made: str, version: str
) -> tuple[bytes, list[str]]:
    """Return the table as JSON with one model a line, and what was left out with the reasons."""
    numbers, left_out = Numbers(), list[str]()
    models: dict[str, dict[str, TableRow]] = defaultdict(dict)
    for key, entry in prices.items():
        if not isinstance(entry, dict) or entry.get("mode") not in MODES:
            continue
        for adapter, model in owners(key, entry):
            row = _checked(f"{adapter} {model}", read(entry, numbers, key), left_out)
            # Of two rows for one model of Vertex AI, the one that names the provider says more.
            if row is not None and (model not in models[adapter] or key.startswith("vertex_ai/")):
                models[adapter][model] = row
                if row.rates and row.window is None:
                    left_out.append(f"{adapter} {model}: has no window")
    for addition in additions["models"]:
        for model in addition["names"]:
            listed = models[addition["adapter"]].get(model)
            models[addition["adapter"]][model] = listed if listed and listed.rates else _added(addition, numbers)
    for ends in additions["ends"]:
        source = numbers.source(f"{ends['source']}, read {ends['read']}")
        for day, names in ends["on"].items():
            for model in names.split():
                row = models[ends["adapter"]].get(model) or TableRow()
                row = msgspec.structs.replace(row, ends=date.fromisoformat(day), source=source)
                models[ends["adapter"]][model] = row
    for successors in additions.get("successors", ()):
        source = numbers.source(f"{successors['source']}, read {successors['read']}")
        for successor, names in successors["to"].items():
            for model in names.split():
                row = models[successors["adapter"]].get(model) or TableRow()
                row = msgspec.structs.replace(row, successor=successor, successor_source=source)
                models[successors["adapter"]][model] = row
    bedrock = models["bedrock"]
    for model in list(bedrock):
        # A profile or a region that says nothing of its own is answered by the model's own row.
        base = without_profile(model)
        if base is not None and bedrock.get(base) == bedrock[model]:
            del bedrock[model]
    return _written(models, numbers, made, version), left_out


def _checked(name: str, row: TableRow, left_out: list[str]) -> TableRow | None:
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


def _added(addition: Mapping[str, Any], numbers: Numbers) -> TableRow:
    return TableRow(
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
        source=numbers.source(f"{addition['source']}, read {addition['read']}"),
    )


def _written(models: Mapping[str, Mapping[str, TableRow]], numbers: Numbers, made: str, version: str) -> bytes:
    head = {"made": made, "of": f"litellm {version}", "sources": numbers.sources, "traits": numbers.traits}
    lines = [f'"{name}":{json.dumps(item)}' for name, item in head.items()]
    for adapter in models:
        rows = sorted(models[adapter].items())
        lines.append(f'"{adapter}":{{\n' + ",\n".join(f"{json.dumps(name)}:{_line(row)}" for name, row in rows) + "}")
    first, rest = lines[:4], lines[4:]
    return ("{" + ",\n".join(first) + ',\n"models":{' + ",\n".join(rest) + "}}\n").encode()


def _line(row: TableRow) -> str:
    plain = _plain(msgspec.to_builtins(row))
    for tier, card in plain.get("tiers", {}).items():
        if isinstance(card, dict):
            plain["tiers"][tier] = {name: part for name, part in card.items() if part}
    return json.dumps(plain, separators=(",", ":"))


def _plain(item: Any) -> Any:
    if isinstance(item, dict):
        return {key: _plain(part) for key, part in item.items()}
    return int(item) if isinstance(item, float) and item == int(item) else item
