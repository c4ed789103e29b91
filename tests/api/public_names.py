"""What the project offers by name, room by room, and the docstring of each name where it is written."""

import ast
import importlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import rosc_map

PUBLIC = ("gaps", "network", "linkage", "place", "records", "examples", "errors")
"""The rooms whose names an analyst works with, each with an example."""

INSIDE = ("whole_file", "store", "publish", "exchange", "show", "partnership", "people", "demo", "web", "cli")
"""The rooms inside the house: their names are documented, and exported once."""

_ROOT = Path(rosc_map.__file__).parent


@dataclass(frozen=True)
class Name:
    """A name as it is exported, and the docstring at its home."""

    room: str
    name: str
    home: str
    line: int
    doc: str

    def __str__(self) -> str:
        return f"{self.room}.{self.name}"


def exported(room: str) -> list[str]:
    """Return the names that a room exports."""
    return list(getattr(importlib.import_module(f"rosc_map.{room}"), "__all__", ()))


def names_of(room: str) -> list[Name]:
    """Return the names that a room exports, with their docstrings."""
    return [_at_home(room, name) for name in exported(room)]


def partnership_names() -> list[Name]:
    """Return the top level's names, and the public methods and properties of an open partnership."""
    found = [_at_home("errors" if name == "RoscMapError" else "partnership", name) for name in rosc_map.__all__]
    for name in dir(rosc_map.Partnership):
        if not name.startswith("_"):
            owner = next(kind for kind in rosc_map.Partnership.__mro__ if name in vars(kind))
            body = next(node for node in _tree(owner.__module__).body if getattr(node, "name", "") == owner.__name__)
            found.append(_told("Partnership", name, owner.__module__, _defined(body.body, name)))
    return found


def _at_home(room: str, name: str) -> Name:
    module, told = f"rosc_map.{room}", name
    while not (defined := _defined(_statements(module), told)):
        module, told = next(
            (str(node.module), alias.name)
            for node in _statements(module)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if (alias.asname or alias.name) == told
        )
    return _told(room, name, module, defined)


def _told(room: str, name: str, module: str, defined: tuple[ast.stmt, str] | None) -> Name:
    line, doc = (defined[0].lineno, defined[1]) if defined else (0, "")
    return Name(room, name, module, line, doc)


def _defined(body: list[ast.stmt], name: str) -> tuple[ast.stmt, str] | None:
    """Return what defines a name, and its docstring: of a constant the text that stands under it."""
    for node, following in zip(body, [*body[1:], ast.Pass()], strict=True):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return node, ast.get_docstring(node) or ""
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            told = following.value if isinstance(following, ast.Expr) else None
            is_text = isinstance(told, ast.Constant) and isinstance(told.value, str)
            return node, str(told.value) if is_text else ""
    return None


def _statements(module: str) -> list[ast.stmt]:
    """Return the statements of a module, and those that only a type checker reads."""
    body = _tree(module).body
    return body + [inner for node in body if isinstance(node, ast.If) for inner in node.body]


@cache
def _tree(module: str) -> ast.Module:
    base = _ROOT.joinpath(*module.split(".")[1:])
    file = base / "__init__.py"
    return ast.parse((file if file.exists() else base.with_suffix(".py")).read_text("utf-8"))
