"""Which tests go to which worker: a file's tests stay together, since they share what is made once; long files first.

The groups of pytest-xdist (``--dist loadgroup``) are not used: with pytest 9.2 it leaves them out without a word
(its issue 1386), and each worker then makes everything again.
"""

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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; all others stay as they were."""
    order = {file: place for place, file in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: order.get(file_of(item.nodeid), len(order)))
