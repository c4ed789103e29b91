"""What a page says once, after something was kept: held in memory, since a sentence has no place in an address."""

import threading
from collections import OrderedDict
from collections.abc import Iterable

__all__ = ["SaidAfter"]

_MOST = 200


class SaidAfter:
    """Sentences for one person about one thing; who does not come back for them only loses a remark."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[str, str], tuple[str, ...]] = OrderedDict()

    def keep(self, who: str, about: str, sentences: Iterable[str]) -> None:
        """Keep what is to be said to somebody about something, in place of what was kept before."""
        told = tuple(sentences)
        with self._lock:
            self._held.pop((who, about), None)
            if told:
                self._held[who, about] = told
            while len(self._held) > _MOST:
                self._held.popitem(last=False)

    def take(self, who: str, about: str) -> tuple[str, ...]:
        """Return what is to be said, once."""
        with self._lock:
            return self._held.pop((who, about), ())
