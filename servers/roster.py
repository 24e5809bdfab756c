"""The servers: one row each. What differs between them to start them is data here, and nothing else knows their names."""

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
        models: The folder with the tiny models.
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
        window: Whether the model behind it has one.
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
    window: bool = True
    environment: Mapping[str, str] = {}


def _litellm(place: Place) -> None:
    base, model = place.upstream
    (place.folder / "config.yaml").write_text(
        f"""\
model_list:
  - model_name: tiny
    litellm_params: {{model: "openai/{model}", api_base: "{base}", api_key: none}}
general_settings: {{master_key: {KEY}}}
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
            lambda p: ["transformers", "serve", _folder(p), "--host", "127.0.0.1", "--port", str(p.port), "--device", "cpu"],
            model=_folder,
            beside=("torch",),
        ),
        Server(
            "litellm",
            "LiteLLM proxy",
            "litellm",
            lambda p: ["litellm", "--config", "config.yaml", "--host", "127.0.0.1", "--port", str(p.port)],
            ready="/health/liveliness",
            configure=_litellm,
            behind="transformers",
        ),
        Server(
            "mlflow",
            "MLflow gateway",
            "mlflow",
            lambda p: ["mlflow", "gateway", "start", "--config-path", "config.yaml", "--port", str(p.port), "--workers", "1"],
            configure=_mlflow,
            behind="transformers",
        ),
        Server(
            "litserve",
            "LitServe",
            "litserve",
            lambda p: ["python", str(HERE / "nonsense.py"), str(p.port)],
            window=False,
        ),
    )
}  # fmt: skip
