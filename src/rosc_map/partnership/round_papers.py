"""The papers of a linkage test: call sheets, the letter before, and each organisation's own page with its reply."""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from rosc_map import exchange, show
from rosc_map.errors import FileProblem, InputError
from rosc_map.partnership.asset_names import AssetNames
from rosc_map.partnership.core import Core, made_folder
from rosc_map.publish import (
    call_sheet_tables,
    feedback_documents,
    letter_documents,
    letter_text,
    printed_calls,
    round_rows,
    send_to_table,
    view,
    who_gets_which,
)
from rosc_map.records import Asset, Audience, Reply, Round, day, read_row
from rosc_map.whole_file import write_atomic

__all__ = ["RoundPapers"]

_TWO_WEEKS = dt.timedelta(days=14)
_OWN_PAGE = re.compile(r"\d{3,}-[a-z0-9-]+\.html")


class RoundPapers(Core):
    """The tasks of a linkage test (METHODS §1) that write to people, and keep what they reply."""

    def sheet(self, round_name: str, path: str | Path, *, volunteers: int = 1, open_only: bool = False) -> list[Path]:
        """Write the call sheets of a round (internal), and never over a file that is there: it may be filled in.

        Parameters
        ----------
        round_name
            The round.
        path
            A name that ends in ``.xlsx`` or ``.csv``, to fill in and read back; or in ``.html``, to print.
        volunteers
            How many sheets the calls are shared out on: files ``calls-1.xlsx``, ``calls-2.xlsx`` …; of ``.html`` one
            file in which each sheet begins on a new page.
        open_only
            Only what is still open, with the reserves that stand in for services that have closed.

        Raises
        ------
        UnknownName
            When there is no such round, or nothing of it is left to ask.
        InputError
            For another ending, or more volunteers than services to ring.
        FileProblem
            When a file exists already, or cannot be written.

        Examples
        --------
        >>> [file.name for file in area.sheet("R2", "calls.csv", volunteers=2)]
        ['calls-1.csv', 'calls-2.csv']
        >>> pd.read_csv("calls-1.csv").columns[:4].tolist()
        ['who to ring', 'telephone', 'e-mail', 'when']
        """
        file, snapshot = Path(path), self.snapshot()
        if file.suffix.lower() in (".html", ".htm"):
            sheets = printed_calls(snapshot, round_name, volunteers=volunteers, open_only=open_only)
            return [show.write_call_sheets(sheets, file)]
        tables = call_sheet_tables(snapshot, round_name, volunteers=volunteers, open_only=open_only)
        numbered = [file.with_name(f"{file.stem}-{number}{file.suffix}") for number in range(1, volunteers + 1)]
        files = numbered if volunteers > 1 else [file]
        for each in files:
            if each.exists():
                raise FileProblem(f"{each} exists already, and may hold answers. Choose another name.")
        return [exchange.write_table(table, each) for table, each in zip(tables, files, strict=True)]

    def letter(
        self, round_name: str, folder: str | Path, *, reply_to: str, month: str = "", note_day: bool = True
    ) -> list[Path]:
        """Write the letter that announces a round to every organisation of its frame, and note the day.

        It is to go out two weeks before the calls; the result says how long it was. Of a round whose letter was written
        before, the first day stands.

        Parameters
        ----------
        round_name
            The round.
        folder
            It is made if it is not there, for its owner alone: ``letters.html`` to print, ``letter.txt`` for e-mail,
            and ``send-to.csv``. Files of these names that are there are replaced.
        reply_to
            How to ask, or to say no: a telephone number or an e-mail address of the partnership, or both.
        month
            When the calls will be made; the month in two weeks' time when left out.
        note_day
            Whether today is the day on which organisations are told; else :meth:`told` says when they were.

        Raises
        ------
        UnknownName
            When there is no such round.
        InputError
            When ``reply_to`` is empty.
        FileProblem
            When the folder cannot be made or written to.

        Examples
        --------
        >>> [file.name for file in area.letter("R2", "letters", reply_to="01632 960999")]
        ['letters.html', 'letter.txt', 'send-to.csv']
        """
        _needs_reply_to(reply_to)
        snapshot = self.snapshot()
        held = round_rows(snapshot, round_name)
        when = month or f"{self._today + _TWO_WEEKS:%B %Y}"
        letters = letter_documents(snapshot, held.name, month=when, reply_to=reply_to)
        text = letter_text(snapshot, held.name, month=when, reply_to=reply_to)
        place = made_folder(folder, private=True)
        wrote = [
            show.write_documents(letters, place / "letters.html"),
            write_atomic(place / "letter.txt", text.encode("utf-8")),
            exchange.write_table(send_to_table(snapshot, held.name), place / "send-to.csv"),
        ]
        # Last of all: nobody is told by a letter that could not be written.
        if note_day and not held.announced_on:
            self._note_day(held.name, "letter", {"announced_on": self._today})
        return wrote

    def told(self, round_name: str, on: dt.date) -> None:
        """Note the day on which organisations were told of a round, by letter or in another way.

        Raises
        ------
        UnknownName
            When there is no such round.
        InputError
            When that day has not come yet.

        Examples
        --------
        >>> area.told("R2", area.rounds()[0].drawn_on)
        >>> area.rounds()[0].announced_on
        datetime.date(2026, 11, 19)
        """
        self._note_day(round_name, "letter", {"announced_on": self._past(on)})

    def gave_feedback(self, round_name: str, on: dt.date) -> None:
        """Note the day on which each organisation was given its own result: others see the round 14 days later.

        Raises
        ------
        UnknownName
            When there is no such round.
        InputError
            When that day has not come yet, is before the draw, or nobody has answered yet.

        Examples
        --------
        >>> drawn = {held.name: held.drawn_on for held in area.rounds()}
        >>> area.gave_feedback("R1", drawn["R1"])
        >>> area.shown_from("R1")
        datetime.date(2026, 10, 27)
        """
        snapshot = self.snapshot()
        held = round_rows(snapshot, round_name)
        if held.drawn_on and on < held.drawn_on:
            raise InputError(f"{on} is before the draw of {held.name} ({held.drawn_on}). Give the day of the pages.")
        feedback_documents(snapshot, held.name, on=on, reply_to="us")  # there has to be something that was given
        self._note_day(held.name, "feedback", {"feedback_on": self._past(on)})

    def feedback(
        self, round_name: str, folder: str | Path, *, reply_to: str, on: dt.date | None = None, note_day: bool = True
    ) -> list[Path]:
        """Write each organisation's own result, a page each, and note the day: others see the round 14 days later.

        Parameters
        ----------
        round_name
            The round.
        folder
            It is made if it is not there, for its owner alone. ``who-gets-which.csv`` in it says which page is for
            whom; that, and the same pages of an earlier time, are replaced.
        reply_to
            How to reply: a telephone number or an e-mail address of the partnership, or both.
        on
            The day on which the pages are given; today when left out. Of a round whose pages were given before, the
            first day stands unless another is named.
        note_day
            Whether that day is noted; else :meth:`gave_feedback` says when they were given.

        Raises
        ------
        UnknownName
            When there is no such round.
        InputError
            When nobody has answered yet, ``reply_to`` is empty, or the day is before the draw.
        FileProblem
            When the folder cannot be made or written to, or holds a page of another time, which would be sent as well.

        Examples
        --------
        >>> pages = area.feedback("R1", "own-results", reply_to="01632 960999")
        >>> len(pages)
        51
        >>> area.shown_from("R1")
        datetime.date(2026, 11, 16)
        """
        _needs_reply_to(reply_to)
        snapshot = self.snapshot()
        held = round_rows(snapshot, round_name)
        given = on or held.stored["feedback_on"] or self._today
        if held.drawn_on and given < held.drawn_on:
            raise InputError(f"{given} is before the draw of {held.name} ({held.drawn_on}). Give the day of the pages.")
        documents = feedback_documents(snapshot, held.name, on=given, reply_to=reply_to)
        names = [f"{number:03d}-{_plain(each.addressee)}.html" for number, each in enumerate(documents, start=1)]
        _no_other_pages(Path(folder), names)
        place = made_folder(folder, private=True)
        pages = [show.write_documents([each], place / name) for each, name in zip(documents, names, strict=True)]
        who = exchange.write_table(who_gets_which(snapshot, held.name, names), place / "who-gets-which.csv")
        # Last of all: the days to reply begin when there is something to reply to.
        if note_day:
            self._note_day(held.name, "feedback", {"feedback_on": given})
        return [*pages, who]

    def shown_from(self, round_name: str) -> dt.date | None:
        """Return the day from which others may see the figures of a round; None until feedback was given.

        Raises
        ------
        UnknownName
            When there is no such round.

        Examples
        --------
        >>> area.shown_from("R1"), area.shown_from("R2")
        (datetime.date(2026, 11, 16), None)
        """
        return round_rows(self.snapshot(), round_name).shown_from

    def reply(self, round_name: str, asset: str, words: str, *, on: dt.date | None = None) -> str:
        """Keep what an organisation says to its own result; it travels with the result.

        Parameters
        ----------
        round_name
            The round.
        asset
            The id or name of its asset.
        words
            Its reply; an earlier one of the same asset is replaced, and stays in the history.
        on
            The day; today when left out.

        Returns
        -------
        str
            The asset's name.

        Raises
        ------
        UnknownName
            When there is no such round or asset.
        InputError
            When the asset had no part in the round or has left, or nothing is said.

        Examples
        --------
        >>> area.reply("R1", "Example Oxted Recovery Hub", "We have a new number since May.")
        'Example Oxted Recovery Hub'
        """
        with self._write("reply", round_name) as writer:
            snapshot = self._snapshot(writer, writer.read, self._today)
            held = round_rows(snapshot, round_name)
            assets = writer.read(Asset)
            identifier = AssetNames(assets).find(asset)
            name = str(assets.loc[assets["id"] == identifier, "name"].iloc[0])
            if identifier not in set(held.all_questions["source"]) | set(held.all_questions["target"]):
                raise InputError(f"{name} had no part in {held.name}, so it has no result to reply to.")
            if identifier not in set(view(snapshot, Audience.INTERNAL).named["id"]):
                raise InputError(f"{name} is not listed any more, so no reply of it is kept or shown.")
            cells = {"round": held.name, "asset": identifier, "reply": words, "on": on or self._today}
            record, problems = read_row(Reply, cells, 1)
            if record is None:
                raise InputError(f"The reply {problems[0].why} {problems[0].what_to_do}")
            writer.delete(Reply, {"round": held.name, "asset": identifier})
            writer.insert(Reply, [record.model_dump()])
        return name

    def _note_day(self, round_name: str, task: str, noted: dict[str, dt.date]) -> None:
        with self._write(task, round_name) as writer:
            name = round_rows(self._snapshot(writer, writer.read, self._today), round_name).name
            writer.update(Round, {"round": name}, noted)

    def _past(self, on: dt.date) -> dt.date:
        if on > self._today:
            raise InputError(f"{day(on)} has not come yet. Write the day on which it was done.")
        return on


def _needs_reply_to(reply_to: str) -> None:
    if not reply_to.strip():
        raise InputError("Say how organisations can reply: a telephone number or an e-mail address of the partnership.")


def _no_other_pages(folder: Path, names: Sequence[str]) -> None:
    others = sorted({file.name for file in folder.glob("*.html") if _OWN_PAGE.fullmatch(file.name)} - set(names))
    if others:
        raise FileProblem(
            f"{folder / others[0]} is a page of another time or round, and would be sent with the new ones."
            " Choose an empty folder, or take the old pages away."
        )


def _plain(name: str) -> str:
    """Return a name as part of a file's name: plain letters and digits that every system takes."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters.casefold()).strip("-")[:40] or "organisation"
