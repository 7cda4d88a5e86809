"""Freed memory is kept for the next step instead of given back to the system.

A step frees and asks for the same hundreds of megabytes as the one before. glibc gives such pieces
back at once, and having each page mapped and cleared again took 15 % of a step of the seed's
AlexNet (`benchmarks/train_step.py`).
"""

import ctypes
import os
import platform

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h
LARGEST_PIECE = 1 << 30  # larger ones are still mapped on their own
NEVER = (1 << 31) - 1


def keep_freed_memory() -> bool:
    """Ask glibc to keep what is freed; False with another library, or where the user has chosen."""
    if platform.libc_ver()[0] != "glibc" or any(name.startswith("MALLOC_") for name in os.environ):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return bool(mallopt(M_MMAP_THRESHOLD, LARGEST_PIECE) and mallopt(M_TRIM_THRESHOLD, NEVER))
