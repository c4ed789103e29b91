"""Import and export in the web app: looked at before anything is taken, by one's own hand only, nothing left lying."""

import io
import json
import re
import shutil
import socket
import time
import zipfile

import pytest
from looking import looked_over, phone, reached_by_keyboard
from serving import served

import rosc_map
from rosc_map.web import import_job
from rosc_map.web import uploads as web_uploads
from rosc_map.web.commands import Commands
from rosc_map.web.uploads import Uploads

GOOD = b"name,asset_type,postcode\nExample Hub,lero,TS1 2AE\nExample <b>Garden</b>,community,TS5 6AA\n"
MIXED = (
    b"name,asset_type,postcode,<script>alert(1)</script>\nExample Hub,lero,TS1 2AE,x\n"
    b"Example <b>Garden</b>,community,TS5 6AA,x\n<img src=x>,no such type,TS1 2AE,x\n"
)


@pytest.fixture(scope="module")
def file(empty_file, tmp_path_factory):
    path = tmp_path_factory.mktemp("exchange") / "area.gpkg"
    path.write_bytes(empty_file.read_bytes())
    return path


@pytest.fixture(scope="module")
def running(file):
    with served(file, today=None) as site:
        yield site


def hand_in(running, content, name="rows.csv", role="coordinator 1", **data):
    files = {"file": (name, content)}
    return running[role].post(
        "/import", {"record": "assets", **data}, page="/import", files=files, allow_redirects=False
    )


def lying(running):
    """The files that were handed in and are on the disk."""
    return [path for path in running.site.uploads.path.rglob("upload*") if path.is_file()]


def names(file):
    return set(rosc_map.open(file).snapshot().assets["name"])


@pytest.fixture(scope="module")
def handed_in(running):
    """The answer to somebody who handed a file in; it is read once, for all that look at it."""
    return hand_in(running, MIXED, name="../../évil name.CSV")


@pytest.mark.browser
def test_what_a_file_would_change_is_for_everybody(running, handed_in, browser):
    address = handed_in.headers["Location"]
    running["coordinator 1"].there(address)
    with phone(browser, running.url, running["coordinator 1"].token, width=320) as held:
        assert held.go(address).status == 200
        assert held.page.locator("h1").inner_text() == "Check what the file would change"
        looked_over(held.page, whole=False)
        reached_by_keyboard(held.page, whole=False)
        assert held.wrong == []


def test_a_file_is_looked_at_then_taken_once_and_only_by_who_handed_it_in(running, file, handed_in):
    assert handed_in.status_code == 303
    address = handed_in.headers["Location"]
    assert [oct(path.stat().st_mode & 0o777) for path in lying(running)] == ["0o600"]
    assert [path.name for path in lying(running)] == ["upload.csv"]

    page = running["coordinator 1"].there(address).text
    assert "Assets: 2 added, 0 changed, 0 left as they were." in page
    assert "1 row with a problem" in page
    assert "no such type" in page  # row by row, with what to do
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "Take the good rows" in page
    assert "Yes, take it" not in page
    assert names(file) == set()

    for other in ("coordinator 3", "admin 4"):
        assert running[other].get(address).status_code == 404
        assert running[other].post(address, {"take": "good"}, page="/import").status_code == 404
    assert running["V7"].post(address, {"take": "good"}, page="/").status_code == 403
    assert names(file) == set()

    for _ in range(2):  # a double tap
        again = running["coordinator 1"].post(address, {"take": "good"}, page="/import", allow_redirects=False)
        assert again.headers["Location"] == address
    page = running["coordinator 1"].there(address).text
    assert "The file was read into the records" in page
    assert names(file) == {"Example Hub", "Example <b>Garden</b>"}
    assert len(rosc_map.open(file).snapshot().assets) == 2
    assert lying(running) == []


def bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            with book.open(name, "w") as part:
                for _ in range(15):
                    part.write(b" " * 15_000_000)
    return packed.getvalue()


def test_a_zip_bomb_is_refused_in_plain_words(file, tmp_path, monkeypatch, capsys):
    """As the process that reads uploads does it, without the two seconds that it takes to start."""
    book = tmp_path / "upload.xlsx"
    book.write_bytes(bomb())
    task = {"target": str(file), "file": str(book), "record": "assets", "who": "coordinator 1", "options": {}}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(task | {"options": {"dry_run": True}})))
    import_job.main()
    said = json.loads(capsys.readouterr().out)
    assert list(said) == ["why"]
    assert "upload.xlsx" in said["why"]


@pytest.mark.parametrize(
    ("content", "name", "data", "said"),
    [
        (b"", "rows.csv", {}, "Choose a file."),
        (b"MZ", "program.exe", {}, "This kind of file cannot be read here."),
        (b"a,b\n", "no-ending", {}, "This kind of file cannot be read here."),
        (GOOD, "rows.csv", {"record": "people"}, "Say what the file holds."),
        (GOOD, "rows.csv", {"from_format": "--review"}, "Choose one of these formats"),
    ],
)
def test_what_cannot_be_taken_is_said_at_once_beside_its_field(running, content, name, data, said):
    answer = hand_in(running, content, name=name, **data)
    assert answer.status_code == 422
    assert said in answer.text
    assert re.search(r"<title>\s*Error:", answer.text)
    assert 'class="error-summary"' in answer.text
    assert lying(running) == []


def test_more_than_20_mb_is_too_large(running):
    answer = hand_in(running, b"x" * 20_000_001)
    assert answer.status_code == 413
    assert "The file is larger than 20 MB." in answer.text  # said beside its field
    assert lying(running) == []


def test_half_an_upload_and_one_that_is_none_leave_nothing(running):
    host, port = running.url.removeprefix("http://").split(":")
    head = (
        f"POST /import HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: rosc-map={running['coordinator 1'].token}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {}\r\nConnection: close\r\n\r\n"
    )
    part = '--b\r\nContent-Disposition: form-data; name="file"; filename="rows.csv"\r\n\r\nname,asset'
    with socket.create_connection((host, int(port)), timeout=10) as half:
        half.sendall((head.format(len(part) + 1000) + part).encode())
    with socket.create_connection((host, int(port)), timeout=10) as odd:
        odd.sendall((head.format(9) + "--c\r\nxxxx").encode())
        assert odd.recv(12).startswith((b"HTTP/1.1 400", b"HTTP/1.1 403"))
    assert lying(running) == []


@pytest.mark.parametrize("role", ["V7", "commissioner 2"])
def test_only_coordinators_import_and_who_records_exports_nothing(running, role):
    assert running[role].get("/import").status_code == 403
    assert running[role].get("/export").status_code == (200 if role == "commissioner 2" else 404)
    refused = ("internal",) if role == "commissioner 2" else ("public", "partners", "internal")
    for audience in refused:
        assert running[role].get(f"/export/made?audience={audience}&to=csv").status_code == 404
        assert running[role].get(f"/outputs/{audience}/export~assets~csv~assets.csv/assets.csv").status_code == 404


def test_what_no_format_takes_is_said_and_what_there_is_none_of_is_not_there(running):
    answer = running["coordinator 1"].get("/export/made?record=funding&to=geojson")
    assert answer.status_code == 422
    assert "Only groups, services and places come in this format." in answer.text
    assert running["coordinator 1"].get("/export/made?to=exe").status_code == 404
    assert running["coordinator 1"].get("/export/made?record=people").status_code == 404


@pytest.mark.parametrize("name", ["assets.csv", "referrals.xlsx", "assets.xlsform.xlsx", "funding.html"])
def test_empty_forms_are_given_to_all_who_come_in(running, name):
    answer = running["V7"].get(f"/blank/{name}")
    assert answer.status_code == 200
    assert answer.content
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("name", ["people.csv", "assets.exe", "assets", "..%2Fassets.csv"])
def test_there_is_no_other_form(running, name):
    assert running["V7"].get(f"/blank/{name}").status_code == 404


def test_a_file_that_cannot_be_read_is_refused_and_gone(file):
    commands = Commands()
    commands.close()
    uploads = Uploads(str(file), commands)
    added = uploads.add("coordinator 1", ".csv", io.BytesIO(GOOD), "assets", {})
    while added.state == "reading":
        time.sleep(0.01)
    uploads.close()
    assert added.state == "refused"
    assert added.told["why"].startswith("The site is being stopped.")
    assert not added.file.exists()
    assert not uploads.path.exists()


def test_a_file_is_thrown_away_by_its_owner_or_after_its_hour(file):
    commands = Commands()
    uploads = Uploads(str(file), commands, kept_seconds=0.2)
    with commands._alone:  # so none of them is read yet
        added, other = (uploads.add("coordinator 1", ".csv", io.BytesIO(GOOD), "assets", {}) for _ in range(2))
        uploads.drop("coordinator 3", added.token)
        assert added.file.exists()
        uploads.drop("coordinator 1", added.token)
        assert not added.file.exists()
        for _ in range(200):
            if uploads.of("coordinator 1", other.token) is None:
                break
            time.sleep(0.02)
        assert uploads.of("coordinator 1", other.token) is None
        assert not other.file.exists()
        commands.close()
    uploads.close()


def test_nobody_keeps_more_than_three_files_here(file):
    commands = Commands()
    uploads = Uploads(str(file), commands)
    with commands._alone:
        added = [uploads.add("coordinator 1", ".csv", io.BytesIO(GOOD), "assets", {}) for _ in range(4)]
        assert [each.file.exists() for each in added] == [False, True, True, True]
        commands.close()
    uploads.close()


def told(file, tmp_path, monkeypatch, capsys, content):
    """What the process that reads uploads says of a file, without the seconds that it takes to start."""
    sheet = tmp_path / "upload.csv"
    sheet.write_text(content, "utf-8")
    task = {"target": str(file), "file": str(sheet), "record": "assets", "who": "coordinator 1"}
    given = json.dumps(task | {"options": {"dry_run": True, "accept_partial": True}})
    monkeypatch.setattr("sys.stdin", io.StringIO(given))
    import_job.main()
    return json.loads(capsys.readouterr().out)


def test_what_is_added_and_changed_is_named_and_its_column_by_label_and_header(
    empty_file, tmp_path, monkeypatch, capsys
):
    file = tmp_path / "area.gpkg"
    file.write_bytes(empty_file.read_bytes())
    sheet = tmp_path / "first.csv"
    sheet.write_text("id,name,asset_type,postcode\na1,Example Hub,lero,TS1 2AE\n", "utf-8")
    rosc_map.open(file).import_(sheet)
    rows = "".join(f",Example Group {number},community,TS5 6AA\n" for number in range(52))
    said = told(
        file,
        tmp_path,
        monkeypatch,
        capsys,
        f"id,name,asset_type,postcode\na1,Example Hub,community,TS1 2AE\n{rows},Odd,x,TS1\n",
    )
    assert said["changes"] == {"rows": [[2, "Example Hub", "Type (asset_type)", "lero", "community"]], "all": 1}
    assert said["added"]["all"] == 52
    assert said["added"]["rows"][:2] == [[3, "Example Group 0"], [4, "Example Group 1"]]
    assert len(said["added"]["rows"]) == 50
    assert {row[1] for row in said["problems"]["rows"]} >= {"Type (asset_type)"}


class Full(io.BytesIO):
    """A file in the midst of which there is no more room on the disk."""

    def read(self, size=-1):
        if self.tell():
            raise OSError(28, "No space left on device")
        return super().read(2)


def test_a_file_that_could_be_kept_by_half_only_is_not_kept_and_that_is_said(file, running, monkeypatch):
    commands = Commands()
    uploads = Uploads(str(file), commands)
    with pytest.raises(OSError, match="No space"):
        uploads.add("coordinator 1", ".csv", Full(GOOD), "assets", {})
    assert list(uploads.path.iterdir()) == []
    shutil.rmtree(uploads.path)  # by who tidies temporary files
    with commands._alone:
        assert uploads.add("coordinator 1", ".csv", io.BytesIO(GOOD), "assets", {}).file.exists()
        commands.close()
    uploads.close()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(web_uploads.shutil, "copyfileobj", full)
    answer = hand_in(running, GOOD)
    assert answer.status_code == 503
    assert "There may be no room left" in answer.text
