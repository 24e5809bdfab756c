"""What lies in the repository: small files, a lock that names packages and nothing else, no place of one machine."""

import re
import subprocess
import tomllib

import pytest

# A registry's index or file address, an option that names one, and folders that only one machine has.
ELSEWHERE = re.compile(
    r"https?://\S*/simple\b(?!\w)|https?://\S*/packages/[0-9a-f]{2}/|(?<![\w-])--(?:extra-)?index-url\b"
    r"|(?<![\w.~$}])/(?:home|root|tmp|work|opt|Users)/"
)
PINNED = re.compile(r"[a-z0-9][a-z0-9.-]*==[^\s;]+(?: ; [^\\]+?)?(?: --hash=sha256:[0-9a-f]{64})+")


def repository_files(root, *patterns):
    """The files under version control, and those about to be."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("not a clone: only git knows which files belong to the repository")
    return [root / name for name in done.stdout.split("\0") if name and (root / name).is_file()]


def text_of(path):
    """The file's text, or nothing for a binary one."""
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8")


def requirements(text):
    """The lock's entries, each on a line of its own, without comments."""
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip() and line.lstrip()[0] != "#"]
    return [" ".join(line.split()) for line in lines]


def normal(name):
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def lock(root):
    return requirements((root / "requirements/dev.txt").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def test_no_module_is_longer_than_the_limit_without_a_reason(root, rules):
    limit, *_ = rules["size"].values()
    sizes = {str(path.relative_to(root)): text_of(path).count("\n") for path in repository_files(root, "*.py")}
    assert {name: size for name, size in sizes.items() if size > limit and name not in rules["size"]} == {}


def test_no_file_names_a_registry_or_a_folder_of_one_machine(root):
    found = [
        f"{path.relative_to(root)}:{number}: {line.strip()}"
        for path in repository_files(root)
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if ELSEWHERE.search(line)
    ]
    assert "\n".join(found) == ""


@pytest.mark.parametrize("folder", ["home", "root", "tmp", "work", "opt", "Users"])
def test_a_folder_of_one_machine_is_noticed(folder):
    assert ELSEWHERE.search(f"see '/{folder}/main'")


@pytest.mark.parametrize(
    "text",
    ["-" * 2 + "index-url x", "https:" + "//index.example/root/simple/", "https:" + "//files.example/packages/0a/b"],
)
def test_a_registry_is_noticed(text):
    assert ELSEWHERE.search(text)


@pytest.mark.parametrize("text", ["--no-emit-index-url", "https://a.example/tmp/b", "~/tmp/x", "a/root/b"])
def test_what_only_looks_alike_is_let_through(text):
    assert not ELSEWHERE.search(text)


def test_the_lock_holds_pinned_versions_with_hashes_and_nothing_else(lock):
    assert [line for line in lock if not PINNED.fullmatch(line)] == []


def test_every_dependency_is_in_the_lock(lock, project):
    pinned = {normal(line.partition("==")[0]) for line in lock}
    extras = project["project"]["optional-dependencies"].values()
    declared = [project["project"]["dependencies"], *extras, *project["dependency-groups"].values()]
    names = {normal(re.match(r"[\w.-]+", entry).group()) for group in declared for entry in group}
    assert names - pinned == set()


def test_litellm_is_pinned_to_the_version_of_the_lock(lock, project):
    (declared,) = project["project"]["optional-dependencies"]["litellm"]
    assert re.fullmatch(r"litellm==[\d.]+", declared)
    assert any(line.startswith(f"{declared} ") for line in lock)


@pytest.mark.parametrize("name", ["core", "extra", "neighbours"])
def test_what_is_installed_by_users_is_locked_at_the_versions_that_are_tested_here(root, lock, name):
    lines = requirements((root / f"requirements/{name}.txt").read_text(encoding="utf-8"))
    assert [line for line in lines if not PINNED.fullmatch(line)] == []
    there, ours = (dict(line.split()[0].split("==") for line in each) for each in (lines, lock))
    assert {name: there[name] for name in there.keys() & ours} == {name: ours[name] for name in there.keys() & ours}
    assert ("litellm" in there) == (name == "extra")


@pytest.mark.parametrize("line", ["litellm==1.0", "litellm>=1 --hash=sha256:" + "0" * 64, "-r other.txt"])
def test_a_loose_line_in_the_lock_is_noticed(line):
    assert not PINNED.fullmatch(line)
