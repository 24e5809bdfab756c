import datetime
import json
import pathlib
import tomllib

import pytest

from genai_sdk.types import ConnectionView

HERE = pathlib.Path(__file__).parent
ROWS = HERE.parent / "data" / "langfuse-rows.json"
BORN = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)


def make_view(name, adapter, **facts):
    for key in ("custom_models", "header_names"):
        facts[key] = tuple(facts.get(key, ()))
    return ConnectionView(name=name, adapter=adapter, **{"created_at": BORN, "updated_at": BORN, **facts})


def recorded_views():
    """The connections as a real Langfuse wrote them, oldest first."""
    views = []
    for item in json.loads(ROWS.read_text())["llm_api_keys"]:
        row, config = item["row"], item["row"]["config"] or {}
        views.append(
            make_view(
                row["provider"],
                row["adapter"],
                base_url=row["base_url"],
                custom_models=row["custom_models"],
                with_default_models=row["with_default_models"],
                region=config.get("region") or config.get("location"),
                use_responses_api=config.get("useResponsesApi", False),
                default_credentials=item["expected"]["secret_key"].startswith("__"),
                created_at=datetime.datetime.fromisoformat(row["created_at"]),
                updated_at=datetime.datetime.fromisoformat(row["updated_at"]),
            )
        )
    return views


def golden_file():
    return tomllib.loads((HERE / "golden.toml").read_text())


def pytest_generate_tests(metafunc):
    if "golden_case" in metafunc.fixturenames:
        cases = golden_file()["case"]
        ids = ["-".join([case["set"], *case.get("listed", ()), case.get("pin", ""), case["name"]]) for case in cases]
        metafunc.parametrize("golden_case", cases, ids=ids)


@pytest.fixture(scope="session")
def golden_cases():
    return golden_file()["case"]


@pytest.fixture(scope="session")
def connection_sets():
    """The sets of connections by name."""
    sets = {name: [make_view(**row) for row in rows] for name, rows in golden_file()["sets"].items()}
    return {"recorded": recorded_views(), **sets}


@pytest.fixture
def view():
    return make_view


@pytest.fixture(scope="session")
def recorded():
    return recorded_views()
