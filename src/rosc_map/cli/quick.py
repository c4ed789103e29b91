"""``where`` and ``geocode``: asked so often, and by other programs, that their plain form does not wait for Typer.

Loading Typer and having it work out the words takes longer than the answer.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from rosc_map.cli import output
from rosc_map.cli.services import nominatim, postcodes_io

__all__ = ["geocode", "plain_command", "where"]


def plain_command(words: list[str]) -> Callable[[], None] | None:
    """Return what the words ask for, when there is nothing in them for Typer to work out; else None."""
    rest = [word for word in words[1:] if word != "--json"]
    asked = words.count("--json")
    if words[:1] == ["where"] and rest and asked < 2 and not any(_is_option(word) for word in rest):
        return partial(where, " ".join(rest), json=asked == 1)
    if words[:1] == ["geocode"] and len(rest) == len(words) - 1 == 2 and not any(_is_option(word) for word in rest):
        return partial(geocode, Path(rest[0]), Path(rest[1]))
    return None


def _is_option(word: str) -> bool:
    # -1.23 is a longitude.
    return word.startswith("-") and not word[1:2].isdecimal()


def where(query: str, *, online: bool = False, json: bool = False) -> None:
    """Say where a place is, and in which authorities."""
    from rosc_map.place.one_place import is_numbers
    from rosc_map.place.one_place import where as find

    if not is_numbers(query):
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
    output.say(*(f"  {sentence}" for sentence in found.sent))
    if found.read_as:
        output.say(f"  {found.read_as:,} had a slip and were read as the one postcode that they can mean.")
    output.say(*(f"  {number:,} with the note: {note}" for note, number in found.notes.items()))
    if found.problems:
        output.problems("To look at first (the column place_note tells of all of them):", found.problems)
