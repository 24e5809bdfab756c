"""Who may see the pages: a login bound to the platform's key, and a token in every form.

The login key is derived from the project's secret key, so that the link printed at one start opens the next start too.
Sessions are signed rather than kept: a restart ends none of them.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.local.ui.throttle import Throttle
from genai_sdk.sentence import Sentence

SESSION_SECONDS = 30 * 24 * 3600
"""How long a login lasts."""

_OWN = frozenset({"same-origin", "none"})


class Authentication:
    """Logs browsers in.

    Args:
        secret_key: The project's secret key, which everything is derived from.
        password: What is asked for in place of the key printed at start, or None.
        clock: Seconds since 1970.
    """

    def __init__(self, secret_key: str, *, password: str | None = None, clock: Callable[[], float] = time.time) -> None:
        # With the password in it, so that another password ends every session.
        self._secret = f"{secret_key}\0{password or ''}".encode()
        self._password = password
        self._clock = clock
        self._throttle = Throttle()

    @property
    def asks_for_password(self) -> bool:
        """Whether a password is asked for rather than the key printed at start."""
        return self._password is not None

    @property
    def login_key(self) -> str:
        """What opens the pages: it is printed at start."""
        return self._sign("login")[:32]

    def log_in(self, password: str, client: str) -> str | None:
        """Return a session for whoever has the password or the login key, or None.

        Only passwords are protected against guessing: the login key has 128 bits, which nobody guesses, and where it
        opens the pages every client is this machine, so that one of them could lock all others out.

        Args:
            password: What was typed, or the key of the link.
            client: The client's address.

        Raises:
            ApiError: Too many of this client's tries failed lately (429).
        """
        now = self._clock()
        if self._password is not None and self._throttle.is_closed(client, now):
            raise ApiError(429, Sentence.of("page.too_many_logins", "Too many wrong logins; try again in a minute"))
        expected = self.login_key if self._password is None else self._password
        if not hmac.compare_digest(password.encode(), expected.encode()):
            self._throttle.count(client, now)
            return None
        self._throttle.forgive(client)
        body = f"{int(now) + SESSION_SECONDS}.{secrets.token_urlsafe(12)}"
        return f"{body}.{self._sign('session', body)}"

    def knows(self, session: str | None) -> bool:
        """Whether a session is one of ours and not over."""
        body, _, signature = (session or "").rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign("session", body).encode()):
            return False
        until = body.partition(".")[0]
        return until.isdecimal() and int(until) > self._clock()

    def token(self, session: str) -> str:
        """Return what a form of this session carries."""
        return self._sign("form", session)

    def check_form(self, session: str, token: str | None, headers: Mapping[str, str], origin: str) -> None:
        """Refuse a form that another page sent.

        Args:
            session: The browser's session.
            token: What the form carried.
            headers: The request's headers.
            origin: The pages' own origin, as the request addressed it.

        Raises:
            ApiError: It was not one of our own forms (403).
        """
        sent_from = headers.get("origin")
        ours = (sent_from is None or sent_from == origin) and headers.get("sec-fetch-site", "none") in _OWN
        if not ours or not hmac.compare_digest((token or "").encode(), self.token(session).encode()):
            raise ApiError(
                403,
                Sentence.of(
                    "page.foreign_form",
                    "The form was not sent from one of the platform's own pages; load the page anew",
                ),
            )

    def _sign(self, purpose: str, text: str = "") -> str:
        return hmac.new(self._secret, f"genai-pages:{purpose}:{text}".encode(), hashlib.sha256).hexdigest()
