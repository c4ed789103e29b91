"""What an audience is shown and what is held back, and empty forms to fill in."""

from pathlib import Path

from rosc_map import exchange, show
from rosc_map.partnership.core import Core, audience_of
from rosc_map.partnership.record_names import MAPPING, asset_type_of, record_type, tier_of
from rosc_map.publish import Published, View, publish, view, why_counted
from rosc_map.records import Audience, counted

__all__ = ["Outputs", "only_counted", "template"]


def template(path: str | Path, record: str = "assets") -> Path:
    """Write an empty form: ``.csv``, ``.xlsx``, ``.xlsform.xlsx`` (KoboToolbox, ODK) or ``.html`` (on paper).

    Parameters
    ----------
    path
        The file; one that is there is never replaced, since it may be filled in.
    record
        One of ``RECORDS``, such as ``assets`` or ``funding``; or ``mapping``, the table that says what the words of a
        table of counts mean (``.csv``).

    Raises
    ------
    InputError
        For another ending or record.
    FileProblem
        When the file exists already, or cannot be written.

    Examples
    --------
    >>> rosc_map.template("assets.csv").name
    'assets.csv'
    >>> pd.read_csv("assets.csv").columns[:4].tolist()
    ['id', 'name', 'other_names', 'organisation']
    """
    file = Path(path)
    if record == MAPPING:
        return exchange.write_mapping_template(file)
    kind = record_type(record)
    return show.write_paper_form(file, kind) if file.suffix.lower() == ".html" else exchange.write_template(file, kind)


class Outputs(Core):
    """The tasks that make something to look at or to hand on."""

    def publish(
        self, audience: str | Audience = Audience.PUBLIC, *, tier: str = "upper", asset_type: str = "lero"
    ) -> Published:
        """Return what one audience may see; maps, tables and exports are made from this only.

        Examples
        --------
        >>> shown = area.publish("public", tier="local")
        >>> len(shown.assets), len(area.publish("partners", tier="local").assets)
        (55, 63)
        >>> shown.provision.sentence
        '5 LEROs serve 8 of 11 local authorities in Surrey; 1 surveyed without one; 2 not surveyed.'
        """
        return publish(self.snapshot(), audience_of(audience), tier=tier_of(tier), asset_type=asset_type_of(asset_type))

    def held_back(self, audience: str | Audience) -> str:
        """Say how many assets an audience is shown by name, and how many not: nobody should wonder at an empty map.

        Examples
        --------
        >>> area.held_back("public")
        '55 assets are named in it. 8 are only counted, because they have not been asked or agreed to be: set the
        columns listing and licence once that changes.'
        """
        who = audience_of(audience)
        seen = view(self.snapshot(), who)
        are = "is" if len(seen.named) == 1 else "are"
        return f"{counted(len(seen.named), 'asset')} {are} named in it. {only_counted(seen, who)}".rstrip()


def only_counted(seen: View, audience: Audience) -> str:
    """Say how many assets an audience is not shown by name, and why; "" where there are none."""
    back = len(seen.counted)
    if not back:
        return ""
    why = why_counted(seen.counted, audience)
    are = "is" if back == 1 else "are"
    return f"{back:,} {are} only counted, because {why}: set the columns listing and licence once that changes."
