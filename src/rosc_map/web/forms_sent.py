"""The forms that were sent lately, in memory: one that is sent twice does its work once."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi.responses import RedirectResponse, Response

__all__ = ["FormsSent"]

_SESSIONS = 1_000
_FORMS = 20
_SECOND_TAP = 60.0  # seconds


@dataclass
class _Sent:
    """One form: whoever sends it again waits for the first, and is led where that one was."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    led: list[tuple[bytes, bytes]] | None = None


class FormsSent:
    """The latest forms of the latest sessions, in memory: never more than a set number of either.

    Of two taps a browser takes the second answer, so that it has the cookie of the first. A cookie may open a door:
    after a minute it is kept no more.

    Parameters
    ----------
    sessions, forms
        How many sessions, and how many forms of each, are remembered.
    clock
        Tells the seconds; it never goes back.
    """

    def __init__(
        self, sessions: int = _SESSIONS, forms: int = _FORMS, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._with_cookies: deque[tuple[float, _Sent]] = deque()
        self._most = (sessions, forms)
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, OrderedDict[str, _Sent]] = OrderedDict()

    def __len__(self) -> int:
        return sum(len(forms) for forms in self._sessions.values())

    def run(self, session: str, token: str, do: Callable[[], Response]) -> Response:
        """Do the work of a form, or answer as the first time.

        Parameters
        ----------
        session
            Whose form it is.
        token
            What tells the form from others of that session.
        do
            The work. Only a redirect counts as done: what was refused may be put right and sent again.
        """
        self._drop_cookies()
        sent = self._sent(session, token)
        with sent.lock:
            if sent.led is not None:
                again = Response(status_code=303)
                again.raw_headers = list(sent.led)
                return again
            answer = do()
            if isinstance(answer, RedirectResponse):
                sent.led = list(answer.raw_headers)
                self._with_cookies.append((self._clock(), sent))
            return answer

    def _drop_cookies(self) -> None:
        with self._lock:
            while self._with_cookies and self._clock() - self._with_cookies[0][0] >= _SECOND_TAP:
                _, sent = self._with_cookies.popleft()
                sent.led = [pair for pair in sent.led or () if pair[0].lower() != b"set-cookie"]

    def _sent(self, session: str, token: str) -> _Sent:
        most_sessions, most_forms = self._most
        with self._lock:
            forms = self._sessions.setdefault(session, OrderedDict())
            self._sessions.move_to_end(session)
            sent = forms.setdefault(token, _Sent())
            forms.move_to_end(token)
            while len(self._sessions) > most_sessions:
                self._sessions.popitem(last=False)
            while len(forms) > most_forms:
                forms.popitem(last=False)
            return sent
