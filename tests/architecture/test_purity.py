"""What decides touches nothing; what touches the environment or keeps state is known by name."""

import ast
import sys
from fnmatch import fnmatchcase

ENVIRONMENT = {"environ", "environb", "expandvars", "getenv", "getenvb", "getproxies", "getproxies_environment"}
WRITERS = {"putenv", "unsetenv"}
DISPLAYS = (ast.Dict, ast.DictComp, ast.List, ast.ListComp, ast.Set, ast.SetComp)
CONSTANT = ("Final", "Mapping[", "Sequence[")
BUILDERS = {"bytearray", "dict", "list", "set"}
CHANGING = {
    "Condition",
    "Counter",
    "Event",
    "Lock",
    "OrderedDict",
    "Queue",
    "RLock",
    "Semaphore",
    "SimpleQueue",
    "WeakKeyDictionary",
    "WeakSet",
    "WeakValueDictionary",
    "count",
    "cycle",
    "defaultdict",
    "deque",
    "local",
}


def called(node):
    """The dotted name that a call calls, as far as it is one."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def impurities(source, pure):
    for module in source.values():
        if not module.inside(*pure["modules"]) or module.name in pure["exceptions"]:
            continue
        for found in module.imports:
            full = f"{found.module}.{found.name}."
            if (target := source.target(found)) and target.partition(".")[0] in pure["apart"]:
                yield f"{module.at(found.line)}: {module.name} is pure and imports {target}"
            standard = found.module.partition(".")[0] in sys.stdlib_module_names
            if standard and not any(full.startswith(f"{name}.") for name in pure["standard"]):
                yield f"{module.at(found.line)}: {module.name} is pure and imports {found.module}"
        for node in ast.walk(module.tree):
            if (name := called(node)) and any(fnmatchcase(name, pattern) for pattern in pure["calls"]):
                yield f"{module.at(node.lineno)}: {module.name} is pure and calls {name}"


def environment_readers(source, allowed):
    for module in source.values():
        if module.inside(*allowed):
            continue
        for node in ast.walk(module.tree):
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            imported = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
            owner = ast.unparse(node.value) if isinstance(node, ast.Attribute) else ""
            if owner in {"os", "os.path", "urllib.request"} and name in ENVIRONMENT | WRITERS:
                yield f"{module.at(node.lineno)}: {module.name} touches the environment with {name}"
            elif isinstance(node, ast.ImportFrom) and node.module in {"os", "os.path", "urllib.request"}:
                for taken in sorted((ENVIRONMENT | WRITERS).intersection(imported)):
                    yield f"{module.at(node.lineno)}: {module.name} touches the environment with {taken}"


def top_level(body):
    """Yield the statements that run at import, those under an `if` or `try` included."""
    for statement in body:
        yield statement
        for part in ("body", "orelse", "finalbody"):
            if isinstance(statement, ast.If | ast.Try | ast.With):
                yield from top_level(getattr(statement, part, []))


def assigned(statement):
    """The names, the annotation and the value of an assignment."""
    if isinstance(statement, ast.Assign):
        return [ast.unparse(target) for target in statement.targets], "", statement.value
    if isinstance(statement, ast.AnnAssign) and statement.value:
        return [ast.unparse(statement.target)], ast.unparse(statement.annotation), statement.value
    return [], "", None


def changing_state(source, allowed):
    for module in source.values():
        if module.inside(*allowed):
            continue
        for statement in top_level(module.tree.body):
            names, annotation, value = assigned(statement)
            constant = all(name.isupper() for name in names) or annotation.startswith(CONSTANT)
            builds = called(value).rpartition(".")[2].partition("[")[0]
            display = isinstance(value, DISPLAYS) or builds in BUILDERS
            if names != ["__all__"] and (builds in CHANGING or (display and not constant)):
                yield f"{module.at(statement.lineno)}: {module.name} keeps {', '.join(names)} at module level"
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Global):
                yield f"{module.at(node.lineno)}: {module.name} changes a global: {', '.join(node.names)}"


def test_pure_modules_do_no_input_or_output_and_read_no_clock(source, rules):
    assert "\n".join(impurities(source, rules["pure"])) == ""


def test_only_the_settings_read_the_environment(source, rules):
    assert "\n".join(environment_readers(source, rules["environment"])) == ""


def test_no_module_keeps_state(source, rules):
    assert "\n".join(changing_state(source, rules["state"])) == ""


def test_a_pure_module_that_does_what_it_may_not_is_caught(write, rules):
    text = "import os\nfrom http import client\nfrom datetime import datetime\nopen('x')\ndatetime.now()\nimport re\n"
    source = write({"models/a.py": text, "http/a.py": text})
    assert len(list(impurities(source, rules["pure"]))) == 4


def test_a_pure_module_may_not_reach_our_own_edge(write, rules):
    source = write({"routing/policy.py": "from genai_sdk.http import Deadline", "http/__init__.py": ""})
    assert "routing.policy is pure and imports http" in "".join(impurities(source, rules["pure"]))


def test_every_way_to_the_environment_is_caught(write):
    text = "import os\nfrom os import getenv\nimport urllib.request\nos.environ['A']\nurllib.request.getproxies()"
    source = write({"http/a.py": text, "client/settings.py": text})
    assert len(list(environment_readers(source, {"client.settings": "the one"}))) == 3


def test_module_level_state_is_caught_and_constants_are_not(write):
    text = "cache = {}\nLOCK = threading.Lock()\nseen: set[str] = set()\nif x:\n    rows = [1]\n"
    fine = "ROWS = [1]\nnames: Final = {}\nby_name: Mapping[str, int] = {}\n__all__ = ['a']\ndef f():\n    a = []\n"
    assert len(list(changing_state(write({"http/a.py": text, "http/b.py": fine}), {}))) == 4


def test_a_global_statement_is_caught(write):
    text = "x = None\ndef f():\n    global x\n    x = 1\n"
    assert "changes a global: x" in "".join(changing_state(write({"http/a.py": text}), {}))
