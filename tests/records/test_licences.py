"""Licences: known ones by any of their names, and nothing else for a permission."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.records import licence_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("OGL-UK-3.0", "OGL-UK-3.0"),
        ("ogl v3", "OGL-UK-3.0"),
        ("Open Government Licence v3.0", "OGL-UK-3.0"),
        ("open government license – version 3.0", "OGL-UK-3.0"),
        ("http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", "OGL-UK-3.0"),
        ("OGL-UK-2.0", "OGL-UK-2.0"),
        ("CC0 1.0", "CC0-1.0"),
        ("CC BY 4.0", "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by/4.0/legalcode", "CC-BY-4.0"),
        ("CC-BY-3.0", "CC-BY-3.0"),
        ("cc_by_sa_4.0", "CC-BY-SA-4.0"),
        ("ODbL", "ODbL-1.0"),
        ("Open Database License", "ODbL-1.0"),
        ("ODC-By 1.0", "ODC-BY-1.0"),
        ("PDDL", "PDDL-1.0"),
    ],
)
def test_a_known_licence_by_its_names(text, code):
    found = licence_of(text)
    assert (found.code, found.shared) == (code, True)
    assert licence_of(f"  {text.upper()} \n") == found
    assert licence_of(found.title) == licence_of(code)


def test_what_was_recorded_here_and_what_was_permitted_may_be_shown():
    assert licence_of("").code == licence_of("  ").code == "own"
    permitted = licence_of("Permission of  Example Trust, 2026-03-01")
    assert (permitted.code, permitted.shared) == ("permission", True)
    assert permitted.title == "Permission of Example Trust, 2026-03-01"


@pytest.mark.parametrize(
    "text",
    [
        "unknown", "CC-BY-NC-4.0", "CC BY-ND 4.0", "CC-BY-NC-SA-4.0", "CC BY", "All rights reserved", "OGL-UK-9.0",
        "not OGL-UK-3.0", "permission refused", "Permission pending", "permissions", "PERMISSION", "🙂", "OGLv3.0 NC",
        "https://creativecommons.org/licenses/by-nc/4.0/",
    ],
)  # fmt: skip
def test_all_else_may_not(text):
    assert (licence_of(text).code, licence_of(text).shared) == ("unknown", False)


def test_a_database_that_stays_under_its_licence_is_kept_apart():
    codes = ["OGL-UK-3.0", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "ODbL-1.0", "ODC-BY-1.0", "PDDL-1.0", ""]
    assert [code for code in codes if licence_of(code).keeps_apart] == ["CC-BY-SA-4.0", "ODbL-1.0"]


@given(st.text(max_size=60))
def test_any_text_has_an_answer(text):
    assert licence_of(text).title
