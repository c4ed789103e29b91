"""Which tests go to which worker: a file's tests stay together, since they share what is made once.

The groups of pytest-xdist (``--dist loadgroup``) are not used: with pytest 9.2 it leaves them out without a word
(its issue 1386), and each worker then makes everything again.
"""

from collections.abc import Iterable
from typing import Any

import pytest

TOGETHER = {
    "tests/show/test_opens_in_firefox.py": "demo",
    "tests/test_demo.py": "demo",
    "tests/test_no_requests.py": "demo",
}
"""Files that share what takes long to make."""

LONGEST_FIRST = (
    "tests/test_demo.py",
    "tests/test_docs.py",
    "tests/test_confidential.py",
    "tests/docs/test_site.py",
    "tests/docs/test_commands.py",
    "tests/notebooks/test_notebooks.py",
    "tests/place/test_boundary_update.py",
    "tests/api/test_public_api.py",
    "tests/show/test_opens_in_firefox.py",
    "tests/test_no_requests.py",
    "tests/test_hostile.py",
    "tests/exchange/test_hostile_workbook.py",
    "tests/show/test_report_page.py",
    "tests/show/test_report_docx.py",
    "tests/web/test_web_pages.py",
    "tests/web/test_web_load.py",
    "tests/web/test_web_security.py",
    "tests/web/test_web_sign_in.py",
    "tests/web/test_web_slow.py",
    "tests/store/test_scale.py",
)
"""What would leave one worker alone at the end."""

WAITING = ("tests/show/", "tests/web/")
"""Where most tests wait for a browser or a server."""


def file_of(nodeid: str) -> str:
    """The file of a test."""
    return nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out whole files, in the order in which they were collected."""
    from xdist.scheduler import LoadScopeScheduling  # here, since whoever tests in one process need not have it

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return TOGETHER.get(file_of(nodeid), file_of(nodeid))

    config.option.loadscopereorder = False
    return ByFile(config, log)


def order_of(files: Iterable[str]) -> dict[str, float]:
    """Give each file its place: the longest first, then those that wait for a browser and those that reckon, mixed.

    Workers that all wait at the same moment would leave the cores idle.
    """
    order = {file: place - len(LONGEST_FIRST) for place, file in enumerate(LONGEST_FIRST)}
    rest = [file for file in dict.fromkeys(files) if file not in order]
    waiting = [file for file in rest if file.startswith(WAITING)]
    for group in (waiting, [file for file in rest if file not in waiting]):
        order |= {file: place / len(group) for place, file in enumerate(group)}
    return order


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files in their order; the tests of one file stay as they were."""
    order = order_of(file_of(item.nodeid) for item in items)
    items.sort(key=lambda item: order[file_of(item.nodeid)])
