"""Nothing that an audience is not shown is in any export of the assets and their links."""

import zipfile

import pytest
from exports_build import published_for

from rosc_map import exchange
from rosc_map.records import Audience

WRITERS = {
    "a.gpkg": exchange.write_geopackage,
    "a.graphml": exchange.write_graphml,
    "a.gexf": exchange.write_gexf,
    "kumu.json": exchange.write_kumu,
    "kumu.xlsx": exchange.write_kumu,
    "edges.csv": exchange.write_edges,
}
TELLING = ("id", "name", "phone", "email", "website", "postcode", "address", "notes", "recorded_by", "place")


def said_in(path):
    """Return all that a file says, without the packing of a workbook."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as parts:
        return b" ".join(parts.read(name) for name in parts.namelist())


def words_of(table):
    return {str(value) for name in TELLING if name in table for value in table[name]} - {"", "None"}


@pytest.mark.parametrize("audience", list(Audience))
def test_nothing_hidden_is_in_any_file(made_up_file, tmp_path, audience):
    shown, held = published_for(made_up_file, audience), published_for(made_up_file, Audience.INTERNAL)
    for name, write in WRITERS.items():
        write(shown, tmp_path / name)
    said = {path.name: said_in(path) for path in tmp_path.iterdir()}
    assert len(said) == len(WRITERS) + 1, "a list of edges has its nodes beside it"
    everything = "\n".join(map(str, shown.assets.to_dict("records")))
    # A district that is part of a postcode shown tells nothing.
    hidden = {words for words in words_of(held.assets) if words not in everything}
    assert audience is Audience.INTERNAL or len(hidden) > 10
    leaked = {name: [words for words in hidden if words.encode() in data] for name, data in said.items()}
    assert {name: words for name, words in leaked.items() if words} == {}
    written = [name for name, data in said.items() if shown.assets["name"].iloc[0].encode() in data]
    assert len(written) >= len(WRITERS), "it is looked for as it is written"
