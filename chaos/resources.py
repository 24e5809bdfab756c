"""What a process holds and has used: threads, descriptors, memory, CPU."""

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
