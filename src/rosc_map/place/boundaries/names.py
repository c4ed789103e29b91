"""How a name or code of an area is understood: as the register has it, as people write it, in Welsh, or an old one."""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from rosc_map.errors import UnknownName
from rosc_map.place.boundaries.areas import TIERS, UNITED_KINGDOM, current_code, rows
from rosc_map.place.boundaries.files import boundaries_folder

__all__ = ["Area", "resolve_area"]

# Names that people use and neither the register nor the rules below give.
_ALIASES = {
    "durham": "E06000047",
    "hull": "E06000010",
    "southend": "E06000033",
    "stockton": "E06000004",
    "brighton": "E06000043",
    "telford": "E06000020",
    "bcp": "E06000058",
    "scilly": "E06000053",
    "berwick": "E06000057",
    "banes": "E06000022",
    "b and nes": "E06000022",
    "rbkc": "E09000020",
    "lbhf": "E09000013",
    "rbwm": "E06000040",
    "greater london": "E12000007",
    "derry": "N09000005",
    "londonderry": "N09000005",
    "anglesey": "W06000001",
    "sir gar": "W06000010",
    "cymru": "W92000004",
    "western isles": "S12000013",
    "n ireland": "N92000002",
    "ni": "N92000002",
    "uk": UNITED_KINGDOM,
}
# Counties without a council any more: since when, and the authorities that came after. "West Midlands" is the region.
_DIVIDED = {
    "cumbria": (2023, ("E06000063", "E06000064")),
    "e10000006": (2023, ("E06000063", "E06000064")),
    "northamptonshire": (2021, ("E06000061", "E06000062")),
    "e10000021": (2021, ("E06000061", "E06000062")),
    "cheshire": (2009, ("E06000049", "E06000050")),
    "bedfordshire": (2009, ("E06000055", "E06000056")),
    "berkshire": (1998, ("E06000036", "E06000037", "E06000038", "E06000039", "E06000040", "E06000041")),
    "avon": (1996, ("E06000022", "E06000023", "E06000024", "E06000025")),
    "cleveland": (1996, ("E06000001", "E06000002", "E06000003", "E06000004")),
    "humberside": (1996, ("E06000010", "E06000011", "E06000012", "E06000013")),
    "greater manchester": (1986, tuple(f"E080000{number:02}" for number in range(1, 11))),
    "merseyside": (1986, tuple(f"E080000{number}" for number in range(11, 16))),
    "south yorkshire": (1986, ("E08000017", "E08000018", "E08000038", "E08000039")),
    "tyne and wear": (1986, ("E08000021", "E08000022", "E08000023", "E08000024", "E08000037")),
    "west yorkshire": (1986, tuple(f"E080000{number}" for number in range(32, 37))),
}
_ENDINGS = (
    "city of", "county of", "city", "metropolitan borough council", "metropolitan district council",
    "county borough council", "borough council", "city council", "county council", "district council",
    "unitary authority", "council", "metropolitan borough", "county borough", "borough", "district", "mbc", "mdc",
    "cbc", "bc", "cc", "dc",
)  # fmt: skip
_STARTS = (
    "london borough of", "lb of", "lb", "royal borough of", "rb of", "rb", "city and county of", "city of",
    "county borough of", "metropolitan borough of", "borough of", "the", "cyngor bwrdeistref sirol",
    "cyngor dinas", "cyngor sir", "cyngor",
)  # fmt: skip
_ONE_WAY = {"upon": "on", "saint": "st"}
_LONGEST = 100
"""No area has so long a name; longer text is not looked into."""
_NEAR = 70
"""Out of 100 (rapidfuzz): how alike a name must be to be suggested."""


@dataclass(frozen=True)
class Area:
    """An area that was understood: ``code`` (GSS), ``name``, ``tier``, ``was`` and ``in_part``.

    ``tier`` is ``local_authority``, ``upper_tier``, ``region``, ``country`` or ``uk``. A unitary authority, which is
    both tiers under one code, comes as ``upper_tier``. ``was`` is the old name (as it was written then) or the old code
    that was given, of what went into this area or of what it was called before; else "". ``in_part`` says that it was
    only a part of this area, so that a figure of it is none of the area.

    Examples
    --------
    >>> from rosc_map.place import Area, resolve_area
    >>> found = resolve_area("Guildford")
    >>> isinstance(found, Area), found.code, found.tier
    (True, 'E07000209', 'local_authority')
    """

    code: str
    name: str
    tier: str
    was: str = ""
    in_part: bool = False


def _fold(text: str) -> str:
    """Return a name as it is compared: case, accents, marks and spacing do not count, nor "&" for "and"."""
    plain = unicodedata.normalize("NFKD", text.replace("&", " and ")).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter) and letter not in "'’`")
    words = re.sub(r"[\W_]+", " ", plain).split()
    return " ".join(_ONE_WAY.get(word, word) for word in words)


def _readings(text: str) -> list[str]:
    """Return a folded name, and what is left when what people add or leave out is taken off: "Rotherham MBC"."""
    found = [_fold(text)]
    for name in found:
        shorter = [name.removesuffix(f" {ending}") for ending in _ENDINGS]
        shorter += [name.removeprefix(f"{start} ") for start in _STARTS]
        found += dict.fromkeys(word for word in shorter if word not in found)
    return found


@cache
def _areas(folder: Path) -> dict[str, Area]:
    """Return each area by its code; under one code the upper tier is meant, as a unitary authority is both."""
    found = {UNITED_KINGDOM: Area(UNITED_KINGDOM, "United Kingdom", "uk")}
    for tier in TIERS:
        found |= {row[f"{tier}_code"]: Area(row[f"{tier}_code"], row[tier], tier) for row in rows(folder) if row[tier]}
    return found


@cache
def _names(folder: Path) -> dict[str, Area]:
    """Return every name that is understood.

    A name as the register has it goes before a shortened or old one, and a shortened or old one that could be two areas
    is neither. Where tiers share a name, the upper tier is meant, and a country before a region.
    """
    areas, held = _areas(folder), rows(folder)
    by_rank = sorted(areas.values(), key=lambda area: ("uk", "region", *TIERS[:2], "country").index(area.tier))
    full = [(area.name, area) for area in by_rank]
    full += [(row["welsh_name"], areas[row["local_authority_code"]]) for row in held]
    old = [
        (name, replace(areas[row["local_authority_code"]], was=name, in_part=";" in row["old_names"]))
        for row in held
        for name in row["old_names"].split(";")
    ]
    # Names of today last: where an old one reads like one of the same area, it is the one of today.
    found = _only_one([(reading, area) for name, area in old + full for reading in _readings(name)])
    found |= {alias: areas[code] for alias, code in _ALIASES.items() if code in areas}
    found |= {_fold(name): area for name, area in full}
    found |= {code.casefold(): area for code, area in areas.items()}
    found.pop("", None)
    return found


@cache
def _parts(folder: Path) -> frozenset[str]:
    """Return the old codes of authorities of which several of one kind (E07 …) went into one."""
    lists = [row["old_codes"].split(";") for row in rows(folder)]
    kinds = [(code, sum(other[:3] == code[:3] for other in codes)) for codes in lists for code in codes]
    return frozenset(code for code, of_its_kind in kinds if of_its_kind > 1)


def _only_one(pairs: list[tuple[str, Area]]) -> dict[str, Area]:
    """Return the names that stand for one area."""
    codes: dict[str, set[str]] = {}
    for name, area in pairs:
        codes.setdefault(name, set()).add(area.code)
    return {name: area for name, area in pairs if len(codes[name]) == 1}


def resolve_area(text: str) -> Area:
    """Understand a name or GSS code of a local authority, upper-tier authority, region or country of the UK.

    Case, accents, marks and words such as "Council" do not count. A Welsh name, an old code, and the name of a district
    that is no more (which gives the authority that it went into) are understood too.

    Raises
    ------
    UnknownName
        With near names, when it is none of them, or could be several; for a county that was divided, with what came
        after it.

    Examples
    --------
    >>> from rosc_map.errors import UnknownName
    >>> from rosc_map.place import resolve_area
    >>> resolve_area("guildford borough council").name
    'Guildford'
    >>> try:
    ...     resolve_area("Gildford")
    ... except UnknownName as problem:
    ...     print(problem)
    'Gildford' is not an area of the UK that rosc-map knows. Did you mean Guildford?
    """
    said = text.strip()
    names = _names(boundaries_folder())
    now = current_code(said.upper())
    if now != said.upper():
        return replace(names[now.casefold()], was=said.upper(), in_part=said.upper() in _parts(boundaries_folder()))
    readings = _readings(said) if len(said) <= _LONGEST else []
    for reading in readings:
        if reading in names:
            return names[reading]
    for reading in readings:
        if after := _after(reading, names):
            raise UnknownName(f"{said!r} {after}")
    shown = said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
    near = " or ".join(_near(said[:_LONGEST], names))
    asks = (
        f"Did you mean {near}?"
        if near
        else "Give the name or the 9-character code of a local authority, county or region."
    )
    raise UnknownName(f"{shown!r} is not an area of the UK that rosc-map knows. {asks}")


def _after(county: str, names: dict[str, Area]) -> str:
    """Return what to say of a county that was divided; "" for any other name."""
    year, codes = _DIVIDED.get(county, (0, ()))
    now = [current_code(code).casefold() for code in codes]
    areas = dict.fromkeys(names[code].name for code in now if code in names)
    return f"has been several authorities since {year}. Give one of them: {' or '.join(areas)}." if areas else ""


def _near(text: str, names: dict[str, Area]) -> list[str]:
    """Return up to three areas that may be meant: those with the word in their name, else those spelt like it."""
    from rapidfuzz import fuzz, process

    wanted = _readings(text)[-1]
    # A code is one letter away from many others that are nothing like it.
    spelt = [name for name, area in names.items() if name != area.code.casefold()]
    near = [name for name in spelt if len(wanted) > 2 and f" {wanted} " in f" {name} "]
    if not near and wanted:
        near = [name for name, *_ in process.extract(wanted, spelt, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=3)]
    return list(dict.fromkeys(names[name].name for name in near))[:3]
