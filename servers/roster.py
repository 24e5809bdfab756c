"""The servers, one row each: what differs between them is data here, and nothing else knows how to start them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
KEY = "sk-right"


class Place(NamedTuple):
    """Where a server runs.

    Attributes:
        port: Its port.
        folder: Its working directory.
        models: The folder that the tiny model is in.
        upstream: The base URL of the server behind it and the model's name there; empty without one.
    """

    port: int
    folder: Path
    models: Path
    upstream: tuple[str, str]


class Server(NamedTuple):
    """A server.

    Attributes:
        name: How it is called.
        title: What the page calls it.
        package: The package whose version counts.
        beside: Other packages whose versions are told.
        command: Its arguments, below the `bin` folder of its environment.
        model: The name of the model that is asked for.
        ready: The path that answers once it is ready.
        base: What follows its origin in the connection's base URL.
        configure: Writes its files.
        behind: The name of the server that it hands on to.
        environment: Variables of its own.
    """

    name: str
    title: str
    package: str
    command: Callable[[Place], list[str]]
    model: Callable[[Place], str] = lambda _: "tiny"
    beside: tuple[str, ...] = ()
    ready: str = "/health"
    base: str = "/v1"
    configure: Callable[[Place], None] = lambda _: None
    behind: str | None = None
    environment: Mapping[str, str] = {}


def _at(place: Place) -> list[str]:
    return ["--host", "127.0.0.1", "--port", str(place.port)]


def _litellm(place: Place) -> None:
    base, model = place.upstream
    (place.folder / "config.yaml").write_text(
        f"""\
model_list:
  - model_name: tiny
    litellm_params: {{model: "openai/{model}", api_base: "{base}", api_key: none}}
general_settings: {{master_key: {KEY}}}
router_settings: {{disable_cooldowns: true}}
"""
    )


def _mlflow(place: Place) -> None:
    base, model = place.upstream
    (place.folder / "config.yaml").write_text(
        f"""\
endpoints:
  - name: tiny
    endpoint_type: llm/v1/chat
    model:
      provider: openai
      name: "{model}"
      config: {{openai_api_key: none, openai_api_base: "{base}"}}
"""
    )


def _folder(place: Place) -> str:
    return str(place.models / "tiny")


SERVERS: dict[str, Server] = {
    row.name: row
    for row in (
        Server(
            "transformers",
            "transformers serve",
            "transformers",
            lambda place: ["transformers", "serve", _folder(place), "--device", "cpu", *_at(place)],
            model=_folder,
            beside=("torch",),
        ),
        Server(
            "litellm",
            "LiteLLM proxy",
            "litellm",
            lambda place: ["litellm", "--config", "config.yaml", *_at(place)],
            ready="/health/liveliness",
            configure=_litellm,
            behind="litserve",
        ),
        Server(
            "mlflow",
            "MLflow gateway",
            "mlflow",
            lambda place: ["mlflow", "gateway", "start", "--config-path", "config.yaml", "--workers", "1", *_at(place)],
            configure=_mlflow,
            behind="litserve",
        ),
        Server(
            "litserve",
            "LitServe",
            "litserve",
            lambda place: ["python", str(HERE / "nonsense.py"), str(place.port)],
        ),
    )
}
