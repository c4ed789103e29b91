"""Whether an entry of a directory of everything is about recovery from alcohol or drugs, and why.

A directory of a council has thousands of services, of which a few dozen belong on the map. They are found by words,
and words mislead: a stroke group speaks of recovery too. So each judgement says on which word it rests, for people to
check.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rosc_map.exchange.outside.relevance_types import FELLOWSHIPS, asset_type_of, words_pattern

__all__ = ["Judgement", "judge", "may_be_confidential"]

_LOOKED_AT = 5_000  # characters of a text; what it is about is said by then

# The short names of fellowships: only with a word beside them, and only in capitals.
_SHORT_NAMES = re.compile(r"\b(?:AA|NA|CA|CMA) (?i:(?:meeting|group|fellowship)s?)\b")
# These say by themselves that it is about alcohol, drugs or recovery from them.
_SURE = (
    r"addict\w*",
    r"alcohol(?:ic|ics|ism)?",
    r"drugs?",
    r"substance[- ](?:mis)?use\w*",
    r"substance abuse",
    r"substance dependen\w+",
    r"substances",
    r"drink(?:ing)? problems?",
    r"problem drink\w*",
    r"street[- ]drink\w*",
    r"drinkline",
    r"(?:your|their|parental|parents'?|heavy|harmful|binge|stop|reduc(?:e|ing)|worried about) drinking",
    r"wet (?:house|hostel)s?",
    r"detox\w*",
    r"residential rehab\w*",
    r"abstinence[- ]based",
    r"sober",
    r"sobriety",
    r"opi(?:oid|ate)s?",
    r"cocaine",
    r"heroin",
    r"cannabis",
    r"ketamine",
    r"crystal meth\w*",
    r"amphetamines?",
    r"ghb",
    r"chemsex",
    r"methadone",
    r"buprenorphine",
    r"naloxone",
    r"needle[- ]exchanges?",
    r"needle and syringe",
    r"injecting equipment",
    r"supervised consumption",
    r"leros?",
    r"lived[- ]experience recovery",
    r"recovery (?:communit(?:y|ies)|caf[eé]s?|navigators?|hous(?:e|es|ing)|coach(?:es|ing)?)",
)
# These mean many things: they count only where nothing of _TOPICS stands beside them.
_UNSURE = (
    r"relapse prevention",
    r"residential therapeutic communit(?:y|ies)",
    r"recover(?:y|ing)",
    r"rehabs?",
)
# Illnesses of the body. Where a name has one of them, a description has these words by the way, as it has diet.
_BY_THE_WAY = frozenset({"alcohol", "drug", "drugs", "substances"})
_ILLNESSES = (
    r"strokes?",
    r"cardiac",
    r"heart (?:support|attack|failure|surgery|disease|condition|valve)s?",
    r"pulmonary",
    r"cancer",
    r"chemotherapy",
    r"tumours?",
    r"surger(?:y|ies)",
    r"surgical",
    r"post[- ]?operative",
    r"after (?:an )?operations?",
    r"(?:hip|knee) replacements?",
    r"fractures?",
    r"(?:brain|head|spinal|sports?) injur(?:y|ies)",
    r"physiotherapy",
    r"(?:long )?covid(?:[- ]19)?",
    r"guillain",
    r"neurological",
    r"neuropath\w+",
    r"sepsis",
)
_WHENCE = r"(?:it|them|across|all|any|every\w*|home|problem\w*)"
# What else people recover from, and what else is recovered.
_TOPICS = (
    # Whatever it is: a word of _SURE would have spoken for it. But not whence people come, or when it begins.
    rf"recover(?:y|ing) from (?!(?:\w+ ){{0,3}}(?:drink\w*|dependen\w+)\b|{_WHENCE}\b|\d)\w+",
    r"recover(?:y|ing) after (?:\w+ )?(?:birth|childbirth|exercise|training|sports?|illness|injur(?:y|ies))",
    r"post[- ]?natal",
    r"(?:muscle|muscular|sports?|workout|exercise) (?:recovery|rehab)",
    r"re-?covering (?:\w+ ){0,2}(?:chairs?|sofas?|cushions?|seats?|furniture)",
    r"upholster\w+",
    r"personality disorders?",
    r"eating disorders?",
    r"anorexia",
    r"psychosis",
    r"recovery colleges?",
    r"mental health recovery",
    r"bereave(?:d|ment)",
    r"(?:domestic|sexual) (?:abuse|violence)",
    r"vehicles?",
    r"roadside",
    r"breakdown recovery",
    r"breakdown (?:service|cover)s?",
    r"stolen",
    r"tow(?:ing|age)",
    r"debts?",
    r"floods?",
    r"disaster recovery",
    r"data recovery",
    r"recovery position",
    r"wildlife",
)
_TWO_OF_THEM = r"(?:drugs?|alcohol|intoxicants)(?:(?: and | or | & |/|, )(?:drugs?|alcohol|intoxicants))?"
_FORBIDDEN = r"(?:must ?n[o']t|may not|can ?not|can't|(?:allowed|permitted) to)"
# Words of _SURE that in these phrases say nothing of the kind: rules of a house, medicines, diets, other habits.
_FALSE_FRIENDS = (
    r"alcohol[- ]free",
    r"non[- ]alcoholic",
    rf"no {_TWO_OF_THEM}(?: (?:use|is|are|on|in|at|will|allowed|permitted|please)\b|(?=[.,;!)]|$))",
    rf"{_TWO_OF_THEM} (?:is|are) (?:not|strictly)",
    rf"{_FORBIDDEN} (?:\w+ )?(?:use|bring|drink|consume|take|possess|sell|supply) (?:any )?{_TWO_OF_THEM}",
    rf"under the influence(?: of)?(?: {_TWO_OF_THEM})?",
    r"(?:your|their) drinking (?:water|fountain|straw|cup|bottle|tap)s?",
    r"alcohol licen[cs]\w+",
    r"alcohol (?:hand )?(?:gel|rub|wipes?)s?",
    r"alcohol (?:(?:is|are|will be) )?(?:served|sold|(?:available|for sale) at the bar|on sale|for sale)",
    r"(?:serv(?:e|es|ing)|sell(?:s|ing)?) alcohol",
    r"alcoholic (?:drink|beverage)s?",
    # With this disability people are born. Help for a parent who drinks says so in other words.
    r"f(?:o?e)tal alcohol(?: (?:spectrum|syndrome))?",
    r"medic(?:al|inal) cannabis",
    r"drug[- ]seeking",
    rf"{_TWO_OF_THEM} test(?:s|ing)?",
    r"drugs? (?:administration|calculation|round|chart|allerg(?:y|ie)|storage)s?",
    r"drug ?stores?",
    r"prescription drugs?(?! (?:addict|depend|misuse|abuse|problem))",
    r"drugs? (?:trials?|compan(?:y|ies)|discovery|development|interactions?)",
    r"(?:cancer|anti[- ]?inflammatory|anti[- ]?viral|immunosuppressant|weight[- ]loss) drugs?",
    r"(?:hazardous|dangerous|harmful) substances",
    r"detox\w* for (?:dogs?|cats?|pets?|horses?|hair|skin|the skin)",
    r"(?:digital|dog|pet|juice|skin|liver|body|sugar) detox\w*",
    r"detox (?:diet|juice|tea|smoothie|yoga|massage|facial|bath)s?",
    r"(?:nicotine|tobacco|smoking|cigarettes?)(?: \w+){0,4} addict\w*",
    r"(?:gambling|gaming|internet|phone|screen|social media|shopping|sugar|food|pornography|sex) addict\w*",
    r"addict\w* to (?:nicotine|tobacco|smoking|cigarettes|gambling|gaming|shopping|sugar|food|social media)",
)
# Safe places for people who flee from violence: none is ever taken from a list, whatever else it says. A miss costs far
# more than a false alarm, which somebody puts right by recording a café by hand.
_REFUGE = r"re-?fuges?"
_VIOLENCE = r"(?:(?:domestic|sexual) (?:abuse|violence)|dv|(?:human )?trafficking|modern slavery)"
_WHO_FLEE = r"(?:women|families|survivors|victims)"
_REFUGES = (
    rf"(?:women|men)'?s'? (?:aid )?{_REFUGE}",
    rf"{_REFUGE} (?:accommodation|spaces?|provision|places?|workers?)",
    rf"{_REFUGE} for (?:men|people|those|{_WHO_FLEE})",
    r"safe[- ]?(?:house|accommodation)s?",
    rf"{_VIOLENCE} (?:\w+ ){{0,3}}(?:{_REFUGE}|accommodation|shelters?|safe[- ]?havens?)",
    rf"{_REFUGE} (?:\w+ ){{0,5}}{_VIOLENCE}",
    r"(?:flee(?:ing|s)?|escap(?:e|es|ing)) (?:\w+ ){0,3}(?:violence|abuse|trafficking|slavery)",
    rf"(?:safe[- ]?havens?|sanctuar(?:y|ies)) for (?:\w+ ){{0,2}}{_WHO_FLEE}",
    r"sanctuary schemes?",
)
# In a name, where nobody speaks by the way of what others do, one of these is enough.
_NAMES_OF_REFUGES = (
    _REFUGE,
    r"wom[ae]n'?s'?[- ]aid",
    r"dv",
    r"safe[- ]?havens?",
    r"sanctuary for",
)
# A fellowship whose name has the word: only where it names a meeting, and nothing stands before it.
_NO_REFUGE = re.compile(r"refuge recovery(?:\W+(?:\w+\W+){0,2}(?:meeting|group)s?\b|$)")
# Folded before they are compared; letters of other alphabets that only look like ours are not.
_PLAIN = str.maketrans(
    dict.fromkeys("‘’ʼ`´", "'")
    | dict.fromkeys("‐‑‒–—", "-")
    | dict.fromkeys("\n\t", " ")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
)
# One of these is in every word of FELLOWSHIPS, _SURE and _UNSURE. To look for them first is far quicker.
_STEMS = (
    "addict", "alcohol", "drug", "substance", "drink", "detox", "rehab", "recover", "sober", "sobriety", "opioid",
    "opiate", "abstinence", "cocaine", "heroin", "cannabis", "ketamine", "methadone", "buprenorphine", "naloxone",
    "needle", "injecting", "consumption", "chemsex", "meth", "amphetamine", "ghb", "relapse", "therapeutic",
    "wet ", "lero", "anonymous", "anon", "alateen", "lifering", "step", "smart ", "mutual", "aa ", "na ", "ca ", "cma ",
)  # fmt: skip
_REFUGE_STEMS = ("fuge", "safe", "domestic", "sexual", "dv ", "traffick", "slavery", "flee", "escap", "sanctuar")
_WHERE = ("name", "description")
_NO_WORD = "has no word about alcohol, drugs or recovery from them"


_SURE_WORDS = words_pattern((*FELLOWSHIPS, *_SURE))
_UNSURE_WORDS, _FALSE_PHRASES = words_pattern(_UNSURE), words_pattern(_FALSE_FRIENDS)
_TOPIC_WORDS, _ILLNESS_WORDS = words_pattern((*_ILLNESSES, *_TOPICS)), words_pattern(_ILLNESSES)
_REFUGE_WORDS, _REFUGE_NAMES = words_pattern(_REFUGES), words_pattern(_NAMES_OF_REFUGES)


@dataclass(frozen=True)
class Judgement:
    """What an entry seems to be.

    Attributes
    ----------
    take
        Whether it seems to be about recovery from alcohol or drugs.
    why
        The word that says so, or why not: to follow "It …".
    asset_type
        The type that it seems to have: a guess. ``community`` where it is not about recovery, or speaks of it by the
        way. Never ``lero``: only an organisation itself, CLERO or a partner can say that.
    """

    take: bool
    why: str
    asset_type: str


def judge(words: Sequence[str]) -> Judgement:
    """Judge by its words whether an entry of a general directory belongs on the map.

    Parameters
    ----------
    words
        What the entry says of itself: first its name, then its description, then categories and the like.
    """
    typed = tuple(map(_plain, words))
    texts = tuple(text.lower() for text in typed)
    if _is_refuge(texts):
        return Judgement(
            take=False, why="may be a confidential place: record it by hand", asset_type="domestic_abuse_refuge"
        )
    if not _has_stem(texts, _STEMS):
        return Judgement(take=False, why=_NO_WORD, asset_type="community")
    for place, text in enumerate(typed):
        if short := _SHORT_NAMES.search(text):
            return _taken(short[0], place, texts)
    return _weighed(texts)


def may_be_confidential(words: Sequence[str]) -> bool:
    """Whether an entry may be a refuge or another place that nobody may find by a list.

    Parameters
    ----------
    words
        As for :func:`judge`: its name first, in which less is enough.
    """
    return _is_refuge(tuple(_plain(text).lower() for text in words))


def _plain(text: str) -> str:
    text = text[:_LOOKED_AT].translate(_PLAIN)
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _is_refuge(texts: tuple[str, ...]) -> bool:
    """Whether texts in small letters speak of a safe place, the first of them being a name."""
    name = texts[0].strip() if texts else ""
    if _REFUGE_NAMES.search(name) and not _NO_REFUGE.match(name):
        return True
    return _has_stem(texts, _REFUGE_STEMS) and any(map(_REFUGE_WORDS.search, texts))


def _has_stem(texts: Iterable[str], stems: Iterable[str]) -> bool:
    return any(stem in text for text in texts for stem in stems)


def _weighed(texts: tuple[str, ...]) -> Judgement:
    """Judge texts that have a word which may count."""
    misled = ""
    illness = _first(_ILLNESS_WORDS, texts[:1])
    for place, text in enumerate(texts):
        for word, phrase in _sure(text):
            if phrase:
                misled = misled or f'says only "{phrase}"'
            elif illness and place == 1 and word in _BY_THE_WAY:
                misled = misled or f'{_said(word, place)} only, and its name speaks of "{illness}"'
            else:
                return _taken(word, place, texts)
    for place, text in enumerate(texts):
        if unsure := _first(_UNSURE_WORDS, (text,)):
            topic = _first(_TOPIC_WORDS, texts)
            if not topic:
                return _taken(unsure, place, texts)
            misled = f'has the word "{unsure}" only, and speaks of "{topic}"'
            break
    return Judgement(take=False, why=misled or _NO_WORD, asset_type="community")


def _first(words: re.Pattern[str], texts: Iterable[str]) -> str:
    return next((found[0] for text in texts if (found := words.search(text))), "")


def _sure(text: str) -> Iterator[tuple[str, str]]:
    """Find each word that counts by itself, with the false friend that it is part of, or ""."""
    if not _SURE_WORDS.search(text):
        return  # as most texts: half of the time is saved
    phrases = [(found.span(), found[0]) for found in _FALSE_PHRASES.finditer(text)]
    at = 0
    for found in _SURE_WORDS.finditer(text):
        while at < len(phrases) and phrases[at][0][1] <= found.start():
            at += 1
        covered = at < len(phrases) and phrases[at][0][0] <= found.start() and found.end() <= phrases[at][0][1]
        yield found[0], phrases[at][1] if covered else ""


def _taken(word: str, place: int, texts: tuple[str, ...]) -> Judgement:
    kind = asset_type_of(texts, place)
    ask = "; may be a LERO: ask them" if kind == "lived_experience_initiative" else ""
    return Judgement(take=True, why=_said(word, place) + ask, asset_type=kind)


def _said(word: str, place: int) -> str:
    where = _WHERE[place] if place < len(_WHERE) else "categories or its organisation"
    return f'has the word "{word}" in its {where}'
