"""The assets and their links as a graph: GraphML, and GEXF for Gephi, by the writers of NetworkX.

A file of XML cannot hold control characters, halves of surrogate pairs, U+FFFE and U+FFFF: they are left out. A line
end is a line feed.
"""

import io
import re
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import networkx as nx

from rosc_map.errors import InputError
from rosc_map.exchange.published_rows import asset_rows, joined, link_rows
from rosc_map.publish import Published, require_published
from rosc_map.records import Audience
from rosc_map.whole_file import write_atomic

__all__ = ["published_graph", "write_gexf", "write_graphml"]

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENDS = ("from_asset", "to_asset")


def published_graph(published: Published) -> nx.DiGraph:
    """Return what was published as a directed graph that any writer of NetworkX takes.

    Returns
    -------
    networkx.DiGraph
        Nodes: the assets by id, each with ``label`` (its name, as Gephi reads it) and the published fields that are
        known: text, float (``latitude``, ``longitude``: degrees, where a point is published) or bool; several values
        are one text with "; " between them, and a date is text. Edges: ``evidence`` (where there is any), ``result``
        and ``not_found_in_test`` of :func:`rosc_map.exchange.published_rows.link_rows`. ``graph`` holds ``title``,
        ``audience``, ``as_at``, and ``banner``, ``notes`` and ``licences`` where there are any. All text is such as XML
        can hold.

    Raises
    ------
    NotPublished
        When it has not passed the gate.
    """
    require_published(published, Published)
    graph = nx.DiGraph(**_for_xml(_said(published)))
    for row in asset_rows(published):
        fields = {name: joined(value) for name, value in row.items() if name != "id"}
        graph.add_node(_text(row["id"]), **_for_xml({"label": row["name"], **fields}))
    for row in link_rows(published):
        about = {name: row[name] for name in ("evidence", "result", "not_found_in_test")}
        graph.add_edge(*(_text(row[end]) for end in _ENDS), **_for_xml(about))
    return graph


def write_graphml(published: Published, path: Path) -> Path:
    """Write the graph of :func:`published_graph` as GraphML. An internal file can be read by its owner only.

    Raises
    ------
    NotPublished
        When it has not passed the gate.
    InputError
        For a name that does not end in ``.graphml``.
    FileProblem
        When the file cannot be written.

    References
    ----------
    http://graphml.graphdrawing.org/specification.html
    """
    graph = published_graph(published)
    _check(path, ".graphml")
    out = io.BytesIO()
    nx.write_graphml_xml(graph, out)
    return write_atomic(path, out.getvalue(), private=published.audience is Audience.INTERNAL)


def write_gexf(published: Published, path: Path) -> Path:
    """Write the graph of :func:`published_graph` as GEXF 1.2 for Gephi. An internal file is for its owner only.

    What has to stand with the data (title, banner, notes, licences) is the description of the file.

    Raises
    ------
    NotPublished
        When it has not passed the gate.
    InputError
        For a name that does not end in ``.gexf``.
    FileProblem
        When the file cannot be written.

    References
    ----------
    https://gexf.net/schema.html
    """
    graph = published_graph(published)
    _check(path, ".gexf")
    out = io.BytesIO()
    nx.write_gexf(graph, out)
    # NetworkX writes no description; the end of "meta" comes before any text of ours.
    said = "\n".join(f"{name.replace('_', ' ').capitalize()}: {words}" for name, words in graph.graph.items())
    data = out.getvalue().replace(b"</meta>", f"<description>{escape(said)}</description></meta>".encode(), 1)
    return write_atomic(path, data, private=published.audience is Audience.INTERNAL)


def _said(published: Published) -> dict[str, str]:
    return {
        "title": published.title,
        "banner": published.banner,
        "audience": published.audience.value,
        "as_at": published.as_at.isoformat(),
        "notes": "\n".join(published.notes),
        "licences": "\n".join(published.licences),
    }


def _check(path: Path, ending: str) -> None:
    if path.suffix.lower() != ending:
        raise InputError(f"{path.name}: choose a name that ends in {ending}.")


def _for_xml(values: dict[str, Any]) -> dict[str, Any]:
    """Return values as XML can hold them, without empty ones: the writers want one kind a column."""
    plain = {name: _text(value) if isinstance(value, str) else value for name, value in values.items()}
    return {name: value for name, value in plain.items() if value != ""}


def _text(words: str) -> str:
    return _NOT_IN_XML.sub("", words).replace("\r\n", "\n").replace("\r", "\n")
