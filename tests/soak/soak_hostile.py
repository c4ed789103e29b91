"""All hostile texts, in every field of every record, in every output of every audience, all of it opened and used."""

import pytest

from all_outputs import write_all
from hostile import PAYLOADS, formulas_in, is_plain, missing_from, partnership, wrong_on

pytestmark = pytest.mark.browser
AT_ONCE = 10


@pytest.mark.parametrize("first", range(0, len(PAYLOADS), AT_ONCE))
def test_no_text_runs_breaks_or_changes_anything(first, tmp_path, open_page):
    opened, refused = partnership(tmp_path / "made", PAYLOADS[first : first + AT_ONCE])
    assert [problem for problem in refused if not is_plain(problem)] == []
    names = list(opened.snapshot().assets["name"])
    for audience in ("public", "partners", "internal"):
        files = write_all(opened, tmp_path / audience, audience)
        pages = [path for path in files if path.suffix == ".html"]
        assert len(pages) >= 5
        assert [said for said in (wrong_on(open_page(path)) for path in pages) if said] == []
        assert formulas_in(files) == []
        assert missing_from(open_page(tmp_path / audience / "map.html"), names) == []
