"""AWS's token service in miniature: it checks the signature and answers with keys that end."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from genai_sdk.testing.answer import Answer
from genai_sdk.testing.call import Request
from genai_sdk.testing.delivery import deliver
from genai_sdk.testing.journal import Watch
from genai_sdk.testing.server import Server
from genai_sdk.testing.sigv4 import signature_of, verifies
from genai_sdk.testing.steps import Reply


class TokenService:
    """A context manager.

    Args:
        secrets: Secret access keys by access key id.
        lifetime: Seconds that its keys live by the wall clock; None for what is asked for.

    Attributes:
        asked: The parameters of each request.
    """

    def __init__(self, secrets: dict[str, str]) -> None:
        self._secrets = secrets
        self.asked: list[dict[str, str]] = []
        self._server = Server(lambda request: (deliver(self._answer(request), Reply()), lambda aborted: None), Watch())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    def __enter__(self) -> "TokenService":
        self._server.start()
        return self

    def __exit__(self, *exc: Any) -> None:
        self._server.stop()

    def _answer(self, request: Request) -> Answer:
        fields = dict(parse_qsl(request.body.decode()))
        signature = signature_of(request)
        secret = None if signature is None else self._secrets.get(signature.access_key_id)
        if signature is None or secret is None or not verifies(request, signature, secret):
            error = "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>"
            return Answer(403, {"content-type": "text/xml"}, error.encode())
        self.asked.append(fields)
        ends = datetime.fromtimestamp(datetime.now(UTC).timestamp() + int(fields["DurationSeconds"]), UTC)
        body = (
            f"<{fields['Action']}Response><Result><Credentials><AccessKeyId>ASIA{len(self.asked)}</AccessKeyId>"
            f"<SecretAccessKey>short/secret+{len(self.asked)}</SecretAccessKey><SessionToken>token-{len(self.asked)}"
            f"</SessionToken><Expiration>{ends:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials></Result></Response>"
        )
        return Answer(200, {"content-type": "text/xml"}, body.encode())
