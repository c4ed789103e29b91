"""The page of the referral network: introductions first; link, no link and not known apart; and no ranking."""

import re

import pytest
from network_build import COLUMNS, LERO, MUTUAL_AID, SAID, TREATMENT, many, network, nothing, table
from round_build import BANNER, TYPES
from test_round_page import headings, rows_of
from test_show_accessible import too_wide
from test_show_hostile import HOSTILE

from axe_core import violations
from rosc_map.errors import FileProblem, NotPublished
from rosc_map.records import Audience
from rosc_map.show import network_page, write_network

PICTURES = ["network.html", "handoffs.png", "diagram.png"]
OF_SERVICES = (
    *("introductions", "treatment", "two_way", "single_points", "disagreements", "groups", "between"),
    *("counted", "pathways", "positions"),
)
ONLY_MEANINGS = {part: said[:1] for part, said in SAID.items()}


def outside(**more):
    """The network as everybody may see it: what tells of single services is empty, but for the links."""
    empty = {name: table(name) for name in OF_SERVICES}
    return network(**({"audience": Audience.PUBLIC, "said": ONLY_MEANINGS} | empty | more))


def plain(html):
    """Return the words of a page without its marks and pictures."""
    body = html[html.index("<body>") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body))


@pytest.fixture(scope="module")
def html():
    return network_page(network())


@pytest.fixture(scope="module")
def public():
    return network_page(outside())


def test_it_says_what_it_is_then_what_to_do_then_all_the_rest(html):
    assert "<h1>Who refers to whom</h1>" in html and f"<strong>{BANNER}</strong>" in html
    assert "Made-up Surrey. As at 22 November 2026. Evidence: declared, confirmed. Made for the partnership" in html
    assert headings(html) == [
        "In short",
        "Introductions to make",
        "What can be reached",
        "What treatment services cannot reach",
        "Both ways between treatment and peer-led",
        "If one closed",
        "Worth a conversation",
        "Groups that are linked more with each other",
        "Type by type",
        "Referrals counted",
        "Referrals counted, without the name of the initiative",
        "The network in one picture",
        "All links",
        "Layers of evidence, and how much is known",
        "How often a service lies between others",
        "How it was worked out",
        "Notes",
        "Where the data is from",
    ]


def test_what_is_not_known_stands_in_a_list_of_its_own_before_anything_else(html):
    box = html[html.index('<div class="unknown">') : html.index("Introductions to make")]
    assert "<h3>What is not known</h3>" in box
    assert re.findall(r"<li>(.*?)</li>", box) == list(network().cautions)
    assert "What is not known" not in network_page(network(cautions=()))


def test_each_introduction_says_who_why_how_far_and_who_could_make_it(html):
    cards = re.findall(r"<li>\s*<h3>(.*?)</h3>\s*<dl>(.*?)</dl>", html, re.DOTALL)
    assert [re.sub("<[^>]*>", "", heading) for heading, _ in cards] == [
        "From Example Kitchen to Monday Meeting",
        "From Ynys Friends to Monday Meeting",
    ]
    told = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", cards[0][1])
    assert [term for term, _ in told] == ["Why", "How far", "Who could make it"]
    assert "gain a way to mutual aid" in told[0][1] and told[1][1] == "3.2 km" and "linked with both" in told[2][1]
    assert html.index("not recorded so far") < html.index("<ol") and "ask both first" in html


def test_where_there_is_no_introduction_it_says_why(public):
    none = table("introductions")
    assert "There is none to name: among the services on this page" in network_page(network(introductions=none))
    assert "Introductions name single organisations" in public and "none to name" not in public


def test_each_part_begins_with_its_meaning(html):
    words = plain(html)
    for part in set(SAID) - {"size", "known"}:
        assert SAID[part][0] in words, part
    parts = re.split(r"<h2[^>]*>", html)[3:11]
    for part in parts:
        first = re.search(r"<p[^>]*>(.*?)</p>", part)[1]
        assert any(first == said[0] for said in SAID.values()) or "without the name" in part, first


def test_what_can_be_reached_is_a_chart_and_its_numbers(html):
    assert rows_of(html, "Services that can hand somebody on") == [
        ["Type of support", "In one handoff", "Within two handoffs"],
        [LERO, "2 of 4 (50 %)", "3 of 4 (75 %)"],
        [MUTUAL_AID, "0 of 4 (0 %)", "0 of 4 (0 %)"],
        [TREATMENT, "1 of 4 (25 %)", "2 of 4 (50 %)"],
    ]
    assert len(re.findall(r'<img src="data:image/svg\+xml;base64,[\w+/=]+" alt="[^"]{80,}"', html)) == 2


def test_what_nobody_was_asked_about_is_said_to_be_perhaps_only_unknown(html):
    assert rows_of(html, "What each treatment service")[1:] == [
        ["North Treatment", "Mutual aid", "asked"],
        [
            "Tees Treatment",
            "Mutual aid, Recovery support service",
            "has not been asked yet, so this may only be unknown",
        ],
        ["X", "none: it reaches every type", "has not been asked yet"],
    ]


def test_link_no_link_and_not_known_are_three_words(html):
    rows = rows_of(html, "Links of each pair")[1:]
    assert [[re.sub("<[^>]*>", "", cell) for cell in row[2:]] for row in rows] == [
        ["link", "link"],
        ["no link", "not known"],
    ]


def test_between_types_not_known_is_no_share_and_none_is_nought(html):
    rows = [[re.sub("<[^>]*>", "", cell) for cell in row] for row in rows_of(html, "Links from each type")]
    assert rows == [
        ["From (row) to (column)", LERO, TREATMENT],
        [LERO, "no such pair", "1 of 2 known (50 %); 2 not known"],
        [TREATMENT, "0 of 3 known (0 %)", "not known (2 pairs)"],
    ]


def test_a_pair_of_types_that_is_not_in_the_table_is_not_known():
    html = network_page(network(mixing=table("mixing", (LERO, TREATMENT, 1, 4, 2, 0.5))))
    cells = [re.sub("<[^>]*>", "", cell) for row in rows_of(html, "Links from each type")[1:] for cell in row[1:]]
    assert cells == ["not known", "1 of 2 known (50 %); 2 not known", "not known", "not known"]


def test_the_other_tables_hold_what_was_found(html):
    assert rows_of(html, "Services that would lose")[1:] == [["Example Café", TREATMENT, "2 of 3 (67 %)"]]
    assert rows_of(html, "What to talk about")[1][1].startswith("Tees Treatment says that it refers to Ynys Friends")
    assert rows_of(html, "People referred")[2] == ["Tees Treatment", "fewer than 5", "Ynys Friends", "2025-26"]
    assert rows_of(html, "People counted")[1][1:] == ["not told", "To peer-led initiatives", "2025-26"]
    assert rows_of(html, "Links by layer")[1:] == [["Declared", "4", "3"], ["Confirmed", "2", "1"]]
    assert rows_of(html, "The services of each group")[3] == ["Monday Meeting", "2", MUTUAL_AID]
    assert len(rows_of(html, "All recorded links")) == 6


def test_the_numbers_of_the_picture_are_those_of_the_list(html):
    names = [row[0] for row in rows_of(html, "The services in the picture")[1:]]
    assert names == ["1 Example Café", "2 Example Kitchen", "3 Monday Meeting", "4 Tees Treatment", "5 Ynys Friends"]
    large = network_page(network(**many(65, 90)))
    assert "A mark is a type of service, larger where there are more of them." in large
    assert rows_of(large, "The services in the picture")[1][0] == "Example service 0 of the Made-up Trust"


def test_who_lies_between_others_is_no_ranking_and_for_the_coordinators_alone(html):
    assert rows_of(html, "Share of the shortest ways")[1:] == [
        ["Example Café", "50 %"],
        ["Monday Meeting", "0 %"],
        ["Tees Treatment", "25 % (10 % to 40 %)"],
    ]
    assert "This is no ranking: the services stand by name." in html
    for audience in (Audience.PARTNERS, Audience.PUBLIC):
        assert "lies between others" not in network_page(network(audience=audience)), "even where it is handed in"


def test_everybody_is_told_of_the_area_and_of_links_alone(public):
    assert headings(public) == [
        "In short",
        "Introductions to make",
        "What can be reached",
        "Type by type",
        "The network as a whole",
        "All links",
        "Layers of evidence, and how much is known",
        "How it was worked out",
        "Notes",
        "Where the data is from",
    ]
    said = network_page(outside(said=SAID))
    assert "Of 2 pairs, 1 has links in both directions." in said, "the sentences of a part stay without its table"
    assert "No treatment service is recorded" not in public, "an empty table that is not for them is no finding"


def test_an_empty_part_is_left_out_or_says_so_where_its_absence_would_mislead(tmp_path):
    empty = network(**nothing(), sentences=(), cautions=(), said=ONLY_MEANINGS, method=(), notes=(), licences=())
    made = write_network(empty, tmp_path)
    html = made[0].read_text("utf-8")
    assert [path.name for path in made] == PICTURES[:1]
    for words in (
        "There is no network yet.",
        "There is none to name",
        "There is nothing to show here yet.",
        "No treatment service is recorded here",
        "No treatment service and peer-led initiative of the same authority",
        "no service here is another&#39;s only way",
        "Nothing on this page says of the same link",
        "There is no link to show yet.",
    ):
        assert words in html
    assert "<table" not in html and "<img" not in html
    for heading in ("Type by type", "Groups", "Referrals counted", "How it was worked out", "Notes"):
        assert heading not in " ".join(headings(html))
    network_page(network(**nothing(), said={})), "a part may have no sentence at all"


def test_a_part_without_a_table_does_not_say_twice_that_there_is_nothing():
    html = network_page(network(single_points=table("single_points")))
    assert SAID["single_points"][1] in html and "only way to the types" not in html


def test_long_tables_are_folded_and_short_ones_are_not():
    row = ("Tees Treatment", "Example Café", "link", "not known")
    thirty, more = (network_page(network(two_way=table("two_way", *[row] * count))) for count in (30, 31))
    assert "<details>" not in thirty
    assert more.count("<details>") == 1 and "(31 rows)</summary>" in more


def test_what_cannot_be_known_is_never_a_number():
    html = network_page(network(between=table("between", ("A", None, None, None), ("B", float("nan"), 0.1, 0.2))))
    assert rows_of(html, "Share of the shortest ways")[1:] == [["A", "not known"], ["B", "from 10 % to 20 %"]]
    assert "nan" not in re.sub(r"base64,[^\"]+", "", html).lower()


def test_what_is_internal_is_for_its_owner_alone_and_the_rest_for_all(tmp_path):
    inside, partners = tmp_path / "inside", tmp_path / "partners"
    inside.mkdir(), partners.mkdir()
    made = write_network(network(), inside)
    assert [path.name for path in made] == PICTURES
    assert all(path.stat().st_mode & 0o077 == 0 for path in made)
    assert made[0].read_text("utf-8") == network_page(network()), "the same page each time"
    shared = write_network(network(audience=Audience.PARTNERS), partners)
    assert [path.name for path in shared] == PICTURES and shared[0].stat().st_mode & 0o044


@pytest.mark.parametrize("name", PICTURES[1:])
def test_a_picture_of_another_audience_does_not_stay_beside_the_page(tmp_path, name):
    (tmp_path / name).write_bytes(b"a picture for the coordinators")
    with pytest.raises(FileProblem, match=f"{name} is of another network"):
        write_network(outside(**nothing()), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name], "nothing was written"
    assert write_network(network(), tmp_path)[1].stat().st_size > 100, "its own picture takes the place"


def test_only_what_has_passed_the_gate_is_shown(tmp_path):
    for thing in ({"title": "T"}, None):
        with pytest.raises(NotPublished):
            network_page(thing)
        with pytest.raises(NotPublished):
            write_network(thing, tmp_path)
    assert not list(tmp_path.iterdir())


def full(**more):
    """A network with a long table of each kind, and all pairs of types."""
    pairs = [(one, other, 1, 30, 12, 1 / 12) for one in TYPES for other in TYPES]
    handoffs = [(kind, 1234, 400, 900) for kind in TYPES]
    long = many(32, 40)
    return network(**({"mixing": table("mixing", *pairs), "handoffs": table("handoffs", *handoffs)} | long | more))


@pytest.fixture(scope="module")
def full_html():
    return network_page(full())


@pytest.mark.browser
def test_it_runs_nothing_asks_for_nothing_and_has_no_violation(open_page, full_html):
    watched = open_page(full_html, width=360)
    page = watched.page
    assert page.locator("img").count() == 2 and page.evaluate("document.scripts.length") == 0
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert not too_wide(page)
    for summary in page.locator("summary").all():
        assert summary.bounding_box()["height"] >= 24
        summary.click()
    assert violations(page) == "" and not too_wide(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not too_wide(page)
    assert watched.quiet, watched


@pytest.mark.browser
def test_every_table_can_be_reached_opened_and_moved_with_the_keyboard(open_page, full_html):
    page = open_page(full_html, width=360).page
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        words = page.evaluate("document.activeElement.ariaLabel || document.activeElement.textContent")
        if page.evaluate("document.activeElement.matches('body')"):
            break
        if page.evaluate("document.activeElement.matches('summary')"):
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.parentElement.open")
        reached.append(" ".join(words.split()))
    tables = page.locator("[role=region]").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert len(tables) == 13 and [words for words in reached if words.startswith("Table ")] == tables
    page.locator("[aria-label$='that are known']").focus()
    page.evaluate("moved = new Promise(done => document.activeElement.addEventListener('scroll', done)); 0")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("moved.then(() => document.activeElement.scrollLeft)") > 0
    assert not too_wide(page)


@pytest.mark.browser
def test_on_paper_a_folded_table_is_a_line_that_says_where_it_is(open_page, full_html):
    page = open_page(full_html).page
    lines = page.locator(".on-paper")
    assert lines.count() == page.locator("details").count() > 0
    assert not any(line.is_visible() for line in lines.all())
    page.emulate_media(media="print")
    assert all(line.is_visible() and "open this page on a screen" in line.inner_text() for line in lines.all())
    assert not any(folded.is_visible() for folded in page.locator("details").all())


@pytest.mark.browser
def test_hostile_words_run_nothing_and_show_as_typed(open_page):
    words = [*HOSTILE, "$x$", "x" * 400]
    both = [(text, words[0]) for text in words]
    tables = {
        "introductions": table("introductions", *((a, b, a, b, 1, a, a, a) for a, b in both)),
        "handoffs": table("handoffs", *((text, 4, 1, 2) for text in words)),
        "treatment": table("treatment", *((text, False, text) for text in words)),
        "two_way": table("two_way", *((a, b, a, "not known") for a, b in both)),
        "single_points": table("single_points", *((text, text, 1, 2) for text in words)),
        "disagreements": table("disagreements", *((a, b, a) for a, b in both)),
        "layers": table("layers", *((text, 1, 1) for text in words)),
        "mixing": table("mixing", *((a, b, 1, 4, 2, 0.5) for a, b in both)),
        "groups": table("groups", *((1, text, text) for text in words)),
        "between": table("between", *((text, 0.1, 0.1, 0.1) for text in words)),
        "counted": table("counted", *((a, b, a, a) for a, b in both)),
        "pathways": table("pathways", *((text, text, text, text) for text in words)),
        "links": table("links", *((a, b, a, b, a, a) for a, b in both)),
        "positions": table("positions", *((text, text, text, 0.1, 0.9) for text in words)),
    }
    assert tables.keys() == COLUMNS.keys()
    said = dict.fromkeys(SAID, tuple(words))
    texts = dict.fromkeys(("sentences", "cautions", "evidence", "method", "notes", "licences"), tuple(words))
    hostile = network(title=words[0], banner=words[1], said=said, **texts, **tables)
    watched = open_page(network_page(hostile), width=360)
    page = watched.page
    assert page.locator(".banner").text_content() == words[1]
    assert page.locator(".unknown li").all_text_contents() == words
    assert page.locator(".cards h3 bdi:first-child").all_text_contents() == words
    for caption in ("What each treatment", "Links of each pair", "All recorded links", "Share of the shortest"):
        assert page.locator(f"table:has-text('{caption}') tbody th").all_text_contents() == words, caption
    assert page.locator("table:has-text('What to talk about') th bdi:first-child").all_text_contents() == words
    assert page.locator("img").count() == 2 and page.locator("script, iframe, svg, a:not(.skip)").count() == 0
    assert not too_wide(page) and watched.quiet, watched


def test_a_table_too_long_for_a_page_says_how_much_of_it_there_is():
    links = table("links", *((str(n), "z", f"Service {n}", "Last", "declared", "referral") for n in range(1_500)))
    html = network_page(network(links=links))
    assert "All recorded links: the first 1,000 of 1,500 rows; all are in the tables beside this page" in html
    assert "Service 999<" in html
    assert "Service 1000<" not in html
