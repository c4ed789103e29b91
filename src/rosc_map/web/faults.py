"""What a log is told of a fault: where it was and of which kind, and nothing that people typed."""

import os
import traceback
from pathlib import Path

__all__ = ["without_values"]


def without_values(error: BaseException) -> str:
    """Tell where a fault was, and of which kind; its message may hold what people typed, so it is left out.

    Parameters
    ----------
    error
        The fault, as it was caught.
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-8:]))
    # That the disk is full, say, is the system's word, and names nothing.
    why = f" ({os.strerror(error.errno)})" if isinstance(error, OSError) and error.errno else ""
    return f"{type(error).__name__}{why} in {where}"
