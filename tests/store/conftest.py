import shutil

import pytest

import postgis as servers
from rosc_map.store import Store


@pytest.fixture(scope="session")
def new_file(tmp_path_factory):
    """A new, empty store in a file, made once."""
    return Store.create(tmp_path_factory.mktemp("new") / "area.gpkg", {"title": "T", "banner": ""}).path


@pytest.fixture(params=["file", pytest.param("postgis", marks=pytest.mark.postgis)])
def either(request, tmp_path):
    """A new store: once a file, once a database."""
    if request.param == "file":
        yield Store(shutil.copy(request.getfixturevalue("new_file"), tmp_path / "area.gpkg"))
        return
    cluster, like = map(request.getfixturevalue, ("postgis_cluster", "new_postgis"))
    request.getfixturevalue("postgis_passfile")
    with servers.database(*cluster, like=like) as url:
        store = Store(url)
        yield store
        store.close()
