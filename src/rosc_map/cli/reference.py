"""The reference of the command line: every command as one page of Markdown, made from the commands themselves.

``python -m rosc_map.cli.reference > docs/cli-reference.md`` makes the page of the documentation.
"""

import re
import sys
from collections.abc import Iterator
from typing import Any

import typer

from rosc_map.cli.app import app

__all__ = ["cli_reference"]

_INTRODUCTION = """# Commands

Every command of `rosc-map`, with its words and options.

A command is typed as it stands under *Example*, with your own file for `area.gpkg`. A word in capitals stands for one
of yours: `FILE` is a partnership file, or a database. What stands in `[ ]` may be left out, and `...` may be more than
one. The same help is on your screen: put `--help` after any command.
"""
_END = """
---

For whoever works on rosc-map: this page is made by the program from the commands themselves. Do not edit it; make it
again:

```sh
python -m rosc_map.cli.reference > docs/cli-reference.md
```
"""
_EXAMPLE = "Example: "


def cli_reference() -> str:
    """Return the reference of all commands in Markdown.

    Examples
    --------
    >>> from rosc_map.cli.reference import cli_reference
    >>> cli_reference().splitlines()[0]
    '# Commands'
    """
    root = typer.main.get_command(app)
    context = typer.Context(root, info_name="rosc-map")
    commands = list(_commands(root, context))
    index = [f"- [`{name}`](#{name.replace(' ', '-')}): {_first(command)}" for name, command in commands]
    return "\n".join([_INTRODUCTION, *index, *(_command(name, command) for name, command in commands), _END])


def _commands(group: Any, context: typer.Context) -> Iterator[tuple[str, Any]]:
    """Give each command that can be typed, with its words; what only holds others is not one."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        words = f"{context.command_path} {name}"
        if hasattr(command, "list_commands"):
            yield from _commands(command, typer.Context(command, info_name=name, parent=context))
        else:
            yield words, command


def _first(command: Any) -> str:
    return _text(command.help.split("\n\n")[0])


def _command(name: str, command: Any) -> str:
    parts = [" ".join(part.split()) for part in command.help.split("\n\n")]
    examples = [part.removeprefix(_EXAMPLE) for part in parts if part.startswith(_EXAMPLE)]
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [param for param in command.params if param.param_type_name == "option"]
    usage = " ".join([name, *(["[OPTIONS]"] if options else []), *map(_placeholder, arguments)])
    lines = [f"\n## {name}\n", *(f"{_text(part)}\n" for part in parts if not part.startswith(_EXAMPLE))]
    lines += ["```text", usage, "```\n"]
    lines += ["Example:\n" if len(examples) == 1 else "Examples:\n", "```sh", *examples, "```"]
    if arguments:
        lines += ["\nWords:\n", *(f"- `{_placeholder(argument)}`: {_about(argument)}" for argument in arguments)]
    if options:
        lines += ["\nOptions:\n", *(f"- `{_option(option)}`: {_about(option)}" for option in options)]
    return "\n".join(lines)


def _placeholder(argument: Any) -> str:
    """Return how a word of a command stands in its usage."""
    name = (argument.metavar or argument.name.upper()).strip("[]").removesuffix("...")
    more = "..." if argument.nargs == -1 else ""
    return f"{name}{more}" if argument.required else f"[{name}{more}]"


def _option(option: Any) -> str:
    """Return how an option is written: its names, and what follows them."""
    names = "`, `".join([*option.opts, *option.secondary_opts])
    value = option.metavar or option.opts[0].lstrip("-").replace("-", "_").upper()
    return names if option.is_flag else f"{names} {value}"


def _about(param: Any) -> str:
    """Return what a word or an option means, whether it is needed, and what counts when it is left out."""
    said = [_text(param.help or "")]
    if param.param_type_name == "option" and param.required:
        said.append("Needed.")
    # A switch that is off, or nothing, is not worth a word.
    if param.show_default and param.default not in (None, False, "", (), []):
        said.append(f"If left out: `{param.default}`.")
    if param.envvar:
        said.append(f"Or set `{param.envvar}`.")
    return " ".join(said)


def _text(text: str) -> str:
    """Return a text as Markdown that says just this: no mark of it is taken for one of the page."""
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([*\[\]`\\])", r"\\\1", plain)


if __name__ == "__main__":
    # In bytes: the page is UTF-8 on every machine, whatever its screen can show.
    sys.stdout.buffer.write(cli_reference().encode())
