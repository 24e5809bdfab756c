"""A region of a provider: `python -m chaos.region NAME PORT KEY`."""

import sys

from chaos.orders import keep_short, obey
from genai_sdk.testing import CutBeforeHeaders, CutStream, FakeProvider, Malformed, Slow, Status, Step

STEPS: dict[str, Step] = {
    "reset": CutBeforeHeaders(reset=True),
    "cut": CutStream(after_chunks=2, reset=True),
    "truncated": Malformed("truncated"),
    "slow": Slow(0.5, between=0.05),
    "storm": Status(429, retry_after=1),
    "failing": Status(503),
}


def main(name: str, port: str, key: str) -> None:
    """Serve, and do what the campaign says."""
    with FakeProvider(name, keys={key}, port=int(port)) as fake:

        def strike(kind: str) -> None:
            fake.always(STEPS[kind])

        keep_short(fake.journal)
        obey(
            {
                "strike": strike,
                "recover": fake.clear,
                "accept": lambda keys: fake.accept(*keys),
                "down": fake.down,
                "up": fake.up,
            }
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
