"""Recording what was said: sheets in any order, twice, or two of the same; and single answers. Nothing is lost."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rosc_map.errors import InputError, RowsRejected
from rosc_map.exchange import RawTable
from rosc_map.linkage import LEVEL_WORDS, OUTCOME_WORDS, RowsRead, read_answer_rows, sheet_columns
from rosc_map.linkage.sheet import cell_text
from rosc_map.publish import HeldCalls
from rosc_map.records import Answer, Attempt, Round, same_person
from rosc_map.store import KEYS, Writer

__all__ = ["Conflict", "RecordedAnswers", "conflicts_of", "record_answers"]


@dataclass(frozen=True)
class Conflict:
    """Two things that were said of one question or contact: both are kept, and it is open until somebody settles it.

    Attributes
    ----------
    source, target
        Names; ``target`` is "" where it is about how the contact ended.
    said
        What was said, in words, with who wrote it down where that is known.
    source_id, target_id
        The same as ids.
    """

    source: str
    target: str
    said: tuple[str, ...]
    source_id: str
    target_id: str


@dataclass
class RecordedAnswers:
    """What was recorded.

    Attributes
    ----------
    added, changed, left
        Answers and contacts that are new, were corrected, or were there already.
    passed_over
        Rows in which nothing was written.
    unknown_columns
        Columns that were not read.
    remarks
        Sentences for whoever reads the sheets in.
    conflicts
        What is open in this round because two things were said.
    standing_in
        Names of reserves that have come in for services that have closed: ring them too.
    more_questions
        Who is asked one question more, about whom (names), because somebody they were asked about has closed.
    """

    added: int = 0
    changed: int = 0
    left: int = 0
    passed_over: int = 0
    unknown_columns: tuple[str, ...] = ()
    remarks: list[str] = field(default_factory=list)
    conflicts: tuple[Conflict, ...] = ()
    standing_in: tuple[str, ...] = ()
    more_questions: tuple[tuple[str, str], ...] = ()


def record_answers(
    held: HeldCalls,
    writer: Writer,
    tables: Iterable[RawTable],
    reread: Callable[[HeldCalls], HeldCalls],
    *,
    replace: bool = False,
) -> RecordedAnswers:
    """Record the answers of a round; whole or not at all. A row without a date is of today.

    Parameters
    ----------
    held, writer
        What is held of the round, or of the calls that are written down, and the running change.
    tables
        Sheets, in any order.
    reread
        Reads anew what was said.
    replace
        Whether what they say stands instead of what was recorded for the same questions and contacts. Otherwise only
        the same volunteer's later word does, and what two people say differently is kept side by side.

    Raises
    ------
    RowsRejected
        With every row that cannot be taken.
    """
    before = held
    done = RecordedAnswers()
    keeper = _Keeper(writer, held.round, replace=replace)
    unknown: list[str] = []
    known = sheet_columns(held.tries)
    for table in tables:
        # The headers of the file, since a sheet may have no row yet.
        columns = list(dict.fromkeys(str(header).strip().casefold() for header in table.headers))
        read = _read(table, columns, held)
        keeper.keep(read, held)
        done.passed_over += read.passed_over
        done.remarks += read.remarks
        unknown += [column for column in columns if column and column not in known]
        # The next sheet may be of a reserve that came in by this one.
        held = reread(held)
    done.added, done.changed, done.left = keeper.added, keeper.changed, keeper.left
    if held.stored["feedback_on"] and (done.added or done.changed):
        # Nobody may see what the organisation itself has not seen.
        writer.update(Round, {"round": held.round}, {"feedback_on": None})
        done.remarks.append(
            f"Each organisation was given its own result of {held.round} before this. Give it again (linkage feedback):"
            " until 14 days after that, others see nothing of the round."
        )
    done.unknown_columns = tuple(dict.fromkeys(unknown))
    names = {row["id"]: row["name"] for row in held.assets}
    done.conflicts = conflicts_of(held)
    rung = {row["source"] for row in before.counted}
    for source, target in _new_pairs(before, held):
        if source in rung:
            done.more_questions += ((names[source], names[target]),)
        elif names[source] not in done.standing_in:
            done.standing_in += (names[source],)
    return done


def _read(table: RawTable, columns: list[str], held: HeldCalls) -> RowsRead:
    if not {"level", "contact"} & set(columns) or "source" not in columns:
        raise InputError(
            f"{table.name} needs the columns source, target and level, or source and contact, as in the call sheet."
        )
    try:
        return read_answer_rows(
            [(number, _cells(values, columns)) for number, values in table.rows],
            columns,
            held.questions,
            held.assets,
            round_name=held.round,
            # What was answered before its target closed may stand on a sheet that is handed in again.
            in_use={(row["source"], row["target"]) for row in (*held.counted, *held.answers)},
            contacts=held.contacts,
            drawn_on=held.stored["drawn_on"] or None,
            today=held.as_at,
            tries=held.tries,
        )
    except RowsRejected as error:
        # Of several sheets, which one it is.
        raise RowsRejected(table.name, error.problems) from None


def _cells(values: Mapping[str, Any], columns: Iterable[str]) -> dict[str, str]:
    return dict.fromkeys(columns, "") | {
        str(header).strip().casefold(): cell_text(value) for header, value in values.items()
    }


class _Keeper:
    """Adds what is new and corrects what the same person says anew, so that reading a sheet twice changes nothing."""

    def __init__(self, writer: Writer, name: str, *, replace: bool) -> None:
        self.added = self.changed = self.left = 0
        self._writer, self._round, self._replace = writer, name, replace
        # What the sheets of this one command say: none of them stands instead of another.
        self._said: set[tuple[Any, ...]] = set()

    def keep(self, read: RowsRead, held: HeldCalls) -> None:
        """Keep what one sheet says, beside what is recorded."""
        self._keep(Answer, read.answers, held.answers, held.as_at)
        self._keep(Attempt, read.contacts, held.contacts, held.as_at)

    def _keep(
        self,
        record: type[Answer] | type[Attempt],
        said: Iterable[Mapping[str, Any]],
        held: Iterable[Mapping[str, Any]],
        today: dt.date,
    ) -> None:
        about, word = KEYS[record][:-1], KEYS[record][-1]  # of what, and what was said of it
        recorded: dict[tuple[Any, ...], dict[str, dict[str, Any]]] = {}
        for known in held:
            row = {"round": self._round, **known}
            recorded.setdefault(tuple(row[name] for name in about), {})[row[word]] = row
        new = []
        for given in said:
            row = {"round": self._round, **given}
            mark = tuple(row[name] for name in about)
            before = recorded.setdefault(mark, {})
            corrected = self._withdraw(record, before, row)
            self._said.add((record, *mark, row[word]))
            if row[word] in before:
                completed = self._complete(record, before[row[word]], row)
                self.changed += corrected or completed
                self.left += not (corrected or completed)
                continue
            self.changed += corrected
            self.added += not corrected
            new.append(row | {"on": row["on"] or today})
            before[row[word]] = row
        self._writer.insert(record, new)

    def _withdraw(
        self, record: type[Answer] | type[Attempt], before: dict[str, dict[str, Any]], row: dict[str, Any]
    ) -> bool:
        """Take out what this row corrects; whether there was any."""
        *about, word = KEYS[record]
        others = [said for said in before if said != row[word]]
        # Who writes down another level later has looked again. Of a contact both are true: no answer, then an answer.
        by = same_person(row["by"])
        own = [said for said in others if record is Answer and by and same_person(before[said]["by"]) == by]
        mark = (record, *(row[name] for name in about))
        wrong = [said for said in others if (*mark, said) not in self._said] if self._replace else own
        for said in wrong:
            self._writer.delete(record, {name: before[said][name] for name in KEYS[record]})
            del before[said]
        return bool(wrong)

    def _complete(self, record: type[Answer] | type[Attempt], before: dict[str, Any], row: dict[str, Any]) -> bool:
        """Add to a row what it does not have yet, tries or how it compares with the record; whether there was any."""
        more: dict[str, Any] = {}
        if record is Attempt:
            tries = tuple(sorted({*before["tries"], *row["tries"]}))
            # The last day tells which came later, a call back or no answer.
            later = max((day for day in (before["on"], row["on"]) if day), default=None)
            more = {"tries": tries, "on": later} if tries != tuple(before["tries"]) else {}
        elif row["accuracy"] and row["accuracy"] != before["accuracy"]:
            more = {"accuracy": row["accuracy"]}
        if more:
            self._writer.update(record, {name: before[name] for name in KEYS[record]}, more)
            before.update(more)
        return bool(more)


def conflicts_of(held: HeldCalls) -> tuple[Conflict, ...]:
    """Return what is open in a round because two things were said of one question or contact.

    Parameters
    ----------
    held
        What is held of the round, or of some of its calls.
    """
    return tuple(_conflicts(held, {row["id"]: row["name"] for row in held.assets}))


def _conflicts(held: HeldCalls, names: Mapping[str, str]) -> Iterable[Conflict]:
    counted = {(row["source"], row["target"]) for row in held.counted}
    said: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in held.answers:
        if (row["source"], row["target"]) in counted:
            said.setdefault((row["source"], row["target"]), []).append(row)
    for (source, target), rows in said.items():
        if len({row["level"] for row in rows}) > 1:
            yield Conflict(names[source], names[target], _said(rows, "level", LEVEL_WORDS), source, target)
    answered = {row["source"] for row in held.answers}
    for source in [each for each, end in held.ended.items() if end.unsettled]:
        told = _said([row for row in held.contacts if row["source"] == source], "contact", OUTCOME_WORDS)
        if source in answered and OUTCOME_WORDS["answered"] not in told:
            told = (*told, OUTCOME_WORDS["answered"])
        yield Conflict(names[source], "", told, source, "")


def _said(rows: Iterable[Mapping[str, Any]], word: str, labels: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(labels[row[word]] + (f" ({row['by']})" if row["by"] else "") for row in rows)


def _new_pairs(before: HeldCalls, after: HeldCalls) -> list[tuple[str, str]]:
    """Return the questions that count now and did not before, and may be asked."""
    known = {(row["source"], row["target"]) for row in before.counted}
    if known.issuperset((row["source"], row["target"]) for row in after.counted):
        return []
    return [pair for row in after.asked if (pair := (row["source"], row["target"])) not in known]
