"""What is on near a place this week: the sheet of a community connector. What was asked is kept nowhere."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rosc_map import show
from rosc_map.errors import InputError
from rosc_map.partnership.core import Core, audience_of
from rosc_map.partnership.current_areas import in_current_areas
from rosc_map.partnership.live_assets import LiveAssets
from rosc_map.partnership.near_live import SHEETS_FOR, LiveNear, part_for
from rosc_map.place import area_lookup
from rosc_map.publish import (
    NearAsked,
    PublishedNear,
    Secrets,
    Snapshot,
    choose_near,
    looked_for,
    near_assets,
    near_looked,
    near_place,
    publish_assets,
    publish_near,
    read_interests,
)
from rosc_map.records import Audience, SurveyedArea, row_dicts

__all__ = ["Nearness"]

_MOST_KM = 100


class Nearness(Core):
    """The task of a community connector or recovery navigator."""

    def near(
        self,
        place: str,
        interests: Sequence[str] = (),
        *,
        audience: str | Audience = Audience.PUBLIC,
        within_km: float = 10,
        live: LiveNear | None = None,
    ) -> PublishedNear:
        """Return what is on near a place in the seven days from today.

        Nothing of what was asked is kept or logged.

        Parameters
        ----------
        place
            A postcode, ``latitude,longitude``, ``easting,northing``, or the name of a council area.
        interests
            Codes or labels of asset types, types of recovery support and community groups; all when left out.
        audience
            ``public``, to hand over to somebody; or ``partners``, for the connector's own use.
        within_km
            How far at most, in a straight line.
        live
            What a server keeps in memory.

        Raises
        ------
        InputError
            For a place, an interest, an audience or a distance that cannot be.
        PostcodeNotFound
            When the place is a postcode that the directory does not hold.
        FileProblem
            When the partnership cannot be read.

        Examples
        --------
        >>> found = area.near("RH4 1DW", ["mutual aid"], within_km=5)
        >>> [entry.name for entry in found.entries]
        ['Example Self-Management Meeting, Dorking', 'Example Self-Management Meeting, Epsom']
        """
        who = audience_of(audience)
        if who not in SHEETS_FOR:
            raise InputError("A sheet is handed over or carried around: choose public or partners.")
        if not 0 < within_km <= _MOST_KM:
            raise InputError(f"Give a distance above 0 and up to {_MOST_KM} km.")
        asked = NearAsked(near_place(place), read_interests(interests), self._today, within_km)
        return self._near_in_memory(live, asked, who) if live else self._near_in_store(asked, who)

    def _near_in_store(self, asked: NearAsked, audience: Audience) -> PublishedNear:
        held = self.snapshot()
        asked = _noted(asked, held.areas)
        near = choose_near(filter(None, near_assets(held.assets, audience)), asked)
        secrets = Secrets(held, audience)
        shown = publish_assets(held, (*near.ids, *near.helpers), audience, secrets=secrets)
        looked = () if near.ids else near_looked(held, asked, audience)
        words = {"title": secrets.words(held.title), "banner": secrets.words(held.banner)}
        return publish_near(shown, near, asked, **words, looked=looked)

    def _near_in_memory(self, live: LiveNear, asked: NearAsked, audience: Audience) -> PublishedNear:
        assets = live.assets
        assets.refresh()
        asked = _noted(asked, list(assets.areas()))
        near = choose_near(live.of(audience), asked)
        shown = assets.published((*near.ids, *near.helpers), audience)
        looked = () if near.ids else near_looked(self._of_kinds(assets, asked), asked, audience)
        return publish_near(shown, near, asked, looked=looked)

    def _of_kinds(self, live: LiveAssets, asked: NearAsked) -> Snapshot:
        """Return what tells where somebody looked for what was asked; only a few assets of these kinds are near."""
        kinds, place = looked_for(asked), asked.place
        above = {row["upper_tier_code"] for row in row_dicts(area_lookup(list(place.local)))}
        rows = [
            row
            for row in live.rows().values()
            if row["asset_type"] in kinds
            and ({row["local_authority_code"], *row["areas_served"]} & place.around or row["upper_tier_code"] in above)
        ]
        return in_current_areas(replace(part_for(rows), surveyed=self._store.read(SurveyedArea)))

    def write_near(self, published: PublishedNear, path: str | Path) -> Path:
        """Write a sheet as a page to print, in large type, and return its path; its owner alone can read it.

        Raises
        ------
        InputError
            When the name does not end in ``.html`` or ``.htm``.
        FileProblem
            When the folder is missing or the file cannot be written.

        Examples
        --------
        >>> found = area.near("RH4 1DW", ["mutual aid"], within_km=5)
        >>> area.write_near(found, "near-dorking.html").name
        'near-dorking.html'
        """
        return show.write_near(published, Path(path))


def _noted(asked: NearAsked, areas: Sequence[str]) -> NearAsked:
    """Return what was asked with a remark where the place is outside the partnership's own area."""
    place = asked.place
    if place.local & set(area_lookup(list(areas))["local_authority_code"]):
        return asked
    outside = f"{place.area} is outside the area of this partnership, so little may be recorded there."
    return replace(asked, place=replace(place, remarks=(*place.remarks, outside)))
