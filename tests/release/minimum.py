"""The declared minimum of each direct dependency, to install: ``python tests/release/minimum.py > minimum.txt``."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
_LEAST = re.compile(r"(?P<name>[A-Za-z0-9._-]+(?:\[[a-z,]+\])?)>=(?P<version>[0-9.]+)")


def minimum(pyproject):
    """Return each dependency of the package and of its extras, ``>=`` become ``==``.

    A dependency that says anything else is refused: of it nobody would know which version was tried.
    """
    project = tomllib.loads(pyproject)["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *(line for name, lines in extras.items() if name != "all" for line in lines)]
    found = [_LEAST.fullmatch(line) for line in declared]
    if None in found:
        raise ValueError(f"It does not say name>=version: {declared[found.index(None)]}")
    return [f"{match['name']}=={match['version']}" for match in found if match]


if __name__ == "__main__":
    print(*minimum((ROOT / "pyproject.toml").read_text("utf-8")), sep="\n")  # noqa: T201 - it is a command
