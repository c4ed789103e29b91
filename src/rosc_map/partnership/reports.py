"""The board paper: the guidance's five questions, answered from what is held, for one audience."""

from pathlib import Path

from rosc_map import show
from rosc_map.errors import InputError
from rosc_map.partnership.core import Core, audience_of, made_folder
from rosc_map.partnership.record_names import asset_type_of
from rosc_map.publish import GapsAsked, publish_gaps, publish_network
from rosc_map.publish.report import publish_report
from rosc_map.publish.report_types import PAPERS, PublishedReport
from rosc_map.records import Audience

__all__ = ["Reports"]


class Reports(Core):
    """The tasks that make papers for a board."""

    def report(
        self,
        audience: str | Audience = Audience.PARTNERS,
        *,
        kind: str = "board",
        tier: str = "",
        asset_type: str = "lero",
    ) -> PublishedReport:
        """Answer the guidance's five questions (part 3), as an audience may see it.

        Parameters
        ----------
        audience
            Who it is for. Funding, seats, views and introductions are not for the public.
        kind
            ``board`` for all five questions, or one page: ``linkage`` (are the links real?) or ``coverage`` (what is
            there, and what ends soon?).
        tier, asset_type
            ``upper`` (counties and unitaries) or ``local``, which it is within one county when left out; the type that
            the figures tell of.

        Raises
        ------
        InputError
            For an audience, a kind, a tier or a type that there is none of.

        Examples
        --------
        >>> new = rosc_map.new("new.gpkg", ["Middlesbrough"])
        >>> paper = new.report(kind="coverage")
        >>> paper.kind, len(paper.parts)
        ('coverage', 2)
        """
        if kind not in PAPERS:
            raise InputError(f"{kind!r} is not a paper. Choose from: {', '.join(PAPERS)}.")
        now, whom = self.snapshot(), audience_of(audience)
        found = publish_gaps(now, whom, GapsAsked(tier=self._tier_or_own(tier), asset_type=asset_type_of(asset_type)))
        return publish_report(now, found, publish_network(now, whom), kind)

    def write_report(self, published: PublishedReport, folder: str | Path) -> list[Path]:
        """Write a paper into a folder: a page that prints to A4, a Word document to edit, and pictures for slides.

        Parameters
        ----------
        published
            What :meth:`report` gave.
        folder
            It is made if it is not there; what is internal is for its owner's eyes.

        Raises
        ------
        FileProblem
            When the folder cannot be made or written to, or holds a picture of another paper that would stay there.

        Examples
        --------
        >>> new = rosc_map.new("new.gpkg", ["Middlesbrough"])
        >>> files = new.write_report(new.report(kind="coverage"), "paper")
        >>> [file.name for file in files]
        ['coverage.html', 'six-types.png', 'coverage.docx']
        """
        return show.write_report(published, made_folder(folder, private=published.audience is Audience.INTERNAL))
