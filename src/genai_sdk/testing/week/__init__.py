"""A week of traffic of a small company, made through the real client: to show and to test what reads traces."""

from genai_sdk.testing.week.week import DAYS, PlayedWeek, Week

__all__ = ["DAYS", "PlayedWeek", "Week"]
