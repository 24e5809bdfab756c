"""Directories that nobody else can put files into."""

import os
import stat
from pathlib import Path


def writable_by_others(directory: Path) -> bool:
    """Whether others than this user own a directory or may write to it (Windows has no such bits)."""
    status = directory.stat()
    if os.name != "posix":
        return False
    return status.st_uid != os.geteuid() or bool(status.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
