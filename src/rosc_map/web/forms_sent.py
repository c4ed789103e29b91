"""The forms that were sent lately, in memory: one that is sent twice does its work once."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi.responses import RedirectResponse, Response

__all__ = ["FormsSent"]

_SESSIONS = 1_000
_FORMS = 20


@dataclass
class _Sent:
    """One form: whoever sends it again waits for the first, and is led where that one was; no cookie is kept."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    led: list[tuple[bytes, bytes]] | None = None


class FormsSent:
    """The latest forms of the latest sessions, in memory: never more than a set number of either."""

    def __init__(self, sessions: int = _SESSIONS, forms: int = _FORMS) -> None:
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
        sent = self._sent(session, token)
        with sent.lock:
            if sent.led is not None:
                again = Response(status_code=303)
                again.raw_headers = list(sent.led)
                return again
            answer = do()
            if isinstance(answer, RedirectResponse):
                # A cookie may open a door: the browser has it, or is shown nothing.
                sent.led = [(name, value) for name, value in answer.raw_headers if name.lower() != b"set-cookie"]
            return answer

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
