"""The map: in layers, for an audience, as a page or as a picture."""

from collections.abc import Sequence
from pathlib import Path

from rosc_map import show
from rosc_map.errors import InputError
from rosc_map.partnership.core import Core, audience_of
from rosc_map.partnership.record_names import asset_type_of
from rosc_map.publish import GapsAsked, PublishedMap, publish_gaps, publish_map
from rosc_map.records import Audience

__all__ = ["Maps"]

_PICTURE = ".png"
_ENDINGS = (".html", ".htm", _PICTURE)


class Maps(Core):
    """The tasks that make a map."""

    def map(
        self,
        path: str | Path,
        *,
        audience: str | Audience = Audience.PUBLIC,
        tier: str = "",
        asset_type: str = "lero",
        layers: Sequence[str] = (),
        tiles: str | tuple[str, str] | None = None,
    ) -> Path:
        """Write one map: a self-contained interactive page (``.html``), or a picture for slides (``.png``).

        Parameters
        ----------
        path
            The file.
        audience, tier, asset_type, layers
            As for :meth:`map_in_layers`.
        tiles
            As for :meth:`write_map`.

        Raises
        ------
        InputError
            For another ending, or something that was asked for and cannot be.
        FileProblem
            When the folder is missing or the file cannot be written.

        Examples
        --------
        >>> area.map("map.html", layers=["assets"]).name
        'map.html'
        """
        _check_ending(Path(path))
        found = self.map_in_layers(audience, tier=tier, asset_type=asset_type, layers=layers)
        return self.write_map(found, path, tiles=tiles)

    def map_in_layers(
        self,
        audience: str | Audience = Audience.PUBLIC,
        *,
        tier: str = "",
        asset_type: str = "lero",
        layers: Sequence[str] = (),
    ) -> PublishedMap:
        """Return a map as an audience may see it; :meth:`write_map` writes it.

        Parameters
        ----------
        audience
            Who it is for.
        tier, asset_type
            ``upper`` (counties and unitaries) or ``local``, which it is within one county when left out; the type that
            its figures tell of.
        layers
            Names of ``rosc_map.publish.MAP_LAYERS``; all of which there is something to show when left out.

        Raises
        ------
        InputError
            When something that was asked for cannot be, or there is nothing of it to show; the message says why.

        Examples
        --------
        >>> shown = area.map_in_layers("partners", layers=["assets", "links"])
        >>> len(shown.published.assets), len(shown.published.links)
        (63, 140)
        """
        now = self.snapshot()
        asked = GapsAsked(tier=self._tier_or_own(tier), asset_type=asset_type_of(asset_type))
        return publish_map(now, publish_gaps(now, audience_of(audience), asked), layers)

    def write_map(
        self, published: PublishedMap, path: str | Path, *, tiles: str | tuple[str, str] | None = None
    ) -> Path:
        """Write a map, and return its path.

        Parameters
        ----------
        published
            What :meth:`map_in_layers` gave.
        path
            A name that ends in ``.html``, or in ``.png`` for a picture.
        tiles
            The base map that a reader may switch on: its address and whom to credit; ``"none"`` for no such switch.
            When left out OpenStreetMap's, but none for coordinators: who gives out its pictures would learn where they
            look.

        Raises
        ------
        InputError
            For another ending, or an address without a credit.
        FileProblem
            When the folder is missing or the file cannot be written.

        Examples
        --------
        >>> new = rosc_map.new("new.gpkg", ["Middlesbrough"])
        >>> new.write_map(new.map_in_layers(), "map.html", tiles="none").name
        'map.html'
        """
        file = Path(path)
        _check_ending(file)
        if file.suffix.lower() == _PICTURE:
            return show.write_map_picture(published, file)
        return show.write_map(published, file, tiles=_tiles(tiles, published.audience))


def _check_ending(file: Path) -> None:
    if file.suffix.lower() not in _ENDINGS:
        raise InputError(f"{file.name}: a map is a web page or a picture. Choose a name that ends in .html or .png.")


def _tiles(tiles: str | tuple[str, str] | None, audience: Audience) -> show.Tiles | None:
    if tiles is None:
        return None if audience is Audience.INTERNAL else show.OPEN_STREET_MAP
    if tiles in ("", "none"):
        return None
    address, credit = (tiles, "") if isinstance(tiles, str) else tiles
    if not credit.strip():
        raise InputError(f"{address!r} is the address of a base map: say whom its licence asks to name, too.")
    return show.Tiles(address, credit)
