"""What the licence of a list allows: whether its rows may be passed on to everybody, and what has to be said then."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

__all__ = ["Licence", "licence_of", "nearest_licence"]


@dataclass(frozen=True)
class Licence:
    """What a licence allows, as far as it matters here.

    Attributes
    ----------
    code
        Its short name, such as ``OGL-UK-3.0``; ``own`` for what was recorded here, ``permission`` for what its makers
        allowed, ``unknown`` for all else.
    title
        Its name for people.
    shared
        Whether a row under it may be shown to the public.
    attribution
        The sentence that has to go with it, or "".
    keeps_apart
        Whether what is made from its rows has to stay under it, so that they have to be told apart from others.

    Examples
    --------
    >>> from rosc_map.records import Licence, licence_of
    >>> found = licence_of("OGL v3.0")
    >>> isinstance(found, Licence), found.shared, found.title
    (True, True, 'Open Government Licence v3.0')
    """

    code: str
    title: str
    shared: bool
    attribution: str = ""
    keeps_apart: bool = False


_OGL = "Contains public sector information licensed under the Open Government Licence"
# Creative Commons asks to say that something was changed.
_CC = "Licensed under CC {}; put into the fields of this record."
_KNOWN = (
    Licence("OGL-UK-3.0", "Open Government Licence v3.0", shared=True, attribution=f"{_OGL} v3.0."),
    Licence("OGL-UK-2.0", "Open Government Licence v2.0", shared=True, attribution=f"{_OGL} v2.0."),
    Licence("CC0-1.0", "Creative Commons Zero 1.0", shared=True),
    Licence("CC-BY-4.0", "Creative Commons Attribution 4.0", shared=True, attribution=_CC.format("BY 4.0")),
    Licence("CC-BY-3.0", "Creative Commons Attribution 3.0", shared=True, attribution=_CC.format("BY 3.0")),
    Licence(
        "CC-BY-SA-4.0",
        "Creative Commons Attribution-ShareAlike 4.0",
        shared=True,
        attribution=_CC.format("BY-SA 4.0"),
        keeps_apart=True,
    ),
    Licence(
        "ODbL-1.0",
        "Open Database License (ODbL) 1.0",
        shared=True,
        attribution="Contains information that its makers publish under the ODbL.",
        keeps_apart=True,
    ),
    Licence(
        "ODC-BY-1.0",
        "Open Data Commons Attribution License 1.0",
        shared=True,
        attribution="Contains information that its makers publish under the ODC Attribution License.",
    ),
    Licence("PDDL-1.0", "Public Domain Dedication and License 1.0", shared=True),
)
# How lists name them, beside code and title: without case, spaces, dashes and dots (see _bare).
_OTHER_NAMES = {
    "OGL-UK-3.0": (
        # Without a number it is the one of today.
        "ogl", "ogluk", "opengovernmentlicence", "ukopengovernmentlicence",
        "ogl3", "oglv3", "ogl30", "oglv30", "ogluk3", "oglukv3", "oglukv30", "opengovernmentlicence3",
        "opengovernmentlicence30", "opengovernmentlicencev3", "opengovernmentlicenceversion3",
        "opengovernmentlicenceversion30", "nationalarchivesgovukdocopengovernmentlicenceversion3",
    ),
    "OGL-UK-2.0": (
        "ogl2", "oglv2", "ogl20", "oglv20", "ogluk2", "oglukv2", "oglukv20", "opengovernmentlicence2",
        "opengovernmentlicence20", "opengovernmentlicencev2", "opengovernmentlicenceversion2",
        "opengovernmentlicenceversion20", "nationalarchivesgovukdocopengovernmentlicenceversion2",
    ),
    "CC0-1.0": ("cc0", "creativecommonszero", "cczero", "creativecommonsorgpublicdomainzero10"),
    "CC-BY-4.0": (
        "ccby4", "creativecommonsattribution40international", "creativecommonsorglicencesby40",
    ),
    "CC-BY-3.0": ("ccby3", "creativecommonsattribution30unported", "creativecommonsorglicencesby30"),
    "CC-BY-SA-4.0": (
        "ccbysa4", "creativecommonsattributionsharealike40international", "creativecommonsorglicencesbysa40",
    ),
    "ODbL-1.0": (
        "odbl", "odbl1", "odblv10", "opendatabaselicence", "opendatabaselicence10", "opendatabaselicencev10",
        "opendatacommonsopendatabaselicence", "opendatacommonsopendatabaselicenceodbl",
        "opendatacommonsopendatabaselicence10", "opendatacommonsorglicencesodbl",
        "opendatacommonsorglicencesodbl10",
    ),
    "ODC-BY-1.0": ("odcby", "odcby1", "opendatacommonsattributionlicence", "opendatacommonsorglicencesby10"),
    "PDDL-1.0": (
        "pddl", "pddl1", "opendatacommonspublicdomaindedicationandlicence", "opendatacommonsorglicencespddl10",
    ),
}  # fmt: skip
_OWN = Licence("own", "recorded here", shared=True)
_UNKNOWN_WORDS = ("unknown", "not known", "?")
_PERMISSION = re.compile(r"permission\s+(of|from|by|given by|granted by)\s+\w", re.IGNORECASE)
_ADDRESS = re.compile(r"^https?://(www\.)?", re.IGNORECASE)
_LEGAL_CODE = re.compile(r"(legalcode|deed)(\.en)?/?$", re.IGNORECASE)


def _bare(text: str) -> str:
    """Return a name of a licence as it is compared: letters and digits only, of the address of its page as well."""
    page = _LEGAL_CODE.sub("", _ADDRESS.sub("", text.strip()))
    return re.sub(r"[\W_]", "", page.casefold()).replace("license", "licence")


_BY_NAME = {
    name: licence
    for licence in _KNOWN
    for name in (_bare(licence.code), _bare(licence.title), *_OTHER_NAMES[licence.code])
}


@lru_cache(maxsize=1_000)
def licence_of(text: str) -> Licence:
    """Return what is known of a licence, by the words of a record's field ``licence``.

    Case, spaces and dashes do not count, and the address of a licence's page is as good as its name. What nobody
    recognises is never taken for a permission.

    Parameters
    ----------
    text
        Such as ``OGL v3.0`` or ``Permission of Example Trust, 2026-03-01``; "" is no list's: it was recorded here.

    Examples
    --------
    >>> from rosc_map.records import licence_of
    >>> licence_of("OGL v3.0").attribution, licence_of("all rights reserved").shared
    ('Contains public sector information licensed under the Open Government Licence v3.0.', False)
    """
    words = " ".join(text.split())
    if not words:
        return _OWN
    known = _BY_NAME.get(_bare(words))
    if known:
        return known
    if _PERMISSION.match(words):
        return Licence("permission", words, shared=True)
    if words.casefold() in _UNKNOWN_WORDS:
        return Licence("unknown", "not known", shared=False)
    return Licence("unknown", words, shared=False)


def nearest_licence(text: str) -> str:
    """Return the code of the licence whose name is most like some words; "" where none is."""
    near = get_close_matches(_bare(text[:200]), _BY_NAME, n=1)
    return _BY_NAME[near[0]].code if near else ""
