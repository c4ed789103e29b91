"""Places that somebody typed into free text: postcodes, coordinates, grid references, what3words and map links.

``has_place`` says whether a text gives a place away, ``find_places`` where. Both look at a folded copy
of the text (accents, invisible characters and percent-escapes do not hide a place) and know where each folded character
came from, so that the rest of the text stays exactly as it was typed.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote

__all__ = [
    "ALIKE",
    "Folded",
    "Span",
    "Token",
    "cover",
    "find_places",
    "find_postcodes",
    "fold",
    "has_place",
    "tokens",
]

Span = tuple[int, int]

_APOSTROPHES = "'`´‘’‛ʹʻʼʽ′＇ꞌ"
_FILLERS = "ᅟᅠㅤﾠ"  # Letters of Korean that show as nothing.
_ESCAPES_OR_ONE = re.compile(r"(?:%(?:25)*[0-9A-F]{2})+|.", re.IGNORECASE | re.DOTALL)
_ESCAPED_PERCENT = re.compile(r"%(?:25)+(?=[0-9A-F]{2})", re.IGNORECASE)


class Folded(NamedTuple):
    """A text as it is compared, and where each of its characters begins and ends in the text that was typed."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def typed(self, span: Span) -> Span:
        """Return where a span of the folded text is in the text that was typed."""
        return self.starts[span[0]], self.ends[span[1] - 1]


def fold(text: str) -> Folded:
    """Fold a text for comparing: NFKC, no accents, no invisible characters, one apostrophe, percent-escapes read.

    Case is kept, because short names are told from words by it.
    """
    if text.isascii() and "%" not in text:
        return Folded(text.replace("`", "'"), range(len(text)), range(1, len(text) + 1))
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece in _ESCAPES_OR_ONE.finditer(text):
        typed = piece.group()
        # %2520 is %20 that was escaped twice.
        read = unquote(_ESCAPED_PERCENT.sub("%", typed)) if len(typed) > 1 else typed
        plain = "".join(map(_plain, read))
        folded += plain
        starts += [piece.start()] * len(plain)
        ends += [piece.end()] * len(plain)
        if ends and not plain:
            ends[-1] = piece.end()  # An accent goes with its letter.
    return Folded("".join(folded), starts, ends)


@functools.lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character in _APOSTROPHES:
        return "'"
    kept = ""
    for part in unicodedata.normalize("NFKD", character):
        if part in _APOSTROPHES:
            kept += "'"
        elif part not in _FILLERS and unicodedata.category(part) not in ("Cf", "Mn", "Me"):
            kept += str(unicodedata.decimal(part, part))
    return kept


ALIKE = {
    "road": "rd", "street": "st", "saint": "st", "avenue": "ave", "lane": "ln", "drive": "dr", "close": "cl",
    "square": "sq", "court": "ct", "gardens": "gdns", "crescent": "cres", "terrace": "terr", "place": "pl", "&": "and",
    "av": "ave", "avenu": "ave", "boulevard": "blvd", "cresc": "cres", "cr": "cres", "ter": "terr", "gr": "grove",
    "pk": "park", "crt": "ct", "gdn": "gdns", "str": "st", "mt": "mount", "n": "north", "s": "south", "e": "east",
    "w": "west",
}  # fmt: skip
"""Words that are written in full and short."""

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|&")


class Token(NamedTuple):
    """A word of a folded text, as typed and as it is compared (``key``)."""

    start: int
    end: int
    word: str
    owner: str
    """The word without a genitive s, or the word."""
    key: str
    owner_key: str


def tokens(folded: str) -> list[Token]:
    """Return the words of a folded text; marks and spaces between them do not count."""
    found = []
    for match in _TOKEN.finditer(folded):
        typed = match.group()
        word = owner = typed
        if "'" in typed:
            word = typed.replace("'", "")
            owner = typed[:-2].replace("'", "") if typed[-2:] in ("'s", "'S") else word
        key, owner_key = (ALIKE.get(low, low) for low in (word.casefold(), owner.casefold()))
        found.append(Token(match.start(), match.end(), word, owner, key, owner_key))
    return found


def cover(text: str, spans: Iterable[Span], mask: str) -> str:
    """Put a mask in the place of each span of a text, once where spans overlap."""
    kept, done, covered = [], 0, 0
    for start, end in sorted(spans):
        if start >= covered:
            kept += [text[done:start], mask]
        done = covered = max(covered, end)
    return "".join([*kept, text[done:]])


_NOT_A_STREET = r"(?!(?:at|to|a|the|of|on|in|from|and|minutes?|mins?|hours?|miles?|years?|days?)\b)"
_HOUSE_AND_STREET = re.compile(
    rf"(?i:\b\d+[a-z]?,?\s+(?:{_NOT_A_STREET}[\w'’.]+\s+){{1,3}}(?:street|road|rd|avenue|ave?|lane|crescent|terrace|"
    r"gardens|grove|mews|boulevard)\b)"
    # These are words of their own as well: only capitals make a street of them.
    r"|\b\d+[A-Za-z]?,?\s+(?:[A-Z][\w'’.]*\s+){1,3}(?:Walk|Drive|Place|Way|Court|Close|Square|Row|Hill|Vale|Park|View)\b"
)


def tells_of_place(text: str) -> bool:
    """Whether a text tells of a place so exactly that a hidden asset may not keep it: a house and street too."""
    return has_place(text) or bool(_HOUSE_AND_STREET.search(text))


def has_place(text: str) -> bool:
    """Whether a text holds a postcode, coordinates, a grid reference, a what3words address or a link to a map."""
    return next(find_places(fold(text).text), None) is not None


_B, _E = r"(?<![^\W_])", r"(?![^\W_])"  # Like \b, but an underscore is no letter.
_GAP = r"[\W_]*"

_AREAS = (
    "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN "
    "EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N "
    "NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN "
    "TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE"
)
# "ring me 24/7 at noon" has the letters and digits of a postcode; a word after a space is not its end.
_NO_WORD = rf"(?!(?<=\s)(?-i:an|as|at|be|by|he|hr|up|us|we){_E})"
_LAST = "[ABD-HJLNP-UW-Z]"
_POSTCODE = re.compile(
    # An apostrophe and s before a number is a genitive, not Sheffield.
    rf"{_B}(?<![^\W_]')(?:{'|'.join(_GAP.join(area) for area in sorted(_AREAS.split(), key=len, reverse=True))})"
    rf"{_GAP}\d(?:{_GAP}[A-Z\d])?{_GAP}\d{_GAP}{_NO_WORD}{_LAST}{_GAP}{_LAST}{_E}"
    # Written as one, in capitals, it is meant as a postcode even where there is no such area.
    rf"|{_B}(?-i:[A-Z]{{1,2}}\d[A-Z\d]?{_GAP}\d(?!AM|PM|KM|MM|CM|ML|MG|KG|GB|MB)[A-Z]{{2}}){_E}",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"(?:1st|2nd|3rd|\dth)$")
_DIGIT = re.compile(r"\d")


def find_postcodes(folded: str) -> Iterator[Span]:
    """Find each full postcode of a folded text, whatever stands between its letters and digits."""
    if not _DIGIT.search(folded):
        return
    for found in _POSTCODE.finditer(folded):
        # "Room B1 1st floor": somebody who types the B large and the st small means the first floor.
        if not (found.group()[0].isupper() and _ORDINAL.search(found.group())):
            yield found.span()


_SIGN = "[-+−–]?"
_LATITUDE = (
    rf"(?:{_B}[NS]\s?)?{_SIGN}(?<!\d)(?<!\d[.,])(?:49|5\d|6[01])(?:\.\d{{2,}}|,\d{{4,}})(?:\s?°)?(?:\s?[NS]{_E})?"
)
_LONGITUDE = rf"(?:{_B}[EW]\s?)?{_SIGN}(?<!\d)(?<!\d[.,])0{{0,2}}\d(?:\.\d{{2,}}|,\d{{4,}})(?:\s?°)?(?:\s?[EW]{_E})?"
_BETWEEN = r"[\s,;:/|&+_=()\[\]]{0,6}(?:(?:lon|lng|lat)[a-z]{0,6}\W{0,3})?"
_PAIR = re.compile(rf"{_LATITUDE}{_BETWEEN}{_LONGITUDE}|{_LONGITUDE}{_BETWEEN}{_LATITUDE}", re.IGNORECASE)
_FINE_PAIR = re.compile(
    r"(?<!\d)(?<!\d[.,])(?:(?:49|5\d|6[01])[.,]\d{4,}\D{1,25}0{0,2}\d[.,]\d{4,}"
    r"|0{0,2}\d[.,]\d{4,}\D{1,25}(?:49|5\d|6[01])[.,]\d{4,})"
)
_MINUTES = re.compile(
    rf"(?<!\d)\d{{1,3}}\s?°\s?\d{{1,2}}(?:[.,]\d+)?\s?'(?:\s?\d{{1,2}}(?:[.,]\d+)?\s?(?:\"|''|”))?(?:\s?[NSEW]{_E})?",
    re.IGNORECASE,
)

# SC is left out: it is the sea off the Isle of Man, and how a Scottish charity's number begins.
_SQUARES = (
    "HP HT HU HW HX HY HZ NA NB NC ND NF NG NH NJ NK NL NM NN NO NR NS NT NU NW NX NY NZ OV SD SE SH SJ SK SM SN SO SP "
    "SR SS ST SU SV SW SX SY SZ TA TF TG TL TM TQ TR TV"
).replace(" ", "|")
_GRID = re.compile(
    # "no 123456" is a number, and so is "NO. 123 456"; "so", "st" and "ta" are words unless written large.
    rf"{_B}(?!(?-i:[Nn]o|[Ss]o|[Ss]t|[Tt]a)(?![A-Za-z])|NO[^\d\s]|NO\s+\d{{6}})(?:{_SQUARES})"
    r"(?:[\W_]{0,3}(?:\d{3}[\W_]{0,3}\d{3}|\d{4}[\s_]{0,3}\d{4}|\d{5}[\W_]{0,3}\d{5})"
    rf"|\d{{4}}|\s\d\d\s\d\d(?![:.]\d)){_E}",
    re.IGNORECASE,
)

_EAST, _NORTH = r"\d{5,6}(?:\.\d+)?", r"\d{5,7}(?:\.\d+)?"
_LABELLED = [
    (rf"{_B}(?:e|eastings?|x)[\W_]{{0,4}}{_EAST}m?", rf"(?:n|northings?|y)[\W_]{{0,4}}{_NORTH}m?{_E}"),
    (rf"{_B}{_EAST}\s?m?\s?e", rf"{_NORTH}\s?m?\s?n{_E}"),
    (rf"{_B}(?:n|northings?|y)[\W_]{{0,4}}{_NORTH}m?", rf"(?:e|eastings?|x)[\W_]{{0,4}}{_EAST}m?{_E}"),
]
_EASTING = re.compile("|".join(rf"{one}[\W_]{{0,4}}{other}" for one, other in _LABELLED), re.IGNORECASE)
_BARE_EASTING = re.compile(
    r"(?<![\d£$€])(?<!\d[\W_])[0-6]\d{5}\s?[,;/]\s?(?:1[0-2]\d{5}|\d{6})(?!\d)(?!\s?[,;/]\s?\d{6})"
)
_NUMBERED = re.compile(r"charit|compan|regist|number|\bnos?\b|tel|phone|\b(?:ring|call|text|fax|ref)\b", re.IGNORECASE)

_WORD = r"[^\W\d_]+"
_THREE_WORDS = re.compile(
    rf"(?:/{{3,}}\s?|{_B}(?:what\s?(?:3|three)\s?words|w3w){_E}[\W_]{{0,4}}(?:(?:is|at|address|location|code){_E}[\W_]{{0,4}}){{0,3}})"
    rf"{_WORD}\.{_WORD}\.{_WORD}",
    re.IGNORECASE,
)
_PLUS_CODE = re.compile(
    rf"{_B}(?=[2-9]*[CFGHJMPQRVWX])[2-9CFGHJMPQRVWX]{{4,8}}\+[2-9CFGHJMPQRVWX]{{2,3}}{_E}",
)
_MAP_LINK = re.compile(
    r"(?:https?://)?(?<![\w.-])(?:[\w-]+\.)*(?:goo\.gl/maps|maps\.app\.goo\.gl|google(?:\.[a-z]{2,3}){1,2}/maps|"
    r"maps\.google(?:\.[a-z]{2,3}){1,2}|maps\.apple\.com|bing\.com/maps|(?:openstreetmap|osm)\.org|what3words\.com|"
    r"w3w\.co|streetmap\.co\.uk|gridreferencefinder\.com|plus\.codes|waze\.com)(?![\w-])(?:\S*[^\s.,;:!?)\]'\"])?",
    re.IGNORECASE,
)
_PLAIN_PATTERNS = (_FINE_PAIR, _MINUTES, _GRID, _EASTING, _THREE_WORDS, _PLUS_CODE, _MAP_LINK)
_ANY_SIGN = re.compile(r"[\d.+]")


def find_places(folded: str) -> Iterator[Span]:
    """Find whatever gives a place away in a folded text; what is found may overlap."""
    if not _ANY_SIGN.search(folded):
        return
    yield from find_postcodes(folded)
    for pattern in _PLAIN_PATTERNS:
        for found in pattern.finditer(folded):
            yield found.span()
    for found in _PAIR.finditer(folded):
        if _is_fine(found.group()):
            yield found.span()
    for found in _BARE_EASTING.finditer(folded):
        # Two numbers side by side are also how two charities, or two telephones of one place, are written.
        if not _NUMBERED.search(folded, max(0, found.start() - 40), found.start()):
            yield found.span()


def _is_fine(pair: str) -> bool:
    """Whether two numbers are meant as coordinates: three decimals each, or two and a sign, letter or degree."""
    decimals = min(len(places) for places in re.findall(r"[.,](\d{2,})", pair))
    return decimals >= 3 or bool(re.search(r"[°NSEW]|[,;\s][-−]\d", pair, re.IGNORECASE))
