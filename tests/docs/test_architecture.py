"""The page on architecture names every module of the source, and none that is not there."""

import re
from fnmatch import fnmatchcase

from shell_lines import ROOT, page_text

SOURCE = ROOT / "src" / "rosc_map"
TEXT = re.sub(r"```.*?```", "", page_text("docs/architecture.md"), flags=re.DOTALL)
ROOMS = TEXT.partition("## The rooms\n")[2].partition("## Where to add")[0]
TRIED = {"exchange/vcards.py", "gaps/weekends.py", "publish/gaps_weekends.py", "tests/gaps/test_gaps_weekends.py"}
"""Files that the page tells of, which were made in a copy and thrown away."""
NO_NAMES = {"make lint", "rosc-map where", "rosc_map", "maps._SCRIPTS", "static/"}
"""Words of the rooms that name no module: commands, the package, a variable, a folder."""


def named(text):
    """What stands as code in a text."""
    return set(re.findall(r"`([^`\n]+)`", text))


def modules():
    """Every module and room of the source, by its path in the package, without the migrations."""
    found = (path.relative_to(SOURCE).with_suffix("") for path in SOURCE.rglob("*.py"))
    whole = {path.parent if path.name == "__init__" else path for path in found}
    return {path.as_posix() for path in whole if "migrations" not in path.parts} - {".", "__main__"}


def is_named(module):
    """Whether the page has a module's name: its last word, or all of its path, or a name with a star."""
    words = {word.removesuffix(".py").rpartition("rosc_map/")[2] for word in named(TEXT)}
    last = module.rpartition("/")[2]
    return any(fnmatchcase(last, word) or fnmatchcase(module, word) for word in words)


def is_there(word):
    """Whether a word of the rooms is a module, a script of a page, or a function or class of the source."""
    last = word.removesuffix(".py")
    if any(fnmatchcase(name, last) or fnmatchcase(name, f"*/{last}") for name in CODE):
        return True
    return bool(re.search(rf"^ *(?:async )?(?:def|class) {re.escape(word)}\b", DEFINED, re.MULTILINE))


CODE = modules() | {"store/migrations"}
SCRIPTS = {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("static/**/*.js")}
CODE |= SCRIPTS | {name.removesuffix(".js") for name in SCRIPTS}
DEFINED = "".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py"))


def test_each_module_is_named():
    assert [module for module in sorted(modules()) if not is_named(module)] == []


def test_each_name_in_the_rooms_is_of_something_that_is_there():
    assert [word for word in sorted(named(ROOMS) - NO_NAMES) if not is_there(word)] == []


def test_each_file_is_there_or_was_made_to_try():
    homes = (ROOT, SOURCE, SOURCE / "store", SOURCE / "web")
    files = {word for word in named(TEXT) - TRIED if re.fullmatch(r"[\w./-]+\.\w+", word) and "/" in word}
    assert len(files) > 15
    assert [
        file for file in sorted(files) if not any((home / file.replace("-N.", "-1.")).exists() for home in homes)
    ] == []


def test_what_is_not_there_is_found():
    assert is_there("call_list")
    assert is_there("open_referral*")
    assert not is_there("no_such_module")
    assert not is_named("gaps/no_such_module")
