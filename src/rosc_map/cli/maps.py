"""The command of the map."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rosc_map.cli import output
from rosc_map.cli.words import File, ForAudience, OwnTier

if TYPE_CHECKING:
    from rosc_map.publish import PublishedMap

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Add the command to the others."""
    app.command("map")(map_)


def map_(
    file: File,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A name that ends in .html, or in .png for a picture.")],
    layer: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this: assets, links, provision, six_types, reach, need_provision, freshness, handoffs or round."
            " May be repeated."
        ),
    ] = None,
    audience: ForAudience = "public",
    tier: OwnTier = "",
    asset_type: Annotated[str, typer.Option("--type", help="The asset type that its figures tell of.")] = "lero",
    tiles: Annotated[
        str | None,
        typer.Option(metavar="URL|none", help="A base map to switch on; OpenStreetMap's, but none for internal."),
    ] = None,
    tiles_credit: Annotated[str, typer.Option(metavar="TEXT", help="Whom that base map asks to name.")] = "",
) -> None:
    """Write one map file that opens anywhere, without internet.

    Example: rosc-map map area.gpkg map.html
    """
    if tiles_credit and tiles in (None, "", "none"):
        raise typer.BadParameter("--tiles-credit goes with the address of a base map: --tiles https://…")
    base = tiles if tiles in (None, "", "none") else (tiles, tiles_credit)
    partnership = output.opened(file)
    with output.working("Drawing …"):
        found = partnership.map_in_layers(audience, tier=tier, asset_type=asset_type, layers=layer or ())
        path = partnership.write_map(found, out, tiles=base)
    named = partnership.held_back(audience) if not layer or len(found.published.assets) else ""
    how = ("Open it in a browser.",) if path.suffix.lower() != ".png" else ()
    output.say(f"Wrote {path} for: {audience}. {named}".strip(), _layers(found), *how)


def _layers(found: "PublishedMap") -> str:
    """Return the layers of a map in words."""
    shown = found.published
    parts = (
        f"assets ({len(shown.assets):,})" if len(shown.assets) else "",
        f"links ({len(shown.links):,})" if len(shown.links) else "",
        *(layer.label for layer in found.layers),
        f"linkage test {found.round.round}" if found.round else "",
    )
    return f"It shows: {'; '.join(part for part in parts if part) or shown.provision.sentence}."
