"""Import and export in the web app: looked at before anything is taken, by one's own hand only, nothing left lying."""

import io
import re
import socket
import time
import zipfile

import pytest
from signed_in import serving

import rosc_map

pytestmark = pytest.mark.xdist_group("web-outputs")

GOOD = b"name,asset_type,postcode\nExample Hub,lero,TS1 2AE\nExample <b>Garden</b>,community,TS5 6AA\n"
MIXED = GOOD + b"Example Hall,no such type,TS1 2AE\n"


@pytest.fixture(scope="module")
def file(empty_file, tmp_path_factory):
    path = tmp_path_factory.mktemp("exchange") / "area.gpkg"
    path.write_bytes(empty_file.read_bytes())
    return path


@pytest.fixture(scope="module")
def running(file):
    with serving(file) as site:
        yield site


def hand_in(running, content, name="rows.csv", role="coordinator", **data):
    files = {"file": (name, content)}
    return running.post(role, "/import", "/import", {"record": "assets", **data}, files, allow_redirects=False)


def lying(running):
    """The files that were handed in and are on the disk."""
    return [path for path in running.site.uploads.path.rglob("upload*") if path.is_file()]


def names(file):
    return set(rosc_map.open(file).snapshot().assets["name"])


def test_a_file_is_looked_at_then_taken_once_and_only_by_who_handed_it_in(running, file):
    sent = hand_in(running, MIXED, name="../../évil name.CSV")
    assert sent.status_code == 303
    address = sent.headers["Location"]
    assert [oct(path.stat().st_mode & 0o777) for path in lying(running)] == ["0o600"]
    assert [path.name for path in lying(running)] == ["upload.csv"]

    page = running.there("coordinator", address).text
    assert "Assets: 2 added, 0 changed, 0 left as they were." in page
    assert "1 row with a problem" in page
    assert "no such type" in page  # row by row, with what to do
    assert "Take the good rows" in page
    assert "Yes, take it" not in page
    assert names(file) == set()

    for other in ("second coordinator", "admin"):
        assert running.get(other, address).status_code == 404
        assert running.post(other, address, "/import", {"take": "good"}).status_code == 404
    assert running.post("recorder", address, "/", {"take": "good"}).status_code == 403
    assert names(file) == set()

    for _ in range(2):  # a double tap
        again = running.post("coordinator", address, "/import", {"take": "good"}, allow_redirects=False)
        assert again.headers["Location"] == address
    page = running.there("coordinator", address).text
    assert "The file was read into the records" in page
    assert names(file) == {"Example Hub", "Example <b>Garden</b>"}
    assert len(rosc_map.open(file).snapshot().assets) == 2
    assert lying(running) == []


def test_what_was_typed_is_shown_as_text_and_no_thank_you_throws_it_away(running, file):
    before = names(file)
    row = b"name,asset_type,postcode,<script>alert(1)</script>\n<img src=x onerror=alert(1)>,lero,TS1 3BA,x\n"
    address = hand_in(running, row).headers["Location"]
    page = running.there("coordinator", address).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "Yes, take it" in page
    done = running.post("coordinator", address, "/import", {"take": "no"}, allow_redirects=False)
    assert done.headers["Location"] == "/import"
    assert running.get("coordinator", address).status_code == 404
    assert names(file) == before
    assert lying(running) == []


def bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            with book.open(name, "w") as part:
                for _ in range(15):
                    part.write(b" " * 15_000_000)
    return packed.getvalue()


def test_a_zip_bomb_is_refused_in_plain_words_and_nothing_is_left(running):
    address = hand_in(running, bomb(), name="book.xlsx").headers["Location"]
    page = running.there("coordinator", address).text
    assert "The file was not taken" in page
    assert "Nothing was changed." in page
    assert str(running.site.uploads.path) not in page
    assert "Traceback" not in page
    assert lying(running) == []


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
    assert lying(running) == []


def test_half_an_upload_and_one_that_is_none_leave_nothing(running):
    host, port = running.url.removeprefix("http://").split(":")
    head = (
        f"POST /import HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: rosc-map={running.tokens['coordinator']}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {}\r\nConnection: close\r\n\r\n"
    )
    part = '--b\r\nContent-Disposition: form-data; name="file"; filename="rows.csv"\r\n\r\nname,asset'
    with socket.create_connection((host, int(port)), timeout=10) as half:
        half.sendall((head.format(len(part) + 1000) + part).encode())
    with socket.create_connection((host, int(port)), timeout=10) as odd:
        odd.sendall((head.format(9) + "--c\r\nxxxx").encode())
        assert odd.recv(12).startswith((b"HTTP/1.1 400", b"HTTP/1.1 403"))
    assert lying(running) == []


@pytest.mark.parametrize("role", ["recorder", "viewer"])
def test_only_coordinators_import_and_who_records_exports_nothing(running, role):
    assert running.get(role, "/import").status_code == 403
    assert running.get(role, "/export").status_code == (200 if role == "viewer" else 404)
    refused = ("internal",) if role == "viewer" else ("public", "partners", "internal")
    for audience in refused:
        assert running.get(role, f"/export/made?audience={audience}&to=csv").status_code == 404
        assert running.get(role, f"/outputs/{audience}/export~assets~csv~assets.csv/assets.csv").status_code == 404


def test_an_export_is_made_and_given_as_a_file_to_save(running):
    page = running.there("viewer", "/export/made?audience=partners&to=csv").text
    address = re.search(r'href="(/outputs/partners/export[^"]+)"', page)[1]
    answer = running.get("viewer", address)
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''assets.csv"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert running.get("recorder", address).status_code == 404
    answer = running.get("coordinator", "/export/made?record=funding&to=geojson")
    assert answer.status_code == 422
    assert "Only groups, services and places come in this format." in answer.text
    assert running.get("coordinator", "/export/made?to=exe").status_code == 404
    assert running.get("coordinator", "/export/made?record=people").status_code == 404


@pytest.mark.parametrize("name", ["assets.csv", "referrals.xlsx", "assets.xlsform.xlsx", "funding.html"])
def test_empty_forms_are_given_to_all_who_come_in(running, name):
    answer = running.get("recorder", f"/blank/{name}")
    assert answer.status_code == 200
    assert answer.content
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("name", ["people.csv", "assets.exe", "assets", "..%2Fassets.csv"])
def test_there_is_no_other_form(running, name):
    assert running.get("recorder", f"/blank/{name}").status_code == 404


def test_a_file_is_gone_after_its_hour(running, tmp_path, file):
    from rosc_map.web.commands import Commands
    from rosc_map.web.uploads import Uploads

    commands = Commands()
    commands.close()  # nothing is read: what is asked here is only how long a file lies there
    uploads = Uploads(str(file), commands, kept_seconds=0.05)
    added = uploads.add("coordinator 1", ".csv", io.BytesIO(GOOD), "assets", {})
    for _ in range(100):
        if uploads.of("coordinator 1", added.token) is None:
            break
        time.sleep(0.05)
    assert uploads.of("coordinator 1", added.token) is None
    assert not added.file.exists()
    uploads.close()
    assert not uploads.path.exists()
