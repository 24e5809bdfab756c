"""The broker's one piece of work: a request for connections is let in, limited, answered, counted and written down."""

import logging
import math
import time
from datetime import UTC, datetime
from typing import Any

from genai_sdk.broker.audit import Audit, claimed, shortened
from genai_sdk.broker.grants import GrantedResult, Grants
from genai_sdk.broker.limits import TokenBuckets
from genai_sdk.broker.metrics import Metrics
from genai_sdk.broker.request import BrokerRequest, as_json
from genai_sdk.broker.wire import ACCEPT, BrokerAnswer, accepted
from genai_sdk.connections.broker_wire import SEALED, SHORT_LIVED
from genai_sdk.errors import AccessDeniedError, ConfigurationError, GenAIError
from genai_sdk.langfuse.errors import WRONG_KEYS, ApiError

logger = logging.getLogger("genai_sdk.broker")

_ACCEPT = ACCEPT.encode()
_RETRY = 2.0
"""Seconds after which a caller may ask again where the broker cannot tell."""


class CallerLimits:
    """How often callers may ask.

    Attributes:
        callers: By key pair, of those that were let in.
        strangers: By address, of those that were refused.
    """

    def __init__(self, callers: TokenBuckets, strangers: TokenBuckets) -> None:
        self.callers = callers
        self.strangers = strangers


class ConnectionsEndpoint:
    """Hands connections out.

    Args:
        grants: What each key pair is given.
        limits: How often it may ask.
        audit: Where it is written down.
        metrics: Where it is counted.
    """

    def __init__(self, grants: Grants, limits: CallerLimits, audit: Audit, metrics: Metrics) -> None:
        self._grants = grants
        self._limits = limits
        self._audit = audit
        self._metrics = metrics

    async def answer(self, request: BrokerRequest) -> BrokerAnswer:
        """Answer a request for connections; its line is written before the answer goes out, or none goes."""
        start = time.perf_counter()
        line: dict[str, Any] = {"time": "", "event": "connections", "status": 0}
        try:
            response = await self._handle(request, line)
        except ApiError as refusal:
            response = as_json(refusal.status, refusal.body())
        except AccessDeniedError as error:
            # The words quote the public key, in whose place somebody may have put the secret one.
            line["reason"] = str(error) if line["public_key"].startswith("pk-") else "the key pair is unknown"
            self._limits.strangers.take(request.address)
            response = as_json(401, ApiError(401, WRONG_KEYS).body())
        except ConfigurationError as error:
            logger.error("the broker cannot answer: %s", error)
            line["reason"] = str(error)
            response = _unavailable("The broker is not set up rightly; its log says why")
        except GenAIError as error:
            # Its words name the database's host, which is nobody's business who has shown no good key pair.
            logger.warning("the broker cannot answer now: %s", error)
            line["reason"] = str(error)
            response = _unavailable("The broker cannot check the key pair now: what it reads from does not answer")
        line["status"] = response.status
        line["from"] = request.address
        line["sdk"] = shortened(request.header(b"user-agent") or "")
        line["time"] = datetime.now(UTC).isoformat(timespec="milliseconds")
        try:
            self._audit.write(line)
        except (OSError, ValueError) as error:
            logger.error("an answer is held back, for its audit line cannot be written: %s", error)
            self._metrics.count("genai_broker_audit_failures_total")
            response = _unavailable("The broker cannot write its audit line")
        self._metrics.count("genai_broker_requests_total", (("status", str(response.status)),))
        self._metrics.observe(time.perf_counter() - start)
        return response

    async def _handle(self, request: BrokerRequest, line: dict[str, Any]) -> BrokerAnswer:
        pair = self._grants.pair(request.header(b"authorization"))
        public_key = pair.public_key
        if known := self._grants.is_known(pair):
            line["public_key"] = public_key
        else:
            line["public_key"] = claimed(public_key)
            if wait := self._limits.strangers.wait(request.address):
                return self._limited(wait, "address", line)
        self._metrics.count("genai_broker_cache_total", (("result", "known" if known else "asked"),))
        grant = await self._grants.get(pair, anew="no-cache" in (request.header(b"cache-control") or ""))
        line["public_key"] = public_key
        if wait := self._limits.callers.take(public_key):
            return self._limited(wait, "key pair", line)
        accept, seen = accepted(request.header(_ACCEPT)), request.header(b"if-none-match")
        sealed = SEALED in accept
        result = grant.result(request.names(), short_lived=SHORT_LIVED in accept)
        answer = result.encoded.answer(seen, pair.secret_key.reveal() if sealed else None)
        self._note(result, public_key, seen, line)
        if answer.status == 200:
            line["sealed"] = sealed
            self._metrics.count("genai_broker_sealed_total" if sealed else "genai_broker_clear_total")
        return answer

    def _note(self, result: GrantedResult, public_key: str, seen: str | None, line: dict[str, Any]) -> None:
        encoded = result.encoded
        line["project"] = encoded.project_id
        line["connections"] = result.described
        line["tag"] = encoded.tag.strip('"')
        self._metrics.offer(public_key, encoded.project_id, encoded.tag, result.versions)
        if seen:
            line["held"] = shortened(seen).strip('"')
            self._metrics.confirm(public_key, encoded.project_id, seen, time.time())

    def _limited(self, wait: float, by: str, line: dict[str, Any]) -> BrokerAnswer:
        line["reason"] = f"limited by {by}"
        self._metrics.count("genai_broker_rate_limited_total", (("by", by),))
        retry = str(math.ceil(wait))
        return as_json(
            429, {"message": f"Too many requests of this {by}", "error": "RateLimit"}, {"retry-after": retry}
        )


def _unavailable(message: str) -> BrokerAnswer:
    return as_json(503, {"message": message, "error": "ServiceUnavailable"}, {"retry-after": str(math.ceil(_RETRY))})
