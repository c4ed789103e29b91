"""What the project offers by name, room by room, and the docstring of each name where it is written."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import rosc_map

PUBLIC = ("errors", "records", "place", "network", "linkage", "gaps", "examples")
"""The rooms whose names an analyst works with, each with an example."""

INSIDE = ("whole_file", "store", "publish", "exchange", "show", "partnership", "people", "demo", "web", "cli")
"""The rooms inside the house: their names are documented, and exported once."""

_ROOT = Path(rosc_map.__file__).parent


@dataclass(frozen=True)
class Name:
    """A name as it is exported; where it is defined, and the docstring there."""

    room: str
    name: str
    home: str
    line: int
    is_class: bool
    doc: str

    def __str__(self) -> str:
        return f"{self.room}.{self.name} ({self.home}, line {self.line})"


def exported(room: str) -> list[str]:
    """Return the names that a room exports."""
    listed = _assigned(_tree(f"rosc_map.{room}").body, "__all__")
    return ast.literal_eval(listed.value) if listed else []


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
            found.append(_told("Partnership", name, owner.__module__, body.body))
    return found


def _at_home(room: str, name: str) -> Name:
    """Follow a name from the room that exports it to the module that defines it."""
    module, known_as = f"rosc_map.{room}", name
    while not _defined(_statements(module), known_as):
        module, known_as = next(
            (str(node.module), alias.name)
            for node in _statements(module)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if (alias.asname or alias.name) == known_as
        )
    return _told(room, name, module, _statements(module))


def _told(room: str, name: str, module: str, body: list[ast.stmt]) -> Name:
    node = _defined(body, name)
    return Name(room, name, module, node.lineno, isinstance(node, ast.ClassDef), _doc(body, node))


def _defined(body: list[ast.stmt], name: str) -> ast.stmt | None:
    functions = (node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name)
    return next(functions, None) or _assigned(body, name)


def _assigned(body: list[ast.stmt], name: str) -> ast.stmt | None:
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return node
    return None


def _doc(body: list[ast.stmt], node: ast.stmt) -> str:
    """Return a docstring: of a constant the text that stands under it."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return ast.get_docstring(node) or ""
    following = body[body.index(node) + 1 :][:1]
    told = following[0].value if following and isinstance(following[0], ast.Expr) else None
    return told.value if isinstance(told, ast.Constant) and isinstance(told.value, str) else ""


def _statements(module: str) -> list[ast.stmt]:
    """Return the statements of a module, and those that only a type checker reads."""
    body = _tree(module).body
    return body + [inner for node in body if isinstance(node, ast.If) for inner in node.body]


@cache
def _tree(module: str) -> ast.Module:
    base = _ROOT.joinpath(*module.split(".")[1:])
    file = base / "__init__.py"
    return ast.parse((file if file.exists() else base.with_suffix(".py")).read_text("utf-8"))
