"""Redis, where brokers share limits and services what they know of regions, if it is installed."""

import shutil

from chaos.processes import Process


def redis(home: str, port: int) -> tuple[Process | None, str]:
    """Return a Redis that keeps nothing on disk, not yet started, or None where there is none; and its address."""
    program = shutil.which("redis-server")
    command = [str(program), "--port", str(port), "--bind", "127.0.0.1", "--dir", home, "--save", ""]
    process = Process(home, command, ready="eady to accept connections") if program else None
    return process, f"redis://127.0.0.1:{port}/0"
