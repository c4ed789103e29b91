"""An organisation's own entry: its link, all that is held about it and nothing of others, and what it decides."""

import csv
import datetime as dt
import re
import shutil
import threading
from contextlib import closing
from html import unescape

import pytest
import requests
from access import token_for
from forms import forms_of
from looking import looked_over, phone, reached_by_keyboard
from serving import Visitor, served

import rosc_map
from axe_core import bring_axe
from partnerships import TODAY
from rosc_map import examples
from rosc_map.errors import FileProblem
from rosc_map.people import People
from rosc_map.publish import plain_id
from rosc_map.web.regular_look import RegularLook
from small_rounds import services

OVER = "This link does not open anything (any more)"
CAFE, SHOP, REFUGE, OTHER = "cafe", "shop", "refuge", "choir"
HOSTILE = '"><script>alert(1)</script>{{ 7*7 }}'
REACH_US = "01632 960000, office@example.org"
SECRET = ("Quayside Shelter", "TS1 3BA", "Quayside")
ROWS = [
    {
        "id": CAFE,
        "name": "Harbour Café",
        "organisation": "Harbour Trust",
        "asset_type": "lero",
        "postcode": "TS1 2PA",
        "address": "1 Example Street",
        "email": "office@harbour.example.org",
        "phone": "01632 960101",
        "listing": "agreed",
        "notes": "They meet people from Quayside Shelter.",
        "recorded_by": "V7",
    },
    {
        "id": SHOP,
        "name": "Harbour Bike Shop",
        "organisation": "Harbour Trust",
        "asset_type": "community",
        "postcode": "TS1 2PA",
        "email": "office@harbour.example.org",
        "phone": "01632 960101",
        "listing": "not_asked",
    },
    {"id": REFUGE, "name": "Quayside Shelter", "asset_type": "domestic_abuse_refuge", "postcode": "TS1 3BA"},
    {
        "id": OTHER,
        "name": "Example Choir",
        "asset_type": "community",
        "postcode": "TS1 2PA",
        "email": "sing@choir.example.org",
        "notes": "Only for the choir to read.",
        "listing": "agreed",
    },
]


@pytest.fixture(scope="module")
def held(empty_file, tmp_path_factory):
    """A partnership with a round whose results each organisation was given, and two entries of one organisation."""
    path = tmp_path_factory.mktemp("own") / "area.gpkg"
    shutil.copy(empty_file, path)
    rows, answers = path.with_name("rows.csv"), path.with_name("answers.csv")
    partnership = rosc_map.open(path, today=TODAY - dt.timedelta(days=60))
    for each in (services(8), ROWS):
        with rows.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(name for row in each for name in row)))
            writer.writeheader()
            writer.writerows(each)
        partnership.import_(rows)
        if each is not ROWS:
            drawn = partnership.draw(sources=6, targets=2, seed=3)
    partnership = rosc_map.open(path, today=TODAY - dt.timedelta(days=20), who="coordinator 1")
    levels = examples.answer_round(drawn.questions, partnership.snapshot().assets)
    levels.to_csv(answers, index=False)
    partnership.record("R1", answers)
    partnership.feedback("R1", path.with_name("pages"), reply_to="01632 960000", on=TODAY - dt.timedelta(days=3))
    return path


@pytest.fixture(scope="module")
def running(held):
    with served(held) as made:
        yield made


@pytest.fixture(scope="module")
def theirs(running):
    """Make links, and open them as browsers do that nobody signed in with."""
    opened = []

    def link(*assets):
        return running.people.make_entry_link(assets, by="coordinator 1")[0]

    def browser():
        opened.append(Visitor(running.url))
        # Each from an address of its own: how often one may try is a question by itself.
        opened[-1].session.headers["X-Forwarded-For"] = f"198.51.100.{len(opened)}"
        return opened[-1]

    def come_in(*assets):
        visitor = browser()
        path = f"/our-entry/{link(*assets)}"
        assert visitor.get(path).status_code == 200
        assert visitor.post(path, allow_redirects=False).headers["Location"] == "/our-entry"
        return visitor

    yield link, browser, come_in
    for visitor in opened:
        visitor.close()


def about(asset, task):
    return f"/our-entry/about/{plain_id(asset)}/{task}"


def recorded(running, asset):
    running.site.live.refresh()
    return running.site.live.recorded(asset)


def refusals(running):
    """How many refused links the audit counts."""
    counted = [each.what for each in running.people.sign_ins(500) if each.what.startswith("an entry link was refused")]
    return sum(int(re.sub(r"\D", "", what) or 1) for what in counted)


def is_refused(running, answer):
    """Whether an answer is the one page of a link that opens nothing, and it was noted."""
    return answer.status_code == 404 and OVER in answer.text and "Harbour" not in answer.text


def test_a_coordinator_makes_a_link_that_is_shown_once_and_opens_once(running, theirs, caplog):
    _, browser, _ = theirs
    me, here = running["coordinator 1"], f"/assets/{plain_id(CAFE)}"
    assert f'href="{here}/link"' in me.get(here).text
    me.get(f"{here}/link")
    assert forms_of(me.text)[-1].filled["assets"] == [plain_id(CAFE), plain_id(SHOP)]
    assert me.post(f"{here}/link").status_code == 422
    assert me.says("Choose at least one entry")
    assert me.says("Write how they can reach you.")
    form = forms_of(me.get(f"{here}/link").text)[-1]
    both = {**form.filled, "contact": "x" * 121}
    assert me.send(f"{here}/link", both).status_code == 422
    form.filled["contact"] = [REACH_US]
    # What another organisation has cannot be put on it.
    made = me.send(f"{here}/link", {**form.filled, "assets": [plain_id(CAFE), plain_id(OTHER), plain_id(REFUGE)]})
    token = re.search(rf"{running.url}/our-entry/([\w-]+)", made.text)[1]
    assert running.people.entry_of_link(token).assets == (CAFE,)
    assert me.says("office@harbour.example.org, 01632 960101")
    for words in ("Harbour Café is on the map", running.site.title, f"reach us here: {REACH_US}"):
        assert words in unescape(me.text)
    assert forms_of(me.get(f"{here}/link").text)[-1].filled["contact"] == [REACH_US]  # kept for the next
    # Pressed twice, it makes one.
    again = me.send(f"{here}/link", {**form.filled, "assets": [plain_id(CAFE)]}, allow_redirects=False)
    assert (again.status_code, again.headers["Location"]) == (303, f"{here}/link/made")
    me.get(f"{here}/link/made")
    assert len(running.people.entry_links([CAFE])) == 1
    for path in (f"{here}/link/made", f"{here}/link", here, "/people/sign-ins"):
        assert token not in running["admin 4"].get(path).text + me.get(path).text
    one, other = browser(), browser()
    for _ in range(3):
        assert one.get(f"/our-entry/{token}").status_code == 200  # a messenger looks at it
    assert "Harbour" not in one.text
    form = forms_of(one.text)[0]
    first = one.send(form.action, form.filled, allow_redirects=False)
    cookie = first.headers["Set-Cookie"]
    assert (first.status_code, first.headers["Location"]) == (303, "/our-entry")
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Path=/", "rosc-map-entry="))
    assert token not in cookie
    again = one.send(form.action, form.filled, allow_redirects=False)  # pressed twice
    assert (again.status_code, again.headers["Location"]) == (303, "/our-entry")
    assert again.headers["Set-Cookie"] == cookie  # whichever answer the browser takes
    one.get("/our-entry")
    assert one.says("Harbour Café")
    assert '<a class="home" href="/our-entry">' in one.text
    assert one.says(REACH_US)
    assert not one.says("Ask your coordinator")
    assert one.get(f"/our-entry/{token}").url == f"{running.url}/our-entry"  # this browser goes on
    assert token not in one.text
    assert is_refused(running, other.get(f"/our-entry/{token}"))
    assert other.says(REACH_US)
    me.get(f"{here}/link")
    assert me.says("opened on")
    me.post(f"{here}/link/end")
    assert me.says("The link opens nothing any more.")
    assert is_refused(running, one.get("/our-entry"))
    assert token not in caplog.text


def test_what_opens_nothing_shows_one_page_and_is_noted(running, theirs):
    link, browser, _ = theirs
    with closing(
        People.beside(running.target, clock=lambda: dt.datetime.now(dt.UTC) - dt.timedelta(days=30, seconds=1))
    ) as before:
        expired, _ = before.make_entry_link([SHOP], by="coordinator 1")
        stale, _ = before.open_entry(before.make_entry_link([OTHER], by="coordinator 1")[0])
    used, ended = link(SHOP), link(OTHER)
    running.people.open_entry(used)
    running.people.end_entry_links([OTHER], by="coordinator 1")
    visitor, pages, noted = browser(), set(), refusals(running)
    visitor.get("/sign-in")
    for token in (expired, used, ended, "guess", "%00", "%F0%9F%92%A9", "x" * 2000):
        pages.add(visitor.get(f"/our-entry/{token}").text)
        assert is_refused(running, visitor.page)
        assert is_refused(running, visitor.post(f"/our-entry/{token}"))
        pages.add(visitor.text)
    assert len(pages) == 1
    assert refusals(running) == noted + 14
    # A browser whose link is too old, one that made its cookie up, and one with what stands in a link.
    for cookie in (stale, "guess", link(SHOP)):
        for method, path in (("GET", "/our-entry"), ("GET", about(SHOP, "leave")), ("POST", about(SHOP, "leave"))):
            answer = requests.request(
                method,
                running.url + path,
                headers={"Cookie": f"rosc-map=x; rosc-map-entry={cookie}"},
                data={"csrf": token_for("x")},
                timeout=20,
            )
            assert is_refused(running, answer)
            assert 'rosc-map-entry=""' in answer.headers["Set-Cookie"]
    assert refusals(running) == noted + 23
    assert recorded(running, SHOP)["listing"] == "not_asked"
    assert is_refused(running, browser().get("/our-entry"))
    assert refusals(running) == noted + 23  # whoever comes without any link was refused none
    # Fixation: what a browser was given before it opens its link is not what it is known by then.
    mine = browser()
    mine.session.cookies.set("rosc-map-entry", "planted")
    path = f"/our-entry/{link(SHOP)}"
    mine.get(path)
    mine.post(path)
    assert running.people.entry_of_browser("planted") is None
    assert mine.get("/our-entry").status_code == 200


def test_guessing_is_slowed_down_and_what_an_organisation_does_is_not(running, theirs):
    _, browser, come_in = theirs
    guesses = browser()
    guesses.get("/sign-in")
    codes = [guesses.post(f"/our-entry/guess-{number}").status_code for number in range(21)]
    assert codes == [404] * 20 + [429]
    assert guesses.post(about(SHOP, "right")).status_code == 404
    visitor = come_in(SHOP)
    visitor.get(about(SHOP, "place"))
    assert {visitor.post(about(SHOP, "place")).status_code for _ in range(21)} == {422}


def test_all_that_is_held_is_shown_and_nothing_of_others(running, theirs):
    _, _, come_in = theirs
    visitor = come_in(CAFE, SHOP)
    assert visitor.get("/our-entry").status_code == 200
    for words in ("Harbour Café", "Harbour Bike Shop", "1 Example Street", "01632 960101", "V7", "22 November 2026"):
        assert visitor.says(words), words
    assert visitor.says("They meet people from")
    assert not any(secret in unescape(visitor.text) for secret in SECRET)
    assert "choir" not in visitor.text.casefold()
    # What others have is not there, whatever is done with it.
    noted, before = refusals(running), {asset: recorded(running, asset) for asset in (REFUGE, OTHER)}
    for asset, tasks in (
        (OTHER, ("leave", "show", "place", "correct/about", "reply/R1")),
        (REFUGE, ("right", "agree")),
    ):
        for task in tasks:
            assert visitor.get(about(asset, task)).status_code == 404
            assert not any(secret in visitor.text for secret in (*SECRET, "Choir"))
            data = {"precision": "hidden", "shows": "name", "name": "Mine", "words": "x"}
            assert visitor.post(about(asset, task), data).status_code == 404
    assert visitor.get(about(OTHER, "correct")).status_code == 404
    assert refusals(running) == noted + 15
    assert {asset: recorded(running, asset) for asset in (REFUGE, OTHER)} == before
    assert visitor.get(about(CAFE, "no-such-task")).status_code == 404


def test_an_organisation_decides_about_its_own_entry(running, theirs):
    _, _, come_in = theirs
    visitor = come_in(SHOP)

    def decide(task, data=()):
        path = about(SHOP, task)
        assert visitor.get(path).status_code == 200
        token = re.search(r'name="once" value="([^"]+)"', visitor.text)
        once = {"once": token[1]} if token else {}
        answer = visitor.post(path, {**once, **dict(data)}, allow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/our-entry")
        return recorded(running, SHOP)

    assert decide("right")["verified_on"] == TODAY
    row = decide("agree")
    assert (row["listing"], row["listing_on"], row["location_precision"]) == ("agreed", TODAY, "exact")
    row = decide("show", {"shows": ["name", "contact"]})
    assert (row["listing"], set(row["listing_shows"])) == ("restricted", {"name", "contact"})
    # Nothing ticked may be a tick forgotten: it asks first.
    empty = visitor.post(about(SHOP, "show"), page=about(SHOP, "show"))
    assert empty.url == f"{running.url}{about(SHOP, 'unnamed')}"
    assert visitor.says("Do you mean that you are named to nobody?")
    assert recorded(running, SHOP)["listing_shows"] == row["listing_shows"]
    row = decide("unnamed")
    assert (row["listing"], tuple(row["listing_shows"])) == ("restricted", ())
    visitor.get("/our-entry")
    assert visitor.says("No, do not list us")
    assert visitor.text.index("About it") < visitor.text.index("No, do not list us")
    assert visitor.post(about(SHOP, "show"), {"shows": "everything"}, page=about(SHOP, "show")).status_code == 422
    assert visitor.text.count("<title>Error:") == 1
    assert decide("place", {"precision": "local_authority"})["location_precision"] == "local_authority"
    for wrong in ({}, {"precision": "exact"}, {"precision": "nowhere"}):
        assert visitor.post(about(SHOP, "place"), wrong, page=about(SHOP, "place")).status_code == 422
    assert recorded(running, SHOP)["location_precision"] == "local_authority"
    history = running.open().history(SHOP)
    assert set(history["who"][history["field"].isin(["listing", "location_precision", "verified_on"])]) == {
        "organisation"
    }
    # A correction that waits keeps no finer place than the entry may.
    visitor.get(about(SHOP, "correct/place"))
    typed = {**visitor.form(about(SHOP, "correct")), "postcode": "TS1 2PB"}
    assert visitor.send(about(SHOP, "correct/place"), typed).status_code == 200
    sent = running.people.open_corrections()[-1]
    assert sent.changes["postcode"].should_be == "TS1 2PB"
    assert decide("place", {"precision": "hidden"})["postcode"] == ""
    assert running.people.correction(sent.id) is None
    assert visitor.get(about(SHOP, "place")).url == f"{running.url}/our-entry"
    assert visitor.says("hidden already")


def test_a_correction_goes_to_a_coordinator_and_comes_back(running, theirs):
    _, _, come_in = theirs
    visitor, me = come_in(CAFE), running["coordinator 1"]
    path = about(CAFE, "correct/reaching")
    visitor.get(path)
    form = visitor.form(path)
    assert visitor.send(path, form).status_code == 422
    assert visitor.says("Nothing was changed")
    assert visitor.send(path, {**form, "once": "a", "phone": "ask at the door"}).status_code == 422
    assert visitor.text.count("<title>Error:") == 1
    asked = {**form, "once": "b", "phone": "01632 960199", "referral_route": HOSTILE}
    for _ in range(2):  # sent twice, it is one
        assert visitor.send(path, asked).url == f"{running.url}/our-entry"
    assert visitor.says("01632 960199 – a coordinator looks at it")
    assert "<script>alert" not in visitor.text
    assert recorded(running, CAFE)["phone"] == "01632 960101"
    [sent] = running.people.corrections([CAFE])
    assert set(sent.changes) == {"phone", "referral_route"}
    me.get("/corrections")
    assert me.says("Harbour Café Telephone, ")
    here = f"/corrections/{sent.id}"
    # Somebody changes it meanwhile: that is seen, and nothing is written over unseen.
    me.get(here)
    form = me.form(here)
    assert "take" not in form  # nothing is ticked before somebody has looked
    assert "<script>alert" not in me.text
    assert not me.says("Changed since they wrote")
    running.open().edit(CAFE, {"phone": "01632 960150"})
    both = {**form, "take": ["phone"], "answer": "The route is for others to say."}
    assert me.send(here, both).status_code == 409
    assert me.says("Changed while you were looking: Telephone")
    assert me.says("Changed since they wrote")
    assert recorded(running, CAFE)["phone"] == "01632 960150"
    form = me.form(here)
    assert me.send(here, {**form, "take": ["phone"], "answer": ""}).status_code == 422
    assert me.says("Tell them in a sentence")
    assert me.send(here, {**form, "take": ["phone"], "answer": "x" * 501}).status_code == 422
    assert me.send(here, {**form, "take": ["phone"], "answer": f"Thank you. {HOSTILE}"}).url.endswith("/corrections")
    assert recorded(running, CAFE)["phone"] == "01632 960199"
    assert recorded(running, CAFE)["referral_route"] == ""
    assert me.says("Nothing waits to be looked at.")
    assert me.get(here).status_code == 404
    # Who looked at it at the same time is told that it was decided, and changes nothing.
    me.send(here, {**form, "once": "c", "take": ["phone", "referral_route"], "answer": "As you like."})
    assert me.says("Somebody else decided this while you were looking.")
    assert recorded(running, CAFE)["referral_route"] == ""
    visitor.get("/our-entry")
    assert visitor.says("01632 960199 – put right")
    assert visitor.says("left as it is")
    assert visitor.says("They say: Thank you.")
    assert "<script>alert" not in visitor.text
    assert running.open().history(CAFE)["who"].iloc[-1] == "coordinator 1"


def test_what_a_coordinator_hides_is_in_no_correction_any_more(running):
    me, people = running["coordinator 1"], running.people
    place = {"address": ("", "9 Example Street"), "other_names": ("", "The Nine; Nine"), "phone": ("", "01632 960178")}
    waits, decided = people.send_correction("s07", place), people.send_correction("s07", place)
    with people.deciding(decided.id, ["address"], "Yes: it is at 9 Example Street."):
        pass

    def kept():
        return [people.correction(each.id) for each in (waits, decided)]

    me.get("/corrections")
    assert [set(each.changes) for each in kept()] == [set(place)] * 2
    # By the command line, or another program: the look that the server takes by itself finds it, and each page.
    running.open().edit("s07", {"location_precision": "hidden"})
    running.site.trim_hidden_corrections()
    assert [set(each.changes) for each in kept()] == [{"other_names", "phone"}] * 2
    assert kept()[1].answer == ""
    # By the page on which it is changed.
    sent = people.send_correction("s06", place)
    path = f"/assets/{plain_id('s06')}/edit/place"
    me.get(path)
    form = me.form(path)
    assert me.send(path, {**form, "location_precision": "hidden"}).status_code == 200
    assert set(people.correction(sent.id).changes) == {"other_names", "phone"}
    # Of what has gone, nothing.
    running.open().delist("s06")
    me.get("/corrections")
    assert people.correction(sent.id) is None


def test_the_server_looks_by_itself_until_it_is_closed():
    seen = threading.Event()

    def look():
        if seen.is_set():
            again.set()
        seen.set()
        raise FileProblem("It cannot be reached just now.")

    again = threading.Event()
    regular = RegularLook(look, every=0.001)
    assert again.wait(20)
    regular.end()
    again.clear()
    assert not again.wait(0.02)


def test_times_are_asked_in_rows_and_what_else_is_wrong_in_words(running, theirs):
    _, _, come_in = theirs
    visitor, me = come_in(OTHER), running["coordinator 1"]
    path = about(OTHER, "correct/reaching")
    visitor.get(path)
    form = visitor.form(path)
    assert "sessions" not in form
    first = {**form, "day-1": "Wed", "from-1": "19:00", "to-1": ""}
    assert visitor.send(path, first).status_code == 422
    assert visitor.says("This time is not whole.")
    assert visitor.send(path, {**first, "to-1": "20:30", "then": "add"}).status_code == 200
    assert 'name="day-2"' in visitor.text
    form = visitor.form(path)
    assert (form["day-1"], form["to-1"]) == (["Wed"], ["20:30"])
    assert visitor.send(path, {**form, "then": "send"}).url == f"{running.url}/our-entry"
    assert running.people.corrections([OTHER])[0].changes["sessions"].should_be == "Wed 19:00-20:30"
    path = about(OTHER, "correct/something-else")
    assert visitor.get(about(OTHER, "correct")).text.count(path) == 1
    visitor.get(path)
    form = visitor.form(path)
    for words in ("", "x" * 2001):
        assert visitor.send(path, {**form, "words": words}).status_code == 422
        assert visitor.text.count("<title>Error:") == 1
    assert visitor.send(path, {**form, "words": f"We refer to nobody. {HOSTILE}"}).url == f"{running.url}/our-entry"
    assert visitor.says("Something else: We refer to nobody.")
    sent = running.people.corrections([OTHER])[0]
    before, here = recorded(running, OTHER), f"/corrections/{sent.id}"
    me.get("/corrections")
    assert me.says("Example Choir Something else")
    me.get(here)
    assert me.says("They say We refer to nobody.")
    assert "<script>alert" not in visitor.text + me.text
    form = me.form(here)
    assert me.send(here, form).status_code == 422
    assert me.says("Answer them in a sentence.")
    assert me.send(here, {**form, "take": "notes", "answer": "Yes."}).status_code == 422  # it is no field to take in
    assert me.send(here, {**form, "answer": "Thank you, we took it out."}).url.endswith("/corrections")
    assert recorded(running, OTHER) == before
    visitor.get("/our-entry")
    assert visitor.says("a coordinator has read it")
    assert visitor.says("They say: Thank you, we took it out.")


def test_the_reply_to_ones_own_result_travels_with_it(running, theirs):
    _, _, come_in = theirs
    visitor = come_in("s00")
    visitor.get("/our-entry")
    assert visitor.says("Your result of R1")
    assert visitor.says("Please reply by 3 December 2026")
    path = about("s00", "reply/R1")
    assert visitor.post(path, {"words": ""}, page=path).status_code == 422
    assert visitor.post(path, {"words": f"Our number changed in May. {HOSTILE}"}).url == f"{running.url}/our-entry"
    assert visitor.says("Our number changed in May.")
    assert "<script>alert" not in visitor.text
    visitor.get(path)
    assert "Our number changed in May." in visitor.text
    assert visitor.post(path, {"words": "x" * 100_000}).status_code in (413, 422)
    assert visitor.get(about("s00", "reply/R2")).status_code == 404
    replies = running.open().snapshot().replies
    assert [(row.asset, row.reply[:10]) for row in replies.itertuples()] == [("s00", "Our number")]


def test_after_leaving_the_page_is_over_at_once(running, theirs):
    link, _, come_in = theirs
    visitor = come_in("s01", "s02")
    running.people.send_correction("s01", {"phone": ("", "01632 960177")})
    visitor.get(about("s01", "leave"))
    assert visitor.says("Do you want to leave?")
    assert visitor.post(about("s01", "leave")).url == f"{running.url}/our-entry"
    # It is out of everything; the other of the two is still there.
    assert recorded(running, "s01")["listing"] == "declined"
    assert running.people.corrections(["s01"]) == []
    assert "Example Place 02" in visitor.text
    assert about("s01", "right") not in visitor.text
    assert visitor.get(about("s01", "right")).status_code == 404
    assert running["coordinator 1"].get(f"/assets/{plain_id('s01')}/link").status_code == 404
    assert visitor.post(about("s02", "leave"), page=about("s02", "leave")).url == f"{running.url}/our-entry/left"
    assert visitor.says("You are off the map")
    assert is_refused(running, visitor.get("/our-entry"))
    # A link for what left otherwise, opened and not opened.
    visitor, unopened = come_in("s03"), link("s04")
    for asset in ("s03", "s04"):
        running.site.partnership("coordinator 1").delist(asset)
    assert is_refused(running, visitor.get("/our-entry"))
    assert is_refused(running, visitor.get(f"/our-entry/{unopened}"))
    assert is_refused(running, visitor.post(f"/our-entry/{unopened}"))
    assert running.people.entry_of_link(unopened).opened is None
    visitor = come_in("s05")
    running.site.partnership("coordinator 1").erase("s05")
    assert is_refused(running, visitor.get("/our-entry"))
    assert is_refused(running, visitor.post(about("s05", "agree")))
    # Closing ends it for this browser, and so for everybody.
    visitor = come_in(CAFE)
    assert visitor.post("/our-entry/close", page="/our-entry").url.startswith(f"{running.url}/our-entry/left")
    assert running.people.entry_links([CAFE]) == []
    assert is_refused(running, visitor.get("/our-entry"))


def test_where_nobody_signs_in_nobody_is_sent_a_link(empty, write_csv):
    empty.import_(write_csv(ROWS[:1]))
    with served(empty.path, signs_in=False) as made:
        me = Visitor(made.url, made.key)
        with closing(me):
            me.get(f"/assets/{plain_id(CAFE)}/link")
            assert me.says("start it with --url and accounts")
            assert not [form for form in forms_of(me.text) if form.action.endswith("/link")]
            assert (
                me.post(f"/assets/{plain_id(CAFE)}/link", {"assets": plain_id(CAFE)}, page="/record").status_code == 404
            )
            for path in ("/our-entry", "/our-entry/left", "/our-entry/x", about(CAFE, "leave")):
                assert me.get(path).status_code == 404
        assert made.people.entry_links([CAFE]) == []


@pytest.mark.browser
def test_the_pages_of_an_organisation_are_for_everybody(running, theirs, browser):
    link, *_ = theirs
    seen = (
        "/our-entry",
        *(
            about("s00", task)
            for task in ("leave", "show", "place", "reply/R1", "correct", "correct/something-else", "correct/reaching")
        ),
    )
    with phone(browser, running.url, width=320, extra_http_headers={"X-Forwarded-For": "198.51.100.200"}) as held:
        bring_axe(held.page.context)
        assert held.go("/our-entry/guess").status == 404
        looked(held.page)
        held.wrong.clear()  # Chromium itself says that it was not there
        held.go(f"/our-entry/{link('s00')}")
        looked(held.page)
        held.page.get_by_role("button", name="Open our entry").click()
        held.page.wait_for_url(f"{running.url}/our-entry")
        for path in seen:
            assert held.go(path).status == 200
            looked(held.page, whole=path == "/our-entry")
        held.page.get_by_label("Telephone").fill("ask at the door")
        held.page.get_by_role("button", name="Send it to a coordinator").click()
        held.page.locator(".error-summary").wait_for()
        assert held.page.title().startswith("Error:")
        looked_over(held.page, whole=False)
        held.wrong.clear()  # 422
        held.go("/our-entry")
        held.page.get_by_role("button", name="Close this page").click()
        held.page.wait_for_url(f"{running.url}/our-entry/left?closed=yes")
        looked(held.page)
        assert held.wrong == []


def looked(page, *, whole=True):
    assert page.evaluate("document.querySelectorAll('h1').length") == 1, page.url
    looked_over(page, whole=whole)
    reached_by_keyboard(page, whole=False)
