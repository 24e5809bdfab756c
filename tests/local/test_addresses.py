"""Base URLs that lead into a network are refused, however they are written."""

import socket

import pytest

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.local.addresses import Addresses

INSIDE = [
    "http://10.0.0.5/v1",
    "http://172.16.3.4/v1",
    "http://192.168.1.1/v1",
    "http://169.254.169.254/latest/meta-data/v1",
    "http://100.64.0.1/v1",
    "http://0.0.0.0/v1",
    "http://224.0.0.1/v1",
    "http://255.255.255.255/v1",
    "http://0xa000001/v1",
    "http://167772161/v1",
    "http://10.1/v1",
    "http://[fd00:ec2::254]/v1",
    "http://[fe80::1]/v1",
    "http://[::ffff:10.0.0.1]/v1",
    "http://[64:ff9b::a00:1]/v1",
    "http://[64:ff9b:1::a00:1]/v1",
    "http://[100::1]/v1",
    "http://[5f00::1]/v1",
    "http://[2002:a00:1::]/v1",
    "http://[::]/v1",
    "http://metadata.google.internal/v1",
    "http://vault.intranet./v1",
    "http://gateway.docker.internal/v1",
]
HERE = [
    "http://127.0.0.1:9/v1",
    "http://localhost:9/v1",
    "http://127.1/v1",
    "http://[::1]:9/v1",
    "http://2130706433/v1",
]


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_inside_is_refused(url: str) -> None:
    with pytest.raises(ApiError, match="--trust-host") as refused:
        Addresses().check(url)
    assert refused.value.status == 400


@pytest.mark.parametrize("url", HERE)
def test_this_machine_is_allowed_by_a_switch(url: str) -> None:
    Addresses(loopback=True).check(url)
    with pytest.raises(ApiError):
        Addresses(loopback=False).check(url)


@pytest.mark.parametrize("url", [None, "https://8.8.8.8/v1", "https://[2606:4700::1111]/v1"])
def test_public_addresses_are_let_pass(url: str | None) -> None:
    Addresses(loopback=False).check(url)


def test_a_trusted_name_may_lead_anywhere() -> None:
    Addresses(hosts=frozenset({"10.0.0.5"})).check("http://10.0.0.5/v1")


def test_a_name_is_judged_by_where_it_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    # The system's resolver stands for the network here, which no test may ask.
    found = {"inside.example.com": "10.0.0.1", "outside.example.com": "8.8.8.8"}

    def look_up(host: str, *args: object, **options: object) -> list[tuple[object, ...]]:
        if host not in found:
            raise socket.gaierror("unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found[host], 0))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    Addresses().check("https://outside.example.com/v1")
    with pytest.raises(ApiError, match=r"unknown.example.com has no address that can be found now.*--trust-host"):
        Addresses().check("https://unknown.example.com/v1")
    Addresses(hosts=frozenset({"unknown.example.com"})).check("https://unknown.example.com/v1")
    with pytest.raises(ApiError, match=r"inside.example.com \(10.0.0.1\)"):
        Addresses().check("https://inside.example.com/v1")
