"""Who may see what of a round's result, and from when."""

import datetime as dt
import json

import pytest

from partnerships import TODAY
from rosc_map.errors import InputError
from rosc_map.publish import estimate_round, publish_round
from rosc_map.records import Audience, Referral, label
from small_rounds import levels, on_day, pairs, services, text_of

LONG_AGO = TODAY - dt.timedelta(days=60)
OUTSIDE = ("public", "partners")


@pytest.fixture
def area(empty, write_csv):
    """Eight services; R1 is answered and not yet given to anybody."""
    empty.import_(write_csv(services(8)))
    drawn = on_day(empty, LONG_AGO).draw(sources=8, targets=3, seed=1, reserves=0)
    said = pairs(drawn)
    empty.record("R1", write_csv(levels(said[:20], "2") + levels(said[20:], "0")))
    return empty


def figures_in(text):
    """Whether a text holds any figure of the result."""
    return any(words in text for words in ("found a link", "As a caller", "95 % interval", "services contacted"))


@pytest.mark.parametrize("audience", OUTSIDE)
def test_nobody_outside_sees_a_figure_before_each_had_its_own(area, tmp_path, audience):
    area.feedback("R1", tmp_path / "pages", reply_to="us")
    for days, shown in ((0, False), (13, False), (14, True)):
        later = on_day(area, TODAY + dt.timedelta(days=days))
        linkage = later.publish(audience).linkage
        assert linkage.figures.empty == (not shown)
        page = later.map(tmp_path / f"{days}.html", audience=audience).read_text("utf-8")
        assert figures_in(page + " ".join(linkage.sentences)) == shown
        folder = tmp_path / f"result-{days}"
        if shown:
            assert figures_in(text_of(later.write_estimate(later.estimate("R1"), folder, audience=audience)))
        else:
            with pytest.raises(InputError, match="can be shown from 6 December 2026"):
                later.write_estimate(later.estimate("R1"), folder, audience=audience)
            assert not folder.exists()


@pytest.mark.parametrize("audience", OUTSIDE)
def test_without_feedback_there_is_no_day_and_no_figure(area, tmp_path, audience):
    later = on_day(area, TODAY + dt.timedelta(days=900))
    assert later.publish(audience).linkage.figures.empty
    with pytest.raises(InputError, match="Each organisation sees its own result first. That is still to be done"):
        later.write_estimate(later.estimate("R1"), tmp_path / "out", audience=audience)


def test_coordinators_see_it_at_once_and_are_told_who_may_see_it_when(area, tmp_path):
    text = text_of(area.write_estimate(area.estimate("R1"), tmp_path / "out"))
    assert figures_in(text)
    assert "Nothing of this may be shown to others" in text


def test_the_newest_round_that_may_be_shown_is_shown(made_up, write_csv):
    old = made_up.publish().linkage
    drawn = made_up.draw(sources=10, targets=3, seed=8)
    made_up.record("R2", write_csv(levels(pairs(drawn), "4")))
    assert made_up.publish("internal").linkage.round == "R2"
    for audience in OUTSIDE:
        shown = made_up.publish(audience).linkage
        assert shown.round == "R1"
        assert shown.sentences == old.sentences
        assert shown.figures.equals(old.figures)


def test_no_file_for_others_tells_of_one_organisation(made_up, tmp_path):
    snapshot = made_up.snapshot()
    result = made_up.estimate("R1")
    assets = snapshot.assets
    for audience in OUTSIDE:
        files = made_up.write_estimate(result, tmp_path / audience, audience=audience)
        text = text_of(files)
        assert not [identifier for identifier in assets["id"] if identifier in text]
        assert not [name for name in (*assets["name"], *assets["organisation"]) if name and name in text]
        assert not [file.name for file in files if "funnel" in file.name]
        assert "funnel" not in text.casefold()
    internal = made_up.write_estimate(result, tmp_path / "internal")
    assert [file.name for file in internal if "funnel" in file.name]
    # Even there the funnel has no names.
    assert not [name for name in assets["name"] if name in text_of(internal)]


def test_by_asset_figures_are_in_the_result_alone(made_up):
    told = made_up.estimate("R1").to_json()
    assert {row["id"] for row in told["assets"]} <= set(made_up.snapshot().assets["id"])
    assert "NaN" not in json.dumps(told, default=str)
    for audience in OUTSIDE:
        text = " ".join(made_up.publish(audience).linkage.sentences)
        assert not [row["id"] for row in told["assets"] if row["id"] in text]


def test_a_kind_of_one_service_has_no_figure_outside(empty, write_csv, tmp_path):
    rows = services(9)
    empty.import_(write_csv([*rows[:8], {**rows[8], "asset_type": "treatment"}]))
    drawn = on_day(empty, LONG_AGO).draw(design="balanced", targets=8, seed=1)
    empty.record("R1", write_csv(levels(pairs(drawn), "2")))
    empty.feedback("R1", tmp_path / "pages", reply_to="us", on=TODAY - dt.timedelta(days=30))
    result = empty.estimate("R1")
    assert result.to_json()["between_types"]["treatment"]["lero"]["answered"] == 8
    kind = label("asset_type", "treatment")
    for audience, hidden in (("internal", False), ("public", True)):
        cells = publish_round(empty.snapshot(), result, Audience(audience)).between_types
        one = cells[(cells["from_type"] == kind) | (cells["to_type"] == kind)]
        assert one["share"].isna().all() == hidden


def test_like_kinds_are_not_told_apart_where_that_is_one_pair(empty, write_csv, tmp_path):
    kinds = ("lero", "recovery_support", "mutual_aid", "treatment", "partner_service", "community", "community")
    rows = [{**row, "asset_type": kind} for row, kind in zip(services(7), kinds, strict=True)]
    empty.import_(write_csv(rows))
    drawn = on_day(empty, LONG_AGO).draw(design="balanced", targets=6, seed=1)
    empty.record("R1", write_csv(levels(pairs(drawn), "2")))
    empty.feedback("R1", tmp_path / "pages", reply_to="us", on=TODAY - dt.timedelta(days=30))
    for audience, told in (("internal", True), ("public", False)):
        shown = publish_round(empty.snapshot(), empty.estimate("R1"), Audience(audience))
        assert any("their own kind" in sentence for sentence in shown.sentences) == told


def test_a_far_service_is_not_given_away_by_its_distance(empty, write_csv, tmp_path):
    rows = services(8)
    rows[7] |= {"postcode": "KT22 7TW"}
    empty.import_(write_csv(rows))
    drawn = on_day(empty, LONG_AGO).draw(design="balanced", targets=7, seed=1)
    empty.record("R1", write_csv(levels(pairs(drawn), "2")))
    empty.feedback("R1", tmp_path / "pages", reply_to="us", on=TODAY - dt.timedelta(days=30))
    result = empty.estimate("R1")
    whole = publish_round(empty.snapshot(), result, Audience.INTERNAL).distance.set_index("band")
    assert whole["answered"].to_dict() == {"under 2 km": 42, "2 to 5 km": 0, "5 to 10 km": 0, "10 km and more": 14}
    # All eight are far from one: seven others tell of it, so that the band is the result of many.
    shown = publish_round(empty.snapshot(), result, Audience.PUBLIC).distance.set_index("band")
    assert shown.to_dict() == whole.to_dict()
    far = pairs(drawn)
    only_it = [pair for pair in far if pair["source"] == "s07"]
    again = on_day(empty, LONG_AGO).draw(design="balanced", targets=7, seed=1)
    rest = [pair for pair in pairs(again) if "s07" not in pair.values()]
    empty.record("R2", write_csv(levels([*rest, *only_it], "2")))
    empty.feedback("R2", tmp_path / "pages", reply_to="us", on=TODAY - dt.timedelta(days=30))
    shown = publish_round(empty.snapshot(), empty.estimate("R2"), Audience.PUBLIC).distance.set_index("band")
    assert shown["note"].to_dict()["10 km and more"] == "too few"
    assert shown["answered"].tolist() == [None, 0, 0, None]


def test_unknown_audiences_are_refused(area, tmp_path):
    with pytest.raises(InputError, match="'everyone' is not an audience"):
        area.write_estimate(area.estimate("R1"), tmp_path, audience="everyone")


def test_another_threshold_gives_another_figure(area):
    assert area.estimate("R1").to_json()["answered"]["estimate"] > 0
    assert area.estimate("R1", threshold=3).to_json()["answered"]["estimate"] == 0
    with pytest.raises(InputError, match="1 to 4"):
        area.estimate("R1", threshold=0)


# --- tested links


def test_a_pair_is_linked_not_found_or_not_tested(area):
    snapshot = area.snapshot()
    links = area.publish("internal").links
    tested = set(zip(links["from_asset"], links["to_asset"], strict=True))
    answered = set(zip(snapshot.answers["source"], snapshot.answers["target"], strict=True))
    assert tested == answered
    assert len(tested) == 24 < 8 * 7
    not_found = links[links["not_found_in_test"].astype(bool)]
    zero = snapshot.answers[snapshot.answers["level"] == "not_known"]
    assert set(zip(not_found["from_asset"], not_found["to_asset"], strict=True)) == set(
        zip(zero["source"], zero["target"], strict=True)
    )


@pytest.mark.parametrize("audience", OUTSIDE)
def test_what_was_tested_is_for_coordinators_only(area, tmp_path, audience):
    area.feedback("R1", tmp_path / "pages", reply_to="us")
    area = on_day(area, TODAY + dt.timedelta(days=30))
    assert area.publish(audience).links.empty
    page = area.map(tmp_path / "map.html", audience=audience).read_text("utf-8")
    internal = area.map(tmp_path / "internal.html", audience="internal").read_text("utf-8")
    assert "not_found_in_test" not in page
    assert len(internal) > len(page)
    with pytest.raises(InputError):
        area.export(tmp_path / "answers.csv", audience=audience, record="answers")


def test_an_answer_that_is_not_settled_is_no_link(area):
    pair = area.snapshot().answers.iloc[0]
    area.record_one("R1", {"source": pair["source"], "target": pair["target"], "level": "4", "volunteer": "V2"})
    links = area.publish("internal").links
    assert (pair["source"], pair["target"]) not in set(zip(links["from_asset"], links["to_asset"], strict=True))
    assert len(links) == 23


def test_tested_links_are_not_stored_as_referrals(area):
    with area._store.reading() as reader:
        assert reader.read(Referral).empty
    assert estimate_round(area.snapshot(), "R1").answered.questions == 24
