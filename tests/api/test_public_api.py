"""Every public name is documented, exported once, and has an example that runs."""

import ast
import doctest
import importlib
from collections import Counter

import pytest
from public_names import INSIDE, PUBLIC, exported, names_of, partnership_names

import rosc_map

_TOP = partnership_names()
_BY_ROOM = {room: names_of(room) for room in PUBLIC}
_PUBLIC = [name for names in _BY_ROOM.values() for name in names]
_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def _examples(text):
    return doctest.DocTestParser().get_examples(text)


def _words(text):
    """Return the names that the examples of a docstring use."""
    code = "".join(example.source for example in _examples(text))
    return {getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(ast.parse(code))}


def _run(name, text, given):
    parsed = doctest.DocTestParser().get_doctest(text, given, str(name), name.home, name.line)
    said = []
    doctest.DocTestRunner(optionflags=_FLAGS).run(parsed, out=said.append)
    assert not said, "".join(said)


@pytest.mark.parametrize("name", [*_TOP, *_PUBLIC], ids=str)
def test_a_public_name_says_what_it_is_and_has_an_example(name):
    assert name.doc.strip(), f"{name.home}:{name.line} has no docstring"
    assert name.name in _words(name.doc), f"{name.home}:{name.line}: no example uses {name.name}"
    assert "doctest: +SKIP" not in name.doc


@pytest.mark.parametrize("name", [name for room in INSIDE for name in names_of(room)], ids=str)
def test_a_name_inside_the_house_says_what_it_is(name):
    assert name.doc.strip(), f"{name.home}:{name.line} has no docstring"


@pytest.mark.parametrize("name", _TOP, ids=str)
def test_the_example_of_a_task_runs_on_a_copy_of_its_own(name, own_names):
    _run(name, name.doc, own_names)


@pytest.mark.parametrize("name", _PUBLIC, ids=str)
def test_the_example_of_a_public_name_runs(name, names):
    _run(name, name.doc, names)


def test_the_first_example_of_all_runs(names):
    assert _examples(rosc_map.__doc__)
    parsed = doctest.DocTestParser().get_doctest(rosc_map.__doc__, names, "rosc_map", "", 0)
    assert doctest.DocTestRunner(optionflags=_FLAGS).run(parsed) == (0, 3)


def test_an_example_that_says_something_else_is_found(names):
    broken = ">>> len(held.areas)\n2\n"
    with pytest.raises(AssertionError, match="Expected:\n    2\nGot:\n    1"):
        _run(_TOP[0], broken, names)


def test_a_name_is_exported_by_one_room():
    found = Counter(name for room in (*PUBLIC, *INSIDE) for name in exported(room))
    assert {name for name, times in found.items() if times > 1} == set()


def test_the_top_level_gives_five_names_out_of_two_rooms():
    assert rosc_map.__all__ == ["Partnership", "RoscMapError", "new", "open", "template"]
    assert set(rosc_map.__all__) - {"RoscMapError"} <= set(exported("partnership"))


@pytest.mark.parametrize("room", [*PUBLIC, *INSIDE])
def test_what_a_room_exports_is_there_and_in_order(room):
    module = importlib.import_module(f"rosc_map.{room}")
    names = exported(room)
    assert names == sorted(names, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert [name for name in names if not hasattr(module, name)] == []
