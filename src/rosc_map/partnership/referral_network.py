"""Who refers to whom: what the network shows, and which introductions would help most."""

from collections.abc import Sequence
from pathlib import Path

import networkx as nx

from rosc_map import exchange, show
from rosc_map.partnership.core import Core, audience_of, made_folder
from rosc_map.publish import (
    PublishedNetwork,
    conversations_table,
    introductions_table,
    links_table,
    publish_network,
    referral_network,
    two_way_table,
)
from rosc_map.records import Audience

__all__ = ["ReferralNetwork"]


class ReferralNetwork(Core):
    """The tasks that tell how well the area is connected."""

    def network(
        self, audience: str | Audience = Audience.PARTNERS, *, evidence: Sequence[str] = ()
    ) -> PublishedNetwork:
        """Measure the referral network that an audience may see, and choose three introductions.

        Parameters
        ----------
        audience
            Who it is for.
        evidence
            The layers of evidence to use: declared, confirmed, tested (internal only), counted; all when left out.

        Raises
        ------
        InputError
            For an audience or a layer that there is none of, or a layer that the audience may not see.

        Examples
        --------
        >>> found = area.network()
        >>> found.sentences[0]
        '139 links are recorded, of 3,782 possible between 62 services (at least 3.6 %).'
        >>> found.introductions.iloc[0]["reason"]
        'If Example Addlestone Family Centre referred people to Example Surrey Recovery Collective, 2 services would
        gain a way to a LERO; 1 service would gain a way to a lived experience initiative and a recovery support
        service; and a way to 5 other types would be gained too, within two handoffs. In all, 12 ways from one service
        to another would open. Those who were asked know of no such link so far.'
        """
        return publish_network(self.snapshot(), audience_of(audience), evidence)

    def network_graph(
        self, audience: str | Audience = Audience.PARTNERS, *, evidence: Sequence[str] = ()
    ) -> nx.DiGraph:
        """Return the network itself, for measures of your own: see :func:`rosc_map.network.referral_graph`.

        It holds what the audience may see; how many people were counted, for ``internal`` only.

        Examples
        --------
        >>> graph = area.network_graph(evidence=["declared"])
        >>> len(graph), graph.number_of_edges()
        (62, 139)
        """
        return referral_network(self.snapshot(), audience_of(audience), evidence)

    def write_network(self, published: PublishedNetwork, folder: str | Path) -> list[Path]:
        """Write the page of the network, its pictures, and its longest tables as CSV and Excel, into a folder.

        Parameters
        ----------
        published
            What :meth:`network` gave.
        folder
            It is made if it is not there; what is internal is for its owner's eyes.

        Raises
        ------
        FileProblem
            When the folder cannot be made or written to.

        Examples
        --------
        >>> new = rosc_map.new("new.gpkg", ["Middlesbrough"])
        >>> files = new.write_network(new.network(), "network")
        >>> [file.name for file in files[:3]], len(files)
        (['network.html', 'introductions.csv', 'introductions.xlsx'], 9)
        """
        place = made_folder(folder, private=published.audience is Audience.INTERNAL)
        written = show.write_network(published, place)
        for name, table in (
            ("introductions", introductions_table(published)),
            ("links", links_table(published)),
            ("two-way", two_way_table(published)),
            ("to-talk-about", conversations_table(published)),
        ):
            written += [exchange.write_table(table, place / f"{name}{ending}") for ending in (".csv", ".xlsx")]
        return written
