"""``where`` and ``geocode``: asked so often, and by other programs, that their plain form does not wait for Typer.

Loading Typer and having it work out the words takes longer than the answer.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from rosc_map.cli import output
from rosc_map.cli.services import nominatim, postcodes_io

__all__ = ["geocode", "plain_command", "where"]


def plain_command(words: Sequence[str]) -> Callable[[], None] | None:
    """Return what the words ask for, when there is nothing in them for Typer to work out; else None."""
    if not words or any(word.startswith("-") and word != "--json" for word in words):
        return None
    match [word for word in words if word != "--json"], words.count("--json"):
        case ["where", query], (0 | 1) as asked:
            return partial(where, query, json=asked == 1)
        case ["geocode", source, out], 0:
            return partial(geocode, Path(source), Path(out))
    return None


def where(query: str, *, online: bool = False, json: bool = False) -> None:
    """Say where a place is, and in which authorities."""
    from rosc_map.place.one_place import where as find

    output.ready_postcodes()
    place = find(query, postcodes_io=postcodes_io(wanted=online))
    if json:
        output.as_json(place.to_json())
        return
    lines = [place.postcode or place.query.strip()]
    for label, (code, name) in (
        ("Local authority", place.local_authority),
        ("Upper tier", place.upper_tier),
        ("Region", place.region),
        ("Country", place.country),
    ):
        lines += [f"  {label}: {name} ({code})"] if code else []
    if place.latitude is not None:
        lines.append(f"  Latitude, longitude: {place.latitude}, {place.longitude}")
        lines.append(f"  Easting, northing: {place.easting}, {place.northing} (metres)")
    output.say(*lines, *(f"  {remark}" for remark in place.remarks))


def geocode(
    source: Path, out: Path, *, column: str = "postcode", online: bool = False, address: str = "", contact: str = ""
) -> None:
    """Write a copy of a CSV with the place of each row's postcode behind it."""
    from rosc_map.exchange.geocoding import geocode as place_all

    output.ready_postcodes()
    with output.working(f"Reading {source} …"):
        found = place_all(
            source,
            out,
            column=column,
            address=address,
            postcodes_io=postcodes_io(wanted=online),
            nominatim=nominatim(contact) if address else None,
        )
    output.say(f"Wrote {out}: {found.placed:,} of {found.rows:,} rows have a place.")
    output.say(*(f"  {number:,} with the note: {note}" for note, number in found.notes.items()))
    if found.problems:
        output.problems("To look at first (all of them are told in the column place_note):", found.problems)
