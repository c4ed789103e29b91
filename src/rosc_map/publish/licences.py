"""The lists that records are from, and what their licences ask for and forbid (METHODS §4)."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.titles import words_for
from rosc_map.publish.view import View, passed_on, standing, view
from rosc_map.records import Audience, counted, licence_of, row_dicts

__all__ = ["licence_lines", "licence_table", "refused_for_licence", "sources_of", "why_counted"]

_COLUMNS = ("source", "licence", "attribution", "assets", "kept_apart")
_OWN = "recorded here"
_NOT_ASKED = "they have not been asked or agreed to be"
_NO_LICENCE = "the licence of the list that they come from is not known or does not allow it"


class _List(NamedTuple):
    """A list, by the scheme of its ids: its name, its licence where it has only one, and whom it asks to name."""

    name: str
    licence: str = ""
    credit: str = ""


_LISTS = {
    "aliss": _List("ALISS", "CC-BY-4.0"),
    "bmlt": _List("BMLT (Narcotics Anonymous)"),
    "cqc": _List("CQC care directory", "OGL-UK-3.0"),
    "gis": _List("Map file"),
    "meeting-guide": _List("Meeting Guide"),
    "oruk": _List("Open Referral UK"),
    "osm": _List("OpenStreetMap", "ODbL-1.0", "© OpenStreetMap contributors."),
}


def why_counted(assets: pd.DataFrame, audience: Audience) -> str:
    """Return why assets are counted for an audience and not named, to stand behind "because".

    Parameters
    ----------
    assets
        Those that :func:`view` gives as counted, one or more.
    audience
        Who it is for.
    """
    only_licence = standing(assets.assign(licence=""), audience) == "named"
    reasons = (*((_NOT_ASKED,) if not only_licence.all() else ()), *((_NO_LICENCE,) if only_licence.any() else ()))
    return ", or because ".join(reasons)


def _whole(assets: pd.DataFrame) -> pd.DataFrame:
    return assets


def refused_for_licence(snapshot: Snapshot, part: Callable[[pd.DataFrame], pd.DataFrame] = _whole) -> pd.DataFrame:
    """Return the assets that public outputs would name, if the licence of their list allowed it.

    For coordinators: they can ask whoever publishes the list, and record the answer in the column ``licence``.

    Parameters
    ----------
    snapshot
        What is recorded.
    part
        Which of some assets an output takes; all of them, if it is not given.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``name``, ``licence`` (as it is recorded), ``scheme`` (of the ids elsewhere, "; " between).
    """
    assets = part(snapshot.assets)
    otherwise = standing(assets.assign(licence=""), Audience.PUBLIC) == "named"
    refused = assets[otherwise & ~passed_on(assets)]
    schemes = ["; ".join(_schemes(entries)) for entries in refused["external_ids"]]
    return refused[["id", "name", "licence"]].assign(scheme=schemes).reset_index(drop=True)


def licence_table(
    snapshot: Snapshot, audience: Audience, part: Callable[[pd.DataFrame], pd.DataFrame] = _whole
) -> pd.DataFrame:
    """Return where the assets that an audience is shown are from, one row a list and licence; never an id.

    Parameters
    ----------
    snapshot, part
        As :func:`refused_for_licence`.
    audience
        Who it is for.

    Returns
    -------
    pandas.DataFrame
        ``source`` (in words, such as "CQC care directory"), ``licence`` (its title), ``attribution`` (the sentence that
        it asks for, or ""), ``assets`` (how many are shown; one that is from two lists is in both rows) and
        ``kept_apart`` ("yes" where the rows stay under their licence wherever they go, else "no").
    """
    seen = view(snapshot, audience)
    return sources_of(replace(seen, named=part(seen.named)), words_for(seen, audience))


def sources_of(seen: View, words: Callable[[str], str]) -> pd.DataFrame:
    """Return the licence table of what is seen; ``words`` tells what people typed as the audience may see it."""
    found = Counter(row for asset in row_dicts(seen.named) for row in dict.fromkeys(_sources(asset)))
    rows = [_row(scheme, text, number, words) for (scheme, text), number in found.items()]
    return pd.DataFrame(sorted(rows), columns=list(_COLUMNS))


def licence_lines(sources: pd.DataFrame) -> tuple[str, ...]:
    """Return what has to be said of the lists of a licence table, a line each; nothing of what was recorded here."""
    lines = []
    for row in row_dicts(sources[sources["source"] != _OWN]):
        said = row["attribution"] or f"{row['licence']}."
        if row["licence"] == licence_of("unknown").title:
            said = "the licence is not known. Ask whoever publishes it before you pass this on."
        line = f"From {row['source']} ({counted(row['assets'], 'asset')}): {said}"
        if row["kept_apart"] == "yes":
            line += (
                f" The rows from {row['source']} stay under this licence ({row['licence']}): "
                "keep them apart from others, or pass all of them on under it."
            )
        lines.append(line)
    return tuple(lines)


def _sources(asset: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the scheme and the licence of each list that an asset is from; no scheme is a list that is not known.

    Of some lists the licence is known by their name. It holds as well where one of them filled in what people here had
    left empty, and the record kept its own licence.
    """
    own_licence = asset["licence"].strip()
    told = False
    for scheme in _schemes(asset["external_ids"]):
        its_list, _ = _known(scheme)
        if its_list and (its_list.licence or own_licence):
            yield scheme, its_list.licence or own_licence
            told = True
    if not told:
        yield "", own_licence


def _schemes(entries: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entry.partition(":")[0].strip() for entry in entries if ":" in entry))


def _known(scheme: str) -> tuple[_List | None, str]:
    """Return the list of a scheme and whose it is: ``oruk-bristol`` is an Open Referral UK list of bristol."""
    for code, its_list in _LISTS.items():
        if scheme.casefold() == code or scheme.casefold().startswith(f"{code}-"):
            return its_list, scheme[len(code) + 1 :]
    return None, ""


def _row(scheme: str, text: str, number: int, words: Callable[[str], str]) -> tuple[str, str, str, int, str]:
    its_list, whose = _known(scheme)
    licence = licence_of(text)
    source = "Another list" if text else _OWN
    if its_list:
        source = f"{its_list.name}: {words(whose)}" if whose else its_list.name
    # The title of a licence that nobody knows, and of a permission, is what somebody typed.
    title = licence.title if licence.code not in ("permission", "unknown") else words(licence.title)
    credit = (its_list.credit if its_list else "", licence.attribution)
    return source, title, " ".join(part for part in credit if part), number, "yes" if licence.keeps_apart else "no"
