"""The result of provision in one sentence, in the form of the guidance's own: so many LEROs' areas of so many."""

from fractions import Fraction

from rosc_map.records import percent

__all__ = ["PLURALS", "sentence"]

# Short words for the middle of a sentence; the labels of the codelist are headings.
PLURALS = {
    "lero": "LEROs",
    "lived_experience_initiative": "Lived experience initiatives",
    "recovery_support": "Recovery support services",
    "mutual_aid": "Mutual aid groups",
    "treatment": "Treatment services",
    "recovery_housing": "Recovery houses",
    "domestic_abuse_refuge": "Domestic abuse refuges",
    "community": "Community assets",
    "partner_service": "Partner services",
}


def sentence(
    asset_type: str, *, served: int, none_found: int, not_surveyed: int, authority: tuple[str, str], area: str
) -> str:
    """Return the sentence, with its denominator; a percentage only where every authority is served or surveyed.

    While some are not surveyed, the percentage would read as a share that somebody measured.

    Parameters
    ----------
    asset_type
        A code of ``PLURALS``.
    served, none_found, not_surveyed
        How many authorities have each status; at least one in all.
    authority
        The word for one authority of the tier, and for several.
    area
        The name of the whole.
    """
    of = served + none_found + not_surveyed
    share = "" if not_surveyed else f" ({percent(Fraction(served, of))})"
    return (
        f"{PLURALS[asset_type]} serve {served:,} of {of:,} {authority[of != 1]} in {area}{share}; "
        f"{none_found:,} surveyed without one; {not_surveyed:,} not surveyed."
    )
