"""Who may see the pages: logins, sessions, and forms that only the pages themselves can send."""

import httpx
import pytest
from tests.local.ui.playing import logged_in

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.local.platform import Platform
from genai_sdk.local.ui.authentication import SESSION_SECONDS, Authentication

HERE = "127.0.0.1"


class Clock:
    """Seconds that pass when they are told to."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_session_outlives_a_restart_and_ends_in_time() -> None:
    clock = Clock()
    authentication = Authentication("sk-lf-one", clock=clock)
    session = authentication.log_in(authentication.login_key, HERE)
    assert session is not None
    assert Authentication("sk-lf-one", clock=clock).knows(session)
    clock.now += SESSION_SECONDS + 1
    assert not authentication.knows(session)


@pytest.mark.parametrize("session", [None, "", ".", "9999999999.x.y", "no dots at all"])
def test_a_session_that_was_made_up_is_not_known(session: str | None) -> None:
    assert not Authentication("sk-lf-one").knows(session)


def test_a_session_is_of_no_use_elsewhere_and_cannot_be_prolonged() -> None:
    authentication = Authentication("sk-lf-one")
    session = authentication.log_in(authentication.login_key, HERE)
    assert session is not None
    assert not Authentication("sk-lf-other").knows(session)
    until, rest = session.split(".", 1)
    assert not authentication.knows(f"{int(until) + 1}.{rest}")


def test_another_password_ends_every_session() -> None:
    before = Authentication("sk-lf-one", password="correct horse battery")
    session = before.log_in("correct horse battery", HERE)
    assert session is not None
    assert before.knows(session)
    assert not Authentication("sk-lf-one", password="another one altogether").knows(session)
    assert not Authentication("sk-lf-one").knows(session)


def test_with_a_password_the_login_key_opens_nothing() -> None:
    authentication = Authentication("sk-lf-one", password="correct horse battery")
    assert authentication.log_in(authentication.login_key, HERE) is None


def test_whoever_guesses_the_password_has_to_wait_and_nobody_else() -> None:
    clock, password = Clock(), "correct horse battery"
    authentication = Authentication("sk-lf-one", password=password, clock=clock)
    for _ in range(10):
        assert authentication.log_in("a guess", "198.51.100.7") is None
    with pytest.raises(ApiError, match="try again in a minute"):
        authentication.log_in(password, "198.51.100.7")
    assert authentication.log_in(password, "198.51.100.8") is not None
    clock.now += 61
    assert authentication.log_in(password, "198.51.100.7") is not None


def test_a_network_of_ipv6_is_one_client() -> None:
    authentication = Authentication("sk-lf-one", password="correct horse battery", clock=Clock())
    for number in range(10):
        assert authentication.log_in("a guess", f"2001:db8::{number:x}") is None
    with pytest.raises(ApiError):
        authentication.log_in("a guess", "2001:db8::ffff")
    assert authentication.log_in("a guess", "2001:db8:0:1::1") is None


def test_a_login_forgives_the_tries_before_it() -> None:
    authentication = Authentication("sk-lf-one", password="correct horse battery", clock=Clock())
    for _ in range(3):
        for _ in range(9):
            assert authentication.log_in("a guess", HERE) is None
        assert authentication.log_in("correct horse battery", HERE) is not None


def test_wrong_keys_lock_nobody_out_of_this_machine() -> None:
    authentication = Authentication("sk-lf-one", clock=Clock())
    for _ in range(20):
        assert authentication.log_in("a guess", HERE) is None
    assert authentication.log_in(authentication.login_key, HERE) is not None


def test_nothing_but_the_login_is_shown_to_strangers(platform: Platform) -> None:
    with httpx.Client(base_url=platform.url, trust_env=False) as stranger:
        for path in ("/", "/traces", "/connections", "/prompts", "/playground", "/dashboard.csv"):
            answer = stranger.get(path)
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/login")
        assert stranger.post("/connections/simulated", data={}).status_code == 401
        assert stranger.get("/login", params={"key": "wrong"}).status_code == 403
    assert platform.store.connections.page(1, 0)[1] == 0


def test_a_stranger_may_send_no_more_than_a_login_takes(platform: Platform) -> None:
    refused = httpx.post(f"{platform.url}/login", data={"key": "x" * 70_000})
    assert refused.status_code == 413
    assert "more than 65536 bytes" in refused.text
    assert httpx.post(f"{platform.url}/login", data={"key": "x" * 60_000}).status_code == 403


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_a_login_leads_nowhere_else(platform: Platform, wanted: str) -> None:
    with httpx.Client(base_url=platform.url, trust_env=False) as browser:
        answer = browser.get(platform.login_url.removeprefix(platform.url), params=None)
        assert answer.status_code == 303
        answer = browser.get(f"{platform.login_url}&next={wanted}")
        assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_page_is_refused_though_it_has_the_token(platform: Platform, headers: dict[str, str]) -> None:
    with logged_in(platform) as client:
        token = client.headers["x-form-token"]
        answer = client.post("/connections/simulated", data={"token": token}, headers=headers)
    assert answer.status_code == 403
    assert platform.store.connections.page(1, 0)[1] == 0


def test_every_page_forbids_what_is_not_its_own(platform: Platform) -> None:
    with logged_in(platform) as client:
        for path in ("/", "/traces", "/connections", "/prompts", "/playground", "/nothing-here/"):
            policy = client.get(path).headers.get("content-security-policy", "")
            if path != "/nothing-here/":
                assert "default-src 'none'" in policy
                assert "unsafe" not in policy
        assert client.get("/static/../page.py").status_code == 404
        assert client.get("/static/%2e%2e/page.py").status_code == 404


def test_a_browser_is_told_on_a_page_what_is_not_there_and_a_program_in_json(platform: Platform) -> None:
    html = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    with logged_in(platform) as client:
        page = client.get("/nope/<b>", headers=html)
        assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "There is no page at /nope/&lt;b&gt;." in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
        korean = client.get("/nope", headers={**html, "accept-language": "ko"})
        assert "/nope에는 페이지가 없습니다." in korean.text
        for path, headers in (("/nope", {}), ("/api/public/nope", html), ("/simulated/nope/nope", html)):
            answer = client.get(path, headers=headers)
            assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")
    stranger = httpx.get(f"{platform.url}/nope", headers=html)
    assert (stranger.status_code, stranger.headers["location"]) == (303, "/login?next=%2Fnope")
