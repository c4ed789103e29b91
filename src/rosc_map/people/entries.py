"""What organisations do without an account: they open their own entry by a link, and send what is to be put right."""

from collections.abc import Collection, Mapping

from rosc_map.errors import InputError
from rosc_map.people.audit import note, note_nobody
from rosc_map.people.corrections import (
    Change,
    Correction,
    correction_row,
    corrections_of,
    decide_one,
    drop_corrections,
    open_ones,
    send_one,
    trim_one,
)
from rosc_map.people.desk import Desk
from rosc_map.people.entry_links import (
    EntryLink,
    close_link,
    end_links,
    link_of_browser,
    link_of_token,
    links_for,
    make_link,
    open_link,
)
from rosc_map.people.roles import check_by

__all__ = ["Entries"]

_ABOUT = "entry links"
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

    def decide_correction(self, identifier: str, taken: Collection[str], answer: str) -> Correction | None:
        """Note which fields of a correction were taken into the records, and the sentence that they are told.

        Returns
        -------
        Correction or None
            None where there is none that waits: somebody else may have decided it.
        """
        with self._writing("corrections") as connection:
            return decide_one(connection, identifier, taken, answer, self._clock())

    def trim_correction(self, identifier: str, changes: Mapping[str, Change]) -> None:
        """Keep only some changes of a correction: what may not be kept of its asset any more goes for good."""
        with self._writing("corrections") as connection:
            trim_one(connection, identifier, changes)

    def drop_corrections(self, assets: Collection[str]) -> None:
        """Delete all that was sent of some assets."""
        with self._writing("corrections") as connection:
            drop_corrections(connection, assets)
