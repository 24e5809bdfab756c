"""What is wrong with the files that a broker is deployed by."""

import re
from collections.abc import Iterator
from typing import Any

from genai_sdk.broker.settings import SECRETS, VARIABLES

KNOWN = {*VARIABLES.values(), *SECRETS.values(), *(f"{name}_FILE" for name in SECRETS.values())}
PORT = 4142
PATHS = {"/health", "/ready"}
SHOWN_SECRET = re.compile(r"(?i)(password|secret|_key|salt|token)$")


def of_kubernetes(documents: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what is wrong with a Kubernetes manifest."""
    kinds = {each["kind"]: each for each in documents}
    for kind in ("Deployment", "Service", "PodDisruptionBudget", "Ingress", "ConfigMap", "ServiceAccount"):
        if kind not in kinds:
            yield f"there is no {kind}"
            return
    deployment = kinds["Deployment"]["spec"]
    labels = deployment["template"]["metadata"]["labels"]
    selectors = (deployment["selector"]["matchLabels"], kinds["Service"]["spec"]["selector"])
    for selector in (*selectors, kinds["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"]):
        if not selector.items() <= labels.items():
            yield f"the selector {selector} finds no pod"
    if kinds["PodDisruptionBudget"]["spec"]["minAvailable"] >= deployment["replicas"]:
        yield "no node can ever be drained"
    pod = deployment["template"]["spec"]
    (container,) = pod["containers"]
    yield from _pod(pod, container)
    yield from _ports(container, kinds["Service"], kinds["Ingress"])
    yield from _variables({each["name"]: each.get("value") for each in container["env"]})


def _pod(pod: dict[str, Any], container: dict[str, Any]) -> Iterator[str]:
    if pod.get("automountServiceAccountToken") is not False:
        yield "the pod is given a token of the cluster"
    if pod.get("securityContext", {}).get("runAsNonRoot") is not True:
        yield "the pod may run as root"
    own = container.get("securityContext", {})
    if own.get("readOnlyRootFilesystem") is not True:
        yield "the root file system can be written"
    if own.get("allowPrivilegeEscalation") is not False or own.get("capabilities", {}).get("drop") != ["ALL"]:
        yield "the container keeps privileges"
    if "memory" not in container.get("resources", {}).get("limits", {}):
        yield "the container's memory has no bound"
    if container["image"].endswith(":latest") or ":" not in container["image"]:
        yield "the image has no version"
    volumes = {each["name"]: each for each in pod["volumes"]}
    mounts = {each["mountPath"]: each for each in container["volumeMounts"]}
    for path, mount in mounts.items():
        if mount["name"] not in volumes:
            yield f"{path} is no volume"
    for each in container["env"]:
        value = str(each.get("value", ""))
        if each["name"].endswith(("_FILE", "_POLICY")) and not any(value.startswith(path) for path in mounts):
            yield f"{each['name']} is in no volume"
    drain = next((float(each["value"]) for each in container["env"] if each["name"] == "GENAI_BROKER_DRAIN"), 0.0)
    if pod.get("terminationGracePeriodSeconds", 30) < drain + 10:
        yield "the pod is killed before it has drained"


def _ports(container: dict[str, Any], service: dict[str, Any], ingress: dict[str, Any]) -> Iterator[str]:
    ports = {each["name"]: each["containerPort"] for each in container["ports"]}
    if set(ports.values()) != {PORT}:
        yield f"the broker listens on {PORT}, not on {sorted(ports.values())}"
    for probe, path in (("startupProbe", "/health"), ("livenessProbe", "/health"), ("readinessProbe", "/ready")):
        asked = container.get(probe, {}).get("httpGet", {})
        if asked.get("path") != path or asked.get("port") not in ports:
            yield f"the {probe} does not ask {path}"
    offered = {each["name"]: each["targetPort"] for each in service["spec"]["ports"]}
    if not set(offered.values()) <= set(ports):
        yield "the service leads to no port"
    for rule in ingress["spec"]["rules"]:
        if not any(rule["host"] in each["hosts"] for each in ingress["spec"].get("tls", [])):
            yield f"{rule['host']} is reached without TLS"
        for path in rule["http"]["paths"]:
            if path["backend"]["service"]["name"] != service["metadata"]["name"]:
                yield "the ingress leads to no service"
            if path["path"] in ("/", "/metrics"):
                yield "the metrics are reached from outside"


def _variables(variables: dict[str, Any]) -> Iterator[str]:
    for name, value in variables.items():
        if name not in KNOWN:
            yield f"the broker reads no {name}"
        if name in SECRETS.values() and value is not None:
            yield f"{name} stands in the manifest"
    for name in ("GENAI_DATABASE_URL", "GENAI_ENCRYPTION_KEY"):
        if not {name, f"{name}_FILE"} & set(variables):
            yield f"{name} is missing"


def of_compose(document: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a compose file."""
    services = document["services"]
    for name, service in services.items():
        for other, wanted in service.get("depends_on", {}).items():
            if other not in services:
                yield f"{name} waits for {other}, which there is not"
            elif wanted["condition"] == "service_healthy" and "healthcheck" not in services[other]:
                yield f"{name} waits for the health of {other}, which has no check"
        for key, value in service.get("environment", {}).items():
            if not isinstance(value, str):
                yield f"{key} of {name} is no string"
            if SHOWN_SECRET.search(key) and not str(value).startswith("${"):
                yield f"{key} of {name} stands in the file"
            if re.search(r"\$\{\w+\}|\$\{\w+:-", str(value)):
                yield f"{key} of {name} may be empty, or opens with what everybody knows"
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            if "/" not in source and source not in document["volumes"]:
                yield f"{name} keeps what it has in {source}, which there is not"
        for port in service.get("ports", []):
            if not str(port).startswith("127.0.0.1:"):
                yield f"{name} is reached from other machines, without TLS"
    broker = services["broker"]
    if not (broker.get("read_only") and broker.get("cap_drop") == ["ALL"]):
        yield "the broker keeps privileges"
    if f"127.0.0.1:{PORT}:{PORT}" not in broker["ports"]:
        yield "the broker is not reached"
    for name in broker["environment"]:
        if name not in KNOWN:
            yield f"the broker reads no {name}"
    if broker["environment"]["GENAI_SALT"] != document["x-langfuse"]["SALT"]:
        yield "the broker has another SALT than Langfuse"


def of_containerfile(text: str) -> Iterator[str]:
    """Yield what is wrong with the image's recipe."""
    steps = [line.split(None, 1) for line in text.replace("\\\n", " ").splitlines() if line and line[0].isalpha()]
    last = max(number for number, (word, _) in enumerate(steps) if word == "FROM")
    final = dict(steps[last:])
    if final.get("USER", "root").partition(":")[0] in ("root", "0"):
        yield "it runs as root"
    if final.get("EXPOSE") != str(PORT):
        yield "it exposes another port"
    if final.get("ENTRYPOINT") != '["genai", "broker"]':
        yield "it does not run the broker"
    if "/health" not in final.get("HEALTHCHECK", ""):
        yield "nobody looks at its health"
    for word, rest in steps:
        if word == "RUN" and "install" in rest and "requirements" in rest and "--require-hashes" not in rest:
            yield "it installs what nobody has looked at"
        if word in ("ENV", "ARG") and any(name in rest for name in SECRETS.values()):
            yield "it holds a secret"
        if word == "COPY" and rest.split()[0] in (".", "./"):
            yield "it copies whatever lies about"
