"""What README and docs say is run: a command or a call that fails is a failed test."""

import csv
import io
import re
import subprocess
from pathlib import Path

import pytest

import postgis as servers
import rosc_map
from partnerships import TODAY
from rosc_map import examples
from rosc_map.cli import main
from rosc_map.records import PathwayCount, ReferralList
from shell_lines import lines_of
from small_rounds import with_round

ROOT = Path(__file__).parents[1]
README, RECORDING, KEEPING, PLACES, LINKAGE, NETWORK, GAPS, MAPS, PAPER, LISTS, NEAR = (
    (ROOT / page).read_text("utf-8")
    for page in (
        "README.md",
        "docs/recording.md",
        "docs/keeping.md",
        "docs/places.md",
        "docs/linkage-test.md",
        "docs/referral-network.md",
        "docs/gaps.md",
        "docs/maps.md",
        "docs/board-paper.md",
        "docs/lists.md",
        "docs/near.md",
    )
)
SERVER = "postgresql://partnership@db.example.org/"
CAFE = {"name": "Example Café", "asset_type": "lero", "postcode": "TS1 2PA", "notes": "Ask for Jane Example."}


def commands(text, program="rosc-map"):
    """Every command of a program in the shell blocks of a text."""
    return [words for words in lines_of(text) if words[0] == program]


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Return what runs commands one after the other in a folder of their own, and says yes when it is asked."""
    monkeypatch.chdir(tmp_path)

    def run_all(found):
        for words in found:
            monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
            assert main(words[1:]) == 0, (words, capsys.readouterr().err)

    return run_all


@pytest.fixture
def cafe(tmp_path, write_csv):
    """A partnership that has the asset of which the pages tell."""
    made = rosc_map.new(tmp_path / "area.gpkg", ["Middlesbrough"])
    made.import_(write_csv([CAFE]))
    return made


def test_every_command_of_the_page_on_places_works(tmp_path, run):
    (tmp_path / "venues.csv").write_text("venue,postcode\nExample Hall,TS1 2PA\n")
    found = commands(PLACES)
    assert len(found) >= 6
    run(found)


def test_the_python_of_the_page_on_places_works(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", PLACES, re.DOTALL)
    exec(compile(code, "docs/places.md", "exec"), {})
    said = capsys.readouterr().out
    assert "{2: 'TS1 2PA'}" in said
    assert "3,833 postcodes of the ONS Postcode Directory" in said


def test_every_command_of_the_readme_works_in_order(tmp_path, run):
    # The reader's own files: the example's assets and referrals stand in for them.
    (tmp_path / "venues.csv").write_text("venue,postcode\nExample Hall,TS1 2PA\n")
    (tmp_path / "assets.csv").write_bytes(examples.assets_path().read_bytes())
    (tmp_path / "referrals.csv").write_bytes(examples.referrals_path().read_bytes())
    found = [words for words in commands(README) if words[1] != "demo"]  # tests/demos.py runs that one
    assert len(found) >= 15
    run(found)
    assert (tmp_path / "paper" / "board-paper.docx").exists()


def test_every_command_of_the_page_on_the_linkage_test_works_in_order(tmp_path, run):
    area = rosc_map.new(tmp_path / "area.gpkg", [examples.FOOTPRINT])
    area.import_(examples.assets_path())
    # The page rings a service that is drawn with its seed; that draw is the same for ever.
    found = commands(LINKAGE)
    assert len(found) >= 12
    run(found)
    assert (tmp_path / "result" / "result.html").exists()


def test_every_command_of_the_page_on_the_network_works_in_order(tmp_path, run):
    area = rosc_map.new(tmp_path / "area.gpkg", [examples.FOOTPRINT], who="coordinator")
    area.import_(examples.assets_path())
    # The reader's own files are those that the page shows.
    shown = re.findall(r"`(\w+\.csv)`[^`]*```csv\n(.*?)```", NETWORK, re.DOTALL)
    assert [name for name, _ in shown] == ["referrals.csv", "lists.csv", "matrix.csv", "counts.csv", "mapping.csv"]
    for name, text in shown:
        (tmp_path / name).write_text(text, "utf-8")
    found = commands(NETWORK)
    assert len(found) >= 12
    run(found)
    assert (tmp_path / "network" / "network.html").exists()
    snapshot = area.snapshot()
    assert snapshot.referrals["evidence"].value_counts().to_dict() == {"declared": 5, "confirmed": 1, "counted": 1}
    assert [len(snapshot.others[kind]) for kind in (ReferralList, PathwayCount)] == [2, 1]


def test_the_python_of_the_page_on_the_network_works(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    area = rosc_map.new("area.gpkg", [examples.FOOTPRINT])
    area.import_(examples.assets_path())
    area.import_(examples.referrals_path(), "referrals")
    (code,) = re.findall(r"```python\n(.*?)```", NETWORK, re.DOTALL)
    found = {}
    exec(compile(code, "docs/referral-network.md", "exec"), found)
    assert "links are recorded, of" in capsys.readouterr().out
    assert found["graph"].number_of_edges() > 100


def test_every_command_of_the_page_on_gaps_works_in_order(tmp_path, run):
    area = rosc_map.new(tmp_path / "area.gpkg", [examples.FOOTPRINT], who="coordinator")
    area.import_(examples.assets_path())
    area.import_(examples.others_paths()["funding"], "funding")
    shown = re.findall(r"`(\w+\.csv)`[^`]*```csv\n(.*?)```", GAPS, re.DOTALL)
    assert [name for name, _ in shown] == ["people.csv", "times.csv", "need.csv", "neighbours.csv"]
    for name, text in shown:
        (tmp_path / name).write_text(text, "utf-8")
    found = commands(GAPS)
    assert len(found) >= 13
    run(found)
    made = {path.name for path in (tmp_path / "gaps").iterdir()}
    assert made >= {"gaps.html", "gap-analysis.html", "gaps.xlsx", "gaps.gpkg", "gaps-provision.csv", "provision.png"}
    assert (tmp_path / "with-need" / "gaps-need.csv").exists()
    assert (tmp_path / "for-partners" / "gaps-contracts.csv").exists()


def test_the_python_of_the_page_on_gaps_works(made_up, monkeypatch, capsys):
    monkeypatch.chdir(made_up.path.parent)
    made_up.path.rename("area.gpkg")
    exec(python_of(GAPS), {})
    said = capsys.readouterr().out
    assert "LEROs serve 8 of 11 local authorities in Surrey" in said
    assert Path("gaps-python/gaps.xlsx").exists()


@pytest.mark.parametrize(
    ("page", "least", "made"),
    [
        (
            MAPS,
            6,
            ("map.html", "for-partners.html", "reach.html", "reach.png", "reach-python.html", "reach-python.png"),
        ),
        (PAPER, 4, ("one-page/linkage.html", "paper-python/board-paper.html", "paper-python/board-paper.docx")),
    ],
    ids=["maps", "board-paper"],
)
def test_every_command_and_the_python_of_a_page_work_in_order(tmp_path, run, page, least, made):
    with_round(rosc_map.new(tmp_path / "area.gpkg", ["Middlesbrough"]).path, TODAY)
    found = commands(page)
    assert len(found) >= least
    # What the README says in the same words is run there.
    run(words for words in found if words not in commands(README))
    exec(python_of(page), {})
    assert [name for name in made if not (tmp_path / name).stat().st_size] == []


def test_every_command_and_the_python_of_the_page_on_near_work(cafe, run, capsys):
    cafe.edit("Example Café", {"listing": "agreed"})
    found = commands(NEAR)
    assert len(found) >= 5
    run(found)
    assert "Example Café" in Path("sheet.html").read_text("utf-8")
    exec(python_of(NEAR), {})
    assert "Example Café" in capsys.readouterr().out


def test_every_command_on_lists_works_in_order(tmp_path, run):
    shown = dict(re.findall(r"`(\w+\.(?:json|geojson|csv))`[^`]*```(?:json|csv)\n(.*?)```", LISTS, re.DOTALL))
    assert set(shown) == {"meetings.json", "halls.geojson", "halls.csv"}
    for name in ("meetings.json", "halls.geojson"):
        (tmp_path / name).write_text(shown[name], "utf-8")
    *before, with_mapping = commands(LISTS)
    assert len(before) >= 5
    run(before)
    # The command wrote a mapping, as the page says; whoever follows it writes this into it.
    (tmp_path / "halls.csv").write_text(shown["halls.csv"], "utf-8")
    run([with_mapping])
    assets = rosc_map.open("area.gpkg").snapshot().assets.set_index("name")
    assert assets.loc["Alcoholics Anonymous meetings at Example Hall", "sessions"] == (
        "Tue 19:00-20:30; Fri 12:30-13:30"
    )
    assert assets.loc["Example Community Hall", "asset_type"] == "community"


def test_every_command_on_recording_works_in_order(tmp_path, run):
    # What volunteers sent with the telephone: one was approved twice, under two names, and one by nobody.
    forms = {"Example Café": "Approved", "Example Recovery Café": "Approved", "Another": ""}
    with (tmp_path / "kobo.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerow(("page_about/name", "page_about/asset_type", "_uuid", "_submitted_by", "_validation_status"))
        writer.writerows((name, "lero", f"form-{len(name)}", "jane", state) for name, state in forms.items())
    found = commands(RECORDING)
    assert len(found) >= 20
    run(found)
    area = rosc_map.open("area.gpkg")
    assert area.changes()["task"].tolist() == ["undo", "merge", "import", "new"]
    assert area.snapshot().assets["name"].tolist() == ["Example Café", "Example Recovery Café"]
    assert b"jane" not in area.path.read_bytes()


def test_the_message_on_recording_is_the_one_that_is_said(cafe, capsys):
    (told,) = re.findall(r"```\n(Nothing was changed.*?) …\n```", RECORDING, re.DOTALL)
    table = cafe.path.with_name("assets.csv")
    table.write_text("name,asset_type\nExample Choir,comunity\n", "utf-8")
    assert main(["import", str(cafe.path), str(table)]) == 1
    assert capsys.readouterr().err.startswith(told)


def test_every_command_on_keeping_a_file_works_in_order(cafe, run):
    found = [words for words in commands(KEEPING) if SERVER not in " ".join(words)]
    assert len(found) >= 7
    run(found)
    assert b"Jane Example" not in cafe.path.read_bytes()
    assert b"Jane Example" in cafe.path.with_name("safe.gpkg").read_bytes()


@pytest.mark.postgis
def test_every_command_on_keeping_a_database_works_in_order(cafe, run, postgis, postgis_cluster):
    cafe.path.with_name("assets.csv").write_bytes(examples.assets_path().read_bytes())
    with servers.database(*postgis_cluster) as other:
        here = {f"{SERVER}area": postgis, f"{SERVER}other": other, "analyst": "postgres"}
        found = [[here.get(word, word) for word in words] for words in commands(KEEPING) if SERVER in " ".join(words)]
        assert len(found) >= 6
        run(found)
        assert rosc_map.open(other).snapshot().assets.empty
    (dump,) = commands(KEEPING, "pg_dump")
    words = [here.get(word, word) for word in dump]
    subprocess.run([servers.programs() / words[0], *words[1:]], check=True)
    assert Path("area.dump").read_bytes().startswith(b"PGDMP")
    assert "Example Café" in set(rosc_map.open("back.gpkg").snapshot().assets["name"])


@pytest.mark.postgis
def test_a_schema_of_its_own_on_keeping_works(postgis):
    import psycopg  # here, since whoever has no server need not have it

    (block,) = (block for block in re.findall(r"```sql\n(.*?)```", KEEPING, re.DOTALL) if "search_path" in block)
    with psycopg.connect(postgis, autocommit=True) as connection:
        role, database = connection.execute("SELECT current_user, current_database()").fetchone()
        here = block.replace("AUTHORIZATION partnership", f'AUTHORIZATION "{role}"')
        here = here.replace("ROLE partnership IN DATABASE area", f'ROLE "{role}" IN DATABASE "{database}"')
        try:
            connection.execute(here)
            rosc_map.new(postgis, ["Middlesbrough"])
            where = connection.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'assets'").fetchall()
        finally:
            connection.execute(f'ALTER ROLE "{role}" IN DATABASE "{database}" RESET search_path')
    assert where == [("area",)]


def python_of(text):
    """The one block of Python of a text."""
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    return compile(code, "page.md", "exec")


def test_the_python_of_the_readme_works(made_up, monkeypatch, capsys):
    monkeypatch.chdir(made_up.path.parent)
    made_up.path.rename("area.gpkg")
    exec(python_of(README), {})
    assert "LEROs serve" in capsys.readouterr().out


def test_the_python_on_keeping_works(cafe, monkeypatch):
    monkeypatch.chdir(cafe.path.parent)
    exec(python_of(KEEPING), {})
    assert cafe.asset("Example Café")["phone"] == "01632 960001"
    assert cafe.history("Example Café")["who"].iloc[-1] == "Volunteer 7"


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))])
def test_every_link_to_a_file_leads_to_one(page):
    path = ROOT / page
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8"))
    assert not [link for link in links if "://" not in link and not (path.parent / link).exists()]


def test_the_readme_is_short():
    assert len(README.splitlines()) < 120
