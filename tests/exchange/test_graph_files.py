"""GraphML, GEXF and the list of edges: NetworkX reads back all that was published and that the format can hold."""

import csv
import datetime as dt
import io
import stat
from xml.etree import ElementTree

import networkx as nx
import pandas as pd
import pytest
from exports_build import awkward, published_for, replaced, with_texts
from hypothesis import given, settings
from hypothesis import strategies as st

from rosc_map.errors import FileProblem, InputError, NotPublished
from rosc_map.exchange import nodes_beside, write_edges, write_gexf, write_graphml
from rosc_map.exchange.cells import safe_cell, unmark_cell
from rosc_map.exchange.graph_files import published_graph
from rosc_map.records import Audience

FORMATS = {
    "graphml": (write_graphml, nx.read_graphml),
    "gexf": (write_gexf, nx.read_gexf),
}
texts = st.lists(awkward, min_size=5, max_size=5)


@pytest.fixture(scope="module")
def published(made_up_file):
    return published_for(made_up_file)


def holds(letter):
    """Whether XML 1.0 (production 2) can hold a character."""
    code = ord(letter)
    return letter in "\t\n\r" or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def in_xml(text):
    return "".join(filter(holds, text)).replace("\r\n", "\n").replace("\r", "\n")


def as_published(published):
    """Return id → field → plain value, told from the table itself."""
    found = {}
    for row in published.assets.drop(columns="geometry").to_dict("records"):
        plain = {}
        for name, value in row.items():
            if isinstance(value, tuple):
                value = "; ".join(value)
            elif isinstance(value, dt.date):
                value = value.isoformat()
            if value is not None and value != "" and value == value:
                plain[name] = in_xml(value) if isinstance(value, str) else value
        found[row["id"]] = {name: value for name, value in plain.items() if value != "" and name != "id"}
    return found


def links_of(published):
    return {
        (row["from_asset"], row["to_asset"]): (row["evidence"], bool(row["not_found_in_test"]))
        for row in published.links.to_dict("records")
    }


def assert_same(graph, published):
    nodes = {
        node: {name: value for name, value in data.items() if name != "label"} for node, data in graph.nodes.data()
    }
    assert nodes == as_published(published)
    # Without a label GEXF gives the id, as every program that reads it does.
    assert all(data.get("label", node) in (data.get("name"), node) for node, data in graph.nodes.data())
    edges = {(a, b): (data.get("evidence", ""), data["not_found_in_test"]) for a, b, data in graph.edges.data()}
    assert edges == links_of(published)
    assert all((data["result"] == "linked") == bool(data.get("evidence")) for *_, data in graph.edges.data())


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("audience", list(Audience))
def test_networkx_reads_back_every_field_of_every_asset_and_every_link(made_up_file, tmp_path, ending, audience):
    shown = published_for(made_up_file, audience)
    write, read = FORMATS[ending]
    graph = read(write(shown, tmp_path / f"a.{ending}"))
    assert len(graph) == len(shown.assets) > 40 and graph.number_of_edges() == len(shown.links) > 100
    assert_same(graph, shown)
    placed = shown.assets[shown.assets.geometry.notna()]
    assert {node for node, data in graph.nodes.data() if "latitude" in data} == set(placed["id"])
    assert all(isinstance(data["latitude"], float) for _, data in graph.nodes.data() if "latitude" in data)


@pytest.mark.parametrize("ending", FORMATS)
@settings(max_examples=15)
@given(said=texts)
def test_any_text_comes_back_but_for_what_xml_cannot_hold(published, tmp_path_factory, ending, said):
    shown = with_texts(published, said)
    write, read = FORMATS[ending]
    assert_same(read(write(shown, tmp_path_factory.mktemp("x") / f"a.{ending}")), shown)


def test_the_links_are_a_graph_of_which_any_writer_has_plain_values(published):
    graph = published_graph(with_texts(published, ["a", "b", "c", "d", "e"]))
    values = [value for _, data in graph.nodes.data() for value in data.values()]
    assert {type(value) for value in values} == {str, float, bool}
    results = {data.get("evidence", ""): data["result"] for *_, data in graph.edges.data()}
    assert results == {"declared": "linked", "": "not_found", "declared, tested": "linked"}


def test_title_banner_notes_and_licences_go_with_the_graph(published, tmp_path):
    said = nx.read_graphml(write_graphml(published, tmp_path / "a.graphml")).graph
    assert (said["title"], said["banner"], said["audience"]) == (published.title, published.banner, "public")
    assert said["licences"].splitlines() == list(published.licences) and said["as_at"] == "2026-11-22"
    hostile = replaced(published, banner="</description></meta><x>&")
    text = write_gexf(hostile, tmp_path / "a.gexf").read_bytes()
    described = ElementTree.fromstring(text).findtext("{*}meta/{*}description")
    assert "</description></meta><x>&" in described
    assert all(words in described for words in (*published.notes, *published.licences))


def edges_and_nodes(path):
    """Read the two tables as the documentation says."""
    read = {"dtype": str, "keep_default_na": False}
    edges, nodes = pd.read_csv(path, **read), pd.read_csv(nodes_beside(path), **read)
    graph = nx.from_pandas_edgelist(edges, "Source", "Target", edge_attr=True, create_using=nx.DiGraph)
    graph.add_nodes_from(nodes.set_index("Id").to_dict("index").items())
    return graph


def test_a_list_of_edges_has_every_asset_in_the_list_of_nodes(published, tmp_path):
    path = write_edges(published, tmp_path / "links.csv")
    assert path.name == "links.csv" and nodes_beside(path).name == "links-nodes.csv"
    graph = edges_and_nodes(path)
    wanted = as_published(published)
    assert set(graph) == set(wanted) and not path.read_bytes().startswith(b"\xef\xbb\xbf")
    for node, data in graph.nodes.data():
        fields = {"name": data.pop("Label")} | {name: unmark_cell(value) for name, value in data.items() if value}
        assert fields == {
            name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in wanted[node].items()
        }
    alone = set(wanted) - {end for pair in links_of(published) for end in pair}
    assert alone and alone == set(nx.isolates(graph)), "some have no link, or this tests less than it says"
    edges = {(a, b): (data["evidence"], data["not_found_in_test"] == "true") for a, b, data in graph.edges.data()}
    assert edges == links_of(published)
    assert {data["Type"] for *_, data in graph.edges.data()} == {"Directed"}


@settings(max_examples=15)
@given(said=texts)
def test_any_text_stands_in_its_cell_and_none_runs(published, tmp_path_factory, said):
    shown = with_texts(published, said)
    path = write_edges(shown, tmp_path_factory.mktemp("x") / "a.csv")
    for file, column, wanted in (
        (nodes_beside(path), "Label", list(shown.assets["name"])),
        (path, "from_name", list(shown.links["from_name"])),
    ):
        rows = list(csv.DictReader(io.StringIO(file.read_bytes().decode(), newline="")))
        assert [row[column] for row in rows] == [safe_cell(words) for words in wanted]


def test_only_what_was_published_whole_or_not_at_all_and_internal_for_its_owner(made_up_file, published, tmp_path):
    inside = published_for(made_up_file, Audience.INTERNAL)
    for write, name in ((write_graphml, "a.graphml"), (write_gexf, "a.gexf"), (write_edges, "a.csv")):
        with pytest.raises(NotPublished):
            write(published.assets, tmp_path / name)
        with pytest.raises(InputError, match="choose a name that ends in"):
            write(published, tmp_path / "a.txt")
        with pytest.raises(FileProblem, match="cannot be written"):
            write(published, tmp_path / "none" / name)
        write(inside, tmp_path / name)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize("name", ["a.csv", "a-nodes.csv"])
def test_no_list_is_written_over_a_call_sheet(published, tmp_path, name):
    (tmp_path / name).write_text("source,target,level\na,b,\n")
    with pytest.raises(FileProblem, match="is a call sheet"):
        write_edges(published, tmp_path / "a.csv")
    assert [path.name for path in tmp_path.iterdir()] == [name], "nor is the other written"
