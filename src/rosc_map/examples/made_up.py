"""A made-up partnership in Surrey: invented organisations at real streets, and invented answers to a linkage test."""

import csv
import hashlib
import math
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

import pandas as pd

__all__ = [
    "BANNER_MADE_UP",
    "FOOTPRINT",
    "answer_round",
    "assets_path",
    "counts_path",
    "lists_path",
    "mapping_path",
    "others_paths",
    "referrals_path",
    "surveys_path",
]

BANNER_MADE_UP = (
    "Everything here is made up: the organisations, their times, their links and every answer of the linkage test. The "
    "places are real streets in Surrey, the organisations are not. It says nothing about the support that there is in "
    "Surrey. The telephone numbers are kept for drama and ring nowhere; example.org is a name for examples."
)
"""For every page that shows this partnership.

Examples
--------
>>> from rosc_map.examples import BANNER_MADE_UP
>>> area.banner == BANNER_MADE_UP
True
"""

FOOTPRINT = "E10000030"
"""The upper-tier authority of the partnership: Surrey.

Examples
--------
>>> from rosc_map.examples import FOOTPRINT
>>> new = rosc_map.new("surrey.gpkg", [FOOTPRINT])
>>> new.area_sizes()
{'upper': 1, 'local': 11}
"""

_NEAR_M, _WITHIN_REACH_M = 5_000, 15_000
# The chance that a source can say something useful about a target: said so already, near, within reach, farther off.
_DECLARED, _NEAR, _WITHIN_REACH, _FAR = 0.92, 0.74, 0.53, 0.36
_FEWEST_FOR_SILENCE = 5


def _path(name: str) -> Path:
    return Path(str(files("rosc_map.examples") / "made_up_surrey" / name))


def assets_path() -> Path:
    """Return the CSV of the made-up assets; its headers are the field names of ``Asset``.

    Examples
    --------
    >>> from rosc_map.examples import assets_path
    >>> assets = pd.read_csv(assets_path())
    >>> len(assets), assets["name"].iloc[1]
    (66, 'Example Dorking Recovery Café')
    """
    return _path("assets.csv")


def referrals_path() -> Path:
    """Return the CSV of the made-up referrals; ``from`` and ``to`` are names of assets.

    Examples
    --------
    >>> from rosc_map.examples import referrals_path
    >>> pd.read_csv(referrals_path())["evidence"].value_counts().to_dict()
    {'declared': 144, 'confirmed': 22, 'counted': 2}
    """
    return _path("referrals.csv")


def lists_path() -> Path:
    """Return the CSV of the made-up services that named all of their links.

    Examples
    --------
    >>> from rosc_map.examples import lists_path
    >>> list(pd.read_csv(lists_path()).columns)
    ['asset', 'direction', 'on', 'by']
    """
    return _path("lists.csv")


def counts_path() -> Path:
    """Return a made-up return of a year: how many people came from peer-led initiatives, and went on to them.

    Examples
    --------
    >>> from rosc_map.examples import counts_path
    >>> list(pd.read_csv(counts_path()).columns)
    ['Agency', 'Initiative', 'Data item', 'People', 'Year']
    """
    return _path("counts.csv")


def mapping_path() -> Path:
    """Return the CSV that says what the words of the made-up return mean.

    Examples
    --------
    >>> from rosc_map.examples import mapping_path
    >>> list(pd.read_csv(mapping_path()).columns)
    ['part', 'theirs', 'ours', 'period', 'note']
    """
    return _path("mapping.csv")


def surveys_path() -> Path:
    """Return the CSV of what the made-up partnership looked at: some types, in some of the authorities.

    Examples
    --------
    >>> from rosc_map.examples import surveys_path
    >>> pd.read_csv(surveys_path())["asset_type"].value_counts().head(2).to_dict()
    {'treatment': 11, 'lero': 8}
    """
    return _path("surveys.csv")


def others_paths() -> dict[str, Path]:
    """Return the CSV of each kind of small record of the made-up partnership, by the name that ``import`` gives it.

    Examples
    --------
    >>> from rosc_map.examples import others_paths
    >>> list(others_paths())
    ['needs', 'funding', 'spend', 'reviews', 'seats', 'offers', 'actions']
    >>> len(pd.read_csv(others_paths()["seats"]))
    14
    """
    return {
        name: _path(f"{name}.csv") for name in ("needs", "funding", "spend", "reviews", "seats", "offers", "actions")
    }


def answer_round(questions: pd.DataFrame, assets: pd.DataFrame) -> pd.DataFrame:
    """Invent the answers to the questions of a linkage round. They are made up: nobody was rung.

    The same questions always get the same answers, since each comes from a hash of the two ids. A source knows more of
    what is near, and of those to whom it says it refers. About one source in ten preferred not to take part or did not
    answer, and one had a wrong number (none of this where there are fewer than five sources).

    Parameters
    ----------
    questions
        ``source`` and ``target``: ids of assets.
    assets
        ``id``, and ``easting`` and ``northing`` in metres (EPSG:27700). An asset without a place counts as far off.

    Returns
    -------
    pandas.DataFrame
        ``source``, ``target``, ``level`` (a code of ``linkage_level``, "" where the contact was not answered) and
        ``contact`` (a code of ``contact_outcome``); one row a question, in the order of the questions.

    Examples
    --------
    >>> from rosc_map.examples import answer_round
    >>> answers = answer_round(held.questions.query("round == 'R2'"), held.assets)
    >>> len(answers), list(answers.columns)
    (20, ['source', 'target', 'level', 'contact'])
    """
    sources, targets = questions["source"].astype(str).tolist(), questions["target"].astype(str).tolist()
    contacts = _contacts(sources)
    points = _points(assets)
    answers = [
        (source, target, _level(source, target, points) if contacts[source] == "answered" else "", contacts[source])
        for source, target in zip(sources, targets, strict=True)
    ]
    return pd.DataFrame(answers, columns=["source", "target", "level", "contact"])


def _share(*words: str) -> float:
    """Return a number from 0 to 1 that depends on the words alone."""
    return int(hashlib.sha256("|".join(words).encode()).hexdigest()[:12], 16) / 16**12


def _contacts(sources: Iterable[str]) -> dict[str, str]:
    """How the contact with each source ended: a fixed share, so that every round has one of each."""
    ranked = sorted(set(sources), key=lambda source: _share("contact", source))
    ended = dict.fromkeys(ranked, "answered")
    if len(ranked) < _FEWEST_FOR_SILENCE:
        return ended
    ended[ranked[0]] = "wrong_number"
    for i, source in enumerate(ranked[1 : 1 + max(1, round(len(ranked) / 10))]):
        ended[source] = "refused" if i % 2 else "no_answer"
    return ended


def _points(assets: pd.DataFrame) -> dict[str, tuple[float, float]]:
    columns = (assets[name].tolist() for name in ("id", "easting", "northing"))
    return {str(i): (float(x), float(y)) for i, x, y in zip(*columns, strict=True) if not (pd.isna(x) or pd.isna(y))}


@cache
def _declared() -> frozenset[tuple[str, str]]:
    """Return the pairs of ids that the example's own referrals declare."""
    with assets_path().open(encoding="utf-8", newline="") as file:
        ids = {row["name"]: row["id"] for row in csv.DictReader(file)}
    with referrals_path().open(encoding="utf-8", newline="") as file:
        return frozenset(
            (ids[row["from"]], ids[row["to"]]) for row in csv.DictReader(file) if row["evidence"] == "declared"
        )


def _chance(source: str, target: str, points: dict[str, tuple[float, float]]) -> float:
    if (source, target) in _declared():
        return _DECLARED
    if source not in points or target not in points:
        return _FAR
    distance_m = math.dist(points[source], points[target])
    if distance_m <= _NEAR_M:
        return _NEAR
    return _WITHIN_REACH if distance_m <= _WITHIN_REACH_M else _FAR


def _level(source: str, target: str, points: dict[str, tuple[float, float]]) -> str:
    finer = _share("finer", source, target)
    if _share("linked", source, target) >= _chance(source, target, points):
        return "heard_of" if finer < 0.4 else "not_known"
    if finer < 0.45:
        return "information"
    return "referral" if finer < 0.8 else "introduction"
