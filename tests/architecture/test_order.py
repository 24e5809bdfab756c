"""Imports point one way: up the order of `architecture.toml`, without cycles."""

import graphlib


def misplaced(source, order):
    rank = {package: place for place, line in enumerate(order) for package in line}
    for module in source.values():
        if module.package not in rank:
            yield f"{module.at(1)}: {module.package!r} has no place in architecture.toml"
            continue
        for found in module.imports:
            target = source.target(found)
            package = target.partition(".")[0] if target else module.package
            if package != module.package and rank.get(package, len(order)) >= rank[module.package]:
                yield f"{module.at(found.line)}: {module.name} imports {target}, which does not stand below it"


def loosely_imported(source):
    for module in source.values():
        for found in module.imports:
            if found.name == "*":
                yield f"{module.at(found.line)}: names nothing: from {found.module} import *"
            if found.module.startswith("."):
                yield f"{module.at(found.line)}: is relative: from {found.module} import {found.name}"


def cycle(source):
    edges = {
        module.name: {target for found in module.imports if (target := source.target(found)) and target != module.name}
        for module in source.values()
    }
    try:
        graphlib.TopologicalSorter(edges).prepare()
    except graphlib.CycleError as error:
        return error.args[1]
    return None


def test_every_import_points_to_a_package_that_stands_lower(source, rules):
    assert "\n".join(misplaced(source, rules["order"])) == ""


def test_no_modules_import_each_other(source):
    assert cycle(source) is None


def test_every_import_is_absolute_and_names_what_it_takes(source):
    assert "\n".join(loosely_imported(source)) == ""


def test_an_import_of_a_higher_package_is_caught_even_inside_a_function(write):
    source = write(
        {
            "types/__init__.py": "",
            "client/__init__.py": "",
            "types/chat.py": "def f():\n    from genai_sdk.client import GenAIClient",
        }
    )
    assert "types.chat imports client" in "".join(misplaced(source, [["types"], ["client"]]))


def test_an_import_under_type_checking_is_caught(write):
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import genai_sdk.client.client"
    source = write({"types/chat.py": text, "client/client.py": ""})
    assert "types.chat imports client.client" in "".join(misplaced(source, [["types"], ["client"]]))


def test_an_import_of_a_neighbour_on_the_same_line_is_caught(write):
    source = write({"models/a.py": "from genai_sdk import prompts", "prompts/__init__.py": ""})
    assert "models.a imports prompts" in "".join(misplaced(source, [["models", "prompts"]]))


def test_a_package_without_a_place_is_caught(write):
    assert "'misc' has no place" in "".join(misplaced(write({"misc.py": ""}), [["errors"]]))


def test_a_cycle_through_a_lazy_import_is_caught(write):
    source = write(
        {
            "http/a.py": "from genai_sdk.http.b import B",
            "http/b.py": "def f():\n    from genai_sdk.http import a",
        }
    )
    assert set(cycle(source)) == {"http.a", "http.b"}


def test_star_and_relative_imports_are_caught(write):
    source = write({"http/a.py": "from genai_sdk.http import *\nfrom . import b\nfrom ..types import chat"})
    assert len(list(loosely_imported(source))) == 3
