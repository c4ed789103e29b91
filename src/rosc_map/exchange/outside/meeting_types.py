"""What the types of mutual aid meetings mean: a letter in one fellowship is another thing in the next.

``SP`` is a speaker in Alcoholics Anonymous and Spanish in Adult Children of Alcoholics; ``Y`` is young people, Alateen
or a yellow workbook; ``UK`` is Ukrainian. So a code is read by the fellowship of its list, and without one only what is
the same in all that are known.

Sources: the types of the TSML plug-in by fellowship and the world ids of BMLT (INTEROP §2.1 and §3).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rosc_map.errors import UnknownName
from rosc_map.exchange.outside.languages import ENGLISH, LANGUAGES
from rosc_map.exchange.outside.repair import Notes, is_unknown, text_of
from rosc_map.records import codelist

__all__ = [
    "CLOSED",
    "FELLOWSHIPS",
    "HYBRID",
    "IN_PERSON",
    "ONLINE",
    "OPEN",
    "PAUSED",
    "WORLD_IDS",
    "Fact",
    "Fellowship",
    "TypeReader",
    "fellowship_by_host",
    "fellowship_by_word",
    "fellowship_in",
    "language",
]

Fact = tuple[str, str]
"""A field of an asset and a value of it; ``closed`` is no field, and is said in the description."""

OPEN: Fact = ("access", "drop_in")
CLOSED: Fact = ("closed", "")
PAUSED: Fact = ("status", "paused")
IN_PERSON: Fact = ("attendance", "in_person")
ONLINE: Fact = ("attendance", "online")
HYBRID: Fact = ("attendance", "hybrid")
_STEP_FREE: Fact = ("accessibility", "step_free")
_TOILET: Fact = ("accessibility", "accessible_toilet")
_CHILDREN: Fact = ("accessibility", "child_friendly")
_LOOP: Fact = ("accessibility", "hearing_loop")
_MEN: Fact = ("for_whom", "men")
_WOMEN: Fact = ("for_whom", "women")
_LGBTQ: Fact = ("for_whom", "lgbtq")
_YOUNG: Fact = ("for_whom", "young_people")
_OLDER: Fact = ("for_whom", "older_people")
_ETHNIC: Fact = ("for_whom", "ethnic_minority_groups")
_FAMILIES: Fact = ("for_whom", "families_carers")


def _in(name: str) -> Fact:
    return ("languages", name)


# The same in every fellowship whose types are known. X is not among them: some have no X, and whoever runs a site may
# give it a meaning of their own. A wrong "step-free" leaves somebody before a flight of steps.
_COMMON: dict[str, Fact | None] = {
    "m": _MEN, "w": _WOMEN, "o": OPEN, "tc": PAUSED, "onl": ONLINE, "lgbtq": _LGBTQ, "lgbtqia": _LGBTQ, "xb": _TOILET,
    "poc": _ETHNIC,
}  # fmt: skip


def _nothing(codes: str) -> dict[str, Fact | None]:
    """Return codes that are known, and tell nothing that an asset holds."""
    return dict.fromkeys(codes.casefold().split())


def _by_iso(codes: str) -> dict[str, Fact | None]:
    """Return codes that are those of languages by ISO 639-1."""
    return {code: _in(LANGUAGES[code]) for code in codes.split()}


# ASL is American: a British Sign Language user is not served by it. There is no code for BSL.
_AA = (
    _COMMON
    | {"c": CLOSED, "x": _STEP_FREE, "cf": _CHILDREN, "ba": _CHILDREN, "y": _YOUNG, "sen": _OLDER}
    | dict.fromkeys(("g", "l", "t", "bi"), _LGBTQ)
    | {
        "s": _in("Spanish"), "fr": _in("French"), "he": _in("Hebrew"), "ita": _in("Italian"), "ja": _in("Japanese"),
        "kor": _in("Korean"), "pol": _in("Polish"), "por": _in("Portuguese"), "pun": _in("Punjabi"),
        "rus": _in("Russian"), "tur": _in("Turkish"), "asl": _in("American Sign Language"),
    }
    | _by_iso("af am ar bg da de el fa fi hi hr hu is ka lt ml mt ne nl no sk sl sv th tl uk")
    | _nothing(
        "11 12x12 A ABSI AL AL-AN B BE BRK BV-I CAN D D-HOH DB DD DR EN FF GR H LIT LO-I LS MED N NB NDG OUT P POA "
        "QSL RSL SM SP ST TR XT BUS"
    )
)  # fmt: skip
_NA = (
    _COMMON
    | {"c": CLOSED, "x": _STEP_FREE, "cw": _CHILDREN, "gl": _LGBTQ, "y": _YOUNG}
    | _nothing(
        "BEG BT CAN CPT DISC IP IW JFT LC LIT MED NS QA RA SMOK SPAD SPK STEP SWG TOP TRAD VAR EN"  # what is read
    )
)
_AL_ANON = (
    _COMMON
    | {"c": CLOSED, "x": _STEP_FREE, "ba": _CHILDREN, "ya": _YOUNG, "y": _YOUNG, "s": _in("Spanish")}
    | dict.fromkeys(("g", "l", "t"), _LGBTQ)
    | _nothing("A AA AC AL BE EN FF POA SM SP ST")
)
_CMA = _COMMON | {
    "c": CLOSED, "x": _STEP_FREE, "y": _YOUNG, "s": _in("Spanish"), "t": _LGBTQ, "asl": _in("American Sign Language")
} | _nothing("BE LIT OUT SM SP ST")  # fmt: skip
_ACA = _COMMON | {"c": CLOSED, "g": _LGBTQ, "sp": _in("Spanish")} | _nothing("A AV B BEG D S ST T Y")
_CA = {code: fact for code, fact in _AA.items() if code not in ("sen", "he", "ja")}

_WORDS = {
    "wheelchair access": _STEP_FREE, "wheelchair accessible": _STEP_FREE, "wheelchair-accessible": _STEP_FREE,
    "wheelchair accessibility": _STEP_FREE, "wheelchair-accessible bathroom": _TOILET, "accessible bathroom": _TOILET,
    "child-friendly": _CHILDREN, "children welcome": _CHILDREN, "babysitting available": _CHILDREN,
    "induction loop": _LOOP, "hearing loop": _LOOP, "bsl": ("accessibility", "bsl"),
    "men only": _MEN, "women only": _WOMEN, "lgbtq+": _LGBTQ, "lgbtqia+": _LGBTQ, "gay": _LGBTQ, "lesbian": _LGBTQ,
    "gay/lesbian": _LGBTQ, "transgender": _LGBTQ, "bisexual": _LGBTQ, "young people": _YOUNG, "young adults": _YOUNG,
    "seniors": _OLDER, "people of color": _ETHNIC, "people of colour": _ETHNIC, "open": OPEN, "closed": CLOSED,
    "online": ONLINE, "online meeting": ONLINE, "hybrid": HYBRID, "location temporarily closed": PAUSED,
    "temporarily closed": PAUSED, "american sign language": _in("American Sign Language"), "english": None,
}  # fmt: skip

WORLD_IDS: Mapping[str, Fact | None] = {
    "open": OPEN, "closed": CLOSED, "wchr": _STEP_FREE, "m": _MEN, "w": _WOMEN, "gl": _LGBTQ, "lgbt": _LGBTQ,
    "y": _YOUNG, "ya": _YOUNG, "cw": _CHILDREN, "cc": _CHILDREN, "poc": _ETHNIC, "vm": ONLINE, "hybr": HYBRID,
    "tc": PAUSED,
} | _nothing(
    "AC BEG BT CAN CPT DISC FF IP IW JFT LANG LC LIT MED NC NS P QA RA S-D SL SMOK SPAD SPK STEP SWG TOP TRAD VAR"
)  # fmt: skip
"""What the world ids of BMLT's formats mean; its own keys are each server's, and tell nothing elsewhere."""


@dataclass(frozen=True)
class Fellowship:
    """A fellowship of mutual aid.

    Attributes
    ----------
    name
        As it calls itself.
    codes
        What its types mean, by code in small letters; None where an asset holds nothing of it. Of two that mean the
        same the first is written.
    always
        What is so of all its meetings.
    """

    name: str
    codes: Mapping[str, Fact | None]
    always: frozenset[Fact] = frozenset()


FELLOWSHIPS: Mapping[str, Fellowship] = {
    "aa": Fellowship("Alcoholics Anonymous", _AA),
    "na": Fellowship("Narcotics Anonymous", _NA),
    "ca": Fellowship("Cocaine Anonymous", _CA),
    "cma": Fellowship("Crystal Meth Anonymous", _CMA),
    "ha": Fellowship("Heroin Anonymous", _NA),
    "al-anon": Fellowship("Al-Anon Family Groups", _AL_ANON, frozenset({_FAMILIES})),
    "aca": Fellowship("Adult Children of Alcoholics", _ACA),
    # Their codes are not known well enough: what is not common to all is noted.
    "coda": Fellowship("Co-Dependents Anonymous", _COMMON),
    "da": Fellowship("Debtors Anonymous", _COMMON),
    "ga": Fellowship("Gamblers Anonymous", _COMMON),
    "ma": Fellowship("Marijuana Anonymous", _COMMON),
    "oa": Fellowship("Overeaters Anonymous", _COMMON),
    "slaa": Fellowship("Sex and Love Addicts Anonymous", _COMMON),
}
"""By the word for ``--programme``."""

_UNKNOWN_FELLOWSHIP = Fellowship("", _COMMON)
_HOST_WORDS = {"aa": "aa", "na": "na", "ukna": "na", "nauk": "na", "cma": "cma", "aca": "aca", "coda": "coda"}
_IN_A_HOST = {
    "alcoholicsanonymous": "aa", "narcoticsanonymous": "na", "cocaineanonymous": "ca", "heroinanonymous": "ha",
    "crystalmethanonymous": "cma", "alanon": "al-anon", "adultchildren": "aca", "gamblersanonymous": "ga",
    "marijuanaanonymous": "ma", "overeatersanonymous": "oa",
}  # fmt: skip


@lru_cache(maxsize=64)
def fellowship_by_word(word: str) -> Fellowship:
    """Return the fellowship that somebody named; one without a name for "".

    Raises
    ------
    UnknownName
        For a word that is none.
    """
    code = word.strip().casefold()
    if code and code not in FELLOWSHIPS:
        raise UnknownName(
            f"“{word}” is no fellowship whose types are known: choose from {', '.join(FELLOWSHIPS)}, or leave it out."
        )
    return FELLOWSHIPS[code] if code else _UNKNOWN_FELLOWSHIP


def fellowship_by_host(host: str) -> str:
    """Return the word of the fellowship that a host belongs to by its name; "" when it does not tell."""
    labels = host.casefold().split(".")[:-1]  # the last tells of a country: .ca is Canada, .na Namibia
    plain = "".join(labels).replace("-", "")
    found = next((code for words, code in _IN_A_HOST.items() if words in plain), "")
    return found or next((code for label in labels for w in label.split("-") if (code := _HOST_WORDS.get(w))), "")


@lru_cache(maxsize=4_096)
def fellowship_in(text: str) -> str:
    """Return the word of the fellowship that a text names in full; "" when it names none."""
    folded = text.casefold()
    return next((code for code, each in FELLOWSHIPS.items() if each.name.casefold() in folded), "")


def language(word: object) -> str:
    """Return a language in English by its code or name; "" for English and what is none."""
    text = text_of(word)
    if text.casefold() in ENGLISH:
        return ""
    # Three letters may be a code that is not known here, or a name: Twi.
    return LANGUAGES.get(text.casefold(), text if len(text) > 3 or text.istitle() else "")


def _labels() -> dict[str, Fact | None]:
    """Return what the words in full mean, ours among them: they are the same in every fellowship."""
    found: dict[str, Fact | None] = {name.casefold(): _in(name) for name in LANGUAGES.values()}
    for field in ("accessibility", "for_whom"):
        found |= {code.label.casefold(): (field, code.code) for code in codelist(field).values()}
    return found | _WORDS


class TypeReader:
    """Reads the types of one meeting after the other; a word that it does not know is counted, and noted once."""

    def __init__(self) -> None:
        self._labels = _labels()
        self._known: dict[tuple[str, tuple[str, ...]], tuple[frozenset[Fact], tuple[str, ...]]] = {}
        self._unknown: Counter[str] = Counter()
        self._first: dict[str, int] = {}

    def facts(
        self, number: int, words: Iterable[object], codes: Mapping[str, Fact | None], key: str
    ) -> frozenset[Fact]:
        """Return what the types of a meeting say.

        Parameters
        ----------
        number
            Of the meeting in its list.
        words
            Its types: codes, or words in full.
        codes
            What the codes mean in its fellowship.
        key
            Of that fellowship.
        """
        texts = tuple(text for word in words if not is_unknown(text := text_of(word)))
        if (key, texts) not in self._known:
            self._known[key, texts] = self._read(texts, codes)
        facts, unknown = self._known[key, texts]
        for word in unknown:
            self._unknown[word] += 1
            self._first.setdefault(word, number)
        return facts

    def _read(
        self, texts: tuple[str, ...], codes: Mapping[str, Fact | None]
    ) -> tuple[frozenset[Fact], tuple[str, ...]]:
        facts, unknown = set(), []
        for text in texts:
            word = text.casefold()
            if word not in codes and word not in self._labels:
                unknown.append(text)
            elif fact := codes.get(word, self._labels.get(word)):
                facts.add(fact)
        return frozenset(facts), tuple(unknown)

    def say(self, notes: Notes) -> None:
        """Note each type that is not known, with how many meetings have it."""
        for word, count in self._unknown.items():
            why = f"is a type with no meaning here ({count:,} of the meetings)."
            notes.add(self._first[word], "types", word, why, "It was left out: add what it means by hand.")
