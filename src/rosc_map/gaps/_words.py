"""The result of provision in one sentence, in the form of the guidance's own: so many LEROs in so many areas of all."""

import re
from collections.abc import Iterable
from fractions import Fraction

from rosc_map.records import counted, percent

__all__ = ["NOUNS", "authority_words", "named", "plural", "sentence"]

# Short words for the middle of a sentence; the labels of the codelist are headings.
NOUNS = {
    "lero": "LERO",
    "lived_experience_initiative": "lived experience initiative",
    "recovery_support": "recovery support service",
    "mutual_aid": "mutual aid group",
    "treatment": "treatment service",
    "recovery_housing": "recovery house",
    "domestic_abuse_refuge": "domestic abuse refuge",
    "community": "community asset",
    "partner_service": "partner service",
}

_WITH_THE = re.compile(
    r"(United Kingdom|(North|South) (East|West)|(East|West) Midlands|East of England|East Riding of Yorkshire"
    r"|Scottish Borders|Isles? of .*|Vale of .*|Forest of .*|City of .*|.* Islands)( \(.*\))?"
)


def named(area: str) -> str:
    """Return the name of an area as it stands in a sentence: the United Kingdom, the North East, Surrey."""
    return f"the {area}" if _WITH_THE.fullmatch(area) else area


def plural(asset_type: str) -> str:
    """Return the word for several of an asset type, as it begins a sentence: Mutual aid groups."""
    noun = NOUNS[asset_type]
    return f"{noun[0].upper()}{noun[1:]}s"


def authority_words(tier: str, codes: Iterable[str]) -> tuple[str, str]:
    """Return the word for one authority of the tier, and for several, given the codes of those meant."""
    if tier == "local":
        return "local authority", "local authorities"
    # Only England has two tiers.
    if not any(code.startswith("E") for code in codes):
        return "council", "councils"
    return "upper-tier authority", "upper-tier authorities"


def sentence(
    asset_type: str,
    *,
    assets: int | None,
    served: int,
    none_found: int,
    not_surveyed: int,
    authority: tuple[str, str],
    area: str,
) -> str:
    """Return the sentence, with its denominator; a percentage only where every authority is served or surveyed.

    While some are not surveyed, the percentage would read as a share that somebody measured.

    Parameters
    ----------
    asset_type
        A code of ``NOUNS``.
    assets
        How many serve at least one of the authorities, or None where that was not counted.
    served, none_found, not_surveyed
        How many authorities have each status; at least one in all.
    authority
        The word for one authority of the tier, and for several.
    area
        The name of the whole.
    """
    of = served + none_found + not_surveyed
    share = f" ({percent(Fraction(served, of))}){_half(served, of)}" if served and not not_surveyed else ""
    whole = f"{of:,} {authority[of != 1]} in {named(area)}"
    return (
        f"{_who(asset_type, assets if served else 0)} {served:,} of {whole}{share}; "
        f"{none_found:,} surveyed without one; {not_surveyed:,} not surveyed."
    )


def _who(asset_type: str, assets: int | None) -> str:
    if assets is None:
        return f"{plural(asset_type)} serve"
    # Not "none is recorded": one may be that this reader is not told of.
    if assets == 0:
        return f"No {NOUNS[asset_type]} is known to serve any:"
    return f"{counted(assets, NOUNS[asset_type])} serve{'s' * (assets == 1)}"


def _half(served: int, of: int) -> str:
    """Return the guidance's own comparison; of all of them, and of one alone, it would be empty talk."""
    if served == of:
        return ""
    sides = {-1: ", fewer than half", 0: ", half", 1: ", more than half"}
    return sides[(2 * served > of) - (2 * served < of)]
