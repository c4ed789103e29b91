"""What Open Referral says in words of its own, or of a council's own, as the choices of an asset."""

import re
from collections.abc import Callable

from rosc_map.exchange.outside.languages import ENGLISH, LANGUAGES
from rosc_map.exchange.outside.open_referral_parts import Part, first_word, is_yes, parts, words_of
from rosc_map.exchange.outside.open_referral_places import Places
from rosc_map.exchange.outside.repair import Said, one_word

__all__ = ["GUESSES", "STATUSES"]

STATUSES = {"active": "active", "inactive": "paused", "temporarily closed": "paused", "defunct": "closed"} | {
    "closed": "closed",
    "paused": "paused",
}
"""Our status by theirs, in small letters."""

# Versions 1 and 3.0, then words that directories use; "" is known and says nothing of how people take part.
_ATTENDANCE = {
    "phone": "phone", "telephone": "phone", "by phone": "phone", "by telephone": "phone",
    "online": "online", "virtual": "online", "video": "online", "video call": "online", "webinar": "online",
    "venue": "in_person", "in person": "in_person", "in_person": "in_person", "in-person": "in_person",
    "face to face": "in_person", "face-to-face": "in_person", "physical": "in_person",
    "home visit": "home_visit", "home_visit": "home_visit", "home visits": "home_visit",
    "hybrid": "hybrid", "in person and online": "hybrid", "information advice and guidance": "",
}  # fmt: skip
_ACCESS = {
    "referral": "referral", "professional referral": "referral", "gp referral": "referral",
    "self referral": "self_referral", "self-referral": "self_referral", "self_referral": "self_referral",
    "appointment": "appointment", "by appointment": "appointment", "membership": "membership", "members": "membership",
    "drop-in": "drop_in", "drop in": "drop_in", "drop_in": "drop_in", "assessment": "",
}  # fmt: skip
# Ages and needs are more than an asset holds: only the groups of the guidance are taken.
_FOR_WHOM = {
    "everyone": "everyone", "everybody": "everyone", "all": "everyone", "anyone": "everyone",
    "women": "women", "female": "women", "men": "men", "male": "men",
    "lgbt": "lgbtq", "lgbtq": "lgbtq", "lgbt+": "lgbtq", "lgbtq+": "lgbtq", "lgbtqia+": "lgbtq",
    "older people": "older_people", "older adults": "older_people", "older person": "older_people",
    "young people": "young_people", "young adults": "young_people", "young person": "young_people",
    "learning disability": "learning_disabilities", "learning disabilities": "learning_disabilities",
    "people with learning disabilities": "learning_disabilities",
    "carers": "families_carers", "carer": "families_carers", "families": "families_carers",
    "parents": "families_carers", "families and carers": "families_carers",
    "homeless": "inclusion_health", "homeless people": "inclusion_health", "homelessness": "inclusion_health",
    "gypsies and travellers": "inclusion_health", "gypsy and traveller": "inclusion_health",
    "ethnic minorities": "ethnic_minority_groups", "ethnic minority groups": "ethnic_minority_groups",
    "adult": "", "adults": "", "adults 18+": "",
}  # fmt: skip
_ACCESSIBILITY = (
    (
        "step_free",
        re.compile(r"wheelchair (?:access|user|friendly)|accessible by wheelchair|step[- ]?free|level access"),
    ),
    ("step_free", re.compile(r"^wheelchair$|^step_free$|^ramp(?:ed access)?$|^lift$")),
    ("accessible_toilet", re.compile(r"(?:accessible|disabled|adapted)[ _](?:toilet|wc)|changing places")),
    ("hearing_loop", re.compile(r"(?:hearing|induction)[ _]loop|^loop system")),
    ("bsl", re.compile(r"\bbsl\b|british sign language|sign language interpret")),
    ("parking", re.compile(r"(?:disabled|accessible|blue badge) parking|parking for disabled|^(?:car )?parking$")),
    ("child_friendly", re.compile(r"child[- _]?friendly|baby[- ]chang|pushchair")),
)
_DENIES = re.compile(r"\b(?:no|not|without|unsuitable|limited|none|isn't|cannot)\b")
_AMOUNT = re.compile(r"£ ?(\d+(?:[.,]\d+)?)|(\d+)p\b")
_CHARGED = re.compile(r"there is a (?:small )?(?:charge|fee)|(?:charges|fees) apply")
# Free is something else there, or something beside it, or only at first.
_NOT_THE_PRICE = re.compile(
    r"\b(?:feel|sugar|gluten|dairy|nut|alcohol|drug|smoke|stress|barrier|step) ?-?free\b|\bfree from\b|\bfree ?phone|"
    r"\bfirst (?:\w+ ){0,3}free\b|"
    r"\bfree (?:\w+ ){0,2}(?:parking|wi-?fi|refreshments?|tea|coffee|drinks?|lunch|food|meals?|transport|travel|calls?|"
    r"trial|taster)\b"
)
_FREE = re.compile(r"\bfree\b|no (?:charge|cost|fee)s?\b|without charge|£ ?0(?:\.0+)?(?![\d.])|^(?:0|nil|none)$")


def _attendance(said: Said, service: Part, places: Places) -> None:
    words = words_of(service, "attending_type")
    for schedule in parts(service, "schedules", "regular_schedules"):
        words += words_of(schedule, "attending_type")
    for _, place in places:
        if first_word(place, "location_type").casefold() == "virtual":
            words.append("online")
    said.choices("attendance", words, _ATTENDANCE)


def _access(said: Said, service: Part, _places: Places) -> None:
    words = words_of(service, "attending_access")
    if is_yes(service.get("needs_referral")):
        words.append("referral")
    said.choices("access", words, _ACCESS)


def _for_whom(said: Said, service: Part, _places: Places) -> None:
    words = words_of(service, "pc_targetAudience", "audienceType") + words_of(service, "suitabilities", "name")
    said.choices("for_whom", words + words_of(service, "eligibilitys", "eligibility"), _FOR_WHOM)


def _cost(said: Said, service: Part, _places: Places) -> None:
    """Take what it costs: where some pay and some do not, there is a charge."""
    texts = [first_word(service, "fees")]
    for option in parts(service, "cost_options"):
        amount = first_word(option, "amount")
        texts += [
            f"£{amount}" if amount else "",
            first_word(option, "option"),
            first_word(option, "amount_description"),
        ]
    told = "\n".join(text for text in texts if text)
    code = _cost_code(told.casefold())
    if not code and isinstance(service.get("free"), bool):
        code = "free" if service["free"] else "charge"
    said.put("cost", code)
    if told and not code:
        said.note("cost", told, "does not say whether it is free.", "It was left out: choose by hand.")


def _cost_code(text: str) -> str:
    amounts = [float((pounds or pence).replace(",", "")) for pounds, pence in _AMOUNT.findall(text)]
    if any(amounts) or _CHARGED.search(text):
        return "charge"
    if "donation" in text or "pay what you can" in text:
        return "donation"
    prices = _NOT_THE_PRICE.sub("", text).split("\n")
    return "free" if any(map(_FREE.search, prices)) else ""


def _accessibility(said: Said, _service: Part, places: Places) -> None:
    found = []
    for _, place in places:
        for key in ("accessibility_for_disabilities", "accessibility", "accessibilities"):
            for text in words_of(place, key, "accessibility", "name", "description", "details"):
                codes = [] if _DENIES.search(text.casefold()) else _facilities(text.casefold())
                found += codes
                if not codes:
                    said.note("accessibility", text, "is no word of ours.", "It was left out: add it by hand.")
    said.put("accessibility", found)


def _facilities(text: str) -> list[str]:
    return [code for code, words in _ACCESSIBILITY if words.search(text)]


def _languages(said: Said, service: Part, _places: Places) -> None:
    words = words_of(service, "languages", "name", "language", "code")
    said.put(
        "languages",
        [LANGUAGES.get(word.casefold(), one_word(word)) for word in words if word.casefold() not in ENGLISH],
    )


def _status(said: Said, service: Part, _places: Places) -> None:
    word = first_word(service, "status")
    if code := STATUSES.get(word.casefold()):
        said.put("status", code)
    elif word:
        said.note("status", word, "is no word of ours.")


def _referral_route(said: Said, service: Part, _places: Places) -> None:
    said.put("referral_route", first_word(service, "pc_attendingAccess_additionalInfo"))


GUESSES: dict[str, Callable[[Said, Part, Places], None]] = {
    "attendance": _attendance,
    "access": _access,
    "for_whom": _for_whom,
    "cost": _cost,
    "accessibility": _accessibility,
    "languages": _languages,
    "status": _status,
    "referral_route": _referral_route,
}
"""By field, what takes it from a service and its places, in whatever words."""
