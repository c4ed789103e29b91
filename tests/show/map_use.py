"""What the tests of using a map share: reading what it shows, and telling it facts that the small example has not."""

import json
import re

from rosc_map.show._frame import script_json

_FACTS = re.compile(r'(<script type="application/json" id="facts">)(.*?)(</script>)', re.DOTALL)


def with_facts(html, change):
    """Return a page whose facts were changed by a function."""
    found = _FACTS.search(html)
    facts = json.loads(found[2])
    change(facts)
    return html[: found.start(2)] + str(script_json(facts)) + html[found.end(2) :]


def until(page, condition):
    """Wait until a script's condition is true; Playwright's own way to wait needs what the page's policy forbids."""
    for _ in range(500):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(10)
    raise AssertionError(condition)


# The page waits a hundredth of its time, in the same order, and then waits as long as ever.
_HURRY = """() => {
  window.unhurried = window.setTimeout;
  window.setTimeout = (what, wait) => window.unhurried(what, (wait || 0) / 100);
}"""
_HURRIED = """() => new Promise((tell) => {
  window.setTimeout = window.unhurried;
  window.setTimeout(tell, 10);
})"""


def type_in_search(page, words):
    """Search, and wait until the search is done: it begins after a pause in typing, which is cut short here."""
    page.evaluate(_HURRY)
    page.locator("#search").fill(words)
    page.evaluate(_HURRIED)


# The map begins to move with the next frame, and is told with one that it has arrived.
_FRAMES = """async () => {
  for (let drawn = 0; drawn < 4; drawn += 1) await new Promise(requestAnimationFrame);
}"""


def zoom_in(page):
    """Look from nearer, and wait until the map has arrived and what follows by the clock is done, cut short here."""
    page.evaluate(_HURRY)
    page.get_by_role("button", name="Zoom in").click()
    page.evaluate(_FRAMES)
    page.evaluate(_HURRIED)


def names(page, table="assets"):
    """Return the first column of a table."""
    return page.locator(f"#{table} tbody th").all_text_contents()


def counts(page, name):
    """Return the words and the count of each option of a filter."""
    labels = page.locator("#filters label", has=page.locator(f"input[name={name}]"))
    return dict(" ".join(words.split()).rsplit(" ", 1) for words in labels.all_text_contents())


def open_filters(page):
    """Open the fold of symbols and filters."""
    page.locator("#more-filters > summary").click()


def link_of(page):
    """Return the link to the view."""
    page.get_by_role("button", name="Copy a link to this view").click()
    until(page, "document.getElementById('copy-note').textContent !== ''")
    return page.locator("#copy-box").input_value()
