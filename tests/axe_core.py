"""What axe-core finds wrong on a page, in words.

Each page has it put in once, and only what is wrong is brought back.
"""

from typing import Any

_LOOK = """(within) => {
  axe.configure({ rules: [{ id: "color-contrast", selector: within }] });
  return axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations);
}"""


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
