"""Recorded assets that may be one and the same, by name, place, telephone, website and e-mail.

A pair needs two signs: branches share a switchboard, and a community centre houses many groups. Where all that two
assets share is how to reach them, and their places are known and differ, they are taken for branches. Names whose
numbers, weekdays or short words differ are two assets, whatever else they share.

Assets are compared within blocks that share a sign, never all with all; blocks of more than ``MOST_IN_BLOCK`` are left
out and named in ``attrs["too_large"]`` of the table.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from rosc_map.partnership.contacts import dialled, web_place
from rosc_map.partnership.matching import NEAR_M, same_scheme_differs
from rosc_map.partnership.names import LIKE_NAME, SAME_NAME, Like, Name, compare_names
from rosc_map.records import codelist

__all__ = ["MOST_IN_BLOCK", "duplicates"]

MOST_IN_BLOCK = 100
"""A larger block gives more than 5,000 pairs, and tells of a switchboard or a shared page rather than of a double."""

_COLUMNS = ["a", "b", "a_name", "b_name", "why"]
_CONTACTS = {"phone": "telephone number", "website": "website", "email": "e-mail address"}
# Two assets of one name are likelier one than two at one place; the sums only put the pairs in order.
_WEIGHTS = {
    "same name": 4, "similar names": 3, "same postcode": 2, f"places within {NEAR_M} m": 2, "same area": 1,
    **{f"same {words}": 2 for words in _CONTACTS.values()},
}  # fmt: skip
_CELL_M = 2 * NEAR_M
_PLACES = ("postcode", "neighbourhood")

Pairs = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def duplicates(assets: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of assets that may be the same, the strongest evidence first.

    Parameters
    ----------
    assets
        The columns of ``records.Asset`` and ``place.DERIVED``. Closed assets and those that asked not to be listed are
        left out.

    Returns
    -------
    pandas.DataFrame
        ``a``, ``b`` (ids, the one recorded first before the other), ``a_name``, ``b_name``, ``why`` (the signs, in
        words). ``attrs["too_large"]`` holds a sentence for each block that was not compared.
    """
    # A word that is not in the codelist, typed in another program, may have meant "declined".
    known = assets["listing"].isin(set(codelist("listing")) - {"declined"})
    live = assets[known & (assets["status"] != "closed")].reset_index(drop=True)
    signs = _Signs(live)
    too_large: list[str] = []
    blocks = [_alike(signs, _pairs(block, words, too_large), LIKE_NAME) for block, words in signs.places()]
    blocks += [_alike(signs, _pairs(block, words, too_large), SAME_NAME) for block, words in signs.words()]
    blocks += [_pairs(signs.keys[name], words, too_large) for name, words in _CONTACTS.items()]
    pairs = np.unique(np.concatenate(blocks), axis=0)
    listed = list(zip(live["id"], live["name"], live["external_ids"], strict=True))
    rows = []
    for (first, second), found in zip(pairs.tolist(), signs.of(pairs), strict=True):
        (a, a_name, a_elsewhere), (b, b_name, b_elsewhere) = listed[first], listed[second]
        if found and not same_scheme_differs(a_elsewhere, b_elsewhere):
            rows.append((a, b, a_name, b_name, _words(found), sum(_WEIGHTS[sign] for sign in found)))
    table = pd.DataFrame(rows, columns=[*_COLUMNS, "weight"])
    table = table.sort_values(["weight", "a_name", "b_name", "a", "b"], ascending=[False, True, True, True, True])
    table = table[_COLUMNS].reset_index(drop=True)
    table.attrs["too_large"] = too_large
    return table


class _Signs:
    """What is compared of each asset, by its position in the table; "" where nothing is known."""

    def __init__(self, assets: pd.DataFrame) -> None:
        self.names = [Name.of(text) for text in assets["name"]]
        self.keys = pd.DataFrame(
            {
                "phone": assets["phone"].map(dialled),
                "website": assets["website"].map(web_place),
                "email": assets["email"].str.strip().str.casefold(),
                "postcode": assets["postcode"].str.replace(" ", "", regex=False).str.upper(),
                "name": [name.key for name in self.names],
                "area": [_area(*each) for each in zip(assets["upper_tier_code"], assets["areas_served"], strict=True)],
            },
            dtype=object,
        )
        self.point = assets[["easting", "northing"]].to_numpy(float)
        self.fine = (self.keys["postcode"] != "").to_numpy(bool) | ~np.isnan(self.point[:, 0])

    def places(self) -> Iterator[tuple[pd.Series, str]]:
        """Yield blocks of assets at one place.

        Two points within ``NEAR_M`` share a cell of twice that in at least one of four grids, each set off by half.
        """
        yield self.keys["postcode"], _PLACES[0]
        known = ~np.isnan(self.point[:, 0])
        for shift in ((0, 0), (NEAR_M, 0), (0, NEAR_M), (NEAR_M, NEAR_M)):
            cells = np.floor((np.where(known[:, None], self.point, 0) + shift) / _CELL_M).astype(int)
            yield (
                pd.Series([f"{a} {b}" if k else "" for (a, b), k in zip(cells.tolist(), known, strict=True)]),
                _PLACES[1],
            )

    def words(self) -> Iterator[tuple[pd.Series, str]]:
        """Yield blocks of assets in one area that share a word, by the two words of each name that are rarest."""
        counts = Counter(word for name in self.names for word in set(name.words))
        rare = [sorted(set(name.words), key=lambda word: (counts[word], word)) for name in self.names]
        for number in (0, 1):
            words = [found[number] if number < len(found) else "" for found in rare]
            joined = [
                f"{area} {word}" if area and word else "" for area, word in zip(self.keys["area"], words, strict=True)
            ]
            yield pd.Series(joined, dtype=object), "area and word"

    def of(self, pairs: Pairs) -> Iterator[list[str]]:
        """Yield the signs of each pair, in words; none where they are too few."""
        left, right = pairs[:, 0], pairs[:, 1]
        postcode, area = self._equal("postcode", pairs), self._equal("area", pairs)
        near = np.hypot(*(self.point[left] - self.point[right]).T) <= NEAR_M
        loose = ~(self.fine[left] & self.fine[right])
        contacts = {words: self._equal(name, pairs) for name, words in _CONTACTS.items()}
        for at, (first, second) in enumerate(pairs.tolist()):
            one, other = self.names[first], self.names[second]
            if one.marks - other.marks and other.marks - one.marks:
                yield []
                continue
            like = compare_names(one, other)
            names = ["same name"] if one.key == other.key else ["similar names"] if like else []
            place = ["same postcode"] if postcode[at] else [f"places within {NEAR_M} m"] if near[at] else []
            # One area holds many names that are only alike.
            if not place and loose[at] and area[at] and like is not Like.MAYBE:
                place = ["same area"]
            reach = [f"same {words}" for words, same in contacts.items() if same[at]]
            branches = not names and not place and not loose[at]
            found = [*names, *place, *reach]
            yield found if len(found) > 1 and not branches else []

    def _equal(self, name: str, pairs: Pairs) -> Mask:
        values = self.keys[name].to_numpy(object)
        left, right = values[pairs[:, 0]], values[pairs[:, 1]]
        return np.asarray((left == right) & (left != ""), dtype=bool)


def _alike(signs: _Signs, pairs: Pairs, least: int) -> Pairs:
    """Keep the pairs whose names are so much alike."""
    names = signs.keys["name"].to_numpy(object)
    scores = cpdist(names[pairs[:, 0]], names[pairs[:, 1]], scorer=fuzz.ratio, score_cutoff=least)
    return pairs[scores > 0]


def _pairs(keys: pd.Series, what: str, too_large: list[str]) -> Pairs:
    """Return all pairs of positions within each block of equal keys, as an array of two columns."""
    found = [np.empty((0, 2), dtype=np.int64)]
    for key, block in keys.groupby(keys, sort=False).indices.items():
        if key == "":
            continue
        if len(block) > MOST_IN_BLOCK:
            # A place is not written down: it may be one that is not to be shown.
            which = f"one {what}" if what in _PLACES else f"the {what} {key!r}"
            too_large.append(f"{len(block):,} assets share {which}: they were not compared by it.")
        elif len(block) > 1:
            first, second = np.triu_indices(len(block), 1)
            found.append(np.column_stack([block[first], block[second]]))
    return np.concatenate(found)


def _area(upper_tier: str, served: tuple[str, ...]) -> str:
    return upper_tier or ",".join(sorted(served))


def _words(signs: list[str]) -> str:
    return " and ".join([", ".join(signs[:-1]), signs[-1]])
