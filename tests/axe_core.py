"""What axe-core finds wrong on a page, in words.

Each page has it put in once, and only what is wrong is brought back.
"""

from typing import Any

# What is preloaded are sounds, of which our pages have none, and styles for a rule that is off.
_LOOK = """(within) => {
  axe.configure({ rules: [{ id: "color-contrast", selector: within }] });
  return axe.run({ resultTypes: ["violations"], preload: false }).then(({ violations }) => violations);
}"""


def bring_axe(context: Any) -> None:
    """Have a browser's context put axe-core into each page that it opens: where many are looked at, that is quicker."""
    from axe_playwright_python.sync_playwright import Axe  # here, since whoever has no browser need not have it

    context.add_init_script(Axe().axe_script)


def violations(page: Any, *, contrast: str = "*") -> str:
    """Give a report of what axe-core finds, or "".

    Parameters
    ----------
    page
        The page.
    contrast
        Where the contrast of words is looked at, which takes longest, as a CSS selector. All else is looked at
        everywhere.
    """
    from axe_playwright_python.base import AxeResults  # here, since whoever has no browser need not have it
    from axe_playwright_python.sync_playwright import Axe

    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = AxeResults({"violations": page.evaluate(_LOOK, contrast)})
    return found.generate_report() if found.violations_count else ""
