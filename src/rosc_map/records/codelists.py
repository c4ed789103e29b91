"""The codelists: the field's own words, each in a CSV that a partnership can read and translate."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Code", "codelist", "codelist_names", "label"]


@dataclass(frozen=True)
class Code:
    """One entry: the stored ``code``, what a person reads (``label``), what it means, and where the word is from.

    Examples
    --------
    >>> from rosc_map.records import Code, codelist
    >>> found = codelist("asset_type")["mutual_aid"]
    >>> isinstance(found, Code), found.label
    (True, 'Mutual aid')
    """

    code: str
    label: str
    definition: str
    source: str


@cache
def codelist_names() -> tuple[str, ...]:
    """Return the names of all codelists, sorted.

    Examples
    --------
    >>> from rosc_map.records import codelist_names
    >>> "asset_type" in codelist_names()
    True
    """
    folder = files(__package__) / "codelists"
    return tuple(sorted(p.name.removesuffix(".csv") for p in folder.iterdir() if p.name.endswith(".csv")))


@cache
def codelist(name: str) -> dict[str, Code]:
    """Return a codelist by name, in the order of its file, keyed by code.

    Raises
    ------
    KeyError
        When there is no such codelist: a fault of the schema, not of a user.

    Examples
    --------
    >>> from rosc_map.records import codelist
    >>> [code.label for code in codelist("rss_type").values()][:3]
    ['Peer-based recovery support', 'Employment support', 'Recovery housing']
    """
    if name not in codelist_names():
        raise KeyError(name)
    text = (files(__package__) / "codelists" / f"{name}.csv").read_text("utf-8")
    return {row["code"]: Code(**row) for row in csv.DictReader(text.splitlines())}


def label(name: str, code: str) -> str:
    """Return the label of a code; the code itself when the list does not hold it, and "" for "".

    Examples
    --------
    >>> from rosc_map.records import label
    >>> label("asset_type", "mutual_aid")
    'Mutual aid'
    """
    found = codelist(name).get(code)
    return found.label if found else code
