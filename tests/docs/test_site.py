"""The site: it builds without a warning, asks no other computer for anything, and can be used by everybody."""

import functools
import http.server
import importlib
import os
import posixpath
import re
import runpy
import subprocess
import sys
import threading

import pytest
from mkdocs.exceptions import PluginError

import rosc_map
from axe_core import violations
from shell_lines import ROOT

ROOMS = ("records", "place", "network", "linkage", "gaps", "examples", "errors")
LOOKED_AT = (
    "index.html",
    "web-app.html",
    "gaps.html",
    "cli-reference.html",
    "data-dictionary.html",
    "api/network.html",
)
WIDTHS = (320, 1280)
# What has the focus, if it is not seen: off the screen, hidden, or under another; and whether it is in the text.
FOCUS = """() => {
  const focused = document.activeElement;
  const [inArticle, tag] = [focused.closest("article") !== null, focused.outerHTML.slice(0, 120)];
  if (focused === document.body) return [null, false];
  const seen = [...focused.getClientRects()].some(({left, top, right, bottom}) => {
    const [x1, y1] = [Math.max(left, 0), Math.max(top, 0)];
    const [x2, y2] = [Math.min(right, innerWidth), Math.min(bottom, innerHeight)];
    return x1 < x2 && y1 < y2 && focused.contains(document.elementFromPoint((x1 + x2) / 2, (y1 + y2) / 2));
  });
  return [seen && focused.checkVisibility({visibilityProperty: true}) ? null : tag, inArticle];
}"""
# What was found is drawn anew after each letter, and the focus would be lost with it.
SETTLED = """() => {
  const found = document.querySelector(".md-search-result__list").innerHTML;
  const settled = found !== "" && found === window.foundBefore;
  window.foundBefore = found;
  return settled;
}"""
# Contrast takes longest and is the same for all words that look alike: two of each look are marked, to be looked at.
MARK_LOOKS = """() => {
  const [behind, marked] = [new Map([[null, ""]]), new Map()];
  for (const each of document.querySelectorAll("*")) {
    const {backgroundColor, backgroundImage, opacity, color, fontSize, fontWeight, textShadow} = getComputedStyle(each);
    behind.set(each, [behind.get(each.parentElement), backgroundColor, backgroundImage, opacity].join());
    const words = [...each.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!(words || each.matches("input, select, textarea")) || !each.checkVisibility()) continue;
    const look = [each.tagName, each.className, color, fontSize, fontWeight, textShadow, behind.get(each)].join();
    marked.set(look, (marked.get(look) ?? 0) + 1);
    if (marked.get(look) < 3) each.dataset.look = "";
  }
}"""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The site, built once as ``make docs`` does."""
    folder = tmp_path_factory.mktemp("site")
    words = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", folder]
    built = subprocess.run(
        words, cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True
    )
    assert (built.returncode, built.stdout + built.stderr) == (0, "")
    return folder


@pytest.fixture(scope="session")
def address(site):
    """The site as a web server of this machine gives it."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def notebook_page(site):
    return min(path.relative_to(site).as_posix() for path in (site / "notebooks").glob("*.html"))


def test_every_page_of_the_repository_is_in_the_site(site):
    written = [path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")]
    assert [str(page) for page in written if not (site / page).exists()] == []
    notebooks = [path.with_suffix(".html").name for path in (ROOT / "notebooks").glob("*.ipynb")]
    assert notebooks
    assert [name for name in notebooks if not (site / "notebooks" / name).exists()] == []
    assert not (site / "_site").exists()


def test_every_page_can_be_reached_from_the_menu(site):
    menu = set(re.findall(r'<a href="([^"#]+)" class="md-nav__link', (site / "index.html").read_text("utf-8")))
    # Pages that another page brings in, such as the one on where the boundaries come from, are reached from there.
    pages = {path.relative_to(ROOT / "docs").with_suffix(".html").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    pages |= {f"notebooks/{path.stem}.html" for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert pages - menu - {"index.html"} == set()


def test_a_link_out_of_the_docs_leads_to_the_file(site):
    page = (site / "deploy.html").read_text("utf-8")
    assert 'href="deploy/Caddyfile.txt"' in page
    assert (site / "deploy" / "Caddyfile.txt").read_text("utf-8") == (ROOT / "deploy" / "Caddyfile").read_text("utf-8")
    assert (site / "CHANGELOG.html").exists()
    broken = [
        f"{path.relative_to(site)}: {link}"
        for path in site.rglob("*.html")
        if path.name != "404.html"
        for link in re.findall(r'(?:href|src)="([^"#?]+)', path.read_text("utf-8"))
        if not re.match(r"[a-z]+:", link) and not (path.parent / link).exists()
    ]
    assert broken == []


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("/etc/hostname", "not below the folder"),
        ("../../../etc/hostname", "not below the folder"),
        ("//elsewhere.example/page", "not below the folder"),
        ("../.gitignore", "of that kind"),
        ("../tests/conftest.py", "of that kind"),
    ],
)
def test_a_link_out_of_the_repository_or_to_another_kind_of_file_stops_the_build(link, said):
    leads_to = runpy.run_path(str(ROOT / "docs" / "_site" / "hook.py"))["_leads_to"]
    assert leads_to("docs/deploy.md", "[the server](../deploy/Caddyfile)") == ["deploy/Caddyfile"]
    assert leads_to("docs/deploy.md", f"```python\nasked[0]({link})\n```\n") == []
    with pytest.raises(PluginError, match=said):
        leads_to("docs/deploy.md", f"[here]({link})")


def test_every_page_can_be_reached_from_the_first_by_links_in_the_text(site):
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")} - {"404.html"}
    seen, todo = {"index.html"}, ["index.html"]
    while todo:
        page = todo.pop()
        (text,) = re.findall(r"<article.*?</article>", (site / page).read_text("utf-8"), re.DOTALL)
        links = re.findall(r'href="(?!\w+:)([^"#?]+)', text)
        new = {posixpath.normpath(posixpath.join(posixpath.dirname(page), link)) for link in links} & pages - seen
        seen |= new
        todo += new
    assert pages - seen == set()


def test_nothing_is_fetched_from_elsewhere(site):
    fetched = re.compile(
        r'<(?:script|img|iframe|link)[^>]*(?:src|href)="(?:https?:)?//[^"]+|@import|url\(["\']?(?:https?:)?//'
    )
    pages = [*site.rglob("*.html"), *site.rglob("*.css")]
    assert [found for path in pages for found in fetched.findall(path.read_text("utf-8"))] == []


def test_the_language_is_british_english(site):
    assert '<html lang="en-GB"' in (site / "index.html").read_text("utf-8")


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_name_is_on_the_page_of_its_module(site, room):
    names = importlib.import_module(f"rosc_map.{room}").__all__
    there = set(re.findall(rf'id="rosc_map\.{room}\.(\w+)', (site / "api" / f"{room}.html").read_text("utf-8")))
    assert [name for name in names if name not in there] == []


def test_every_task_of_a_partnership_is_on_the_first_page(site):
    page = (site / "api" / "index.html").read_text("utf-8")
    names = [f"Partnership.{name}" for name in dir(rosc_map.Partnership) if not name.startswith("_")]
    assert len(names) > 50
    assert [name for name in [*names, *rosc_map.__all__] if f'id="rosc_map.{name}"' not in page] == []


@pytest.mark.browser
def test_the_pages_have_no_violation_and_ask_for_nothing(address, notebook_page, open_page):
    watched = open_page(f"{address}{LOOKED_AT[0]}")
    found = {}
    for number, name in enumerate((*LOOKED_AT, notebook_page)):
        if number:
            watched.page.goto(f"{address}{name}")
        watched.page.wait_for_selector("[data-md-component=search][aria-label]", state="attached")
        # What stands around each page is the same, so that the pages take turns at the width that they are looked at.
        for width in WIDTHS if number % 2 else reversed(WIDTHS):
            watched.page.set_viewport_size({"width": width, "height": 900})
            if watched.page.evaluate(TOO_WIDE):
                found[name, width, "sideways"] = "has to be pushed sideways"
        watched.page.evaluate(MARK_LOOKS)
        if wrong := violations(watched.page, contrast="article [data-look]" if number else "[data-look]"):
            found[name, width] = wrong
    assert found == {}
    assert [url for url in watched.requests if not url.startswith(address)] == []
    assert (watched.console_errors, watched.page_errors) == ([], [])


@pytest.mark.browser
@pytest.mark.parametrize(("where", "width"), [("on the web", 360), ("from disk", 1280)])
def test_the_site_can_be_used_by_keyboard(site, address, open_page, where, width):
    root = f"{site.as_uri()}/" if where == "from disk" else address
    page = open_page(site / "index.html" if where == "from disk" else f"{root}index.html", width=width).page
    for name in ("index.html", "gaps.html"):
        if name != "index.html":
            page.goto(f"{root}{name}")
        page.wait_for_selector("[data-md-component=search][aria-label]", state="attached")
        found = []
        for _ in range(40):
            page.keyboard.press("Tab")
            found.append(page.evaluate(FOCUS))
        hidden, in_article = zip(*found, strict=True)
        assert set(hidden) == {None}
        assert not page.locator("#__search").is_checked()
        if width < 1000:
            # The skip link, the menu, the search, and then the text.
            assert in_article.index(True) == 3

    if width < 1000:
        menu = page.get_by_role("button", name="Menu", exact=True)
        entry = page.get_by_role("link", name="Partnership staff", exact=True)
        menu.press("Enter")
        assert menu.get_attribute("aria-expanded") == "true"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText.trim()") == "Home"
        page.locator("button.md-nav__link", has_text="Start here").press("Space")
        entry.wait_for()
        page.keyboard.press("Escape")
        entry.wait_for(state="hidden")
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Menu"

    page.keyboard.press("s")
    search = page.get_by_role("button", name="Search", exact=True)
    assert search.get_attribute("aria-expanded") == "false"
    search.press("Space")
    page.keyboard.type("linkage draw")
    found = page.locator(".md-search-result__link")
    found.first.wait_for()
    page.wait_for_function(SETTLED, polling=300)
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.md-search-result__link')"):
            break
    assert page.evaluate("document.activeElement.matches('.md-search-result__link')")
    if width > 1000:
        assert violations(page, contrast=".md-search *") == ""
    page.keyboard.press("Escape")
    found.first.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Search"

    search.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(api/linkage|linkage-test|cli-reference)\.html"))
    page.locator(".md-skip").press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)[1]
