"""Kumu: a blueprint and a workbook, read back by Kumu's documented rules."""

import html
import json
import re
import stat

import pytest
from exports_build import awkward, published_for, with_texts
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from rosc_map.errors import FileProblem, InputError, NotPublished
from rosc_map.exchange import write_kumu
from rosc_map.exchange.cells import safe_cell, unmark_cell
from rosc_map.exchange.kumu import markdown
from rosc_map.records import Asset, Audience, codelist, format_cell, parse_cell

texts = st.lists(awkward, min_size=5, max_size=5)
PUNCTUATION = re.escape("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


@pytest.fixture(scope="module")
def published(made_up_file):
    return published_for(made_up_file)


def shown_text(marked):
    """Return the text that Markdown shows: a backslash before punctuation goes, an entity is its letter."""
    parts = re.split(rf"(\\[{PUNCTUATION}])", marked)
    return "".join(part[1] if at % 2 else html.unescape(part) for at, part in enumerate(parts))


def cells_of(fields):
    """Return fields of Kumu as the cells of our own table."""
    specs = Asset.specs()
    names = {"label": "name", "type": "asset_type"}
    cells = {}
    for name, value in fields.items():
        field = names.get(name, name)
        if field not in specs:
            continue
        given = shown_text(value) if field == "description" else value
        cells[field] = format_cell(specs[field], parse_cell(specs[field], given))
    return {field: cell for field, cell in cells.items() if cell}


def wanted_of(published):
    specs = Asset.specs()
    return {
        row["id"]: {name: cell for name in row if name in specs and (cell := format_cell(specs[name], row[name]))}
        for row in published.assets.to_dict("records")
    }


def read_json(path):
    whole = json.loads(path.read_text("utf-8"))
    assert set(whole) == {"elements", "connections"}, "a blueprint may hold nothing else"
    return whole["elements"], whole["connections"]


def read_xlsx(path):
    """Return what Kumu takes: sheets without "(ignore)", the first row their fields, a bar between several values."""
    book, found = load_workbook(path), []
    sheets = [sheet for sheet in book if "(ignore)" not in sheet.title]
    assert [sheet.title for sheet in sheets] == ["Elements", "Connections"]
    for sheet in sheets:
        heads, *rows = sheet.iter_rows(values_only=True)
        names = [
            name.lower() if name in ("ID", "Label", "Type", "Tags", "Description", "From", "To") else name
            for name in heads
        ]
        for row in rows:
            known = {name: unmark_cell(value) for name, value in zip(names, row, strict=True) if value is not None}
            found.append((sheet.title, {name: _split(value) for name, value in known.items()}))
    return [row for title, row in found if title == "Elements"], [row for title, row in found if title == "Connections"]


def _split(value):
    return value.split("|") if isinstance(value, str) and "|" in value else value


READ = {".json": read_json, ".xlsx": read_xlsx}


@pytest.mark.parametrize("ending", READ)
@pytest.mark.parametrize("audience", list(Audience))
def test_every_field_of_every_asset_and_every_link_comes_back(made_up_file, tmp_path, ending, audience):
    shown = published_for(made_up_file, audience)
    elements, connections = READ[ending](write_kumu(shown, tmp_path / f"a{ending}"))
    assert {each["id"]: cells_of(each) for each in elements} == wanted_of(shown)
    links = shown.links.to_dict("records")
    wanted = {(row["from_asset"], row["to_asset"], row["evidence"]) for row in links}
    assert {(each["from"], each["to"], each.get("evidence", "")) for each in connections} == wanted
    ids = [each["id"] for each in (*elements, *connections)]
    assert len(set(ids)) == len(ids) == len(shown.assets) + len(links), "an id is unique across both"


def test_types_and_tags_are_words_and_a_pair_that_was_not_found_is_no_link(published, tmp_path):
    elements, connections = read_json(write_kumu(with_texts(published, ["a", "b", "c", "d", "e"]), tmp_path / "a.json"))
    words = {code.label for code in codelist("rss_type").values()}
    assert {tag for each in elements for tag in each.get("tags", ())} <= words and "tags" in elements[0]
    assert elements[0]["type"] == "Lived experience recovery organisation (LERO)"
    assert [each["type"] for each in connections] == ["Link", "Not found in a test", "Link"]
    assert {each["direction"] for each in connections} == {"directed"}
    again = read_json(write_kumu(published, tmp_path / "b.json"))[1]
    assert again == read_json(write_kumu(published, tmp_path / "c.json"))[1], "a second import adds nothing twice"


@settings(max_examples=15)
@given(said=texts)
def test_any_text_comes_back_from_a_blueprint(published, tmp_path_factory, said):
    shown = with_texts(published, said)
    elements, _ = read_json(write_kumu(shown, tmp_path_factory.mktemp("x") / "a.json"))
    held = [text.encode("utf-8", "replace").decode() for text in shown.assets["name"]]
    assert [each["label"] for each in elements] == held
    for each, text in zip(elements, shown.assets["description"], strict=True):
        assert shown_text(each.get("description", "")) == text.encode("utf-8", "replace").decode()


@settings(max_examples=10)
@given(said=texts)
def test_any_text_stands_in_its_cell_of_the_workbook_and_none_runs(published, tmp_path_factory, said):
    shown = with_texts(published, said)
    book = load_workbook(write_kumu(shown, tmp_path_factory.mktemp("x") / "a.xlsx"))
    cells = [row[1] for row in book["Elements"].iter_rows(min_row=2)]
    wanted = [safe_cell(text.replace("|", "\uff5c")) for text in shown.assets["name"]]
    lines = [text.replace("\r\n", "\n").replace("\r", "\n") for text in wanted]
    assert [(cell.value or "").replace("\r\n", "\n").replace("\r", "\n") for cell in cells] == lines
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("A café. Tea & cake (free)!", "A café. Tea &amp; cake (free)!"),
        ("*not bold* [no link](x)", r"\*not bold\* \[no link\](x)"),
        ("- tea\n  1. cake\n# no heading", "\\- tea\n  1\\. cake\n\\# no heading"),
        ("<img src=x> a|b", "&lt;img src=x> a&#124;b"),
    ],
)
def test_markdown_shows_what_was_typed(text, marked):
    assert markdown(text) == marked
    assert shown_text(marked) == text


def test_what_has_to_stand_with_it_is_on_a_sheet_that_kumu_passes_over(published, tmp_path):
    book = load_workbook(write_kumu(published, tmp_path / "a.xlsx"))
    said = [row[0] for row in book["Notes (ignore)"].iter_rows(values_only=True)]
    assert {published.title, published.banner, *published.notes, *published.licences} <= set(said)


def test_only_what_was_published_whole_or_not_at_all_and_internal_for_its_owner(made_up_file, published, tmp_path):
    with pytest.raises(NotPublished):
        write_kumu(published.assets, tmp_path / "a.json")
    with pytest.raises(InputError, match=r"ends in \.json or \.xlsx"):
        write_kumu(published, tmp_path / "a.csv")
    with pytest.raises(FileProblem, match="cannot be written"):
        write_kumu(published, tmp_path / "none" / "a.json")
    path = write_kumu(published_for(made_up_file, Audience.INTERNAL), tmp_path / "a.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
