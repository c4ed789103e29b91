"""``rosc-map serve`` as people start it, and the page that tells them how."""

import contextlib
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import requests

from rosc_map.cli import main
from rosc_map.people import People

PAGE = (Path(__file__).parents[2] / "docs" / "serve.md").read_text("utf-8")


@pytest.fixture
def area(empty_file, tmp_path, monkeypatch):
    """The folder of somebody who has an empty partnership."""
    shutil.copy(empty_file, tmp_path / "area.gpkg")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "area.gpkg"


@pytest.fixture
def port():
    """A port that nothing listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as ear:
        return ear.getsockname()[1]


@contextlib.contextmanager
def started(words, lines=2):
    """Run a command that does not end, in a process of its own, until it has said some lines."""
    command = [sys.executable, "-m", "rosc_map", *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            said = [process.stdout.readline() for _ in range(lines)]
            assert all(said), process.stderr.read()
            yield process, "".join(said)
        finally:
            process.kill()


def check_that_it_serves_one_and_ends(process, said, port, number, code):
    """It says where it is, shows the first page, and ends as it is told; a line that is kept open does not matter."""
    assert f"http://127.0.0.1:{port}\n" in said
    with requests.Session() as browser:
        answer = browser.get(f"http://127.0.0.1:{port}/", timeout=20)
        assert (answer.status_code, "What would you like to do?" in answer.text) == (200, True)
        assert "Server" not in answer.headers
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (code, "", "")


def check_that_people_sign_in(said, port):
    """It is served under its own address only, through a web server with https on this machine."""
    assert "People open https://map.example.org and sign in." in said
    here = f"http://127.0.0.1:{port}/"
    assert requests.get(here, timeout=20).status_code == 400
    through = {"Host": "map.example.org", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.5"}
    answer = requests.get(here, headers=through, allow_redirects=False, timeout=20)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=%2F")
    with closing(People.beside("area.gpkg")) as people:
        assert people.setting("url") == "https://map.example.org"  # links made on the command line lead there


def test_every_command_of_the_page_on_serving_works_in_order(tmp_path, monkeypatch, port, capsys):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    made, alone, by, first, many = (
        shlex.split(line)[1:] for block in blocks for line in block.splitlines() if line.strip()
    )
    # What serves runs until it is stopped; here on a port that is free.
    assert main(made) == 0, capsys.readouterr().err
    with started([*alone, "--port", port]) as (process, said):
        assert "Stop it with Ctrl+C" in said
        check_that_it_serves_one_and_ends(process, said, port, signal.SIGINT, 130)
    with started([*by, "--port", port]) as (process, said):
        check_that_it_serves_one_and_ends(process, said, port, signal.SIGTERM, 0)
    assert main(first) == 0, capsys.readouterr().err
    with started([*many, "--port", port]) as (_, said):
        check_that_people_sign_in(said, port)


def test_for_many_it_wants_accounts_and_says_how_to_make_one(area, run):
    code, out, err = run("serve", area, "--url", "https://map.example.org")
    assert (code, out) == (1, "")
    assert f"rosc-map people add {area} --role admin" in err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "map.example.org"])
def test_others_are_not_let_in_without_accounts(area, run, host):
    code, out, err = run("serve", area, "--host", host)
    assert (code, out) == (1, "")
    assert f"cannot listen on '{host}'" in err
    for words in ("people add", "reverse_proxy 127.0.0.1:8000", "--url https://map.example.org"):
        assert words in err


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://map.example.org", "passwords could be read"),
        ("http://localhost.evil.example", "passwords could be read"),
        ("map.example.org", "is not an address"),
        ("ftp://map.example.org", "is not an address"),
        ("https://map.example.org/map", "is not an address"),
        ("https://map.example.org/?a=b", "is not an address"),
        ("https://map.example.org:port", "is not an address"),
        ("https://", "is not an address"),
        ("https://me:secret@map.example.org", "holds a name or a password"),
    ],
)
def test_an_address_that_cannot_be_served_is_told(area, run, url, said):
    code, out, err = run("serve", area, "--url", url)
    assert (code, out) == (1, "")
    assert said in err
    assert "secret" not in err


def test_plain_http_stays_on_this_machine(area, run):
    code, _, err = run("serve", area, "--url", "http://localhost:8000", "--host", "0.0.0.0")
    assert (code, "passwords could be read" in err) == (1, True)


def test_a_port_that_is_taken_is_told(area, run):
    with closing(socket.create_server(("127.0.0.1", 0))) as ear:
        taken = ear.getsockname()[1]
        code, out, err = run("serve", area, "--port", taken)
    assert (code, out) == (1, "")
    assert err == (
        f"Port {taken} is in use: something else is served there, perhaps this app. "
        f"Stop it, or choose another port: --port {taken + 1 if taken < 65535 else 8000}\n"
    )


def test_a_file_that_is_not_there_is_told(tmp_path, port, run):
    code, out, err = run("serve", tmp_path / "none.gpkg", "--port", port)
    assert (code, out) == (1, "")
    assert "none.gpkg" in err
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="the rights of POSIX")
def test_a_file_that_may_not_be_written_is_told(area, port):
    area.chmod(0o444)
    # Root may write everything, unless it gave that right away.
    as_others = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []
    command = [*as_others, sys.executable, "-m", "rosc_map", "serve", "area.gpkg", "--port", str(port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("You may not write to area.gpkg")


def test_missing_parts_are_told(area, run, monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)  # as where it is not installed
    code, out, err = run("serve", area)
    assert (code, out) == (1, "")
    assert err == 'The web app needs more parts. Install them: pip install "rosc-map[web]"\n'
