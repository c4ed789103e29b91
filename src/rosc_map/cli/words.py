"""The arguments that many commands share."""

from typing import Annotated

import typer

__all__ = ["AsJson", "By", "File"]

File = Annotated[
    str, typer.Argument(metavar="FILE", help="The partnership file (*.gpkg), or postgresql://user@host/name.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document for other programs.")]
By = Annotated[
    str,
    typer.Option(
        "--by", envvar="ROSC_MAP_BY", help="Who does it: a volunteer number or role, never a name. Kept in the history."
    ),
]
