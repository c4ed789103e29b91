"""The commands about places: where, geocode, postcodes, boundaries. Real files, and a real server on loopback."""

import csv
import json
import os
import subprocess
import sys

import pytest

from loopback import Loopback, Reply
from rosc_map.cli.quick import plain_command
from rosc_map.place.boundaries.files import boundaries_folder


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a CSV of postcodes and gives its path and that of the copy."""

    def write(text):
        source = tmp_path / "in.csv"
        source.write_text(text, "utf-8")
        return source, tmp_path / "out.csv"

    return write


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def found(postcode, **more):
    """What postcodes.io answers for a postcode, as far as it is read."""
    return {
        "query": postcode,
        "result": {
            "postcode": postcode,
            "longitude": -1.235,
            "latitude": 54.5742,
            "codes": {"admin_district": "E06000002"},
            **more,
        },
    }


# --- where


def test_where_tells_what_it_read_and_what_is_out_of_use(run):
    code, out, _ = run("where", "TSI 2PA.")
    assert (code, "'TSI 2PA.' was read as TS1 2PA." in out) == (0, True)
    code, out, _ = run("where", "KT11 3DZ")
    assert "no longer in use" in out
    code, out, _ = run("where", "JE2 3AB", "--json")
    place = json.loads(out)
    assert (code, place["latitude"], place["quality"]) == (0, None, "none")
    assert "It is in Jersey" in place["remarks"][-1]


@pytest.mark.parametrize(
    ("words", "found"),
    [(["TS1", "2PA"], "TS1 2PA"), (["54.5742,", "-1.235"], "54.5742, -1.235"), (["449500", "520000"], "449500 520000")],
)
def test_where_takes_the_words_as_people_type_them(run, words, found):
    code, out, _ = run("where", *words)
    assert (code, out.splitlines()[0]) == (0, found)
    assert "Middlesbrough (E06000002)" in out


def test_coordinates_need_no_postcodes(tmp_path):
    code = "import sys\nfrom rosc_map.cli import main\nsys.exit(main(['where', '54.57,-1.23']))\n"
    folder = tmp_path / "cache"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XDG_CACHE_HOME": str(folder)},
    )
    assert (done.returncode, folder.exists()) == (0, False), done.stderr


def test_a_place_is_not_endless(run):
    code, _, err = run("where", "1" + " " * 50_000 + "x")
    assert (code, "too long" in err) == (1, True)


def test_a_near_miss_is_suggested_and_never_taken(run):
    code, out, err = run("where", "TS1 9QQ")
    assert (code, out) == (1, "")
    assert "Did you mean TS1 " in err


@pytest.mark.parametrize(
    "words", [["where", "TS1 2PA"], ["where", "TS1 2PA", "--json"], ["where", "--json", "TS1 2PA"]]
)
def test_the_quick_way_says_what_typer_would_say(run, words):
    quick = run(*words)
    assert plain_command(words)
    slow = run(*words, "--online")  # asks nobody: the directory holds it
    assert plain_command([*words, "--online"]) is None
    assert quick == slow
    assert quick[0] == 0


@pytest.mark.parametrize(
    "words", [[], ["where"], ["where", "--help"], ["where", "a", "--online"], ["geocode", "a"], ["gaps", "a"]]
)
def test_whatever_is_not_plain_is_left_to_typer(words):
    assert plain_command(words) is None


def test_the_quick_way_loads_neither_typer_nor_pandas(written):
    source, out = written("postcode\nTS1 2PA\n")
    code = (
        "import sys\nfrom rosc_map.cli import main\n"
        f"assert main(['where', 'TS1 2PA']) == 0\nassert main(['geocode', {str(source)!r}, {str(out)!r}]) == 0\n"
        "heavy = {'typer', 'rich', 'pandas', 'geopandas', 'pydantic', 'pyproj', 'shapely', 'requests'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("answers", "code", "said"),
    [
        ([Reply({"status": 200, "result": [found("TS1 9QQ")]})], 0, "postcodes.io was asked."),
        ([Reply({"status": 200, "result": [found("TS1 9QQ", longitude=None, latitude=None)]})], 0, "It has no point"),
        (
            [Reply({"status": 200, "result": [{"query": "TS1 9QQ", "result": None}]}), Reply({}, status=404)],
            1,
            "nor known to postcodes.io",
        ),
        (
            [
                Reply({"status": 200, "result": [{"query": "TS1 9QQ", "result": None}]}),
                Reply(
                    {
                        "status": 200,
                        "result": {
                            "postcode": "TS1 9QQ",
                            "year_terminated": 2015,
                            "month_terminated": 2,
                            "longitude": -1.2,
                            "latitude": 54.5,
                        },
                    }
                ),
            ],
            1,
            "ended in 2015-02",
        ),
        ([Reply(b"<html>sign in</html>")], 1, "not JSON"),
        ([Reply(status=400)], 1, "refused the request (400)"),
    ],
)
def test_each_online_outcome_is_said_as_what_it_is(run, monkeypatch, answers, code, said):
    with Loopback(answers) as service:
        monkeypatch.setenv("ROSC_MAP_POSTCODES_IO", service.url)
        ended, out, err = run("where", "TS1 9QQ", "--online")
    assert ended == code
    assert said in out + err
    assert "Traceback" not in err


def test_nobody_is_asked_without_online_or_about_what_is_known(run, monkeypatch, written):
    source, out = written("postcode\nTS1 9QQ\nTS1 2PA\n")
    with Loopback([Reply(status=400)]) as service:
        monkeypatch.setenv("ROSC_MAP_POSTCODES_IO", service.url)
        run("where", "TS1 9QQ")
        run("where", "TS1 2PA", "--online")
        run("geocode", source, out)
        assert service.asked == []


# --- geocode


def test_geocode(run, written):
    source, out = written("Name,Post Code\nHall,ts12pa\nShed,TS1 9QQ\n")
    code, said, problems = run("geocode", source, out, "--column", "post code")
    assert code == 0
    assert f"Wrote {out}: 1 of 2 rows have a place." in said
    assert "1 with the note: is not in the directory" in said
    assert "Row 3, post code: 'TS1 9QQ' is not in the directory. Did you mean TS1 " in problems
    assert [row["local_authority_code"] for row in rows_of(out)] == ["E06000002", ""]


def test_geocode_online_asks_only_for_what_is_unknown(run, written, monkeypatch):
    source, out = written("postcode\nTS1 2PA\nTS1 9QQ\nTS1 9QZ\nhello\n")
    answer = {"status": 200, "result": [found("TS1 9QQ"), {"query": "TS1 9QZ", "result": None}]}
    with Loopback([Reply(answer), Reply({}, status=404)]) as service:
        monkeypatch.setenv("ROSC_MAP_POSTCODES_IO", service.url)
        assert run("geocode", source, out, "--online")[0] == 0
        assert service.asked[0].json() == {"postcodes": ["TS1 9QQ", "TS1 9QZ"]}
    known, new, unknown, malformed = rows_of(out)
    assert (known["place_note"], malformed["place_note"]) == ("", "is not a whole postcode")
    assert (new["latitude"], new["local_authority_code"]) == ("54.574200", "E06000002")
    assert new["place_note"] == "from 127.0.0.1"
    assert unknown["place_note"] == "is not in the directory (127.0.0.1: not found)"


def test_a_confidential_place_is_neither_placed_nor_sent(run, written, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    source, out = written(
        "name,asset_type,location_precision,address,postcode\n"
        "Haven,domestic_abuse_refuge,hidden,12 Secret Road,\n"
        "Haven 2,lero,hidden,,TS1 9QQ\n"
        "House,recovery_housing,,,TS1 2PA\n"
        "Hall,community,what is this,,TS1 2PA\n"
        "Cafe,lero,exact,,TS1 2PA\n"
    )
    with Loopback([Reply([])]) as service:
        monkeypatch.setenv("ROSC_MAP_POSTCODES_IO", service.url)
        monkeypatch.setenv("ROSC_MAP_NOMINATIM", service.url)
        words = ("geocode", source, out, "--online", "--address", "address", "--contact", "team@partnership.org.uk")
        code, said, err = run(*words)
        assert (code, service.asked) == (0, [])
    assert "TS1 9" not in said + err
    assert "Secret" not in said + err
    *secret, shown = rows_of(out)
    assert {row["place_note"] for row in secret} == {"confidential: not looked up"}
    assert {row["easting"] + row["local_authority_code"] for row in secret} == {""}
    assert shown["easting"] == "449544"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_copy_is_no_more_open_than_the_table(run, written):
    source, out = written("postcode\nTS1 2PA\n")
    source.chmod(0o600)
    assert run("geocode", source, out)[0] == 0
    assert out.stat().st_mode & 0o077 == 0


def test_a_dead_service_is_no_unknown_postcode(run, written, monkeypatch):
    source, out = written("postcode\nTS1 9QQ\n")
    with Loopback([Reply(b"[", status=200)]) as service:
        monkeypatch.setenv("ROSC_MAP_POSTCODES_IO", service.url)
        assert run("geocode", source, out, "--online")[0] == 0
    assert rows_of(out)[0]["place_note"] == "is not in the directory (127.0.0.1: did not answer)"


def test_geocode_by_address(run, written, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    source, out = written('postcode,address\n,"1 Example Street, Middlesbrough"\n,\nTS1 2PA,2 Example Street\n')
    place = {"lat": "54.5742", "lon": "-1.235", "display_name": "1, Example Street", "licence": "ODbL"}
    with Loopback([Reply([place])]) as service:
        monkeypatch.setenv("ROSC_MAP_NOMINATIM", service.url)
        words = ("geocode", source, out, "--address", "address", "--contact", "team@partnership.org.uk")
        assert run(*words)[0] == 0
        assert [asked.params["q"] for asked in service.asked] == ["1 example street, middlesbrough"]
    first, empty, third = rows_of(out)
    assert (first["place_quality"], first["local_authority_code"]) == ("coordinates", "E06000002")
    assert "ODbL" in first["place_note"]
    assert (empty["place_note"], third["place_quality"]) == ("no postcode", "postcode")


def test_an_address_search_wants_a_contact(run, written):
    source, out = written("postcode,address\n,x\n")
    assert run("geocode", source, out, "--address", "address")[0] == 2
    code, _, err = run("geocode", source, out, "--address", "address", "--contact", "me")
    assert (code, "e-mail" in err) == (1, True)
    assert not out.exists()


# --- postcodes, boundaries


def test_postcodes_info_says_date_counts_and_both_licences(run):
    code, out, _ = run("postcodes", "info")
    assert code == 0
    assert "ONS Postcode Directory, November 2025: 2,720,556 postcodes, 2,696,397 of them with a point." in out
    assert "In use: 1,739,998" in out
    assert "Open Government Licence v3.0" in out
    assert "Northern Ireland (BT) postcodes are not under the Open Government Licence" in out
    assert json.loads(run("postcodes", "info", "--json")[1])["postcodes"] == 2_720_556


def test_postcodes_update_wants_to_know_from_what(run, tmp_path):
    assert run("postcodes", "update")[0] == 2
    code, _, err = run("postcodes", "update", "--from", tmp_path / "ONSPD_FEB_2026_UK.zip")
    assert (code, "Traceback" in err) == (1, False)
    assert run("postcodes", "update", "--installed")[0] == 0


def test_boundaries_list(run):
    code, out, _ = run("boundaries", "list")
    assert code == 0
    for words in ("England", "153", "United Kingdom", "218", "361", "Open Government Licence v3.0"):
        assert words in out
    areas = json.loads(run("boundaries", "list", "--json")[1])["areas"]
    assert areas[-1] == {"country": "United Kingdom", "upper": 218, "local": 361}


def test_boundaries_update_and_back(run, tmp_path, monkeypatch):
    import geopandas as gpd

    from rosc_map.place import authorities

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    boundaries_folder.cache_clear()
    try:
        shapes = authorities("local").rename(columns={"code": "LAD25CD", "name": "LAD25NM"})
        gpd.GeoDataFrame(shapes[["LAD25CD", "LAD25NM", "geometry"]]).to_file(tmp_path / "LAD_DEC_2025.gpkg")
        code, out, err = run("boundaries", "update", "--from", tmp_path / "LAD_DEC_2025.gpkg")
        assert (code, err) == (0, "")
        assert "361 local authorities" in out
        assert json.loads(run("boundaries", "list", "--json")[1])["updated"] is True
        assert run("boundaries", "update", "--from", tmp_path / "none.gpkg")[0] == 1
        assert json.loads(run("boundaries", "list", "--json")[1])["updated"] is True
        assert run("boundaries", "update", "--installed")[0] == 0
        assert json.loads(run("boundaries", "list", "--json")[1])["updated"] is False
    finally:
        boundaries_folder.cache_clear()
