"""The other end of `processes`: a process that obeys lines of JSON until they end."""

import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a service of another SDK does not carry ours
    from genai_sdk.testing import Journal

Orders = Mapping[str, Callable[..., Any]]


def keep_short(journal: "Journal") -> None:
    """Empty a fake's journal every second, or a long campaign would fill its memory."""

    def empty() -> None:
        while True:
            time.sleep(1.0)
            journal.clear()

    threading.Thread(target=empty, daemon=True).start()


def obey(orders: Orders) -> None:
    """Say that it is ready, and carry orders out until there are no more; what others print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    print(json.dumps({"result": "ready"}), file=answers, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = {"result": orders[order.pop("do")](**order)}
        except Exception as error:  # noqa: BLE001 - whatever it is, the campaign shows it
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)
