"""What a process holds and has used: threads, descriptors, memory, CPU."""

import ctypes
import gc
import os
import threading
import time
from pathlib import Path


def resources() -> dict[str, float]:
    """Return threads, open descriptors, resident megabytes and seconds of CPU of this process."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "cpu": round(time.process_time(), 3),
        "threads": threading.active_count(),
        "descriptors": len(os.listdir("/proc/self/fd")) - 1,  # the one that lists them
        "megabytes": round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1),
    }


def trim() -> dict[str, float]:
    """Let the C library give back what it keeps free, where it can (glibc), and return what the process holds then."""
    gc.collect()
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)
    return resources()
