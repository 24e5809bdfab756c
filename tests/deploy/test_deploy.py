"""The files that a broker is deployed by, and that their check finds what is wrong."""

import copy
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.deploy.lint import of_compose, of_containerfile, of_kubernetes

from genai_sdk.broker.policy import read_policy

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def manifest() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()))


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def recipe() -> str:
    return (DEPLOY / "Containerfile").read_text()


def test_nothing_is_wrong_with_them() -> None:
    assert list(of_kubernetes(manifest())) == []
    assert list(of_compose(compose())) == []
    assert list(of_containerfile(recipe())) == []


def _container(documents: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = documents[2]["spec"]["template"]["spec"]["containers"][0]
    return found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda each: each.pop(3), "there is no Service"),
        (lambda each: each[3]["spec"]["selector"].update(app="x"), "finds no pod"),
        (lambda each: each[4]["spec"].update(minAvailable=3), "no node can ever be drained"),
        (lambda each: _container(each)["securityContext"].pop("readOnlyRootFilesystem"), "can be written"),
        (lambda each: _container(each)["securityContext"].pop("capabilities"), "keeps privileges"),
        (lambda each: _container(each)["resources"].pop("limits"), "memory has no bound"),
        (lambda each: _container(each).update(image="genai-broker:latest"), "no version"),
        (lambda each: _container(each)["ports"][0].update(containerPort=80), "listens on 4142"),
        (lambda each: _container(each)["readinessProbe"]["httpGet"].update(path="/health"), "does not ask /ready"),
        (lambda each: _container(each).pop("livenessProbe"), "does not ask /health"),
        (lambda each: _container(each)["env"].append({"name": "GENAI_SALT", "value": "x"}), "stands in the manifest"),
        (lambda each: _container(each)["env"].append({"name": "GENAI_BROKR", "value": "x"}), "reads no GENAI_BROKR"),
        (lambda each: _container(each)["env"].pop(4), "GENAI_DATABASE_URL is missing"),
        (lambda each: _container(each)["volumeMounts"].pop(0), "is in no volume"),
        (lambda each: each[2]["spec"]["template"]["spec"].update(terminationGracePeriodSeconds=5), "before it has"),
        (lambda each: each[2]["spec"]["template"]["spec"].pop("automountServiceAccountToken"), "a token of the"),
        (lambda each: each[2]["spec"]["template"]["spec"]["securityContext"].pop("runAsNonRoot"), "may run as root"),
        (lambda each: each[5]["spec"].pop("tls"), "without TLS"),
        (lambda each: each[5]["spec"]["rules"][0]["http"]["paths"][0].update(path="/"), "metrics are reached"),
    ],
)
def test_a_manifest_that_is_wrong_is_found_out(change: Callable[[Any], Any], said: str) -> None:
    documents = copy.deepcopy(manifest())
    change(documents)
    assert said in "\n".join(of_kubernetes(documents))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda each: each["services"].pop("redis"), "waits for redis, which there is not"),
        (lambda each: each["services"]["redis"].pop("healthcheck"), "the health of redis"),
        (lambda each: each["services"]["broker"].pop("read_only"), "keeps privileges"),
        (lambda each: each["services"]["broker"].update(ports=["4142:4142"]), "reached from other machines"),
        (lambda each: each["services"]["broker"]["environment"].update(GENAI_SALT="${OTHER:?}"), "another SALT"),
        (
            lambda each: each["services"]["broker"]["environment"].update(GENAI_BROKER_DRIAN="5"),
            "no GENAI_BROKER_DRIAN",
        ),
        (lambda each: each["services"]["broker"]["environment"].update(GENAI_BROKER_DRAIN=5), "is no string"),
        (lambda each: each["services"]["postgres"]["environment"].update(POSTGRES_PASSWORD="x"), "stands in the file"),
        (lambda each: each["services"]["postgres"]["environment"].update(A="${B:-mysecret}"), "everybody knows"),
        (lambda each: each["volumes"].pop("minio"), "in minio, which there is not"),
    ],
)
def test_a_compose_file_that_is_wrong_is_found_out(change: Callable[[Any], Any], said: str) -> None:
    document = copy.deepcopy(compose())
    change(document)
    assert said in "\n".join(of_compose(document))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("USER 10001:10001\n", "", "as root"),
        ("EXPOSE 4142", "EXPOSE 80", "another port"),
        ('"genai", "broker"', '"genai", "up"', "does not run the broker"),
        ("--require-hashes ", "", "nobody has looked at"),
        ("4142/health", "4142/", "its health"),
        ("COPY src src", "COPY . .", "lies about"),
        ("ENV PATH", "ENV GENAI_SALT=x PATH", "holds a secret"),
    ],
)
def test_a_recipe_that_is_wrong_is_found_out(old: str, new: str, said: str) -> None:
    assert old in recipe()
    assert said in "\n".join(of_containerfile(recipe().replace(old, new)))


def test_the_policy_in_the_manifest_is_one() -> None:
    text = manifest()[1]["data"]["policy.toml"]
    assert read_policy(text, "policy.toml").allow == ()
    shown = read_policy(re.sub(r"(?m)^# ", "", text), "policy.toml")
    assert shown.allow[0].subject.connections == ("azure_*",)


def test_what_the_image_installs_is_locked_and_runs_the_broker(tmp_path: Path) -> None:
    locked = (ROOT / "requirements/broker.txt").read_text()
    names = set(re.findall(r"(?m)^([\w.-]+)==", locked))
    assert {"uvicorn", "psycopg", "psycopg-binary", "redis", "click", "msgspec", "cryptography", "bcrypt"} <= names
    assert not {"litellm", "starlette", "jinja2", "openai"} & names
    dev = dict(re.findall(r"(?m)^([\w.-]+)==(\S+)", (ROOT / "requirements/dev.txt").read_text()))
    assert [name for name, version in re.findall(r"(?m)^([\w.-]+)==(\S+)", locked) if dev.get(name) != version] == []


def test_the_broker_loads_nothing_that_the_image_lacks() -> None:
    code = (
        "import sys, genai_sdk.broker.serving, genai_sdk.broker.shared_limits, genai_sdk.cli.broker; "
        "print([name for name in ('starlette', 'litellm', 'jinja2', 'openai', 'anyio') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
