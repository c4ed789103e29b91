"""The group of the linkage commands, whose own commands are only made when one of them is wanted."""

from typing import Any

import typer
from typer.core import TyperGroup

__all__ = ["linkage"]


_HELP = "Test by random calls whether the links are real."


class _OnDemand(TyperGroup):
    """Makes its commands late: ``rosc-map --help`` names the group, and needs none of them."""

    def _made(self) -> TyperGroup:
        from rosc_map.cli.linkage import linkage as commands

        return typer.main.get_group(commands)

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands, in order."""
        return self._made().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command by name."""
        return self._made().get_command(ctx, cmd_name)


linkage = typer.Typer(cls=_OnDemand, help=_HELP, no_args_is_help=True)
