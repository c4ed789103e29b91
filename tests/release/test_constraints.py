"""The pinned versions: each dependency that is declared has one, which the declaration allows; none has two."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


def pinned():
    """The version of each package in constraints.txt, as its lines say it."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return [(canonicalize_name(name), version) for name, version in (line.split("==") for line in lines)]


def declared():
    """Every dependency that pyproject.toml names: of the package, its extras, its groups and its build."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = stated["project"]
    lists = [project["dependencies"], stated["build-system"]["requires"]]
    lists += [*project["optional-dependencies"].values(), *stated["dependency-groups"].values()]
    words = {line for found in lists for line in found if isinstance(line, str)}
    return [Requirement(line) for line in sorted(words) if not re.match(r"rosc-map\b", line)]


@pytest.mark.parametrize("needed", declared(), ids=str)
def test_each_declared_dependency_is_pinned_to_a_version_that_it_allows(needed):
    versions = dict(pinned())
    name = canonicalize_name(needed.name)
    assert name in versions, f"constraints.txt has no {name}"
    assert versions[name] in needed.specifier


def test_nothing_is_pinned_twice():
    names = [name for name, _ in pinned()]
    assert len(set(names)) == len(names)
