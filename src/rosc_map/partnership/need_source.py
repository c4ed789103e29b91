"""Where figures of need come from: a file, or the web address of one."""

from pathlib import Path

from rosc_map import exchange
from rosc_map.errors import InputError
from rosc_map.exchange import RawTable

__all__ = ["read_need_source"]


def read_need_source(source: str | Path) -> RawTable:
    """Read figures by authority, of OHID Fingertips, of Nomis, or any table; only an address is asked for online.

    Raises
    ------
    InputError
        When it is not a table of figures by authority.
    RowsRejected
        With each figure that cannot be taken.
    FileProblem
        When a file is missing or damaged.
    ServiceProblem
        When nothing that can be used comes from the address.
    """
    scheme, mark, _ = str(source).partition("://")
    if mark and scheme.lower() not in ("http", "https"):
        raise InputError("Only an address that begins with https:// or http:// is fetched. Give that, or a file.")
    if mark:
        return exchange.as_needs(exchange.download_needs(str(source)))
    table = exchange.read_table(Path(source))
    return table if exchange.is_form_export(table) else exchange.as_needs(table)
