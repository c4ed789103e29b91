"""Who may see what of a round's result, and from when."""

import datetime as dt
import json
import shutil
from dataclasses import replace

import pandas as pd
import pytest

import rosc_map
from partnerships import TODAY
from rosc_map.errors import InputError
from rosc_map.publish import estimate_round, publish_round, result_of
from rosc_map.publish.linkage import linkage_figures, round_rows
from rosc_map.records import Audience, Referral, label
from small_rounds import levels, on_day, pairs, services, text_of

LONG_AGO = TODAY - dt.timedelta(days=60)
OUTSIDE = ("public", "partners")


@pytest.fixture(scope="module")
def area_file(empty_file, tmp_path_factory):
    """Eight services; R1 is answered and not yet given to anybody. Made once."""
    path = tmp_path_factory.mktemp("round") / "area.gpkg"
    shutil.copy(empty_file, path)
    partnership = rosc_map.open(path, today=TODAY)
    rows = path.with_name("rows.csv")
    pd.DataFrame(services(8)).to_csv(rows, index=False)
    partnership.import_(rows)
    said = pairs(on_day(partnership, LONG_AGO).draw(sources=8, targets=3, seed=1, reserves=0))
    pd.DataFrame(levels(said[:20], "2") + levels(said[20:], "0")).to_csv(rows, index=False)
    partnership.record("R1", rows)
    return path


@pytest.fixture
def area(area_file, tmp_path):
    """A copy of the eight services and their round that a test may change."""
    path = tmp_path / "area.gpkg"
    shutil.copy(area_file, path)
    return rosc_map.open(path, today=TODAY)


def figures_in(text):
    """Whether a text holds any figure of the result."""
    return any(words in text for words in ("found a link", "As a caller", "95 % interval", "services contacted"))


@pytest.mark.parametrize("audience", OUTSIDE)
def test_nobody_outside_sees_a_figure_before_each_had_its_own(area, tmp_path, audience):
    area.feedback("R1", tmp_path / "pages", reply_to="us")
    for days, shown in ((13, False), (14, True)):
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


def shown_round(partnership, write_csv, tmp_path, rows, *, targets, said="2", checked=None):
    """A round of some services in which all answered, and which others may see; 14 days are over."""
    partnership.import_(write_csv(rows))
    drawn = on_day(partnership, LONG_AGO).draw(design="balanced", targets=targets, seed=1)
    partnership.record("R1", write_csv(levels(pairs(drawn), said)))
    partnership.feedback("R1", tmp_path / "pages", reply_to="us", on=TODAY - dt.timedelta(days=30))
    snapshot = partnership.snapshot()
    if checked:
        found = ["as_recorded" if checked(row) else "" for row in snapshot.answers.to_dict("records")]
        snapshot.answers["accuracy"] = found
    return snapshot


def of_kinds(*kinds):
    """Services, one of each kind named."""
    return [{**row, "asset_type": kind} for row, kind in zip(services(len(kinds)), kinds, strict=True)]


def shown_to(snapshot, audience):
    return publish_round(snapshot, result_of(snapshot, "R1", remarks=("The frame is another.",)), Audience(audience))


def kinds_in(shown):
    return {*shown.between_types["from_type"], *shown.between_types["to_type"]}


def says(shown, words):
    return any(words in sentence for sentence in shown.sentences)


def test_the_draw_cannot_be_made_again_by_others(made_up):
    snapshot = made_up.snapshot()
    stored = snapshot.rounds.iloc[0]
    secrets = (f"Seed {int(stored['seed'])}", stored["frame_sha256"][:12])
    for audience in ("internal", *OUTSIDE):
        text = " ".join(shown_to(snapshot, audience).method)
        assert all((secret in text) == (audience == "internal") for secret in secrets)
        assert ("from a seed that the coordinators keep" in text) == (audience != "internal")


def test_what_there_is_to_say_of_the_frame_is_for_coordinators(made_up):
    snapshot = made_up.snapshot()
    for audience in ("internal", *OUTSIDE):
        assert ("The frame is another." in shown_to(snapshot, audience).notes) == (audience == "internal")


def test_a_kind_of_one_service_is_not_in_the_table_outside(empty, write_csv, tmp_path):
    rows = of_kinds(*["lero"] * 8, "treatment")
    snapshot = shown_round(empty, write_csv, tmp_path, rows, targets=8)
    lero, treatment = label("asset_type", "lero"), label("asset_type", "treatment")
    assert result_of(snapshot, "R1").to_json()["between_types"]["treatment"]["lero"]["answered"] == 8
    assert kinds_in(shown_to(snapshot, "internal")) == {lero, treatment}
    for audience in OUTSIDE:
        shown = shown_to(snapshot, audience)
        assert kinds_in(shown) == {lero}
        assert "Kinds with fewer than three organisations are left out." in shown.notes
        # All answers less those between the eight would be those of and about the one.
        assert shown.between_types["note"].tolist() == ["too few"]
        assert not says(shown, "their own kind")


def test_several_services_of_one_organisation_are_one(empty, write_csv, tmp_path):
    rows = of_kinds(*["lero"] * 6, *["community"] * 6, *["treatment"] * 4)
    for n, row in enumerate(rows[12:]):
        row["organisation"] = ("Example Charity", "EXAMPLE  charity")[n % 2]
    snapshot = shown_round(empty, write_csv, tmp_path, rows, targets=10)
    treatment = label("asset_type", "treatment")
    assert treatment in kinds_in(shown_to(snapshot, "internal"))
    for audience in OUTSIDE:
        shown = shown_to(snapshot, audience)
        assert treatment not in kinds_in(shown)
        assert (shown.between_types["note"] == "").any()


@pytest.mark.parametrize(
    ("audience", "change"),
    [("public", {"asset_type": "domestic_abuse_refuge"}), ("partners", {"location_precision": "hidden"})],
)
def test_what_is_confidential_by_now_is_in_no_table(empty, write_csv, tmp_path, audience, change):
    rows = of_kinds(*["lero"] * 6, *["community"] * 6, *["treatment"] * 3)
    snapshot = shown_round(empty, write_csv, tmp_path, rows, targets=8, checked=lambda row: True)
    before = shown_to(snapshot, audience)
    assert label("asset_type", "treatment") in kinds_in(before)
    assert says(before, "their own kind")
    assert says(before, "were checked")
    # All three, so that those left over are several, and the rest may be told.
    secret = snapshot.assets["id"].isin(["s12", "s13", "s14"])
    snapshot.assets.loc[secret, list(change)] = list(change.values())
    after = shown_to(snapshot, audience)
    assert kinds_in(after) == {label("asset_type", "lero"), label("asset_type", "community")}
    left = snapshot.answers[~(snapshot.answers[["source", "target"]].isin(["s12", "s13", "s14"])).any(axis=1)]
    assert sum(after.between_types["answered"]) == len(left)
    assert says(after, f"{len(left)} were checked beside")
    assert says(after, "their own kind")
    assert after.sentences[0] == before.sentences[0]
    # One of them alone would be what is missing.
    snapshot.assets.loc[snapshot.assets["id"].isin(["s12", "s13"]), ["asset_type", "location_precision"]] = (
        "treatment",
        "exact",
    )
    alone = shown_to(snapshot, audience)
    assert not says(alone, "their own kind")
    assert not says(alone, "were checked")
    answered = int(pd.to_numeric(alone.between_types["answered"]).sum())
    assert answered < len(snapshot.answers) - len(touching(snapshot.answers, "s14"))


def touching(answers, identifier):
    return answers[(answers["source"] == identifier) | (answers["target"] == identifier)]


def test_like_kinds_are_not_told_apart_where_that_is_one_pair(empty, write_csv, tmp_path):
    rows = of_kinds("lero", "recovery_support", "mutual_aid", "treatment", "partner_service", *["community"] * 2)
    snapshot = shown_round(empty, write_csv, tmp_path, rows, targets=6)
    for audience, told in (("internal", True), ("public", False)):
        assert says(shown_to(snapshot, audience), "their own kind") == told


@pytest.mark.parametrize(("others", "shown"), [(2, False), (4, True)])
def test_the_total_of_like_kinds_less_what_is_shown_is_not_of_two(empty, write_csv, tmp_path, others, shown):
    kinds = ["lero"] * 6 + ["treatment"] * others
    snapshot = shown_round(empty, write_csv, tmp_path, of_kinds(*kinds), targets=len(kinds) - 1)
    result = shown_to(snapshot, "public")
    # Of two there are two answers within their kind: that of the six goes with them.
    cells = result.between_types
    like = cells[cells["from_type"] == cells["to_type"]]
    assert says(result, "their own kind") == shown
    assert (like["note"] == "").all() == shown


def test_a_far_service_is_not_given_away_by_its_distance(empty, write_csv, tmp_path):
    rows = services(8)
    rows[7] |= {"postcode": "KT22 7TW"}
    snapshot = shown_round(empty, write_csv, tmp_path, rows, targets=7)
    whole = shown_to(snapshot, "internal").distance.set_index("band")
    assert whole["answered"].to_dict() == {"under 2 km": 42, "2 to 5 km": 0, "5 to 10 km": 0, "10 km and more": 14}
    # All eight are far from one: whatever is far is its result, and what is near is all but that.
    shown = shown_to(snapshot, "public").distance.set_index("band")
    assert shown["note"].to_dict()["10 km and more"] == "too few"
    assert shown["answered"].tolist() == [None, 0, 0, None]


def test_distances_between_many_are_shown(empty, write_csv, tmp_path):
    rows = services(8)
    for row in rows[4:]:
        row["postcode"] = "KT22 7TW"
    snapshot = shown_round(empty, write_csv, tmp_path, rows, targets=7)
    whole, shown = (shown_to(snapshot, audience).distance for audience in ("internal", "public"))
    assert shown["answered"].tolist() == [24, 0, 0, 32]
    pd.testing.assert_frame_equal(shown, whole)


@pytest.mark.parametrize("audience", OUTSIDE)
def test_no_distance_tells_a_place_that_is_not_shown(empty, write_csv, tmp_path, audience):
    rows = services(9)
    rows[6] |= {"postcode": "KT22 7TW", "listing": "not_asked"}
    rows[7] |= {"postcode": "KT22 7TW", "listing": "restricted", "listing_shows": "name"}
    rows[8] |= {"postcode": "KT22 7TW", "listing": "restricted", "listing_shows": "name; place"}
    snapshot = shown_round(empty, write_csv, tmp_path, rows, targets=8)
    assert shown_to(snapshot, "internal").distance["answered"].tolist() == [36, 0, 0, 36]
    shown = shown_to(snapshot, audience)
    # The far ones are those of the one that agreed. Partners get no more, or the difference would be the other two's.
    assert shown.distance["answered"].tolist() == [30, 0, 0, None]
    assert says(
        shown, "30 answers are left out of the distances, because the place of one of the services is not known or"
    )
    assert not says(shown_to(snapshot, "internal"), "30 answers")


def test_a_few_answers_without_a_place_are_not_counted_outside(empty, write_csv, tmp_path):
    rows = services(8)
    rows[7] |= {"listing": "not_asked"}
    snapshot = shown_round(empty, write_csv, tmp_path, rows, targets=2)
    assert len(touching(snapshot.answers, "s07")) == 4
    assert says(shown_to(snapshot, "public"), "A few answers are left out of the distances")


def test_who_cannot_be_three_is_not_told_of_by_distance(empty, write_csv, tmp_path):
    rows = services(8)
    for row in rows[4:]:
        row["postcode"] = "KT22 7TW"
    snapshot = shown_round(empty, write_csv, tmp_path, rows, targets=7)
    one = snapshot.answers["source"].eq("s00") & snapshot.answers["target"].isin(["s04", "s05"])
    snapshot.answers.loc[one, "level"] = "not_known"
    assert says(shown_to(snapshot, "internal"), "with distance")
    assert not says(shown_to(snapshot, "public"), "with distance")


@pytest.mark.parametrize(
    ("checked", "told"),
    [
        (lambda row: row["target"] in ("s01", "s02"), False),
        (lambda row: row["source"] in ("s01", "s02"), False),
        (lambda row: row["target"] in ("s01", "s02", "s03"), True),
    ],
)
def test_what_was_checked_is_of_several_organisations(empty, write_csv, tmp_path, checked, told):
    snapshot = shown_round(empty, write_csv, tmp_path, services(8), targets=7, checked=checked)
    assert says(shown_to(snapshot, "internal"), "were checked")
    assert says(shown_to(snapshot, "public"), "were checked") == told


def test_five_services_of_one_organisation_are_not_five(empty, write_csv, tmp_path):
    rows = services(12)
    for row in rows[:8]:
        row["organisation"] = "Example Charity"
    snapshot = shown_round(empty, write_csv, tmp_path, rows, targets=4)
    assert len(shown_to(snapshot, "public").sentences)
    four = ~snapshot.answers["source"].isin(["s11"])
    fewer = replace(snapshot, answers=snapshot.answers[four].reset_index(drop=True))
    assert fewer.answers["source"].nunique() == 11
    for audience in OUTSIDE:
        with pytest.raises(InputError, match="Fewer than 5 organisations have answered"):
            shown_to(fewer, audience)


def test_unknown_audiences_are_refused(area, tmp_path):
    with pytest.raises(InputError, match="'everyone' is not an audience"):
        area.write_estimate(area.estimate("R1"), tmp_path, audience="everyone")


def test_another_threshold_gives_another_figure(area):
    assert area.estimate("R1").to_json()["answered"]["estimate"] > 0
    assert area.estimate("R1", threshold=3).to_json()["answered"]["estimate"] == 0
    with pytest.raises(InputError, match="1 to 4"):
        area.estimate("R1", threshold=0)


# --- when it was done, and who was told before


LETTER = dt.date(2026, 10, 4)


def on_days(snapshot, *, announced=None, answered=(), tried=()):
    """The same round with other days: of the letter, of the answers (in turn) and of tries to one service."""
    rounds = snapshot.rounds.assign(announced_on=announced)
    answers = snapshot.answers.assign(on=[answered[n % len(answered)] if answered else None for n in range(24)])
    source = snapshot.questions["source"].iloc[0]
    row = {"round": "R1", "source": source, "contact": "answered", "on": None, "tries": tuple(tried), "by": ""}
    contacts = pd.DataFrame([row] if tried else [], columns=snapshot.contacts.columns, dtype=object)
    return replace(snapshot, rounds=rounds, answers=answers, contacts=contacts)


@pytest.mark.parametrize(
    ("announced", "tries", "words"),
    [
        (LETTER, ["2026-11-03 10:30"], "told on 4 October 2026, 30 days before the first call, and could say no."),
        (LETTER, ["2026-10-18"], "told on 4 October 2026, 14 days before the first call, and could say no."),
        (
            LETTER,
            ["2026-10-17 18:00"],
            "13 days before the first call, which is less than the two weeks that the method asks for, and could say",
        ),
        (LETTER, ["2026-10-05 18:00"], "4 October 2026, 1 day before the first call, which is less than"),
        (LETTER, ["2026-10-04 18:00"], "4 October 2026, on the day of the first call. The method asks for two weeks"),
        (LETTER, ["2026-10-02 18:00"], "4 October 2026, 2 days after the first call. The method asks for two weeks"),
        (LETTER, [], "Organisations were told on 4 October 2026, and could say no."),
        (None, ["2026-11-03 10:30"], "No letter to the organisations is recorded."),
    ],
)
def test_only_a_letter_that_is_recorded_is_told_of(area, announced, tries, words):
    told = shown_to(on_days(area.snapshot(), announced=announced, tried=tries), "internal").method[-1]
    assert words in told
    assert ("told on" in told) == (announced is not None)
    assert told.endswith("A refusal is never named. Each is given its own result first, and has 14 days to reply.")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([dt.date(2026, 11, 20), dt.date(2026, 11, 3), None], "Called 3 to 20 November 2026"),
        ([dt.date(2026, 11, 3)], "Called on 3 November 2026"),
        ([dt.date(2026, 10, 28), dt.date(2026, 11, 3)], "Called 28 October to 3 November 2026"),
        ([dt.date(2025, 12, 28), dt.date(2026, 1, 3)], "Called 28 December 2025 to 3 January 2026"),
        ([], ""),
    ],
)
def test_it_is_said_when_the_calls_were_made(area, days, words):
    snapshot = on_days(area.snapshot(), answered=days)
    result = result_of(snapshot, "R1")
    known = [on.isoformat() for on in days if on]
    assert result.to_json()["called"] == ([min(known), max(known)] if known else None)
    shown = shown_to(snapshot, "internal")
    assert shown.when == words
    assert [sentence for sentence in shown.sentences if sentence.startswith("Called")] == (
        [f"{words}."] if words else []
    )
    assert linkage_figures(snapshot, Audience.INTERNAL).sentences[-1].endswith(words + "." if words else "2026.")


def test_tries_are_calls_too_and_a_closure_that_nobody_rang_about_is_none(area):
    snapshot = on_days(
        area.snapshot(), answered=[dt.date(2026, 11, 5)], tried=["2026-11-02 10:00", "2026-11-09", "in May"]
    )
    assert shown_to(snapshot, "internal").when == "Called 2 to 9 November 2026"
    elsewhere = snapshot.contacts.assign(source="s99", tries=[("2026-01-01 10:00",)])
    assert round_rows(replace(snapshot, contacts=elsewhere), "R1").when_called == "Called on 5 November 2026"


def test_others_are_told_when_but_never_what_was_replied(area, tmp_path):
    area.feedback("R1", tmp_path / "pages", reply_to="us", on=TODAY - dt.timedelta(days=30))
    assert "Replies of organisations to their own results: none so far." in shown_to(area.snapshot(), "internal").notes
    area.reply("R1", "s03", "Our number changed in May.")
    result = area.estimate("R1")
    internal = text_of(area.write_estimate(result, tmp_path / "internal"))
    assert "Replies of organisations to their own results: 1." in internal
    assert all(words in internal for words in ("Example Place 03", "Our number changed in May.", "22 November 2026"))
    for audience in OUTSIDE:
        outside = text_of(area.write_estimate(result, tmp_path / audience, audience=audience))
        for words in ("Example Place", "Our number", "What organisations reply", "Replies"):
            assert words not in outside
        assert shown_to(area.snapshot(), audience).replies is None
        assert "Called on 22 November 2026." in outside


def test_rounds_older_than_the_one_shown_are_not_looked_at(area, write_csv, tmp_path):
    drawn = area.draw(sources=8, targets=3, seed=2, reserves=0)
    area.record("R2", write_csv(levels(pairs(drawn), "2")))
    area.feedback("R1", tmp_path / "one", reply_to="us")
    area.feedback("R2", tmp_path / "two", reply_to="us")
    snapshot = on_day(area, TODAY + dt.timedelta(days=30)).snapshot()
    snapshot.answers.loc[snapshot.answers["round"] == "R1", "level"] = "nonsense"
    for audience in OUTSIDE:
        assert linkage_figures(snapshot, Audience(audience)).round == "R2"


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


def test_what_was_tested_is_for_coordinators_only(area, tmp_path):
    area.feedback("R1", tmp_path / "pages", reply_to="us")
    area = on_day(area, TODAY + dt.timedelta(days=30))
    internal = area.map(tmp_path / "internal.html", audience="internal").read_text("utf-8")
    for audience in OUTSIDE:
        assert area.publish(audience).links.empty
        page = area.map(tmp_path / "map.html", audience=audience).read_text("utf-8")
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


def test_the_same_pairs_again_are_not_said_to_be_a_new_draw(area, write_csv):
    drawn = area.draw(panel="R1")
    area.record("R2", write_csv(levels(pairs(drawn), "2")))
    (first, *_) = publish_round(area.snapshot(), area.estimate("R2"), Audience.INTERNAL).method
    assert "contacts were asked once more about the same others as in round R1" in first
    assert "drawn at random" not in first
