"""What a server looks after by itself, whether anybody opens a page or not."""

import threading
from collections.abc import Callable

from rosc_map.errors import FileProblem

__all__ = ["RegularLook"]

_EVERY = 600.0  # seconds


class RegularLook:
    """A thread that does something small again and again, until it is ended.

    Parameters
    ----------
    look
        What it does. Where the records cannot be reached, it is tried again the next time.
    every
        After how many seconds.
    """

    def __init__(self, look: Callable[[], None], every: float = _EVERY) -> None:
        self._look, self._every = look, every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="regular look", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """End it, and wait until it is over."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._every):
            try:
                self._look()
            except FileProblem:
                continue  # whoever opens a page is told
