"""The partnership of the examples, made once: each example says only what an analyst would type."""

import datetime as dt
import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from partnerships import TODAY

import rosc_map
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
    """The names that stand for themselves in the examples of functions, which change nothing."""
    area = rosc_map.open(example_file, today=TODAY, who="coordinator")
    held = area.snapshot()
    lookup = area_lookup(list(held.areas))
    return {"area": area, "held": held, "lookup": lookup, "rosc_map": rosc_map, "pd": pd, "np": np, "gpd": gpd}


@pytest.fixture
def names(example_names, tmp_path, monkeypatch):
    """The names, in a folder of their own."""
    monkeypatch.chdir(tmp_path)
    return dict(example_names)


@pytest.fixture
def own_names(names, example_file):
    """The same with a copy of the partnership in that folder, which an example may change."""
    shutil.copy(example_file, "surrey.gpkg")
    return {**names, "area": rosc_map.open("surrey.gpkg", today=TODAY, who="coordinator")}
