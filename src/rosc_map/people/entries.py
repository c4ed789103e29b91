"""What organisations do without an account: they open their own entry by a link, and send what is to be put right."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager

from rosc_map.errors import InputError
from rosc_map.people.audit import note, note_nobody
from rosc_map.people.corrections import (
    Change,
    Correction,
    all_corrections,
    correction_row,
    corrections_of,
    decide_one,
    drop_corrections,
    hand_corrections_on,
    open_ones,
    send_one,
    trim_one,
)
from rosc_map.people.desk import Desk
from rosc_map.people.entry_links import (
    EntryLink,
    close_link,
    end_links,
    hand_links_on,
    link_of_browser,
    link_of_token,
    links_for,
    make_link,
    open_link,
    take_off_links,
)
from rosc_map.people.erasing import WordsErased, erase_typed
from rosc_map.people.roles import check_by

__all__ = ["Entries"]

_ABOUT = "entry links"
_CORRECTIONS = "corrections"
_ORGANISATION = "an organisation"
_REFUSED = "an entry link was refused"


class Entries(Desk):
    """The part of :class:`People` that is for organisations: links to their own entry, and their corrections."""

    def make_entry_link(self, assets: Collection[str], *, by: str) -> tuple[str, EntryLink]:
        """Make a link to an organisation's own entry: for 30 days, opened once, then for one browser.

        Older links for any of the same assets end.

        Parameters
        ----------
        assets
            The ids of the organisation's assets.
        by
            The coordinator who makes it.

        Returns
        -------
        tuple
            The token, which nobody can read again, and the link.

        Raises
        ------
        InputError
            When no asset is given, or ``by`` may be a person's name.
        """
        doer = check_by(by)
        if not assets:
            raise InputError("Choose at least one entry that the link is for.")
        with self._writing(_ABOUT) as connection:
            made = make_link(connection, assets, doer, self._clock())
            note(connection, self._clock(), doer, "made an entry link")
        return made

    def entry_of_link(self, token: str, *, browser: str = "") -> EntryLink | None:
        """Return the link of a token; looking uses nothing up, since messengers look at links too.

        Parameters
        ----------
        token
            What stands in the address.
        browser
            What :meth:`open_entry` returned to this browser, if it did: it may come in by the same link again.

        Returns
        -------
        EntryLink or None
            None where it is too old, was opened elsewhere, was ended or never made, with no difference.
        """
        with self._keeping.reading() as connection:
            return link_of_token(connection, token, self._clock(), browser=browser)

    def open_entry(self, token: str) -> tuple[str, EntryLink] | None:
        """Open a link, which is used up from then on; None as in :meth:`entry_of_link`.

        Returns
        -------
        tuple or None
            By what this browser is known until the link expires, and the link.
        """
        with self._writing(_ABOUT) as connection:
            opened = open_link(connection, token, self._clock())
            if opened:
                note(connection, self._clock(), _ORGANISATION, "opened its entry")
        return opened

    def entry_of_browser(self, browser: str) -> EntryLink | None:
        """Return the link that a browser has opened; None where there is none (any more)."""
        with self._keeping.reading() as connection:
            return link_of_browser(connection, browser, self._clock())

    def entry_refused(self) -> None:
        """Note that a link was refused: in one entry of the audit an hour, so that strangers cannot fill it."""
        with self._writing(_ABOUT) as connection:
            note_nobody(connection, self._clock(), _REFUSED)

    def close_entry(self, browser: str) -> None:
        """End the link that a browser has opened, if there is one."""
        with self._writing(_ABOUT) as connection:
            if close_link(connection, browser):
                note(connection, self._clock(), _ORGANISATION, "closed its entry")

    def entry_links(self, assets: Collection[str]) -> list[EntryLink]:
        """Return the links that can be used and are for any of some assets, the newest first."""
        with self._keeping.reading() as connection:
            return links_for(connection, assets, self._clock())

    def end_entry_links(self, assets: Collection[str], *, by: str = "") -> None:
        """End all links for any of some assets, opened or not: at once, and whole.

        Parameters
        ----------
        assets
            Their ids.
        by
            Who ends them; the organisation itself when left out.

        Raises
        ------
        InputError
            When ``by`` may be a person's name.
        """
        doer = check_by(by) or _ORGANISATION
        with self._writing(_ABOUT) as connection:
            if end_links(connection, assets):
                note(connection, self._clock(), doer, "ended an entry link")

    def entry_left(self, assets: Collection[str], *, by: str = "") -> None:
        """Keep nothing of assets that have left: take them off their links, and delete what was sent of them.

        A link that was for nothing else ends.

        Parameters
        ----------
        assets
            Their ids.
        by
            Who took them out; the organisation itself when left out.

        Raises
        ------
        InputError
            When ``by`` may be a person's name.
        """
        doer = check_by(by) or _ORGANISATION
        with self._writing(_ABOUT) as connection:
            drop_corrections(connection, assets)
            if take_off_links(connection, assets):
                note(connection, self._clock(), doer, "ended an entry link")

    def entry_merged(self, asset: str, kept: str) -> int:
        """Let the links to an asset, and what was sent of it, be of the asset that it was merged into.

        Parameters
        ----------
        asset, kept
            The ids of the one that is gone and of the one that was kept.

        Returns
        -------
        int
            How many corrections of the one that is gone wait to be looked at.
        """
        with self._writing(_ABOUT) as connection:
            hand_links_on(connection, asset, kept)
            return hand_corrections_on(connection, asset, kept)

    def erase_words(self, words: str, *, dry_run: bool = False) -> WordsErased:
        """Erase words, such as a person's name, from corrections and drafts, for good.

        Parameters
        ----------
        words
            What has to go, found as in the records (:func:`rosc_map.store.erase_words`).
        dry_run
            Only say what would be erased, and write nothing.
        """
        if dry_run:
            with self._keeping.reading() as connection:
                return erase_typed(connection, words, dry_run=True)
        with self._writing(_CORRECTIONS) as connection:
            return erase_typed(connection, words, dry_run=False)

    # Corrections

    def send_correction(self, asset: str, changes: Mapping[str, tuple[str, str]]) -> Correction:
        """Keep what an organisation says is wrong about one of its assets, for the coordinators.

        Parameters
        ----------
        asset
            The id of the asset.
        changes
            By field: the text as it was shown to them, and what it should be.

        Raises
        ------
        InputError
            When it changes nothing or is too long, or too many of this asset wait to be looked at.
        """
        with self._writing(f"corrections {asset}") as connection:
            wanted = {name: Change(was, should_be) for name, (was, should_be) in changes.items()}
            return send_one(connection, asset, wanted, self._clock())

    def open_corrections(self) -> list[Correction]:
        """Return the corrections that nobody has decided, the oldest first."""
        with self._keeping.reading() as connection:
            return open_ones(connection)

    def corrections(self, assets: Collection[str]) -> list[Correction]:
        """Return what was sent of some assets and is still kept, the latest first."""
        with self._keeping.reading() as connection:
            return corrections_of(connection, assets)

    def correction(self, identifier: str) -> Correction | None:
        """Return one correction, or None."""
        with self._keeping.reading() as connection:
            return correction_row(connection, identifier)

    @contextmanager
    def deciding(self, identifier: str, taken: Collection[str], answer: str) -> Iterator[Correction | None]:
        """Note which fields of a correction are taken into the records, and the sentence that they are told.

        The records are changed within this: nobody else decides meanwhile, and an error there leaves it undecided.

        Yields
        ------
        Correction or None
            None where there is none that waits: somebody else has decided it, and nothing is to be changed.
        """
        with self._writing(_CORRECTIONS) as connection:
            yield decide_one(connection, identifier, taken, answer, self._clock())

    def trim_corrections(self, kept: Callable[[Correction], Correction | None]) -> None:
        """Delete for good what may not be kept any more of corrections, decided or not.

        Parameters
        ----------
        kept
            Gives of a correction what may be kept; None, or no changes, where that is nothing.
        """
        with self._keeping.reading() as connection:
            if all(kept(each) == each for each in all_corrections(connection)):
                return
        with self._writing(_CORRECTIONS) as connection:
            for each in all_corrections(connection):
                left = kept(each)
                if left != each:
                    trim_one(connection, each.id, left)
