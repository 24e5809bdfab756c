"""A Langfuse that takes the traces: `python -m chaos.observer PORT`."""

import sys
from collections import Counter
from typing import Any

from chaos.orders import keep_short, obey
from genai_sdk.testing import CutBody, FakeLangfuse, Status


def main(port: str) -> None:
    """Serve, and do what the campaign says."""
    with FakeLangfuse(broker=False, port=int(port)) as langfuse:

        def strike(kind: str) -> None:
            langfuse.always(Status(503) if kind == "langfuse failing" else CutBody(after_bytes=0, reset=True))

        def shown() -> dict[str, Any]:
            """Return how often each name is shown: once for each row that stands above all others."""
            rows = Counter[str]()
            for trace in langfuse.traces:
                ids = {each.id for each in trace.observations}
                rows[trace.name] += sum(each.parent_id not in ids for each in trace.observations)
            return dict(rows)

        keep_short(langfuse.journal)
        obey(
            {
                "strike": strike,
                "recover": langfuse.clear,
                "down": langfuse.down,
                "up": langfuse.up,
                "shown": shown,
            }
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
