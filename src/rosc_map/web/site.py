"""What all requests to one server share: the open partnership, its people, and what is kept ready for them."""

import datetime as dt
import threading

import rosc_map
from rosc_map.partnership import LiveNear, Partnership, PublicServices
from rosc_map.people import People
from rosc_map.web.commands import Commands
from rosc_map.web.forms_sent import FormsSent
from rosc_map.web.given_back import GivenBack
from rosc_map.web.hidden_corrections import trim_hidden_corrections
from rosc_map.web.output_cache import OutputCache
from rosc_map.web.private_folder import PrivateFolder
from rosc_map.web.regular_look import RegularLook
from rosc_map.web.said_after import SaidAfter
from rosc_map.web.settings import WebSettings
from rosc_map.web.uploads import Uploads

__all__ = ["Site"]


class Site:
    """One served partnership.

    Parameters
    ----------
    settings
        How it is served.

    Raises
    ------
    InputError, FileProblem
        When the partnership, or what is kept of its people, cannot be opened.
    """

    def __init__(self, settings: WebSettings) -> None:
        self.settings = settings
        self._partnership = rosc_map.open(settings.target, who=settings.by)
        self.remarks = self._partnership.remarks
        self.people = People.beside(settings.target)
        self.title, self.banner = self._partnership.title, self._partnership.banner
        self.live = self._partnership.live_assets()
        self.services = PublicServices(self.live)
        self.near = LiveNear(self.live)
        # The first who ask need not wait; it reads memory alone.
        self._warming = threading.Thread(target=self._warm, name="warming")
        self._warming.start()
        self.said_after = SaidAfter()
        self.forms_sent = FormsSent()
        self.given_back = GivenBack()
        self.papers = PrivateFolder()
        commands = Commands()
        self.outputs = OutputCache(settings.target, self.live, commands, rounds_shown=self._rounds_shown)
        self.uploads = Uploads(settings.target, commands)
        trim_hidden_corrections(self.live, self.people)  # what was hidden while nothing was served
        self._look = RegularLook(self.trim_hidden_corrections)

    @property
    def today(self) -> dt.date:
        """The day of this request."""
        return self.settings.today or dt.datetime.now(dt.UTC).astimezone().date()

    def partnership(self, who: str) -> Partnership:
        """Return the partnership with somebody at work in it; all share one store."""
        return self._partnership.acting_as(who, today=self.today)

    def trim_hidden_corrections(self) -> None:
        """Take in what has changed, and delete what may not be kept any more of corrections.

        Raises
        ------
        FileProblem
            When the records, or what is kept of people, cannot be reached.
        """
        self.live.refresh()
        trim_hidden_corrections(self.live, self.people)

    def _rounds_shown(self) -> frozenset[str]:
        """Return the rounds whose figures others than coordinators may see today."""
        held = self._partnership.rounds()
        return frozenset(each.name for each in held if each.shown_from and each.shown_from <= self.today)

    def _warm(self) -> None:
        self.live.warm()
        self.near.warm()

    def close(self) -> None:
        """Close what is open, and end what is being made."""
        self._warming.join()
        self._look.end()
        self.outputs.close()
        self.uploads.close()
        self.papers.close()
        self.people.close()
        self._partnership.close()
