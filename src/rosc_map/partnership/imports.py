"""The task of reading a file: a table of assets or other records, or a list that others publish."""

import datetime as dt
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

from rosc_map.errors import InputError
from rosc_map.exchange import RawTable, read_table
from rosc_map.exchange.outside import OutsideList
from rosc_map.exchange.outside.collecting import without_collecting
from rosc_map.exchange.outside.lists import Progress
from rosc_map.exchange.outside.review import is_review, read_review, write_review
from rosc_map.partnership.closing import keep_reports, reports_by_asset
from rosc_map.partnership.core import Core
from rosc_map.partnership.import_outside import Recorded, plan_outside, plan_reviewed, say_reviewed
from rosc_map.partnership.import_records import plan_records, resolver
from rosc_map.partnership.import_result import ImportResult, Sheet, plain_sheet, read_sheet, settle
from rosc_map.partnership.need_source import read_need_source
from rosc_map.partnership.outside_merge import LIST_TASK
from rosc_map.partnership.outside_rows import Sifted, sift
from rosc_map.partnership.outside_source import (
    KOBO,
    KnownList,
    ListChoices,
    checked_listing,
    list_reader,
    opened_list,
    read_options,
    say_licence,
    suggested_mapping,
)
from rosc_map.partnership.record_names import record_type
from rosc_map.partnership.referral_options import ReferralOptions, referral_options
from rosc_map.partnership.referrals_in import Held, plan_referrals
from rosc_map.place import area_lookup
from rosc_map.records import Asset, Footprint, Need, Record, Referral
from rosc_map.store import KEYS, Reader, changed_otherwise

__all__ = ["Imports"]

_Plan = Callable[[Reader], ImportResult]
_AsSheet = Callable[[RawTable, type[Record]], Sheet]


def _untold(_done: int, _of: int | None) -> None:
    """Tell nobody how far a fetch is."""


class Imports(Core):
    """What a person hands in."""

    def import_(
        self,
        source: str | Path,
        record: str = "assets",
        *,
        dry_run: bool = False,
        accept_partial: bool = False,
        only_approved: bool = False,
        with_submitter: bool = False,
        from_format: str = "",
        evidence: str = "",
        on: dt.date | str | None = None,
        period: str = "",
        complete: bool = False,
        mapping: str | Path | None = None,
        publisher: str = "",
        programme: str = "",
        licence: str = "",
        listing: str = "",
        review: str | Path | None = None,
        allow_inside: bool = False,
        progress: Progress = _untold,
    ) -> ImportResult:
        """Read a file of assets or other records, or a list of assets that others publish.

        Exports of KoboToolbox and ODK are known as such, and most lists of others too. Of a list, what cannot be taken
        is left out, and the result says why; what people here decided of a recorded asset stays.

        Parameters
        ----------
        source
            The file, or the folder of the saved pages of a list; or the web address of a list, of a project of
            KoboToolbox, or of needs at OHID Fingertips or Nomis.
        record
            One of ``RECORDS``, such as ``assets`` or ``funding``.
        dry_run
            Say what it would do, and write nothing.
        accept_partial
            Take the good rows of a file with bad ones.
        only_approved
            Of a KoboToolbox or ODK export, take only submissions that were approved there.
        with_submitter
            Take the name of who submitted a form too: into the notes, which are internal.
        from_format
            Of assets: one of ``exchange.outside.readers.FORMATS``, or ``kobo``. Of referrals: ``list``, ``matrix`` or
            ``counts``. What it looks like when left out.
        evidence, on, period
            Of a matrix, and of the rows of a list that do not say it: ``declared``, ``confirmed`` or ``counted``; the
            day; for counts of people, the year.
        complete
            Of referrals: each service that was asked in the file was asked for all of its links, and they are all here.
        mapping
            Of counts: the file that says what their words mean. Of map files: the one that says which column is which
            field; where there is none yet, it is written as far as it can be guessed, and nothing is taken.
        publisher, programme, licence, listing
            Of a list that others publish: who publishes it, in a word; of meetings the fellowship; its licence, where
            that is known better than the list says it; and whether all in it may be listed, which is for a coordinator
            to say: ``agreed`` or ``published_by_itself``.
        review
            Of such a list: the ``.csv`` to write it into, with yes or no for each row, and why. Nothing is taken then;
            the file is imported like any other once somebody has looked through it.
        allow_inside
            Ask an address of this computer or of a private network too.
        progress
            Told how many parts of a list were fetched, and of how many, as far as that is known.

        Raises
        ------
        RowsRejected
            When any row is bad and ``accept_partial`` is not set, or a line of the mapping. Nothing is written then.
        InputError
            For another record, a file that is not a table or that holds records about single people, or an option that
            does not fit.
        FileProblem
            When a file is missing, in use or damaged.
        ServiceProblem
            When not everything comes from an address.

        Examples
        --------
        >>> path, mapping = rosc_map.examples.counts_path(), rosc_map.examples.mapping_path()
        >>> result = area.import_(path, "referrals", from_format="counts", mapping=mapping)
        >>> result.counted
        '11 added, 0 changed, 0 left as they were'
        """
        kind = record_type(record)
        choices = ListChoices(
            publisher, programme, licence, listing, Path(review) if review else None, allow_inside, progress
        )
        known = list_reader(source, from_format) if kind is Asset and from_format != KOBO else None
        if known:
            if any((only_approved, with_submitter, evidence, on, period, complete)):
                raise InputError("--only-approved, --evidence and the like are not for lists that others publish.")
            return self._import_list(known, source, choices, mapping, dry_run=dry_run)
        options = referral_options(
            kind,
            layout="" if from_format == KOBO else from_format,
            evidence=evidence,
            on=on,
            period=period,
            complete=complete,
            mapping=read_table(Path(mapping)) if mapping else None,
            of_a_form=only_approved or with_submitter,
            today=self._today,
        )
        if from_format == KOBO:  # before anything is fetched
            why = "Answers of KoboToolbox are this partnership's own: leave it out."
            choices.refuse_if_any(but=("--allow-inside-network",), why=why)
        as_sheet = partial(read_sheet, only_approved=only_approved, with_submitter=with_submitter)
        table = self._form_answers(source, choices) if from_format == KOBO else _table(source, kind)
        if kind is Asset and is_review(table):
            why = "This is the review of a list, which says the rest itself: leave it out."
            choices.refuse_if_any(but=("--licence", "--listing"), why=why)
            choices = replace(choices, listing=checked_listing(choices.listing))
            plan: _Plan = partial(self._plan_review, table, choices)
            return self._do(plan, record, task=LIST_TASK, dry_run=dry_run, accept_partial=accept_partial)
        if from_format != KOBO:
            choices.refuse_if_any()
        plan = partial(self._plan, kind, table, options, as_sheet)
        return self._do(plan, record, dry_run=dry_run, accept_partial=accept_partial)

    def _do(
        self, plan: _Plan, record: str, *, dry_run: bool, accept_partial: bool = False, task: str = "import"
    ) -> ImportResult:
        """Work out what is to be done, and do it."""
        if dry_run:
            with self._store.reading() as reader:
                return settle(plan(reader), accept_partial=accept_partial)
        # The file is held while the plan is made: two imports at once must not both add the same asset.
        with self._write(task, record) as writer:
            result = settle(plan(writer), accept_partial=accept_partial)
            for kind, part in {record_type(record): result, **result.beside}.items():
                writer.insert(kind, part.inserts)
                for values in part.updates:
                    writer.update(kind, {name: values[name] for name in KEYS[kind]}, values)
            for identifier, who, closing in result.closings:
                keep_reports(writer, identifier, closing, who=who, today=self._today)
        return result

    def _plan(
        self,
        kind: type[Record],
        table: RawTable,
        options: ReferralOptions,
        as_sheet: _AsSheet,
        reader: Reader,
    ) -> ImportResult:
        """Work out what a file would do, before anything is written."""
        held = Held(reader.read, self._today, self._who)
        if kind is Referral:
            return plan_referrals(table, held, options, as_sheet)
        sheet = as_sheet(table, kind)
        if kind is Asset:
            result = self._recorded(reader).plan(sheet.table)
        else:
            found = resolver(held.names, kind)
            result = plan_records(sheet.table, kind, reader.read(kind), found, held.hidden, self._today)
        return sheet.added_to(result)

    def _plan_review(self, table: RawTable, choices: ListChoices, reader: Reader) -> ImportResult:
        """Work out what a review that came back would do: its rows are still those of the lists that they are from."""
        reviewed = read_review(table)
        sheet = plain_sheet(reviewed.table, Asset)
        recorded = self._beside_lists(reader)
        result = plan_reviewed(
            replace(reviewed, table=sheet.table), recorded, listing=choices.listing, licence=choices.licence
        )
        result.said += say_licence(choices.licence)
        return sheet.added_to(result)

    def _plan_outside(self, sifted: Sifted, reader: Reader) -> ImportResult:
        return plan_outside(sifted, self._beside_lists(reader))

    def take_list(
        self,
        found: OutsideList,
        *,
        licence: str = "",
        listing: str = "",
        review: str | Path | None = None,
        dry_run: bool = False,
    ) -> ImportResult:
        """Take a list that was read already, or write it down for review.

        Parameters
        ----------
        found
            As any reader of the protocol ``exchange.outside.Reader`` gives it.
        licence, listing, review, dry_run
            As for :meth:`import_`.

        Raises
        ------
        InputError
            When there is not a single row in it, or the review is no ``.csv``.
        FileProblem
            When the review is there already, or cannot be written.

        Examples
        --------
        >>> from rosc_map.exchange.outside import OutsideList, OutsideRow
        >>> said = {"name": "Example Café", "postcode": "RH4 1DW", "asset_type": "community", "external_ids": ("ex:1",)}
        >>> found = OutsideList("example.org", "example", "ex", (OutsideRow(1, said),), licence="OGL")
        >>> area.take_list(found, dry_run=True).counted
        '1 added, 0 changed, 0 left as they were'
        """
        own = area_lookup(list(self._store.read(Footprint)["area_code"]))["local_authority_code"]
        told = say_licence(licence)
        sifted = sift(found, own, licence=licence, listing=checked_listing(listing), today=self._today)
        if not review:
            plan = partial(self._plan_outside, sifted)
            result = self._do(plan, "assets", task=LIST_TASK, dry_run=dry_run)
            result.said += told
            return result
        with self._store.reading() as reader:
            result = say_reviewed(sifted, self._recorded(reader))
        result.written = write_review(sifted.rows, found.scheme, Path(review), day=self._today)
        yes = sum(row.take for row in sifted.rows)
        result.said += told
        result.said.append(
            f"Nothing was taken. Wrote {review}: {yes:,} with yes, {len(sifted.rows) - yes:,} with no. Look through "
            "it, change what is wrong, and import that file."
        )
        return result

    def _import_list(
        self, known: KnownList, source: str | Path, choices: ListChoices, mapping: str | Path | None, *, dry_run: bool
    ) -> ImportResult:
        """Open a list that others publish, and take it."""
        reader = known.reader
        checked_listing(choices.listing)  # before anything is fetched
        areas = tuple(self._store.read(Footprint)["area_code"])
        with nullcontext(known.opened) if known.opened else opened_list(source, reader.code, choices, areas) as opened:
            if mapping and not Path(mapping).exists():
                return suggested_mapping(reader, opened, Path(mapping))
            with without_collecting():
                result = self.take_list(
                    reader.read(opened, read_options(choices, mapping, self._today)),
                    licence=choices.licence,
                    listing=choices.listing,
                    review=choices.review,
                    dry_run=dry_run,
                )
            result.said = [*opened.said, *result.said]
            return result

    def _recorded(self, reader: Reader) -> Recorded:
        own = set(area_lookup(list(reader.read(Footprint)["area_code"]))["upper_tier_code"])
        return Recorded(reader.read(Asset), own, reports_by_asset(reader), self._who, self._today)

    def _beside_lists(self, reader: Reader) -> Recorded:
        """Return what is recorded, with what people here changed of it: that is not for a list to change."""
        return replace(self._recorded(reader), changed=changed_otherwise(reader, LIST_TASK))

    def _form_answers(self, source: str | Path, choices: ListChoices) -> RawTable:
        """Return the answers of a project of KoboToolbox, as a table that is read like its export."""
        from rosc_map.exchange.outside.kobo_rows import kobo_table

        with opened_list(source, KOBO, choices) as opened:
            return kobo_table(opened)


def _table(source: str | Path, kind: type[Record]) -> RawTable:
    return read_need_source(source) if kind is Need else read_table(Path(source))
