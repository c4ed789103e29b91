"""The commands for the accounts of the web app: who may come in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from rosc_map.cli import output
from rosc_map.cli.words import AsJson, By, File

if TYPE_CHECKING:
    from rosc_map.people import Invitation, People

__all__ = ["add_to"]

Name = Annotated[str, typer.Argument(metavar="NAME", help="The account's name, for example V7.")]
Url = Annotated[
    str,
    typer.Option(help="Where people reach the web app, for example https://map.example.org", show_default=False),
]
people = typer.Typer(help="The accounts of the web app: who may come in.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to the program's."""
    app.add_typer(people, name="people")


@people.command("add")
def add(
    file: File,
    role: Annotated[
        str,
        typer.Option(
            help="recorder (a volunteer), coordinator, viewer (looks only) or admin (also looks after the accounts)."
        ),
    ],
    name: Annotated[
        str,
        typer.Argument(
            metavar="[NAME]", help="A volunteer number or a role, never a name. The next free one if left out."
        ),
    ] = "",
    url: Url = "",
    by: By = "",
) -> None:
    """Add an account, and make the link with which its owner chooses a password.

    Example: rosc-map people add area.gpkg V7 --role recorder
    """
    from rosc_map.people import Role

    try:
        wanted = Role(role)
    except ValueError:
        raise typer.BadParameter(f"{role!r} is not a role: write {', '.join(Role)}.", param_hint="--role") from None
    with _opened(file) as accounts:
        link_to = accounts.link("", url)  # asked for first: a wrong address must leave nothing half done
        added = accounts.add(name, wanted, by=by)
        made = accounts.invite(added.name, by=by)
    output.say(f"Added {added.name} ({wanted}).")
    _say_link(made, link_to)


@people.command("invite")
def invite(file: File, name: Name, url: Url = "", by: By = "") -> None:
    """Make a new link for somebody who lost theirs, or forgot the password.

    The link before it stops working. The old password works until a new one is chosen.

    Example: rosc-map people invite area.gpkg V7
    """
    with _opened(file) as accounts:
        link_to = accounts.link("", url)
        made = accounts.invite(name, by=by)
    _say_link(made, link_to)


@people.command("list")
def list_(file: File, json: AsJson = False) -> None:
    """Show the accounts.

    Example: rosc-map people list area.gpkg
    """
    with _opened(file) as opened:
        found = opened.accounts()
    if json:
        output.as_json([vars(account) for account in found])
    elif found:
        rows = [
            (each.name, each.role, "yes" if each.has_password else "not chosen yet", each.last_seen or "never")
            for each in found
        ]
        output.table("Accounts of the web app", ("Name", "Role", "Password", "Last seen"), rows)
    else:
        output.say(f"There are no accounts yet. Make the first: rosc-map people add {file} --role admin")


@people.command("remove")
def remove(
    file: File,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether you are sure.")] = False,
    by: By = "",
) -> None:
    """Remove an account, with its unfinished entries and lists.

    What they recorded stays, under their number.

    Example: rosc-map people remove area.gpkg V7
    """
    with _opened(file) as accounts:
        found = accounts.account(name).name
        if not yes:
            output.say(
                f"{found} cannot sign in any more, and unfinished entries are deleted. What they recorded stays."
            )
            typer.confirm(f"Remove {found}?", abort=True, err=True)
        accounts.remove(found, by=by)
    output.say(f"Removed {found}.")


@contextmanager
def _opened(file: str) -> "Iterator[People]":
    from rosc_map.people import People

    accounts = People.beside(file)
    try:
        yield accounts
    finally:
        accounts.close()


def _say_link(made: "Invitation", link_to: str) -> None:
    output.say(
        f"Give this link to {made.account.name} only: {link_to}{made.token}",
        f"It works once, until {output.moment(made.expires.isoformat())}. It is not shown again.",
        *(
            []
            if link_to.startswith("http")
            else ["Put the address of the web app in front of it, or give it as --url."]
        ),
    )
