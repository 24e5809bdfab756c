"""What a new platform starts with, and who may change how its simulated regions behave."""

import base64
import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from genai_sdk.local import Platform, offer_simulated


def connection_of(platform: Platform):
    records, _ = platform.store.connections.records(["simulated"])
    return records[0] if records else None


def test_a_new_platform_has_a_simulated_connection_that_follows_it_to_another_port(tmp_path: Path):
    with Platform(tmp_path, port=0) as first:
        assert first.is_new
        offer_simulated(first)
        offer_simulated(first)
        assert connection_of(first).base_url == f"{first.url}/simulated/seoul/openai/deployments"
        moved_from = first.url
        with Platform(tmp_path / "other", port=0) as in_the_way:
            assert in_the_way.url != moved_from
    with Platform(tmp_path, port=0) as second:
        assert not second.is_new
        offer_simulated(second)
        assert connection_of(second).base_url.startswith(second.url)


def test_who_removed_it_is_not_offered_it_again(tmp_path: Path):
    with Platform(tmp_path, port=0) as first:
        offer_simulated(first)
        (row,), _ = first.store.connections.page(10, 0)
        first.store.connections.delete(row.id)
    with Platform(tmp_path, port=0) as second:
        offer_simulated(second)
        assert connection_of(second) is None


@pytest.mark.parametrize("path", ["/simulated", "/simulated/seoul/behaviour"])
def test_behaviours_are_the_project_s_own_business(tmp_path: Path, path: str):
    with Platform(tmp_path, port=0) as platform:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(platform.url + path)
        refused.value.close()
        assert refused.value.code == 401
        keys = platform.credentials
        pair = base64.b64encode(f"{keys.public_key}:{keys.secret_key}".encode()).decode()
        asked = urllib.request.Request(platform.url + path, headers={"Authorization": f"Basic {pair}"})
        with urllib.request.urlopen(asked) as answer:
            assert json.loads(answer.read())["simulated"] is True
