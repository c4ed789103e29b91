import pytest

from rosc_map.store import Store


@pytest.fixture(params=["file", pytest.param("postgis", marks=pytest.mark.postgis)])
def either(request, tmp_path):
    """A new store: once a file, once a database."""
    target = tmp_path / "area.gpkg" if request.param == "file" else request.getfixturevalue("postgis")
    store = Store.create(target, {"title": "T", "banner": ""})
    yield store
    store.close()
