"""Many postcodes at once: what became of each, where it is and in which local authority."""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from rosc_map.errors import FileProblem
from rosc_map.place.postcodes.file import Damaged
from rosc_map.place.postcodes.index import Found, PostcodeIndex
from rosc_map.place.postcodes.keys import are_postcodes, as_texts, halves
from rosc_map.place.postcodes.rows import Live
from rosc_map.place.postcodes.text import readings, standard_form, without_punctuation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Answers", "Located", "Outcome", "ask", "current_codes", "locate", "look_up", "real_ones"]

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]
_Answer = TypeVar("_Answer")

_AUTHORITY = re.compile(r"[ENSW][0-9]{8}")
_NO_AUTHORITY = "9999999"  # how the directory's codes for "none here" end


class Outcome(StrEnum):
    """What became of one postcode."""

    FOUND = "found"
    NO_POINT = "no_coordinates"
    NOT_IN_DIRECTORY = "not_in_directory"
    MALFORMED = "malformed"


_OUTCOMES: Objects = np.array(list(Outcome), dtype=object)


def ask(question: Callable[[PostcodeIndex], _Answer]) -> _Answer:
    """Ask the directory; when its file turns out to be damaged, have it built again and ask once more.

    Raises
    ------
    FileProblem
        When it is damaged again.
    """
    from rosc_map.place.postcodes.cache import directory

    index = directory()
    with suppress(Damaged):
        return question(index)
    try:
        return question(directory(instead_of=index))
    except Damaged as error:
        raise FileProblem(
            f"The postcode index was damaged, was made again, and cannot be read again ({error}). Check that the disk "
            "is sound and that no other program changes the file, and try again."
        ) from error


def current_codes(authorities: tuple[str, ...]) -> Objects:
    """Return the current code for each code of a directory; "" for those that stand for no authority."""
    from rosc_map.place.boundaries.files import boundaries_folder

    return _current_codes(authorities, boundaries_folder())


@cache
def _current_codes(authorities: tuple[str, ...], _boundaries: Path) -> Objects:
    """Return them by the boundaries in use, which may change: so what is kept is kept by their folder."""
    from rosc_map.place.boundaries.areas import current_code

    real = (code if _AUTHORITY.fullmatch(code) and not code.endswith(_NO_AUTHORITY) else "" for code in authorities)
    codes: Objects = np.array([code and current_code(code) for code in real], dtype=object)
    return codes


@dataclass(frozen=True)
class Answers:
    """What one index says of some texts; slips that can be read in one way only have been read that way.

    Attributes
    ----------
    index
        The index that was asked.
    found
        What it holds for each text.
    repaired
        The place of each text that was read as something else, and the postcode in standard form that was read.
    """

    index: PostcodeIndex
    found: Found
    repaired: dict[int, str]


def look_up(index: PostcodeIndex, texts: list[Any]) -> Answers:
    """Look up texts in an index, and read slips again where they can be meant as one postcode only."""
    found = index.find(texts)
    malformed = [place for place in np.flatnonzero(found.malformed).tolist() if isinstance(texts[place], str)]
    read = _read_again(index, list({texts[place] for place in malformed}))
    repaired = {place: read[texts[place]] for place in malformed if texts[place] in read}
    if repaired:
        places, again = np.fromiter(repaired, int), index.find(list(repaired.values()))
        found.keys[places], found.rows[places], found.payload[places] = again.keys, again.rows, again.payload
    return Answers(index, found, repaired)


def _read_again(index: PostcodeIndex, texts: list[str]) -> dict[str, str]:
    """Return the one postcode that each text can be meant as; texts of none or of several are left out.

    What has a postcode's shape but for punctuation is that postcode, even one that the directory does not hold. A
    character is changed only where that gives one postcode of the directory, and only one.
    """
    bare = without_punctuation(texts)
    legal = are_postcodes(*halves(bare)).tolist()
    read, options = {}, {}
    for text, code, is_legal in zip(texts, bare, legal, strict=True):
        codes = (f"{code[:-3]} {code[-3:]}",) if is_legal else readings(text)
        if is_legal or (codes and standard_form(text)):
            read[text] = codes[0]
        elif codes:
            options[text] = codes
    real = real_ones(index, [code for codes in options.values() for code in codes])
    meant = ((text, [code for code in codes if code in real]) for text, codes in options.items())
    return read | {text: codes[0] for text, codes in meant if len(codes) == 1}


def real_ones(index: PostcodeIndex, codes: Sequence[str]) -> dict[str, Live]:
    """Return those of the postcodes that the directory holds, in their order, and whether they are live."""
    found = index.find(list(codes))
    live = found.live.tolist()
    return {codes[place]: Live(live[place]) for place in np.flatnonzero(found.rows != index.missing).tolist()}


class Located:
    """Where some postcodes are: one value each in their order, worked out when it is asked for.

    Attributes
    ----------
    repaired
        The places in the list of those that were not typed as a postcode but could be read as one, such as
        ``TSI 2PA``; and the postcode in standard form that was read.
    """

    def __init__(self, texts: list[Any], answers: Answers, labels: "pd.Index | None" = None) -> None:
        """Make it; ``labels`` are those of the rows of the table."""
        self._labels = labels
        self._texts, self._answers, self._found = texts, answers, answers.found
        self.repaired = answers.repaired

    def __len__(self) -> int:
        return len(self._texts)

    @cached_property
    def outcome(self) -> Objects:
        """What became of each: :class:`Outcome`."""
        # In the order of Outcome: each "no" is further from a place than the one before, and includes it.
        return _OUTCOMES.take(self._found.no_point.astype(np.int8) + ~self.found + self._found.malformed)

    @cached_property
    def found(self) -> npt.NDArray[np.bool_]:
        """Whether the directory holds it, with a point or without."""
        return np.not_equal(self._found.rows, self._answers.index.missing)

    @cached_property
    def easting(self) -> Floats:
        """Metres, EPSG:27700; NaN where there is no point."""
        return self._found.easting

    @cached_property
    def northing(self) -> Floats:
        """Metres, EPSG:27700; NaN where there is no point."""
        return self._found.northing

    @property
    def longitude(self) -> Floats:
        """Degrees, EPSG:4326; NaN where there is no point."""
        return self._degrees[0]

    @property
    def latitude(self) -> Floats:
        """Degrees, EPSG:4326; NaN where there is no point."""
        return self._degrees[1]

    @cached_property
    def local_authority_code(self) -> Objects:
        """The current GSS code of the local authority; "" where there is none."""
        codes, which = self.local_authorities
        return codes.take(which)

    @property
    def local_authorities(self) -> tuple[Objects, npt.NDArray[np.int32]]:
        """Some codes, and for each postcode which of them it has: what :attr:`local_authority_code` is made of."""
        return current_codes(self._answers.index.authorities), self._found.authority

    @cached_property
    def live(self) -> npt.NDArray[np.uint8]:
        """Whether it is in use, as the numbers of :class:`Live`; unknown where it is not found."""
        return self._found.live

    @cached_property
    def postcode(self) -> Objects:
        """The postcode in standard form; "" where the text is malformed."""
        return ask(self._standard_forms)

    @cached_property
    def _degrees(self) -> tuple[Floats, Floats]:
        return ask(lambda index: index.degrees(self._for(index).rows))

    def _standard_forms(self, index: PostcodeIndex) -> Objects:
        found = self._for(index)
        forms = index.standard_forms(found.keys)
        forms[found.malformed] = ""
        for place in np.flatnonzero(found.no_district & ~found.malformed).tolist():
            forms[place] = standard_form(self._texts[place])
        return forms

    def _for(self, index: PostcodeIndex) -> Found:
        """Return what was found, in the numbers of an index: it may have been built again meanwhile."""
        return self._found if index is self._answers.index else look_up(index, self._texts).found

    def table(self) -> "pd.DataFrame":
        """Return all of it as a table.

        Returns
        -------
        pandas.DataFrame
            One row for each, in order, with the labels of the Series that was looked up, if it was one: ``postcode``,
            ``outcome``, ``repaired`` (True or False), ``easting``, ``northing``, ``longitude``, ``latitude``,
            ``local_authority_code`` and ``live`` (``live``, ``not_live`` or ``unknown``).
        """
        import pandas as pd

        repaired = np.zeros(len(self), dtype=bool)
        repaired[list(self.repaired)] = True
        states = np.array([state.name.lower() for state in Live], dtype=object)
        return pd.DataFrame(
            {
                "postcode": self.postcode,
                "outcome": [str(outcome) for outcome in self.outcome],
                "repaired": repaired,
                "easting": self.easting,
                "northing": self.northing,
                "longitude": self.longitude,
                "latitude": self.latitude,
                "local_authority_code": self.local_authority_code,
                "live": states.take(self.live),
            },
            index=self._labels,
        )


def locate(postcodes: Iterable[Any]) -> Located:
    """Look up many postcodes at once.

    Parameters
    ----------
    postcodes
        A list, pandas Series, numpy array or other iterable, in any spacing and case. What is not a text, such as an
        empty cell, is malformed.

    Raises
    ------
    InputError
        For a single text, see :func:`find`, or a table.

    Examples
    --------
    >>> from rosc_map.place import locate
    >>> found = locate(["rh41dw", "RH4 1ZZ", "nowhere"])
    >>> [outcome.value for outcome in found.outcome]
    ['found', 'not_in_directory', 'malformed']
    """
    texts = as_texts(postcodes)
    # Of all that is handed in only a Series has both: pandas is not loaded to find that out.
    labels = getattr(postcodes, "index", None) if hasattr(postcodes, "to_numpy") else None
    return Located(texts, ask(lambda index: look_up(index, texts)), labels)
