"""What docs/deploy.md says stays true: its files are run as they stand, and the log holds nothing about people."""

import configparser
import os
import re
import shlex
import shutil
import socket
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
from contextlib import closing, contextmanager, nullcontext
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

import pytest
from access import token_for
from forms import forms_of
from serving import PASSWORD, free_port, people_of

import postgis as servers
import rosc_map
from rosc_map.cli import main
from rosc_map.people import People, Role
from rosc_map.people.tables import METADATA
from rosc_map.web.body_limit import IMPORT_BYTES

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "deploy.md").read_text("utf-8")
NGINX, CADDY = ((DEPLOY / name).read_text("utf-8") for name in ("nginx.conf", "Caddyfile"))
HOST = "map.example.org"
UNITS = ("rosc-map.service", "rosc-map-backup.service", "rosc-map-backup.timer")
# What people type, and what opens doors: none of it may stand in a log.
TYPED = {"name": "Zwiebel Lantern Choir", "phone": "01632 960777", "postcode": "TS1 2PA"}
SECRETS = ("Zwiebel", "Lantern", "960777", "TS1 2PA", "wrong heron lamp", PASSWORD, "198.51.100", "127.0.0.", "/record")


def unit(name):
    """A unit of systemd: by section its settings, of which one may stand there several times."""
    read = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    read.optionxform = str
    read.read(DEPLOY / name, "utf-8")
    return read


def exec_start(name, settings):
    """The words that a unit runs, with its environment put in."""
    found = shlex.split(unit(name)["Service"]["ExecStart"])
    return [re.sub(r"^\$\{(\w+)\}$", lambda match: settings[match[1]], word) for word in found]


class Front(BaseHTTPRequestHandler):
    """A web server in front, which sets the headers that deploy/nginx.conf says."""

    protocol_version = "HTTP/1.1"
    said = re.findall(r"proxy_set_header (\S+) (\S+);", NGINX)
    to = 0

    def do_GET(self):
        known = {"$host": self.headers["Host"], "$remote_addr": self.client_address[0], "$scheme": "https", '""': ""}
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        sent = {**dict(self.headers), **{name: known[value] for name, value in self.said}}
        with closing(HTTPConnection("127.0.0.1", self.to, timeout=30)) as line:
            line.request(self.command, self.path, body, {name: value for name, value in sent.items() if value})
            answer = line.getresponse()
            content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("date", "server", "transfer-encoding"):
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815 - the name is the standard library's

    def log_message(self, *said):
        pass


@contextmanager
def in_front(port):
    """Run a web server in front of the app that listens on a port; give its own port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Here", (Front,), {"to": port})) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


class Deployed:
    """The app as its unit starts it, with a web server in front; ``page`` is the last one, ``log`` all it wrote."""

    def __init__(self, target, front, port, log):
        self.target, self.front, self.port, self.log_file = target, front, port, log
        self.cookie = self.page = ""

    @property
    def log(self):
        return self.log_file.read_text("utf-8")

    def ask(self, method, path, form=None, *, port=0, address="127.0.0.1", headers=()):
        """Ask as a browser does that comes from an address of this machine; give the status and where it leads."""
        sent = {"Host": HOST, "Cookie": f"__Host-rosc-map={self.cookie}", **dict(headers)}
        body = None
        if form is not None:
            body = urlencode({"csrf": token_for(self.cookie), **form}, doseq=True)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(HTTPConnection("127.0.0.1", port or self.front, 30, source_address=(address, 0))) as line:
            line.request(method, path, body, sent)
            answer = line.getresponse()
            self.page = answer.read().decode()
        new = re.search(r"__Host-rosc-map=([^;]+);", answer.getheader("Set-Cookie", ""))
        self.cookie = new[1].strip('"') or "signed out" if new else self.cookie
        return answer.status, answer.getheader("Location", "")

    def write_down(self):
        """Record an asset, page by page."""
        at = "/record/new"
        known = {**TYPED, "asset_type": "mutual_aid", "location_precision": "exact", "then": "on"}
        while not at.endswith("/done"):
            status, elsewhere = self.ask("GET", at)
            if status == 303:
                at = elsewhere
                continue
            (form,) = forms_of(self.page)
            answers = {name: known[name] for name in known if name in form.names or name == "then"}
            status, at = self.ask("POST", form.action, {**form.filled, **answers, "csrf": token_for(self.cookie)})
            assert status == 303, self.page


@pytest.fixture(scope="module")
def deployed(empty_file, tmp_path_factory):
    """The app, started with the words of its unit."""
    folder = tmp_path_factory.mktemp("deployed")
    target, port = folder / "area.gpkg", free_port()
    shutil.copy(empty_file, target)
    target.chmod(0o600)
    with closing(people_of(target)) as people:
        people.add("V7", Role.RECORDER, by="")
        people.told_rules("V7")
    _, *words = exec_start("rosc-map.service", {"ROSC_MAP_RECORDS": str(target), "ROSC_MAP_URL": f"https://{HOST}"})
    command = [sys.executable, "-m", "rosc_map", *words, "--port", str(port)]
    log = folder / "log"
    umask = int(unit("rosc-map.service")["Service"]["UMask"], 8)
    with log.open("w") as said, subprocess.Popen(command, stdout=said, stderr=said, umask=umask) as process:
        try:
            until = time.monotonic() + 60
            while "Stop it with" not in log.read_text("utf-8"):
                assert process.poll() is None and time.monotonic() < until, log.read_text("utf-8")
                time.sleep(0.02)
            with in_front(port) as front:
                yield Deployed(target, front, port, log)
        finally:
            process.terminate()
        assert process.wait(int(unit("rosc-map.service")["Service"]["TimeoutStopSec"])) == 0
        assert {path.stat().st_mode & 0o077 for path in folder.glob("area.*")} == {0}


def test_the_units_are_read_by_systemd_as_they_are_meant():
    for name in UNITS:
        assert f"[`{name}`]" in GUIDE or name.removeprefix("rosc-map-backup") in GUIDE
    for name in ("rosc-map.service", "rosc-map-backup.service"):
        service = unit(name)["Service"]
        expected = {"User": "roscmap", "UMask": "0077", "ProtectSystem": "strict", "ProtectHome": "yes"}
        expected |= dict.fromkeys(("NoNewPrivileges", "PrivateTmp", "MemoryDenyWriteExecute"), "yes")
        assert {key: service[key] for key in expected} == expected
        assert (service["IPAddressDeny"], service["IPAddressAllow"], service["LimitCORE"]) == ("any", "localhost", "0")
        assert service["EnvironmentFile"] == "/etc/rosc-map/rosc-map.env"
        assert service["EnvironmentFile"] in GUIDE
        assert "rosc-map" in service["StateDirectory"].split()
    app = unit("rosc-map.service")["Service"]
    assert (app["Restart"], app["KillMode"], app["OOMPolicy"]) == ("on-failure", "mixed", "continue")
    # What the app is given to finish is more than it gives itself.
    assert int(app["TimeoutStopSec"]) > 10


# All that our files say to the programs that read them: a word that is not here is misspelled, or new to these tests.
KNOWN = {
    "Unit": "Description After",
    "Install": "WantedBy",
    "Timer": "OnCalendar RandomizedDelaySec Persistent",
    "Service": "CacheDirectory CacheDirectoryMode CapabilityBoundingSet Environment EnvironmentFile ExecStart Group"
    " IPAddressAllow IPAddressDeny KillMode LimitCORE LockPersonality MemoryDenyWriteExecute MemoryHigh MemoryMax Nice"
    " NoNewPrivileges OOMPolicy PrivateDevices PrivateTmp ProtectClock ProtectControlGroups ProtectHome ProtectHostname"
    " ProtectKernelLogs ProtectKernelModules ProtectKernelTunables ProtectProc ProtectSystem RemoveIPC Restart"
    " RestartSec RestrictAddressFamilies RestrictNamespaces RestrictRealtime RestrictSUIDSGID StateDirectory"
    " StateDirectoryMode SystemCallArchitectures SystemCallErrorNumber SystemCallFilter TasksMax TimeoutStopSec Type"
    " UMask User WorkingDirectory",
    "nginx": "server listen server_name access_log error_log location root return server_tokens ssl_certificate"
    " ssl_certificate_key ssl_protocols client_max_body_size client_header_timeout client_body_timeout send_timeout"
    " proxy_pass proxy_http_version proxy_set_header proxy_request_buffering proxy_max_temp_file_size"
    " proxy_read_timeout",
    "caddy": f"log exclude servers timeouts read_header read_body request_body max_size reverse_proxy {HOST}",
}


def statements(text, end):
    """The first words of the statements of a file in blocks; each begins a block or ends as it has to."""
    depth, found = 0, []
    for line in (line.strip() for line in text.splitlines()):
        if line == "}":
            depth -= 1
        elif line and not line.startswith("#"):
            assert line.endswith(("{", end)), line
            depth += line.endswith("{")
            found.append(line.split()[0])
        assert depth >= 0, line
    assert depth == 0
    return [word for word in found if word != "{"]


def test_the_files_are_whole_and_say_nothing_that_their_programs_do_not_know():
    for name in UNITS:
        read = unit(name)
        for section in read.sections():
            assert {*read[section]} <= {*KNOWN[section].split()}, (name, section)
    assert {*statements(NGINX, ";")} <= {*KNOWN["nginx"].split()}
    assert {*statements(CADDY, "")} <= {*KNOWN["caddy"].split()}


def test_as_far_as_the_programs_are_on_this_machine_they_find_nothing_wrong_either(tmp_path):
    """Where none of them is, the test above is all that is looked at."""
    for name in UNITS:  # the programs that they name are not here
        text = (DEPLOY / name).read_text("utf-8")
        (tmp_path / name).write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", text), "utf-8")
    # Nor are the names, the ports and the certificates of the server.
    places = iter(range(9))
    nginx = re.sub(r"listen (.*?)(?: ssl http2)?;", lambda _: f"listen unix:{tmp_path}/{next(places)};", NGINX)
    nginx = re.sub(r"ssl_certificate\w* .*;", "", nginx).replace("/var/log/nginx/", f"{tmp_path}/")
    whole = f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}} http {{ access_log off; {nginx} }}"
    (tmp_path / "nginx.conf").write_text(whole, "utf-8")
    commands = [
        ["systemd-analyze", "verify", *(tmp_path / name for name in UNITS)],
        ["caddy", "adapt", "--config", DEPLOY / "Caddyfile", "--adapter", "caddyfile"],
        ["nginx", "-t", "-q", "-e", tmp_path / "log", "-c", tmp_path / "nginx.conf"],
    ]
    for command in commands:
        if shutil.which(command[0]):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            wrong = [line for line in done.stderr.splitlines() if line.startswith(str(tmp_path))]
            assert (done.returncode, wrong) == (0, []), done.stderr


def test_the_web_servers_in_front_let_in_what_the_app_takes_and_note_nobody():
    (nginx,) = re.findall(r"client_max_body_size (\d+);", NGINX)
    (caddy,) = re.findall(r"max_size (\d+)MB", CADDY)
    assert int(nginx) == IMPORT_BYTES < int(caddy) * 1_000_000
    assert NGINX.count("server {") == NGINX.count("access_log off;") == NGINX.count("rosc-map.log emerg;") == 2
    assert "exclude http.log.error http.handlers http.stdlib" in CADDY
    assert not re.search(r"^\s*(log \{|output|encode|header|gzip on|add_header|limit_req)", CADDY + NGINX, re.MULTILINE)
    said = dict(re.findall(r"proxy_set_header (\S+) (\S+);", NGINX))
    assert (said["X-Forwarded-For"], said["X-Forwarded-Proto"]) == ("$remote_addr", "$scheme")
    (port,) = {*re.findall(r"127\.0\.0\.1:(\d+)", CADDY + NGINX)}
    assert port == "8000"  # which `rosc-map serve` listens on where nothing else is said


def test_every_command_of_the_guide_works(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    settings = {"$ROSC_MAP_RECORDS": "area.gpkg", "$ROSC_MAP_URL": f"https://{HOST}"}
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
    lines = [shlex.split(line) for block in blocks for line in block.splitlines()]
    ours = [[settings.get(word, word) for word in line[1:]] for line in lines if line[:1] == ["rosc-map"]]
    assert len(ours) >= 6
    for words in ours:
        assert main(words) == 0, capsys.readouterr().err
    # What it copies is in the folder that it names, and what is there is named.
    copied = {word for line in lines for word in line if word.startswith("deploy/")}
    assert {path.name for path in DEPLOY.iterdir()} == {Path(word).name for word in copied}
    assert {path.name for path in DEPLOY.iterdir()} <= {*re.findall(r"\.\./deploy/([\w.-]+)\)", GUIDE)}


def test_after_a_restore_no_link_of_before_opens_an_entry(empty):
    with closing(People.beside(empty.path)) as people:
        token, _ = people.make_entry_link(["a"], by="coordinator 1")
        (command,) = re.findall(r"(?m)^runuser .* sqlite3 \S+ '(.+)'$", GUIDE)
        with closing(sqlite3.connect(empty.path.with_suffix(".people.db"), isolation_level=None)) as file:
            file.execute(command)
        assert people.entry_of_link(token) is None
    emptied = set(re.findall(r"DELETE FROM rosc_map_people\.(\w+)", GUIDE))
    assert emptied == {"entry_links", "sessions"} <= METADATA.tables.keys()


@pytest.fixture(params=["file", pytest.param("database", marks=pytest.mark.postgis)])
def records(request, tmp_path):
    """A partnership with an account, as the unit of the backup is told of it."""
    target = tmp_path / "area.gpkg" if request.param == "file" else request.getfixturevalue("postgis")
    rosc_map.new(target, ["Middlesbrough"]).close()
    with closing(People.beside(target)) as people:
        people.add("V7", Role.RECORDER, by="")
    return str(target)


@contextmanager
def called_here(folder):
    """Run the one command that a program of the backup asks for in this process, which has all of it loaded."""
    asked, answered = folder / "asked", folder / "answered"
    for pipe in (asked, answered):
        os.mkfifo(pipe)

    def run():
        answered.write_text(str(main(asked.read_text("utf-8").splitlines())))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join(60)


def test_a_backup_has_the_records_and_the_accounts_and_old_ones_go(records, tmp_path):
    programs, folder = tmp_path / "programs", tmp_path / "backups"
    programs.mkdir()
    folder.mkdir()
    # What locks it stands for itself only: that it is called as it has to be, and that nothing is left open.
    for name, does in {
        "rosc-map": f'printf "%s\\n" "$@" >"{tmp_path}/asked"; exit "$(cat "{tmp_path}/answered")"',
        "python": f'exec "{sys.executable}" "$@"',
        "age": '[ "$1 $2 $3 $4" = "--encrypt --recipients-file KEY --output" ] && cp "$6" "$5"',
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{does}\n")
        (programs / name).chmod(0o755)
    old, newer, cut_off = (folder / f"rosc-map-{name}" for name in ("1.tar.age", "2.tar.age", "0.tar.age.part"))
    # Each night comes up to a quarter of an hour sooner or later.
    for path, days in ((old, 30), (newer, 29), (cut_off, 30)):
        path.touch()
        os.utime(path, (time.time() - days * 86_400 + (900 if days == 30 else -900),) * 2)
    path = os.pathsep.join(map(str, [programs, servers.programs() or programs, *os.get_exec_path()]))
    known = {**os.environ, "PATH": path, "ROSC_MAP_RECORDS": records, "TMPDIR": str(tmp_path)}
    program, _folder, _key = exec_start("rosc-map-backup.service", {})
    command = [DEPLOY / Path(program).name, folder, "KEY"]
    with called_here(tmp_path) if records.endswith(".gpkg") else nullcontext():
        done = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (old.exists() or cut_off.exists())
    assert not [*tmp_path.glob("tmp.*")]
    (made,) = {*folder.iterdir()} - {newer}
    assert (made.stat().st_mode & 0o777, made.name[-8:]) == (0o600, ".tar.age")
    with tarfile.open(made) as archive:
        archive.extractall(tmp_path / "out", filter="data")
    assert names_of_accounts(tmp_path / "out") == ["V7"]


def names_of_accounts(folder):
    """The accounts of what was backed up, opened as it is restored; its records have been opened too."""
    if (folder / "area.dump").exists():
        dumped = subprocess.run(
            ["pg_restore", "-f", "-", folder / "area.dump"], capture_output=True, text=True, check=True
        )
        assert "COPY public.assets " in dumped.stdout
        (rows,) = re.findall(r"COPY rosc_map_people\.accounts .*?\n(.*?)^\\\.", dumped.stdout, re.DOTALL | re.MULTILINE)
        return [row.split("\t")[0] for row in rows.splitlines()]
    with closing(rosc_map.open(folder / "area.gpkg")) as restored:
        assert len(restored.snapshot().assets) == 0
    with closing(People.beside(folder / "area.gpkg")) as people:
        return [account.name for account in people.accounts()]


def test_a_backup_that_fails_says_so_and_leaves_none(tmp_path):
    known = {**os.environ, "ROSC_MAP_RECORDS": str(tmp_path / "none.gpkg"), "TMPDIR": str(tmp_path)}
    programs = tmp_path / "rosc-map"
    programs.write_text("#!/bin/sh\necho There is no file >&2\nexit 1\n")
    programs.chmod(0o755)
    (tmp_path / "backups").mkdir()
    known["PATH"] = os.pathsep.join([str(tmp_path), *os.get_exec_path()])
    command = [DEPLOY / "rosc-map-backup", tmp_path / "backups", "KEY"]
    done = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "There is no file\n")
    assert [*(tmp_path / "backups").iterdir()] == []


def test_backups_that_fail_keep_no_old_one_but_the_last_that_is_whole(tmp_path):
    programs, folder = tmp_path / "programs", tmp_path / "backups"
    programs.mkdir()
    folder.mkdir()

    def stands_for(name, does):
        (programs / name).write_text(f"#!/bin/sh\n{does}\n")
        (programs / name).chmod(0o755)

    stands_for("rosc-map", 'echo records >"$3"')
    stands_for("python", 'echo accounts >"$3"')
    stands_for("age", 'echo begun >"$5"; echo The key is not there >&2; exit 1')
    aged = {"a.tar.age": (40, "last"), "b.tar.age": (90, "older"), "c.tar.age": (35, ""), "d.tar.age.part": (35, "cut")}
    for name, (days, holds) in aged.items():
        path = folder / f"rosc-map-{name}"
        path.write_text(holds)
        os.utime(path, (time.time() - days * 86_400,) * 2)
    path = os.pathsep.join([str(programs), *os.get_exec_path()])
    known = {**os.environ, "PATH": path, "ROSC_MAP_RECORDS": str(tmp_path / "area.gpkg"), "TMPDIR": str(tmp_path)}
    command = [DEPLOY / "rosc-map-backup", folder, "KEY"]
    done = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "The key is not there\n")
    assert [path.name for path in folder.iterdir()] == ["rosc-map-a.tar.age"]
    assert not [*tmp_path.glob("tmp.*")]
    stands_for("age", 'cp "$6" "$5"')
    subprocess.run(command, env=known, check=True)
    (made,) = folder.iterdir()
    assert made.name != "rosc-map-a.tar.age"


# Last, so that the server runs for no longer than they ask it.


def test_the_log_of_a_session_holds_nothing_that_was_typed_no_address_and_no_token(deployed):
    with closing(people_of(deployed.target)) as people:
        token = people.invite("V7", by="").token
    elsewhere = {"X-Forwarded-For": "198.51.100.7"}
    assert deployed.ask("GET", f"/invitation/{token}?q=Zwiebel", headers=elsewhere)[0] == 200
    assert deployed.ask("POST", f"/invitation/{token}", {"password": PASSWORD, "again": PASSWORD})[0] == 303
    opened = [token, deployed.cookie]
    assert deployed.ask("POST", "/sign-out", {})[0] == 303
    assert deployed.ask("POST", "/sign-in", {"name": "V7", "password": "wrong heron lamp"})[0] == 422
    assert deployed.ask("POST", "/sign-in", {"name": "Zwiebel", "password": PASSWORD})[0] == 422
    assert deployed.ask("POST", "/sign-in", {"name": "V7", "password": PASSWORD}, headers=elsewhere)[0] == 303
    opened.append(deployed.cookie)
    deployed.write_down()
    assert deployed.ask("GET", "/assets?q=Zwiebel+Lantern")[0] == 200
    assert TYPED["name"] in deployed.page
    assert deployed.ask("GET", "/assets/Zwiebel?q=960777")[0] == 404
    assert deployed.ask("POST", "/record/rules", {"csrf": "Zwiebel"})[0] == 403
    assert deployed.ask("POST", "/record/rules", {"more": "Zwiebel" * 20_000})[0] == 413
    for begun in (
        b"Zwiebel\r\n\r\n",
        f"POST /sign-in HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 99\r\n\r\nq=Zw".encode(),
    ):
        with socket.create_connection(("127.0.0.1", deployed.port)) as line:
            line.sendall(begun)
    quiet = deployed.log.splitlines()
    with closing(sqlite3.connect(deployed.target.with_suffix(".people.db"))) as kept, kept:  # a fault that tells
        kept.execute("UPDATE accounts SET role = 'Zwiebel'")
    try:
        assert deployed.ask("GET", "/assets?q=Lantern")[0] == 500
    finally:
        with closing(sqlite3.connect(deployed.target.with_suffix(".people.db"))) as kept, kept:
            kept.execute("UPDATE accounts SET role = 'recorder'")
    assert deployed.ask("GET", "/")[0] == 200
    # Nothing was noted but that it began, that something was no request, and the fault.
    assert [
        line for line in quiet if not re.match(r"Listening|Stop it|Invalid HTTP request|WARNING: +Invalid", line)
    ] == []
    assert re.search(r"A request failed: ValueError in enum\.py:\d+ < ", deployed.log)
    told = deployed.log.replace(f"http://127.0.0.1:{deployed.port}.", "where it listens")
    assert [word for word in (*SECRETS, *opened) if word in told] == []


def test_a_web_server_is_believed_only_on_this_computer_and_a_visitor_never(deployed):
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.8"}
    assert deployed.ask("GET", "/sign-in", port=deployed.port, headers=forwarded)[0] in (200, 303)
    assert deployed.ask("GET", "/sign-in", port=deployed.port, headers=forwarded, address="127.0.0.2")[0] == 400
    assert "This address is not safe to use" in deployed.page
    # Who says to come from another address each time is counted as one sender, by where the line comes from.
    tries = [
        deployed.ask("POST", "/sign-in", {"csrf": "no"}, address="127.0.0.3", headers={"X-Forwarded-For": f"::{n}"})[0]
        for n in range(21)
    ]
    assert tries == [403] * 20 + [429]
