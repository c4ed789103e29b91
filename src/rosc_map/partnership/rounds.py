"""The tasks of a linkage test: plan, draw, call sheets, letters, answers, result, change, and each one's own page."""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rosc_map import exchange, show
from rosc_map.errors import FileProblem, InputError
from rosc_map.exchange import RawTable
from rosc_map.linkage import Plan, build_frame
from rosc_map.partnership.asset_names import AssetNames
from rosc_map.partnership.core import Core, audience_of, made_folder
from rosc_map.partnership.planning import PlanSettings, plan_round
from rosc_map.partnership.round_answers import RecordedAnswers, record_answers
from rosc_map.partnership.round_drawing import (
    DrawnRound,
    DrawSettings,
    asked_within_a_year,
    draw_round,
)
from rosc_map.partnership.round_results import Comparison, compare_rounds, result_with_remarks
from rosc_map.publish import (
    RoundResult,
    call_sheet_tables,
    feedback_documents,
    letter_documents,
    letter_text,
    printed_calls,
    publish_round,
    round_rows,
    send_to_table,
)
from rosc_map.records import Asset, Audience, Reply, Round, read_row
from rosc_map.whole_file import write_atomic

__all__ = ["Rounds"]

_TWO_WEEKS = dt.timedelta(days=14)


class Rounds(Core):
    """The tasks of a linkage test (METHODS §1)."""

    def plan(self, settings: PlanSettings | None = None) -> Plan:
        """Return how many of this partnership's services to contact; see :class:`PlanSettings`.

        Raises
        ------
        InputError
            When fewer than two services can be contacted, or what is wanted cannot be.
        """
        snapshot = self.snapshot()
        frame = build_frame(snapshot.assets, asked=asked_within_a_year(snapshot, snapshot.as_at))
        return plan_round(len(frame.contacts), settings or PlanSettings())

    def write_plan(self, plan: Plan, path: str | Path) -> Path:
        """Write a plan as a page (``.html``) or its chart alone (``.svg``, ``.png``).

        Raises
        ------
        InputError
            For another ending.
        FileProblem
            When it cannot be written.
        """
        return show.write_plan(plan, Path(path), banner=self.snapshot().banner)

    def draw(self, settings: DrawSettings | None = None, **wanted: Any) -> DrawnRound:
        """Draw a linkage round and keep it: who is contacted, and about whom each is asked.

        Parameters
        ----------
        settings
            What is wanted; or its attributes as keywords, such as ``sources=20, targets=5``.

        Raises
        ------
        InputError
            When there are not so many services that can be contacted or asked about.
        UnknownName
            When the round whose pairs should be asked again is not known.
        """
        chosen = settings or DrawSettings(**wanted)
        with self._write("draw") as writer:
            return draw_round(self._snapshot(writer, writer.read, self._today), writer, chosen)

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

    def letter(self, round_name: str, folder: str | Path, *, reply_to: str, month: str = "") -> list[Path]:
        """Write the letter that announces a round to every organisation of its frame, two weeks before the calls.

        Parameters
        ----------
        round_name
            The round.
        folder
            It is made if it is not there: ``letters.html`` to print, ``letter.txt`` for e-mail, and ``send-to.csv``.
        reply_to
            How to ask, or to say no: a telephone number or an e-mail address of the partnership, or both.
        month
            When the calls will be made; the month in two weeks' time when left out.

        Raises
        ------
        UnknownName
            When there is no such round.
        InputError
            When ``reply_to`` is empty.
        FileProblem
            When the folder cannot be made or written to.
        """
        _needs_reply_to(reply_to)
        snapshot = self.snapshot()
        when = month or f"{self._today + _TWO_WEEKS:%B %Y}"
        letters = letter_documents(snapshot, round_name, month=when, reply_to=reply_to)
        text = letter_text(snapshot, round_name, month=when, reply_to=reply_to)
        place = made_folder(folder)
        return [
            show.write_documents(letters, place / "letters.html"),
            write_atomic(place / "letter.txt", text.encode("utf-8")),
            exchange.write_table(send_to_table(snapshot, round_name), place / "send-to.csv"),
        ]

    def record(
        self, round_name: str, answers: str | Path | Sequence[str | Path], *, replace: bool = False
    ) -> RecordedAnswers:
        """Record the answers of a round from filled-in sheets, in any order: all rows or none.

        Parameters
        ----------
        round_name
            The round.
        answers
            A sheet, or several.
        replace
            Whether what they say stands instead of what was recorded before for the same questions. Otherwise two
            different answers are both kept, and the question is open until it is settled in this way.

        Raises
        ------
        RowsRejected
            With every row that cannot be taken.
        UnknownName
            When there is no such round.
        """
        files = [answers] if isinstance(answers, (str, Path)) else list(answers)
        tables = [exchange.read_table(Path(file)) for file in files]
        return self._record(round_name, tables, replace=replace)

    def record_one(self, round_name: str, said: dict[str, str], *, replace: bool = False) -> RecordedAnswers:
        """Record one answer or the end of one contact.

        Parameters
        ----------
        round_name
            The round.
        said
            The columns of a call sheet that are known, such as ``source``, ``target`` and ``level``.
        replace
            As for :meth:`record`.

        Raises
        ------
        RowsRejected
            When it cannot be taken.
        UnknownName
            When there is no such round.
        """
        given = {name: value for name, value in said.items() if value}
        row = {"contact": "", **given}
        return self._record(round_name, [RawTable("what was given", tuple(row), ((1, row),))], replace=replace)

    def _record(self, round_name: str, tables: list[RawTable], *, replace: bool) -> RecordedAnswers:
        with self._write("answers", round_name) as writer:
            snapshot = self._snapshot(writer, writer.read, self._today)
            return record_answers(snapshot, writer, round_name, tables, replace=replace)

    def estimate(self, round_name: str, *, threshold: int | None = None) -> RoundResult:
        """Return the result of a round, at its own threshold or another.

        Raises
        ------
        UnknownName
            When there is no such round.
        InputError
            When the threshold is not 1 to 4.
        """
        return result_with_remarks(self.snapshot(), round_name, threshold=threshold)

    def write_estimate(
        self, result: RoundResult, folder: str | Path, *, audience: str | Audience = Audience.INTERNAL
    ) -> list[Path]:
        """Write the result of a round as a page for one audience, with its charts as pictures for slides.

        Parameters
        ----------
        result
            What :meth:`estimate` gave.
        folder
            It is made if it is not there.
        audience
            Outside ``internal`` there is nothing about any one organisation.

        Raises
        ------
        InputError
            When the audience may not see it yet; the message says why, and from when.
        FileProblem
            When the folder cannot be made or written to.
        """
        published = publish_round(self.snapshot(), result, audience_of(audience))
        return show.write_round(published, made_folder(folder))

    def compare(self, before: str, after: str, *, threshold: int | None = None, anyway: bool = False) -> Comparison:
        """Say how linkage changed from one round to another; see :func:`compare_rounds`.

        Raises
        ------
        InputError
            When the rounds have different thresholds or protocols, or are in the wrong order.
        UnknownName
            When there is no such round.
        """
        return compare_rounds(self.snapshot(), before, after, threshold=threshold, anyway=anyway)

    def feedback(self, round_name: str, folder: str | Path, *, reply_to: str, on: dt.date | None = None) -> list[Path]:
        """Write each organisation's own result, a page each, and note the day: others see the round 14 days later.

        Parameters
        ----------
        round_name
            The round.
        folder
            It is made if it is not there. ``who-gets-which.csv`` in it says which page is for whom.
        reply_to
            How to reply: a telephone number or an e-mail address of the partnership, or both.
        on
            The day on which the pages are given; today when left out. Of a round whose pages were given before, the
            first day stands unless another is named.

        Raises
        ------
        UnknownName
            When there is no such round.
        InputError
            When nobody has answered yet, ``reply_to`` is empty, or the day is before the draw.
        FileProblem
            When the folder cannot be made or written to.
        """
        _needs_reply_to(reply_to)
        snapshot = self.snapshot()
        held = round_rows(snapshot, round_name)
        given = on or held.stored["feedback_on"] or self._today
        if held.drawn_on and given < held.drawn_on:
            raise InputError(f"{given} is before the draw of {held.name} ({held.drawn_on}). Give the day of the pages.")
        documents = feedback_documents(snapshot, held.name, on=given, reply_to=reply_to)
        place = made_folder(folder)
        files = [place / f"{number:03d}-{_plain(each.addressee)}.html" for number, each in enumerate(documents, 1)]
        pages = [show.write_documents([each], file) for each, file in zip(documents, files, strict=True)]
        who = send_to_table(
            snapshot, held.name, {each.addressee: file.name for each, file in zip(documents, files, strict=True)}
        )
        with self._write("feedback", held.name) as writer:
            writer.update(Round, {"round": held.name}, {"feedback_on": given})
        return [*pages, exchange.write_table(who, place / "who-gets-which.csv")]

    def shown_from(self, round_name: str) -> dt.date | None:
        """Return the day from which others may see the figures of a round; None until feedback was given.

        Raises
        ------
        UnknownName
            When there is no such round.
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
            When the asset had no part in the round, or nothing is said.
        """
        with self._write("reply", round_name) as writer:
            held = round_rows(self._snapshot(writer, writer.read, self._today), round_name)
            assets = writer.read(Asset)
            identifier = AssetNames(assets).find(asset)
            name = str(assets.loc[assets["id"] == identifier, "name"].iloc[0])
            if identifier not in set(held.all_questions["source"]) | set(held.all_questions["target"]):
                raise InputError(f"{name} had no part in {held.name}, so it has no result to reply to.")
            cells = {"round": held.name, "asset": identifier, "reply": words, "on": on or self._today}
            record, problems = read_row(Reply, cells, 1)
            if record is None:
                raise InputError(f"The reply {problems[0].why} {problems[0].what_to_do}")
            writer.delete(Reply, {"round": held.name, "asset": identifier})
            writer.insert(Reply, [record.model_dump()])
        return name


def _needs_reply_to(reply_to: str) -> None:
    if not reply_to.strip():
        raise InputError("Say how organisations can reply: a telephone number or an e-mail address of the partnership.")


def _plain(name: str) -> str:
    """Return a name as part of a file's name: plain letters and digits that every system takes."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters.casefold()).strip("-")[:40] or "organisation"
