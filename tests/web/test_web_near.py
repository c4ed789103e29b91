"""What is near, in the web app: for each role, without a trace of what was asked."""

import logging
import re
import shutil
from pathlib import Path

import pytest
from looking import looked_over, phone
from serving import EVERYBODY, served

LARGE_PX = 24  # 18 points
LONGEST_PX, MOST_PAGES = 9_000, 5
# Each part of the sheet that no link at its top leads to.
TOO_FEW_LINKS = """[...document.querySelectorAll('.sheet h2')].map(e => '#' + e.id)
  .filter(id => !document.querySelector(`.near-parts a[href="${id}"]`))"""
HERE = "GU1 3JZ"  # nobody is recorded there


@pytest.fixture(scope="module")
def running(made_up_file, tmp_path_factory):
    """The made-up partnership, served."""
    path = tmp_path_factory.mktemp("near") / "surrey.gpkg"
    shutil.copy(made_up_file, path)
    with served(path) as made:
        yield made


def kept(running):
    """All that the server keeps: in files, and in memory for the next page."""
    folder, site = Path(running.target).parent, running.site
    files = [path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()]
    return " ".join([*files, *(str(vars(each)) for each in (site.said_after, site.forms_sent, site.given_back))])


def test_everybody_who_is_signed_in_is_answered_on_the_same_page_and_nothing_of_it_is_kept(running, caplog):
    caplog.set_level(logging.DEBUG)
    asked = {"place": HERE, "interest": ["sport_recreation_arts", "lero"], "within": "20", "audience": "public"}
    for name in {role: name for name, role in EVERYBODY.items()}.values():
        me = running[name]
        assert me.get("/near").status_code == 200
        answer = me.post("/near", asked)
        assert (answer.status_code, answer.url, answer.history) == (200, f"{running.url}/near", [])
        assert answer.headers["Cache-Control"] == "no-store"
        assert me.says(f"Near {HERE}, Guildford") and me.says("Example Guildford Community Choir")
        assert me.form("/near")["place"] == [HERE]
        assert me.form("/near")["interest"] == ["lero", "sport_recreation_arts"]
        title = me.text.partition("</title>")[0]
        assert HERE not in title and "Guildford" not in title
    assert "Example Guildford Community Choir" in kept(running)  # it is looked for as it would be written
    assert HERE not in kept(running)
    assert [line for each in caplog.records if HERE in (line := each.getMessage())] == []


def test_a_sheet_for_oneself_names_what_a_sheet_to_hand_over_does_not(running):
    me = running["V7"]
    counted = {}
    for audience in ("public", "partners", "internal"):
        me.post("/near", {"place": "Surrey", "audience": audience}, page="/near")
        counted[audience] = me.says("entries that may be shown to everybody")
        assert not me.says("Refuge")
    assert counted == {"public": True, "partners": False, "internal": True}  # what is not offered is not taken


def test_what_cannot_be_is_said_beside_the_field_and_what_was_typed_stays(running):
    me = running["commissioner 2"]
    assert me.post("/near", {"place": "<b>Nowhere", "interest": "lero"}, page="/near").status_code == 422
    assert "<title>Error: " in me.text and 'href="#place"' in me.text and "<b>" not in me.text
    assert me.form("/near")["place"] == ["<b>Nowhere"] and me.form("/near")["interest"] == ["lero"]
    assert me.post("/near", {"place": HERE, "interest": "knitting"}, page="/near").status_code == 422


@pytest.mark.browser
def test_the_answer_is_for_everybody_and_short_and_prints_the_sheet_alone(running, browser):
    with phone(browser, running.url, running["V7"].token) as held:
        held.go("/near")
        page = held.page
        page.get_by_label("Near where?").fill("GU1 3AA")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Day by day").wait_for()
        assert page.url == f"{running.url}/near"
        assert page.evaluate("document.documentElement.scrollHeight") <= LONGEST_PX
        assert page.evaluate(TOO_FEW_LINKS) == []
        paper = page.pdf(prefer_css_page_size=True)
        assert 1 < len(re.findall(rb"/Type\s*/Page\b", paper)) <= MOST_PAGES
        looked_over(page)
        page.emulate_media(media="print")
        assert not page.get_by_label("Near where?").is_visible()
        assert page.get_by_role("heading", name="Day by day").is_visible()
        sizes = page.evaluate(
            "[...document.querySelectorAll('.sheet *')].map(e => parseFloat(getComputedStyle(e).fontSize))"
        )
        assert min(sizes) >= LARGE_PX
        assert held.wrong == []


def test_a_change_is_seen_at_once(running):
    me = running["V8"]
    me.post("/near", {"place": HERE, "interest": "lero"}, page="/near")
    assert me.says("Onslow Street")
    identifier = next(
        row["id"] for row in running.site.live.rows().values() if row["name"] == "Example Surrey Recovery Collective"
    )
    running.open().edit(identifier, {"location_precision": "local_authority"})
    me.post("/near", {"place": HERE, "interest": "lero"}, page="/near")
    assert me.says("Example Surrey Recovery Collective") and not me.says("Onslow Street")
