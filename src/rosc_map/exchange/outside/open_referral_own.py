"""What our own lists say beside the standard: attributes of the taxonomies ``rosc-map:<field>``, one for each value."""

from collections.abc import Iterator, Mapping

from rosc_map.exchange.outside.lists import UNKNOWN_LICENCE
from rosc_map.exchange.outside.open_referral_parts import Part, first_word, parts
from rosc_map.exchange.outside.repair import Said, one_word
from rosc_map.records import DEFAULT_PRECISION, SHOWN_PRECISIONS, Asset, Kind, licence_of

__all__ = ["is_own", "licence_of_all", "other_terms", "own_values", "put_own"]

_OURS = "rosc-map:"
_FIELDS = frozenset(
    {"asset_type", "rss_types", "community_group", "led_by", "lero_type", "connector_role", "commissions_others"}
    | {"location_precision", "for_whom", "accessibility", "access", "cost", "attendance", "referral_route"}
    | {"other_names", "source_url", "source_date", "external_ids", "status", "licence"}
)


def own_values(service: Part) -> dict[str, list[str]]:
    """Return what our attributes say, by field; a field that a list may not set is passed over."""
    found: dict[str, list[str]] = {}
    for taxonomy, term in _terms(service):
        name = taxonomy.removeprefix(_OURS)
        if name != taxonomy and name in _FIELDS and (value := first_word(term, "term", "name")):
            found.setdefault(name, []).append(value)
    return found


def other_terms(service: Part) -> list[str]:
    """Return the terms of other taxonomies, by which a directory says what a service is."""
    return [
        word
        for taxonomy, term in _terms(service)
        if not taxonomy.startswith(_OURS) and (word := first_word(term, "name", "term"))
    ]


def _terms(service: Part) -> Iterator[tuple[str, Part]]:
    for attribute in parts(service, "attributes"):
        for term in parts(attribute, "taxonomy_term"):
            yield first_word(term, "taxonomy"), term


def is_own(values: Mapping[str, list[str]]) -> bool:
    """Whether a service is of a list of ours: only these say what type of asset it is."""
    return "asset_type" in values


def put_own(said: Said, values: Mapping[str, list[str]]) -> None:
    """Take what our attributes say. The licence is the list's, and the ids are put together elsewhere."""
    for name, found in values.items():
        if name in ("licence", "external_ids"):
            continue
        kind = Asset.specs()[name].kind
        if kind in (Kind.LIST, Kind.CHOICES):
            said.put(name, [one_word(value) for value in found])
        else:
            said.put(name, found[0])
    _keep_coarse(said)
    if "lero_type" in said.values and said.values.get("asset_type") != "lero":
        said.note("lero_type", said.values.pop("lero_type"), "is for LEROs only.")


def _keep_coarse(said: Said) -> None:
    """Take a precision out that is no coarser than that of its type: a list may hide more of a place, never show more.

    Where a list does not say the type, it is guessed from its words later: only the coarsest is safe for all.
    """
    precision, kind = (said.values.get(field, "") for field in ("location_precision", "asset_type"))
    usual = DEFAULT_PRECISION.get(kind, SHOWN_PRECISIONS[0]) if kind else SHOWN_PRECISIONS[-1]
    if precision not in SHOWN_PRECISIONS or usual not in SHOWN_PRECISIONS:
        return  # hidden: the row is left out
    finer = SHOWN_PRECISIONS.index(precision) < SHOWN_PRECISIONS.index(usual)
    if finer:
        said.note("location_precision", precision, "shows more of a place than a list may say.")
    if finer or (kind and precision == usual):
        del said.values["location_precision"]


def licence_of_all(licences: set[str]) -> str:
    """Return the licence of a list whose rows say theirs: the open one that they share, else unknown.

    A permission is given to whoever asked for it, so that no list can say it of itself.
    """
    said = next(iter(licences)) if len(licences) == 1 else ""
    licence = licence_of(said)
    return said if said and licence.shared and licence.code != "permission" else UNKNOWN_LICENCE
