"""The arguments that many commands share."""

from typing import Annotated

import typer

__all__ = ["AsJson", "By", "File", "ForAudience", "OwnTier", "ReplyTo", "RoundName", "Tier"]

File = Annotated[
    str, typer.Argument(metavar="FILE", help="The partnership file (*.gpkg), or postgresql://user@host/name.")
]
Tier = Annotated[str, typer.Option(help="upper (counties and unitaries) or local (local authorities).")]
OwnTier = Annotated[
    str,
    typer.Option("--tier", help="upper or local authorities; local within one county, else upper.", show_default=False),
]
ForAudience = Annotated[str, typer.Option("--audience", help="public, partners or internal.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document for other programs.")]
By = Annotated[
    str,
    typer.Option(
        "--by", envvar="ROSC_MAP_BY", help="Who does it: a volunteer number or role, never a name. Kept in the history."
    ),
]
RoundName = Annotated[str, typer.Argument(metavar="ROUND", help="The round, for example R1.")]
ReplyTo = Annotated[
    str, typer.Option(help="How organisations reply, or say no: the partnership's telephone number or e-mail address.")
]
