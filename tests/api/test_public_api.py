"""Every public name is documented, exported once, and has an example that runs."""

import ast
import doctest
import importlib
from collections import Counter

import pytest
from public_names import INSIDE, PUBLIC, exported, names_of, partnership_names

import rosc_map

_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def _words(text):
    """Return the names that the examples of a docstring use."""
    code = "".join(example.source for example in doctest.DocTestParser().get_examples(text))
    return {getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(ast.parse(code))}


def _said(name, text, given):
    """Run the examples of a docstring, and return what they say otherwise than it gives."""
    parsed = doctest.DocTestParser().get_doctest(text, given, str(name), None, 0)
    said = []
    doctest.DocTestRunner(optionflags=_FLAGS, verbose=False).run(parsed, out=said.append)
    return said


def _run_all(names, given):
    return "".join(line for name in names for line in _said(name, name.doc, given()))


def _names(room):
    return partnership_names() if room == "Partnership" else names_of(room)


@pytest.mark.parametrize("room", ["Partnership", *PUBLIC, *INSIDE])
def test_each_name_says_what_it_is(room):
    assert [str(name) for name in _names(room) if not name.doc.strip()] == []


@pytest.mark.parametrize("room", ["Partnership", *PUBLIC])
def test_each_public_name_has_an_example_of_its_own(room):
    names = _names(room)
    # A result is shown as what makes it gives it, without its class's name.
    assert [str(name) for name in names if not name.is_class and name.name not in _words(name.doc)] == []
    assert [str(name) for name in names if not _words(name.doc)] == []
    assert [str(name) for name in names if "SKIP" in name.doc] == []


def test_the_examples_of_a_partnership_run_each_on_a_copy(on_a_copy):
    assert _run_all(partnership_names(), on_a_copy) == ""


@pytest.mark.parametrize("room", PUBLIC)
def test_the_examples_of_a_room_run(room, in_a_folder, example_names):
    before = example_names["area"].changes(1)
    assert _run_all(names_of(room), in_a_folder) == ""
    assert example_names["area"].changes(1).equals(before)  # all of them share it


def test_the_first_example_of_all_runs(in_a_folder):
    assert "gaps" in _words(rosc_map.__doc__)
    assert _said("rosc_map", rosc_map.__doc__, in_a_folder()) == []


@pytest.mark.parametrize("broken", [">>> len(held.areas)\n2\n", ">>> len(nothing)\n2\n", ">>> held.areas\n"])
def test_an_example_that_says_something_else_is_found(broken, in_a_folder):
    assert _said("broken", broken, in_a_folder())


def test_nothing_is_exported_by_two_rooms():
    found = Counter((name.home, name.name) for room in (*PUBLIC, *INSIDE) for name in names_of(room))
    assert [name for name, times in found.items() if times > 1] == []


def test_no_public_name_means_two_things():
    found = Counter(name for room in PUBLIC for name in exported(room))
    assert [name for name, times in found.items() if times > 1] == []


def test_the_top_level_gives_five_names_out_of_two_rooms():
    assert rosc_map.__all__ == ["Partnership", "RoscMapError", "new", "open", "template"]
    assert {name.room for name in partnership_names() if name.name in rosc_map.__all__[:2]} == {"partnership", "errors"}


@pytest.mark.parametrize("room", PUBLIC)
def test_what_a_room_exports_can_be_imported(room):
    module = importlib.import_module(f"rosc_map.{room}")
    assert [name for name in exported(room) if not hasattr(module, name)] == []
