"""What is held, in words for the organisation that it is about, without what others keep to themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import pandas as pd

from rosc_map.place import code_names
from rosc_map.publish.one_asset import Secrets, publish_assets
from rosc_map.publish.redact import MASK
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import plain_id, standing
from rosc_map.records import Asset, Audience, FieldSpec, Kind, day, format_cell, label, row_dicts

__all__ = ["OUTSIDE", "TEXTS", "SeenByOthers", "in_words", "is_empty"]

OUTSIDE = (Audience.PUBLIC, Audience.PARTNERS)
"""Those who are not coordinators, the widest first."""

TEXTS = (Kind.TEXT, Kind.LONG_TEXT, Kind.LIST)
"""The kinds of fields in which anything may have been written."""

_AREAS = ("area_code", "areas_served", "local_authority_code", "upper_tier_code")
_OWN_PLACE: dict[str, Any] = dict.fromkeys(("secret_address", "secret_postcode"), "") | {"shown_place": True}


class SeenByOthers:
    """What others see of some assets, and how texts about these read without what others keep to themselves.

    Parameters
    ----------
    snapshot
        Everything that is held.
    own
        The assets, as they are stored.
    """

    def __init__(self, snapshot: Snapshot, own: Sequence[dict[str, Any]]) -> None:
        self._snapshot = snapshot
        self._secrets: dict[Audience, Secrets] = {}
        # What their organisation has put there itself is no secret to it; all else reads as it does to partners.
        self._redactor = self._kept_from(Audience.PARTNERS).redactor.beside(own)

    def _kept_from(self, audience: Audience) -> Secrets:
        if audience not in self._secrets:
            self._secrets[audience] = Secrets(self._snapshot, audience)
        return self._secrets[audience]

    @cached_property
    def named(self) -> dict[Audience, set[str]]:
        """The ids of the assets that each audience outside sees by name."""
        ids = self._snapshot.assets["id"]
        return {each: set(ids[standing(self._snapshot.assets, each) == "named"]) for each in OUTSIDE}

    def title_words(self, words: str) -> str:
        """Return words that stand on every page of the partnership, as partners may read them."""
        return self._kept_from(Audience.PARTNERS).words(words)

    def shown(self, ids: Iterable[str], audience: Audience) -> dict[str, dict[str, Any]]:
        """Return by id what an audience is shown of some assets; who is not named to it is not among them."""
        wanted = {plain_id(identifier): identifier for identifier in ids}
        assets = self._snapshot.assets
        some = assets[assets["id"].isin(list(wanted.values()))].reset_index(drop=True)
        part = replace(self._snapshot, assets=some, referrals=self._snapshot.referrals.iloc[:0])
        found = publish_assets(part, list(wanted), audience, secrets=self._kept_from(audience)).assets
        return {wanted[row["id"]]: row for row in row_dicts(pd.DataFrame(found.drop(columns="geometry")))}

    def own_values(self, asset: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of one of the assets, as its organisation may read them."""
        specs = Asset.specs()
        return {
            name: self.clean(name, asset[name], asset) if spec.kind in TEXTS else asset[name]
            for name, spec in specs.items()
        }

    def clean(self, field: str, value: Any, asset: Mapping[str, Any]) -> Any:
        """Return a text about an asset without what others keep to themselves.

        Parameters
        ----------
        field
            The field of an asset as which it is read: names are left, and of a web address all goes or nothing.
        value
            The text, or texts.
        asset
            The asset, as it is stored.
        """
        place = {name: asset[name] for name in ("address", "postcode")}
        told = self._redactor.clean_asset({**_OWN_PLACE, **place, field: value})[field]
        return MASK if is_empty(told) and not is_empty(value) else told


def is_empty(value: Any) -> bool:
    """Whether nothing is known."""
    return value is None or value in ("", ()) or value != value


def in_words(name: str, spec: FieldSpec, value: Any) -> str:
    """Return a value in words: codes become their labels, authorities their names, dates are said."""
    if is_empty(value):
        return ""
    parts = value if isinstance(value, tuple | list) else (value,)
    if spec.codelist and spec.kind in (Kind.CHOICE, Kind.CHOICES):
        return ", ".join(label(spec.codelist, str(part)) for part in parts)
    if name in _AREAS:
        return ", ".join(code_names().get(str(part), str(part)) for part in parts)
    if spec.kind is Kind.DATE and hasattr(value, "year"):
        return day(value)
    if spec.kind is Kind.NUMBER and isinstance(value, int | float):
        return format_cell(spec, float(value))
    if spec.kind is Kind.YES_NO and isinstance(value, bool | int):
        return format_cell(spec, value)
    # Another program may have put something there that does not belong: it is told as it stands.
    return "; ".join(map(str, parts))
