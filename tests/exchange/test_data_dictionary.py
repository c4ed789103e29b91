"""The data dictionary: whole, current, and sound Markdown."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from rosc_map.exchange.data_dictionary import data_dictionary, record_types
from rosc_map.records import Asset, Kind, Record, codelist, codelist_names
from rosc_map.records.fields import field

PAGE = Path(__file__).parents[2] / "docs" / "data-dictionary.md"
COMMAND = "python -m rosc_map.exchange.data_dictionary > docs/data-dictionary.md"


def test_the_committed_page_is_current():
    current = PAGE.read_text("utf-8") == data_dictionary()
    assert current, f"docs/data-dictionary.md is not what the schema says. Run: {COMMAND}"


def test_the_command_that_the_page_names_makes_it():
    assert COMMAND in data_dictionary()
    words = [sys.executable, "-W", "error", "-m", "rosc_map.exchange.data_dictionary"]
    made = subprocess.run(words, capture_output=True, check=True)
    assert made.stdout.decode() == data_dictionary()


def test_every_record_field_and_code_is_there():
    page = data_dictionary()
    parts = dict(re.findall(r"^### (.+)\n\n((?:(?!^#).*\n?)*)", page, re.MULTILINE))
    for record in record_types():
        part = parts[record.noun.capitalize()]
        assert re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) == list(record.specs())
    for name in codelist_names():
        assert re.findall(r"^\| `(\w+)` \|", parts[name], re.MULTILINE) == list(codelist(name))
    assert len(parts) == len(record_types()) + len(codelist_names()), "two headings are the same"


def test_records_stand_in_the_order_in_which_they_are_defined():
    types = record_types()
    assert Asset in types
    assert len({record.noun for record in types}) == len(types)


def test_a_record_of_another_program_is_not_ours_to_describe():
    class Foreign(Record):
        """Not ours."""

    assert Foreign in Record.__subclasses__()
    assert Foreign not in record_types()


def test_who_may_see_a_field_is_said():
    page = data_dictionary([Asset])
    assert re.search(r"^\| `notes` \|.*\| coordinators only \|", page, re.MULTILINE)
    assert re.search(r"^\| `sources` \|.*\| partner organisations and coordinators \|", page, re.MULTILINE)
    assert re.search(r"^\| `latitude` \| Latitude \| number, at least 49, at most 61.5 \|", page, re.MULTILINE)


def test_no_text_breaks_out_of_its_cell():
    class Hostile(Record):
        """A record | with a bar."""

        noun = "<script>alert(1)</script>"
        bar: str = field(Kind.TEXT, "a|b", "<img src=x onerror=alert(1)>\n# no heading", example="[x](y) | z")

    page = data_dictionary([Hostile])
    row = next(line for line in page.splitlines() if line.startswith("| `bar`"))
    assert len(re.findall(r"(?<!\\)\|", row)) == 9
    assert "<img" not in row and "\n# no heading" not in page


@pytest.mark.parametrize("name", ["five_questions", "lero_standards"])
def test_a_field_leads_to_its_codelist(name):
    assert f"### {name}\n" in data_dictionary()
