import os
from typing import NoReturn

import pytest

from genai_sdk.lifecycle.process_end import ProcessEnd


def test_another_librarys_os_exit_stays_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    process_end = ProcessEnd()

    def leave(status: int) -> NoReturn:
        raise SystemExit(status)

    with monkeypatch.context() as patch:
        patch.setattr(os, "_exit", leave)
        process_end.guard()
        assert os._exit is leave
