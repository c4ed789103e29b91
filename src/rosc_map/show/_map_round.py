"""The linkage round on a map: what its script and its template are told.

The pairs that were asked about are for coordinators alone: outside ``internal`` the gate gives none, and the page is
told of none whatever it is given.
"""

from typing import Any

from rosc_map.publish.map_types import PublishedMap
from rosc_map.records import Audience, day
from rosc_map.show._facts import _by_name
from rosc_map.show._round_tables import figures_table, types_table
from rosc_map.show._words import text

__all__ = ["round_context", "round_facts"]

_FEWEST_CELLS = 3
_TOO_FEW = "Between types of service too few answers may be shown for a table of them."
_RESULTS = {
    "linked": "found in this test",
    "not_found": "not found in this test",
    "no_answer": "no answer",
}


def round_facts(shown: PublishedMap | None) -> dict[str, Any] | None:
    """Return what the script of the map is told of the pairs that were asked about; None where there are none.

    Returns
    -------
    dict or None
        ``results`` (words); and by column, one value a pair: ``from``, ``to`` (the numbers of the assets in the facts
        of the map, or -1), ``fromName``, ``toName`` and ``result`` (its number in ``results``).
    """
    if shown is None or not _has_pairs(shown):
        return None
    assets, pairs = shown.published.assets, shown.pairs
    number = {text(key): at for at, key in enumerate(assets["id"].iloc[_by_name(assets)])}
    codes = list(_RESULTS)
    return {
        "results": list(_RESULTS.values()),
        "from": [number.get(text(key), -1) for key in pairs["from_asset"]],
        "to": [number.get(text(key), -1) for key in pairs["to_asset"]],
        "fromName": [text(name) for name in pairs["from_name"]],
        "toName": [text(name) for name in pairs["to_name"]],
        "result": [codes.index(code) for code in pairs["result"]],
    }


def round_context(shown: PublishedMap | None) -> dict[str, Any] | None:
    """Return what the template is told of the area's figures; None where there is no round.

    Returns
    -------
    dict or None
        ``name``, ``made`` (how and when, in words), ``sentences``, ``notes``, ``figures`` and ``types`` (tables as
        ``_parts.html`` takes them), ``too_few`` (a sentence in place of the rows of ``types``, or ""), ``folded``
        (whether the tables are), and ``pairs`` (whether there are pairs to choose).
    """
    if shown is None or shown.round is None:
        return None
    result = shown.round
    when = f"{result.when}. " if result.when else ""
    between = result.between_types
    too_few = len(between) > 0 and between["share"].notna().sum() < _FEWEST_CELLS
    return {
        "name": result.round,
        "made": f"Ashford-style. {when}As at {day(result.as_at)}.",
        "sentences": result.sentences,
        "notes": result.notes,
        "figures": figures_table(result.figures),
        "types": types_table(between.iloc[:0] if too_few else between),
        "too_few": _TOO_FEW if too_few else "",
        "folded": shown.audience is not Audience.INTERNAL,
        "pairs": _has_pairs(shown),
    }


def _has_pairs(shown: PublishedMap) -> bool:
    return shown.audience is Audience.INTERNAL and shown.round is not None and len(shown.pairs) > 0
