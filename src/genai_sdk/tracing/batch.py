"""Records made ready to leave: encoded one by one, with what the mask leaves of them."""

from collections.abc import Callable

from genai_sdk.tracing.content import Redactor
from genai_sdk.tracing.contracts import Contracts, breaches_of
from genai_sdk.tracing.delivery import BATCH_BYTES, Encoded
from genai_sdk.tracing.record import Record, ScoreRecord


class Batch:
    """What the exporter has taken from the queue and not yet handed on; used by one thread at a time.

    Args:
        redactor: What content passes on its way out.
        fail: Told the size of a record that cannot be encoded, and why.

    Attributes:
        contracts: Counts the calls that broke the contract of their prompt's version.
    """

    def __init__(self, redactor: Redactor, fail: Callable[[int, str], None]) -> None:
        self._redactor = redactor
        self._fail = fail
        self.contracts = Contracts()
        self.begin()

    def begin(self) -> None:
        """Start empty."""
        self._records: list[Encoded] = []
        self._bytes = 0

    def add(self, record: Record, *, upload: bool = True) -> None:
        """Encode a record and put it to the others; `upload` says whether there is time for its media."""
        from genai_sdk.tracing import otlp  # loaded beside the calls, by the first record that is sent

        try:
            if isinstance(record, ScoreRecord):
                encoded = Encoded(otlp.score_body(record, self._redactor), record.size, score=True)
            else:
                redactor = self._redactor if upload else self._redactor.without_uploads()
                breaches = breaches_of(record)
                encoded = Encoded(otlp.spans_of(record, redactor, breaches), record.size)
                self.contracts.note(record, breaches)
        except Exception as error:  # noqa: BLE001 - one odd record must not end the thread that sends all others
            self._fail(record.size, f"{type(error).__name__}: {error}")
            return
        self._records.append(encoded)
        self._bytes += len(encoded.body)

    @property
    def full(self) -> bool:
        """Whether it is to be handed on before anything is put to it."""
        return self._bytes >= BATCH_BYTES

    def take(self) -> list[Encoded]:
        """Return all of it, and start anew."""
        records = self._records
        self.begin()
        return records
