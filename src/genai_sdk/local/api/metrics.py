"""Sums of what was traced, day by day."""

import msgspec

from genai_sdk.local.api.asked import Asked, Said
from genai_sdk.local.api.endpoint import Context
from genai_sdk.local.api.traces import read_query


def daily(context: Context, asked: Asked) -> Said:
    """Sum up days, the newest first."""
    page = asked.page()
    query = msgspec.structs.replace(read_query(asked), name=asked.text("traceName"))
    days, total = context.store.traces.daily(query, page.limit, page.offset)
    rows = [
        {
            "date": day["day"],
            "countTraces": day["traces"],
            "countObservations": day["observations"],
            "totalCost": day["cost"],
            "usage": [
                {
                    "model": model["model"],
                    "inputUsage": int(model["input"]),
                    "outputUsage": int(model["output"]),
                    "totalUsage": int(model["tokens"]),
                    "countTraces": model["traces"],
                    "countObservations": model["observations"],
                    "totalCost": model["cost"],
                }
                for model in day["models"]
            ],
        }
        for day in days
    ]
    return Said(page.of(rows, total))
