"""What is known of a postcode directory: its edition, its counts, its licence."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rosc_map.place.postcodes.index import PostcodeIndex
from rosc_map.place.postcodes.package import installed_package

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["Info", "info_of"]

NORTHERN_IRELAND = (
    "Northern Ireland (BT) postcodes are not under the Open Government Licence: commercial use of them needs a licence "
    "from Land & Property Services."
)


@dataclass(frozen=True)
class Info:
    """The postcode directory in use.

    Attributes
    ----------
    source
        ``package`` (installed with rosc-map) or ``update`` (an official file that somebody gave).
    edition
        Its name and date.
    source_version, source_sha256
        What the index in use was made from: the version of the package or the year and month of the official file, and
        the SHA-256 of the package's data files, one after another, or of the official file as it was given.
    package_version
        Of the directory package that is installed now, whichever is in use.
    path, size, built_at
        The index: its file, its bytes, and when it was built.
    kept
        False when no folder for it can be written, so that it is built again in each process.
    postcodes, with_point
        How many it holds, and how many of them have coordinates.
    live, not_live, unknown
        How many were in use, were not, and how many it is not known of.
    live_source, live_date
        What tells this, and of which date.
    licence
        The sentences that belong under what is made of it.
    unknown_authorities
        The codes of authorities of the United Kingdom in it that the boundaries in use do not know.
    note
        Why an official update that was given is not in use; else "".
    """

    source: str
    edition: str
    source_version: str
    source_sha256: str
    package_version: str
    path: Path
    size: int
    built_at: "dt.datetime"
    kept: bool
    postcodes: int
    with_point: int
    live: int
    not_live: int
    unknown: int
    live_source: str
    live_date: str
    licence: tuple[str, ...]
    unknown_authorities: tuple[str, ...]
    note: str


def info_of(index: PostcodeIndex, path: Path, size: int, *, kept: bool, note: str) -> Info:
    """Return what an index tells of itself; for the others see :class:`Info`."""
    import datetime as dt

    about = index.about
    right = f"database right {about['year']}".strip()
    return Info(
        source=about["source"],
        edition=about["edition"],
        source_version=about["source_version"],
        source_sha256=about["source_sha256"],
        package_version=installed_package().version,
        path=path,
        size=size,
        built_at=dt.datetime.fromisoformat(about["built_at"]),
        kept=kept,
        postcodes=about["postcodes"],
        with_point=about["with_point"],
        live=about["live"],
        not_live=about["not_live"],
        unknown=about["postcodes"] - about["live"] - about["not_live"],
        live_source=about["live_source"],
        live_date=about["live_date"],
        licence=(
            f"Contains OS data © Crown copyright and {right}.",
            f"Contains Royal Mail data © Royal Mail copyright and {right}.",
            "Source: Office for National Statistics licensed under the Open Government Licence v3.0.",
            NORTHERN_IRELAND,
        ),
        unknown_authorities=_unknown_authorities(index),
        note=note,
    )


def _unknown_authorities(index: PostcodeIndex) -> tuple[str, ...]:
    from rosc_map.place.boundaries.areas import code_names
    from rosc_map.place.postcodes.lookup import current_codes

    return tuple(sorted(set(current_codes(index.authorities)) - code_names().keys() - {""}))
