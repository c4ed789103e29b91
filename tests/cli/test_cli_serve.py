"""``rosc-map serve`` as people start it, and the page that tells them how."""

import asyncio
import contextlib
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import requests

from rosc_map.cli import main
from rosc_map.people import People

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "serve.md").read_text("utf-8")
CADDYFILE = (ROOT / "deploy" / "Caddyfile").read_text("utf-8")


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


def served(words, port, number, look):
    """Run a command that serves, here; look at it from a thread once it answers, then send this process a signal.

    Gives what the command ended with, and what was seen.
    """
    over = threading.Event()

    def visit():
        while not over.wait(0.02):
            with contextlib.suppress(requests.ConnectionError), requests.Session() as browser:
                try:
                    return look(browser, f"http://127.0.0.1:{port}/")
                finally:
                    if not isinstance(sys.exc_info()[1], requests.ConnectionError):
                        # It answered, so it is the server that the signal reaches; the line to it is still open.
                        os.kill(os.getpid(), number)
                        over.wait(20)
        return None

    with ThreadPoolExecutor(1) as thread:
        seen = thread.submit(visit)
        # The browser of other tests leaves its own loop lying in this thread; it does not turn meanwhile.
        other = asyncio._get_running_loop()
        asyncio._set_running_loop(None)
        # A shell that starts the tests in the background has Ctrl+C ignored in them.
        handler = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            code = main([*words, "--port", str(port)])
        finally:
            over.set()
            signal.signal(signal.SIGINT, handler)
            asyncio._set_running_loop(other)
        return code, seen.result()


def first_page(browser, here, capsys):
    """What others on the machine see first, what was printed, and what one person alone sees who opens that."""
    others = browser.get(here, timeout=20).status_code
    printed = capsys.readouterr()
    (opened,) = re.findall(r"http://\S+", printed.out)
    answer = browser.get(opened, timeout=20)
    return others, (printed.out.replace(opened, "ADDRESS"), printed.err), opened.partition("key=")[0], *_seen(answer)


def _seen(answer):
    return (
        answer.url.rpartition(":")[2].partition("/")[2],
        answer.status_code,
        "What would you like to do?" in answer.text,
        "Server" in answer.headers,
    )


def door(browser, here):
    """What people see who come to the machine itself, and through a web server with https on it."""
    through = {"Host": "map.example.org", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.5"}
    by_itself = browser.get(here, timeout=20).status_code
    answer = browser.get(here, headers=through, allow_redirects=False, timeout=20)
    return by_itself, answer.status_code, answer.headers["Location"]


def test_every_command_of_the_page_on_serving_works_in_order(tmp_path, monkeypatch, port, capsys):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    made, alone, by, first, many = (
        shlex.split(line)[1:] for block in blocks for line in block.splitlines() if line.strip()
    )
    assert main(made) == 0
    capsys.readouterr()
    # What serves runs until it is stopped: by Ctrl+C, or by whatever started it.
    said = "Open this in a browser on this machine: ADDRESS\nStop it with Ctrl+C.\n"
    seen = (403, (said, ""), f"http://127.0.0.1:{port}/?", "", 200, True, False)
    assert served(alone, port, signal.SIGINT, lambda *there: first_page(*there, capsys)) == (130, seen)
    assert served(by, port, signal.SIGTERM, lambda *there: first_page(*there, capsys)) == (0, seen)
    assert main(first) == 0
    assert served(many, port, signal.SIGTERM, door) == (0, (400, 303, "/sign-in?next=%2F"))
    assert "People open https://map.example.org and sign in." in capsys.readouterr().out
    with closing(People.beside("area.gpkg")) as people:
        assert people.setting("url") == "https://map.example.org"  # links made on the command line lead there


def test_for_many_it_wants_accounts_and_says_how_to_make_one(area, run):
    code, out, err = run("serve", area, "--url", "https://map.example.org")
    assert (code, out) == (1, "")
    assert f"rosc-map people add {area} --role admin" in err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "map.example.org"])
def test_others_are_not_let_in_without_accounts(area, run, host):
    code, out, err = run("serve", area, "--host", host)
    assert (code, out) == (1, "")
    assert f"cannot listen on '{host}'" in err
    for words in ("people add", "--url https://map.example.org"):
        assert words in err
    # What is to be written into the Caddyfile is the one of docs/deploy.md, without its comments.
    whole = [line.strip() for line in CADDYFILE.splitlines() if not line.lstrip().startswith("#")]
    assert "\n".join(whole).strip() in re.sub(r"^ +", "", err, flags=re.MULTILINE)


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
