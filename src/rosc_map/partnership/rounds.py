"""The tasks of a linkage test: plan, draw, answers, result and change."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rosc_map import exchange, show
from rosc_map.exchange import RawTable
from rosc_map.linkage import Plan, build_frame
from rosc_map.partnership.beside_hidden import clean_beside_hidden
from rosc_map.partnership.call_ends import remove_unused_round, take_back_end
from rosc_map.partnership.calls_part import held_to_record, said_anew
from rosc_map.partnership.core import audience_of, made_folder
from rosc_map.partnership.planning import PlanSettings, plan_round
from rosc_map.partnership.round_answers import RecordedAnswers, record_answers
from rosc_map.partnership.round_drawing import (
    DrawnRound,
    DrawSettings,
    asked_within_a_year,
    draw_round,
)
from rosc_map.partnership.round_papers import RoundPapers
from rosc_map.partnership.round_results import Comparison, compare_rounds, result_with_remarks
from rosc_map.publish import PublishedRound, RoundResult, publish_round, round_rows
from rosc_map.records import Audience

__all__ = ["Rounds"]


class Rounds(RoundPapers):
    """The tasks of a linkage test (METHODS §1)."""

    def plan(self, settings: PlanSettings | None = None) -> Plan:
        """Return how many of this partnership's services to contact; see :class:`PlanSettings`.

        Raises
        ------
        InputError
            When fewer than two services can be contacted, or what is wanted cannot be.

        Examples
        --------
        >>> found = area.plan()
        >>> found.sentence
        'Calling 26 services about 5 others each, about 9 hours, tells you the linkage to within ±10 points.'
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

        Examples
        --------
        >>> area.write_plan(area.plan(), "plan.html").name
        'plan.html'
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

        Examples
        --------
        >>> drawn = area.draw(sources=6, targets=3, seed=2028)
        >>> drawn.name, len(drawn.questions), len(drawn.frame.contacts)
        ('R3', 18, 58)
        """
        chosen = settings or DrawSettings(**wanted)
        with self._write("draw") as writer:
            return draw_round(self._snapshot(writer, writer.read, self._today), writer, chosen)

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

        Examples
        --------
        >>> drawn = area.draw(sources=2, targets=2, seed=5)
        >>> answers = rosc_map.examples.answer_round(drawn.questions, area.snapshot().assets)
        >>> answers.to_csv("answers.csv", index=False)
        >>> area.record(drawn.name, "answers.csv").added
        6
        >>> area.progress(drawn.name).answered
        4
        """
        files = [answers] if isinstance(answers, (str, Path)) else list(answers)
        tables = [exchange.read_table(Path(file), wanted={"source"}) for file in files]
        with self._write("answers", round_name) as writer:
            held = held_to_record(writer, round_name, self._today)
            return record_answers(held, writer, tables, partial(said_anew, writer), replace=replace)

    def record_one(self, round_name: str, said: dict[str, str], *, replace: bool = False) -> RecordedAnswers:
        """Record one answer or the end of one contact.

        What it gives as open, because two things were said, is of this call, or of the round where something closed.

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

        Examples
        --------
        >>> call = area.call_list("R2").calls[0]
        >>> said = {"source": call.source, "target": call.questions[0].target, "level": "3", "volunteer": "Volunteer 7"}
        >>> area.record_one("R2", said).added
        2
        >>> area.progress("R2").answered, area.progress("R2").questions
        (1, 12)
        """
        given = {name: value for name, value in said.items() if value}
        row = {"contact": "", **given}
        table = RawTable("what was given", tuple(row), ((1, row),))
        with self._store.write(who=self._who, task="answers", note=round_name, alone=False) as writer:
            held = held_to_record(writer, round_name, self._today, given)
            done = record_answers(held, writer, [table], partial(said_anew, writer), replace=replace)
            clean_beside_hidden(writer, among={row["id"] for row in held.assets})
        return done

    def change_end(self, round_name: str, said: dict[str, str], *, whose: str | None = None) -> RecordedAnswers:
        """Record that a contact ended in another way than was written down, or not at all.

        What was final is taken back; of "no answer" its last try.

        Parameters
        ----------
        round_name
            The round.
        said
            As for :meth:`record_one`; without ``contact`` the call is open again.
        whose
            Who says it, and may take back only what they wrote themselves; None for who coordinates.

        Raises
        ------
        InputError
            When there is nothing to take back, or somebody else wrote it; nothing is changed.
        RowsRejected
            When what is said instead cannot be taken.
        UnknownName
            When there is no such round.

        Examples
        --------
        >>> source = area.open_calls("R2")[0]
        >>> area.record_one("R2", {"source": source, "contact": "refused"}).added
        1
        >>> len(area.open_calls("R2"))
        3
        >>> area.change_end("R2", {"source": source}).added
        0
        >>> len(area.open_calls("R2"))
        4
        """
        given = {name: value for name, value in said.items() if value}
        table = RawTable("what was given", tuple(given), ((1, given),) if "contact" in given else ())
        with self._store.write(who=self._who, task="answers", note=round_name, alone=False) as writer:
            # What was closed concerns the whole round.
            held = held_to_record(writer, round_name, self._today, {"source": given["source"], "contact": "closed"})
            take_back_end(held, writer, given["source"], whose)
            tables = [table] if table.rows else []
            done = record_answers(said_anew(writer, held), writer, tables, partial(said_anew, writer))
            clean_beside_hidden(writer, among={row["id"] for row in held.assets})
        return done

    def remove_round(self, round_name: str) -> None:
        """Remove a round of which nothing was said yet; it stays in the history, so that it can be brought back.

        Raises
        ------
        InputError
            When something was said already, or a later round asks its questions again.
        UnknownName
            When there is no such round.

        Examples
        --------
        >>> area.remove_round("R2")
        >>> [held.name for held in area.rounds()]
        ['R1']
        """
        with self._write("remove round", round_name) as writer:
            remove_unused_round(writer, round_rows(self._snapshot(writer, writer.read, self._today), round_name).name)

    def estimate(self, round_name: str, *, threshold: int | None = None) -> RoundResult:
        """Return the result of a round, at its own threshold or another.

        Raises
        ------
        UnknownName
            When there is no such round.
        InputError
            When the threshold is not 1 to 4.

        Examples
        --------
        >>> result = area.estimate("R1")
        >>> result.sentences[0]
        'Of 85 questions answered by 17 services, 53 % found a link (95 % interval 43 % to 63 %).'
        >>> result.estimate.answered.linked, result.estimate.answered.questions
        (45, 85)
        """
        return result_with_remarks(self.snapshot(), round_name, threshold=threshold)

    def publish_estimate(self, result: RoundResult, *, audience: str | Audience = Audience.INTERNAL) -> PublishedRound:
        """Return what one audience may see of the result of a round.

        Raises
        ------
        InputError
            When the audience may not see it yet; the message says why, and from when.

        Examples
        --------
        >>> shown = area.publish_estimate(area.estimate("R1"), audience="public")
        >>> shown.sentences[0]
        'Of 85 questions answered by 17 services, 53 % found a link (95 % interval 43 % to 63 %).'
        """
        return publish_round(self.snapshot(), result, audience_of(audience))

    def write_estimate(
        self, result: RoundResult, folder: str | Path, *, audience: str | Audience = Audience.INTERNAL
    ) -> list[Path]:
        """Write the result of a round as a page for one audience, with its charts as pictures for slides.

        Parameters
        ----------
        result
            What :meth:`estimate` gave.
        folder
            It is made if it is not there; for ``internal``, for its owner alone.
        audience
            Outside ``internal`` there is nothing about any one organisation.

        Raises
        ------
        InputError
            When the audience may not see it yet; the message says why, and from when.
        FileProblem
            When the folder cannot be made or written to.

        Examples
        --------
        >>> result = area.estimate("R1")
        >>> files = area.write_estimate(result, "result", audience="public")
        >>> [file.name for file in files]
        ['result.html', 'interval.png', 'between-types.png']
        """
        published = self.publish_estimate(result, audience=audience)
        return show.write_round(published, made_folder(folder, private=published.audience is Audience.INTERNAL))

    def compare(self, before: str, after: str, *, threshold: int | None = None, anyway: bool = False) -> Comparison:
        """Say how linkage changed from one round to another; see :func:`compare_rounds`.

        Raises
        ------
        InputError
            When the rounds have different thresholds or protocols, or are in the wrong order.
        UnknownName
            When there is no such round.

        Examples
        --------
        >>> asked_again = area.draw(panel="R1")
        >>> answers = rosc_map.examples.answer_round(asked_again.questions, area.snapshot().assets)
        >>> answers.to_csv("answers.csv", index=False)
        >>> area.record(asked_again.name, "answers.csv").added
        105
        >>> found = area.compare("R1", asked_again.name)
        >>> round(found.change.before, 2), round(found.change.after, 2), found.change.questions
        (0.53, 0.53, (85, 85))
        """
        return compare_rounds(self.snapshot(), before, after, threshold=threshold, anyway=anyway)
