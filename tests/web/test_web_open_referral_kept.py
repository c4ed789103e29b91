"""What the public API keeps ready: made anew where it has to be and nowhere else, and telling nothing by when it is."""

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from harvest import many_alike

import rosc_map
from partnerships import TODAY
from rosc_map.exchange.open_referral_documents import document_bytes, service_document
from rosc_map.partnership import PublicServices

COUNT = 210
BASIS = {"description": "For recovery.", "asset_type": "lero", "listing": "agreed", "location_precision": "exact"}


class Counting:
    """Live assets that count how often something is made of them."""

    def __init__(self, live):
        self._live, self.made, self.said = live, 0, 0

    def __getattr__(self, name):
        return getattr(self._live, name)

    def published(self, ids, audience):
        self.made += 1
        return self._live.published(ids, audience)

    def about(self, audience):
        self.said += 1
        return self._live.about(audience)


class Kept:
    """The services of a partnership, and what changes it."""

    def __init__(self, path):
        self.path = path
        self.partnership = rosc_map.open(path, today=TODAY)
        self.now = 0.0
        self.live = Counting(self.partnership.live_assets(today=TODAY))
        self.services = PublicServices(self.live, clock=lambda: self.now)

    def pages(self):
        return [self.services.page(number, 100) for number in (1, 2, 3)]

    def made(self, ask):
        """How many times something was made for a question."""
        before = self.live.made
        ask()
        return self.live.made - before

    def everything(self):
        """All that anybody can fetch, as it is sent."""
        searches = [self.services.found(words, 1, 100) for words in ("example", "zqaway", "zqrefuge")]
        details = [self.services.service(self.id_of(f"Example Group {number}")) for number in (1, 120, COUNT)]
        return [self.services.root("x"), *self.pages(), *searches, *details]

    def id_of(self, name):
        return next(row["id"] for row in self.live.rows().values() if row["name"] == name)

    def edit(self, whose, **values):
        self.partnership.edit(self.id_of(whose), values)
        self.live.refresh()

    def is_the_export(self):
        """Whether every ninth is what the public export has of it, and there are as many."""
        rows = self.partnership.publish().assets.drop(columns="geometry").to_dict("records")
        assert json.loads(self.pages()[0].body)["total_items"] == len(rows)
        return all(self.services.service(row["id"]).body == document_bytes(service_document(row)) for row in rows[::9])


def imported(path, folder, rows):
    with closing(rosc_map.open(path, today=TODAY)) as partnership:
        file = folder / "rows.csv"
        names = list(dict.fromkeys(name for row in rows for name in row))
        lines = [",".join(names), *(",".join(row.get(name, "") for name in names) for row in rows)]
        file.write_text("\n".join(lines), "utf-8")
        partnership.import_(file)


@pytest.fixture(scope="module")
def filled(empty_file, tmp_path_factory):
    """A file of some that are public, one that was not asked and a refuge."""
    folder = tmp_path_factory.mktemp("kept")
    path = Path(shutil.copy(empty_file, folder / "area.gpkg"))
    imported(path, folder, [{**BASIS, "name": "Example Group 1", "postcode": "TS1 2PA", "external_ids": "cqc:1-1"}])
    many_alike(path, COUNT)
    away = {**BASIS, "name": "Zqaway", "listing": "not_asked", "external_ids": "cqc:1-2"}
    refuge = {"name": "Zqrefuge", "asset_type": "domestic_abuse_refuge", "location_precision": "hidden"}
    imported(path, folder, [away, {**BASIS, **refuge}])
    return path


@pytest.fixture
def kept(filled, tmp_path):
    made = Kept(Path(shutil.copy(filled, tmp_path / "area.gpkg")))
    with closing(made.partnership):
        yield made


def test_each_is_made_once_however_often_it_is_asked_for(kept):
    assert kept.made(kept.pages) == 3
    assert kept.made(lambda: [kept.pages(), kept.services.page(7, 17)]) == 0
    made = kept.live.made
    assert kept.is_the_export()
    assert kept.live.made == made


def test_an_edit_has_made_anew_what_it_stands_in_alone(kept, tmp_path):
    kept.pages()
    kept.edit("Example Group 150", description="On Fridays.")
    assert kept.made(lambda: kept.services.service(kept.id_of("Example Group 3"))) == 0
    assert kept.made(kept.pages) == 1
    assert b"On Fridays." in kept.services.service(kept.id_of("Example Group 150")).body
    # An import reads all of it anew, and what is as it was is not made anew all the same.
    imported(kept.path, tmp_path, [{**BASIS, "name": "Example New", "postcode": "TS1 2PA"}])
    assert kept.made(kept.pages) == 1
    assert b"Example New" in kept.pages()[2].body
    # Nor does what is not public, where nothing of it has to be kept out of other texts.
    kept.edit("Zqaway", description="On Mondays.", cost="free")
    assert kept.made(kept.pages) == 0
    assert kept.is_the_export()


def test_who_leaves_is_gone_from_all_parts(kept):
    kept.pages()
    leaving = kept.id_of("Example Group 50")
    kept.edit("Example Group 50", listing="declined")
    assert kept.services.service(leaving) is None
    assert all(b'Example Group 50"' not in page.body for page in kept.pages())
    assert b'Example Group 101"' in kept.pages()[0].body


def test_a_new_secret_is_out_of_the_texts_of_others_at_once_and_back_when_it_is_none(kept):
    kept.edit("Example Group 2", description="Ring 01632 960555.")
    telling = kept.id_of("Example Group 2")

    def told():
        return b"960555" in kept.services.service(telling).body

    kept.pages()
    assert told()
    kept.edit("Zqaway", phone="01632 960555")
    assert not told()
    assert kept.made(kept.pages) == 2  # of all three one was made for the question before
    kept.edit("Zqaway", phone="")
    assert told()
    # One that was public becomes a secret itself.
    kept.edit("Example Group 210", phone="01632 960555")
    assert told()
    kept.edit("Example Group 210", listing="not_asked")
    assert not told()
    assert kept.is_the_export()


def test_nothing_tells_when_somebody_is_hidden_or_what_is_hidden_is_edited(kept):
    before = kept.everything()
    for name, values in (
        ("Zqaway", {"location_precision": "hidden"}),
        ("Zqrefuge", {"description": "Zqmore.", "name": "Zqrefuge two", "phone": "01632 960777"}),
        ("Zqaway", {"listing": "declined"}),
    ):
        kept.edit(name, **values)
        kept.now += 61
        assert kept.everything() == before


def test_what_is_said_of_it_is_made_once_a_minute_and_at_once_where_less_may_be_told(kept):
    def numbers():
        return json.loads(kept.services.root("x").body)["licences"][1].partition(")")[0]

    assert f"({COUNT} assets" in numbers()
    kept.edit("Zqaway", listing="agreed")
    kept.now += 59
    assert f"({COUNT} assets" in numbers()
    kept.now += 2
    assert f"({COUNT + 1} assets" in numbers()
    assert kept.live.said == 2
    kept.edit("Example Group 9", listing="declined")
    assert f"({COUNT} assets" in numbers()
    kept.now += 100
    numbers()
    assert kept.live.said == 3
