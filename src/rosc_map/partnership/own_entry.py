"""What an organisation does with its own entry: see it, correct, agree to it, restrict it, reply, or leave."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rosc_map.partnership.round_papers import RoundPapers
from rosc_map.partnership.upkeep import Upkeep
from rosc_map.publish import PublishedOwnEntry

__all__ = ["ChangedSince", "OwnEntry"]


@dataclass(frozen=True)
class ChangedSince:
    """A field that somebody else changed after the organisation saw it.

    Attributes
    ----------
    field, label
        Its name for programs and for people.
    was, now, wanted
        What the organisation saw, what stands there now, and what it asked for, as typed.
    """

    field: str
    label: str
    was: str
    now: str
    wanted: str


class OwnEntry(RoundPapers, Upkeep):
    """The tasks of an organisation with its own entry, and of the coordinator who looks after it.

    Assets are given by their id, or by the one that others know them by; never by a name. What an organisation decides
    itself is written by ``partnership.acting_as("organisation")``.
    """

    def organisation_of(self, asset: str) -> tuple[tuple[str, str], ...]:
        """Return the ids and names of the assets that one link may be for, the asked one first; () where it has left.

        They name the same organisation and share a contact, or a domain of their own. A hidden one is on a link of its
        own: who opens a link that went to a café should not read there that a refuge belongs to it.
        """
        raise NotImplementedError

    def own_entry(self, ids: Sequence[str]) -> PublishedOwnEntry:
        """Return all that is held about these assets, for their own organisation; see :func:`publish.own_entry`."""
        raise NotImplementedError

    def agree_to_listing(self, asset: str) -> str:
        """Note that an organisation agrees to be listed with all of its entry.

        Returns
        -------
        str
            What was done, in sentences: its place is shown no more finely than before.

        Raises
        ------
        InputError
            When it is not listed any more.
        EditConflict
            When somebody else changed it at the same moment.
        """
        raise NotImplementedError

    def restrict_listing(self, asset: str, shows: Collection[str]) -> str:
        """Note that an organisation agrees to parts of its entry only (codes of ``listing_shows``, or none).

        Returns
        -------
        str
            What was done, in sentences.

        Raises
        ------
        InputError
            When it is not listed any more, or a part is not known.
        EditConflict
            When somebody else changed it at the same moment.
        """
        raise NotImplementedError

    def coarsen_place(self, asset: str, precision: str) -> str:
        """Show a place less exactly; ``hidden`` drops what is finer than its county, for good.

        Returns
        -------
        str
            What was done, in sentences.

        Raises
        ------
        InputError
            When it is not listed any more, or that is not less exact than now.
        RowsRejected
            When the record cannot be changed as it stands.
        EditConflict
            When somebody else changed it at the same moment.
        """
        raise NotImplementedError

    def confirm_right(self, asset: str) -> str:
        """Note that all of an entry holds today.

        Returns
        -------
        str
            What was done, in sentences.

        Raises
        ------
        InputError
            When it is not listed any more.
        EditConflict
            When somebody else changed it at the same moment.
        """
        raise NotImplementedError

    def leave(self, asset: str) -> str:
        """Take an asset out of every output, at its organisation's wish; it is not imported again.

        Returns
        -------
        str
            What was done, in sentences.

        Raises
        ------
        InputError
            When it is not listed any more, or it is not said who does it.
        EditConflict
            When somebody else changed it at the same moment.
        """
        raise NotImplementedError

    def reply_to_result(self, round_name: str, asset: str, words: str) -> str:
        """Keep what an organisation says to its own result of a round, once it was given; an earlier reply is replaced.

        Returns
        -------
        str
            What was done, in sentences.

        Raises
        ------
        InputError
            When it is not listed any more, has no result of this round to reply to yet, or nothing is said.
        UnknownName
            When there is no such round.
        """
        raise NotImplementedError

    def correctable(self, asset: str) -> dict[str, str]:
        """Return the fields that an organisation may ask to have corrected, each as it would be typed now.

        Their order is that of the questions. Who may list it, how exactly, and where a record is from are not among
        them; nor is anything finer than the county of a hidden asset.

        Raises
        ------
        InputError
            When it is not listed any more.
        """
        raise NotImplementedError

    def correct(
        self, asset: str, changes: Mapping[str, str], was: Mapping[str, str], *, anyway: bool = False
    ) -> tuple[ChangedSince, ...]:
        """Write what an organisation asked to have corrected, when a coordinator has accepted it.

        Parameters
        ----------
        asset
            Which asset.
        changes
            By field the new text.
        was
            By field the text that the organisation saw (:meth:`correctable`).
        anyway
            Write it even where somebody else changed a field since.

        Returns
        -------
        tuple of ChangedSince
            The fields that were changed since; nothing is written then. Empty when it was written.

        Raises
        ------
        InputError
            When it is not listed any more, or a field is not for an organisation to correct.
        RowsRejected
            When a text cannot be taken.
        EditConflict
            When somebody else changed it at the same moment.
        """
        raise NotImplementedError
