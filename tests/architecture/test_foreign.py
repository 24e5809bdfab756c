"""Each library that is not ours is imported by one package of ours."""

import sys


def library(found, foreign):
    """The library an import reaches: the longest of the listed names, else its top-level package."""
    name = ".".join(part for part in (found.module, found.name) if part)
    listed = [entry for entry in foreign if f"{name}.".startswith(f"{entry}.")]
    return max(listed, key=len, default=name.partition(".")[0])


def strays(source, foreign):
    for module in source.values():
        for found in module.imports:
            if source.target(found) or found.module.partition(".")[0] in sys.stdlib_module_names:
                continue
            name = library(found, foreign)
            if name not in foreign:
                yield f"{module.at(found.line)}: {name} is not listed in architecture.toml"
            elif not module.inside(*foreign[name]["importers"]):
                yield f"{module.at(found.line)}: {name} is imported by {foreign[name]['importers']} only"


def test_each_library_is_imported_by_its_one_package(source, rules):
    assert "\n".join(strays(source, rules["foreign"])) == ""


def test_each_listed_library_says_why(rules):
    assert all(row["reason"] and row["importers"] for row in rules["foreign"].values())


def test_an_import_outside_its_package_is_caught_even_inside_a_function(write):
    source = write({"client/client.py": "def f():\n    import litellm.router"})
    foreign = {"litellm": {"importers": ["drivers.litellm"]}}
    assert "litellm is imported by" in "".join(strays(source, foreign))


def test_a_library_that_nobody_listed_is_caught(write):
    assert "requests is not listed" in "".join(strays(write({"http/sync.py": "from requests import get"}), {}))


def test_a_namespace_package_is_known_by_its_second_name(write):
    source = write({"routing/a.py": "from google import auth\nfrom google.cloud import storage"})
    (found,) = strays(source, {"google.auth": {"importers": ["routing"]}})
    assert "google is not listed" in found


def test_a_package_with_the_library_s_name_may_import_it(write):
    source = write({"drivers/litellm/loading.py": "import litellm"})
    assert not list(strays(source, {"litellm": {"importers": ["drivers.litellm"]}}))
