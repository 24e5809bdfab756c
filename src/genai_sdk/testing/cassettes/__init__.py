"""Cassettes: recorded answers that stand in for providers in tests, found by what was asked."""

from genai_sdk.testing.cassettes.cassette import Cassette, CassetteError, CassetteMissError, Mode

__all__ = ["Cassette", "CassetteError", "CassetteMissError", "Mode"]
