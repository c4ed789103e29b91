"""The names that stand for themselves in the examples, as the docstring of ``rosc_map`` says."""

import datetime as dt
import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import rosc_map
from partnerships import TODAY
from rosc_map import examples
from rosc_map.place import area_lookup


@pytest.fixture(scope="session")
def example_file(made_up_file, tmp_path_factory):
    """The made-up partnership with its small records, and a second linkage round that is running."""
    path = tmp_path_factory.mktemp("examples") / "surrey.gpkg"
    shutil.copy(made_up_file, path)
    area = rosc_map.open(path, today=TODAY - dt.timedelta(days=3), who="coordinator")
    for record, source in {"lists": examples.lists_path(), **examples.others_paths()}.items():
        area.import_(source, record)
    area.draw(sources=4, targets=3, seed=2027)
    return path


@pytest.fixture(scope="session")
def example_names(example_file):
    """The names of the examples; none of functions and classes changes the partnership, so that all share it."""
    area = rosc_map.open(example_file, today=TODAY, who="coordinator")
    held = area.snapshot()
    return {
        "area": area,
        "held": held,
        "lookup": area_lookup(list(held.areas)),
        "graph": area.network_graph(),
        "result": area.estimate("R1"),
        "rosc_map": rosc_map,
        "pd": pd,
        "np": np,
        "gpd": gpd,
    }


@pytest.fixture
def in_a_folder(example_names, tmp_path, monkeypatch):
    """Return what gives the names of an example, and changes to an empty folder for the files that it writes."""
    numbers = iter(range(10_000))

    def names():
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        monkeypatch.chdir(folder)
        return dict(example_names)

    return names


@pytest.fixture
def on_a_copy(in_a_folder, example_file):
    """Return the same, with a copy of the partnership in that folder, which the example may change."""

    def names():
        found = in_a_folder()
        shutil.copy(example_file, "surrey.gpkg")
        return {**found, "area": rosc_map.open("surrey.gpkg", today=TODAY, who="coordinator")}

    return names
