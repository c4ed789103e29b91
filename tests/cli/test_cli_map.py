"""The map at the command line: which layers, for whom, and with which base map."""

import json
import re

import pytest

from rosc_map.cli import maps
from rosc_map.publish import MAP_LAYERS

OSM = "https://tile.openstreetmap.org"


def facts(path):
    return json.loads(re.search(r'id="facts">(.*?)</script>', path.read_text("utf-8"))[1])


def test_a_map_says_what_was_written_for_whom_and_which_layers(run, made_up, tmp_path):
    path = tmp_path / "map.html"
    code, said, told = run("map", made_up.path, path, "--tier", "local")
    assert (code, told) == (0, "")
    assert f"Wrote {path} for: public. 55 assets are named in it. 8 are only counted" in said
    assert "It shows: assets (55); links (129); What is there: LERO;" in said
    assert "Handoff reach: types of support within two handoffs; linkage test R1." in said


def test_only_the_layers_that_were_asked_for(run, made_up, tmp_path):
    path = tmp_path / "map.html"
    code, said, _ = run("map", made_up.path, path, "--layer", "freshness", "--layer", "round", "--type", "mutual_aid")
    assert code == 0 and "It shows: How fresh the records are; linkage test R1." in said
    assert "are named in it" not in said, "no asset is"
    assert [layer["label"] for layer in facts(path)["layers"]] == ["How fresh the records are"]


def test_the_help_names_every_layer_and_no_other(run):
    words = run("map", "--help")[1]
    assert [name for name in MAP_LAYERS if name not in words] == []
    assert "freshness, handoffs or round" in maps.map_.__annotations__["layer"].__metadata__[0].help


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--layer", "roads"), "is not a layer of the map"),
        (("--layer", "need_provision"), "No figures of need are recorded"),
        (("--tier", "district"), "is not a tier"),
        (("--audience", "press"), "is not an audience"),
        (("--tiles", "https://tiles.example.org/{z}/{x}/{y}.png"), "whom its licence asks to name"),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words_and_nothing_is_written(run, empty, tmp_path, words, why):
    code, said, told = run("map", empty.path, tmp_path / "map.html", *words)
    assert code == 1 and why in told and not said
    assert not (tmp_path / "map.html").exists()


def test_another_ending_is_refused(run, empty, tmp_path):
    assert "ends in .html or .png" in run("map", empty.path, tmp_path / "map.pdf")[2]
    assert run("map", empty.path, tmp_path / "map.html", "--tiles-credit", "Somebody")[0] == 2


def test_a_base_map_is_offered_but_not_to_coordinators_unless_they_ask(run, empty, tmp_path):
    def tiles(*words):
        path = tmp_path / "map.html"
        assert run("map", empty.path, path, "--layer", "provision", *words)[0] == 0
        return facts(path)["tiles"], path.read_text("utf-8")

    assert tiles()[0]["url"].startswith(OSM)
    for words in (("--audience", "internal"), ("--tiles", "none")):
        found, page = tiles(*words)
        assert found is None and OSM not in page
    own = ("--tiles", "https://tiles.example.org/{z}/{x}/{y}.png", "--tiles-credit", "Example Maps")
    assert tiles("--audience", "internal", *own)[0]["credit"] == "Example Maps"


def test_a_picture(run, empty, tmp_path):
    code, said, _ = run("map", empty.path, tmp_path / "map.png", "--layer", "provision", "--tier", "local")
    assert code == 0 and "Open it in a browser" not in said
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
