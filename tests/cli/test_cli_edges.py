"""The edges of the command line: any terminal, any words, and whatever the system refuses."""

import errno
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rosc_map.cli import app as commands
from rosc_map.cli import main, output


def process(*words, env=(), stdout=subprocess.PIPE):
    """Run the command in a process of its own."""
    command = [sys.executable, "-c", "from rosc_map.cli import run; run()", *map(os.fspath, words)]
    return subprocess.run(
        command, env=os.environ | dict(env), stdout=stdout, stderr=subprocess.PIPE, timeout=120, check=False
    )


@pytest.fixture
def lodz(empty, write_csv):
    """A partnership with assets whose names no Western European code page holds, or a terminal would obey."""
    rows = [
        {"name": "Łódź Club", "asset_type": "lero", "postcode": "TS1 2PA", "listing": "agreed", "id": "a"},
        {"name": "Žižkov", "asset_type": "treatment", "postcode": "TS1 2PA", "listing": "agreed", "id": "b"},
    ]
    empty.import_(write_csv(rows))
    empty.import_(write_csv([{"from": "a", "to": "b", "evidence": "declared"}], "links.csv"), "referrals")
    return empty


@pytest.fixture
def western(monkeypatch):
    """Return what runs a command on a terminal with the code page of Western Europe: its exit code, and its bytes."""

    def run(*words):
        screen = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", screen)
            code = main(list(map(os.fspath, words)))
        return code, screen.buffer.getvalue()

    return run


def test_any_name_is_printed_whatever_the_code_page(lodz, write_csv, western):
    code, printed = western("network", lodz.path, "--json")
    assert (code, isinstance(json.loads(printed), dict)) == (0, True)
    changed = write_csv([{"name": "Łódź Café", "asset_type": "lero", "id": "a"}], "again.csv")
    code, printed = western("import", lodz.path, changed)
    assert (code, "Łódź Café" in printed.decode("utf-8")) == (0, True)
    old = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    refused = process("import", lodz.path, write_csv([{"name": "Łódź", "asset_type": "Łó"}], "bad.csv"), env=old)
    assert refused.returncode == 1
    assert "Łó" in refused.stderr.decode("utf-8")


def test_json_is_ascii_and_holds_no_terminal_codes(capsys):
    output.as_json({"name": "Łódź \x9b31m \x1b[0m \x7f \ud800"})
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert printed.strip().isprintable()
    assert json.loads(printed) == {"name": "Łódź \x9b31m \x1b[0m \x7f \ud800"}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENAMETOOLONG, "File name too long", "x" * 300), "The name is too long. Choose a shorter one."),
        (OSError(errno.EROFS, "Read-only file system", "a.gpkg"), "a.gpkg: Read-only file system. Nothing can be"),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device. The disk is full."),
        (OSError("odd"), "odd. Check the name and the folder, and try again."),
    ],
)
def test_what_the_system_refuses_is_one_sentence(monkeypatch, capsys, error, said):
    def refuse(*_):
        raise error

    monkeypatch.setattr(commands.output, "as_json", refuse)
    assert main(["where", "TS1 2PA", "--json"]) == 1
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_stopping_is_130_without_a_traceback(monkeypatch, capsys):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands.output, "as_json", stop)
    assert main(["where", "TS1 2PA", "--json"]) == 130
    monkeypatch.setattr("rosc_map.cli._command", stop)
    assert main(["where", "TS1 2PA", "--json"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_a_name_too_long_is_a_sentence(capsys):
    assert main(["gaps", f"{'x' * 300}.gpkg"]) == 1
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.skipif(
    not Path("/dev/full").exists(),
    reason="only Linux has a device that is always full; there it runs, and CI fails on a skip",
)
def test_a_full_disk_is_a_sentence():
    with Path("/dev/full").open("wb") as full:
        done = process("where", "TS1 2PA", "--json", stdout=full)
    assert done.returncode == 1
    assert done.stderr.decode() == "No space left on device. The disk is full. Make room, and run the command again.\n"


def test_a_reader_that_leaves_is_told_nothing():
    read, write = os.pipe()
    os.close(read)
    done = process("where", "TS1 2PA", "--json", stdout=write)
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


def test_words_that_are_no_text_do_not_crash(capfd):
    done = process("where", "\udcff")
    assert done.returncode in (1, 2)
    assert b"Traceback" not in done.stderr
    # In this process the words are as Python reads them from such bytes.
    for words in (["\udcff"], ["gaps", "\udcff.gpkg"], ["new", "--\udcff"]):
        assert main(words) in (1, 2)
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("word", ["\ud800", "a\0.gpkg"])
def test_a_word_that_nothing_can_be_called_is_said_plainly(capsys, word):
    assert main(["gaps", word]) == 1
    assert "a character that no name can hold" in capsys.readouterr().err


# "demo" is left out: it writes a great deal. No word holds a "/", so that all stays in the test's folder.
KNOWN = (
    "new import where survey network gaps map export linkage draw sheet record estimate --help --json --area --out "
    "--as --dry-run --audience --tier --type --on --by --all-types --asked --sources --targets --seed area.gpkg "
    "t.html t.csv rows.xlsx Middlesbrough R1 lero upper public 2026-03-01 5 -1"
)
WORDS = st.one_of(
    st.sampled_from(KNOWN.split()),
    st.text(st.characters(exclude_characters="/\\"), max_size=12).filter(lambda word: word != "demo"),
)


@given(st.lists(WORDS, max_size=6))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_words_crash_the_command_line(tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    assert main(words) in (0, 1, 2)
