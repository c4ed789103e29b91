"""What points at two records that become one: nothing that differs goes without a word, and no link is lost."""

import pytest

from rosc_map.records import PathwayCount, Referral, ReferralList

SERVICES = [
    {"id": identifier, "name": name, "asset_type": "treatment", "postcode": "TS1 2PA"}
    for identifier, name in (("keep", "Example Clinic"), ("other", "The Example Clinic"), ("third", "Example Peers"))
]
LINK = {"from": "keep", "to": "third", "evidence": "declared"}


@pytest.fixture
def twins(empty, write_csv):
    """Return a function that records rows of the two services, merges them and gives what it said."""

    def run(*rows, kind="referrals"):
        empty.import_(write_csv(SERVICES), "assets")
        empty.import_(write_csv(rows), kind)
        return empty.merge("keep", "other")

    return run


def rows_of(partnership, record, *columns):
    snapshot = partnership.snapshot()
    found = snapshot.referrals if record is Referral else snapshot.others[record]
    return sorted(tuple(row) for row in found[list(columns)].itertuples(index=False))


def of_rows(done):
    """Return what differed in the rows, and not in the two services."""
    return [found for found in done.differing if "(" in found[0] or found[0].startswith("referral list")]


def test_a_pathway_count_that_differs_is_told(twins, empty):
    same = {"direction": "to_peer_led", "period": "2025-26"}
    done = twins(
        {"treatment": "keep", **same, "count": 10},
        {"treatment": "other", **same, "count": 7},
        {"treatment": "keep", **same, "period": "2024-25", "count": 3},
        {"treatment": "other", **same, "period": "2024-25", "count": 3},
        kind="pathways",
    )
    assert of_rows(done) == [("pathway count (Example Clinic, to_peer_led, 2025-26): count", 10.0, 7.0)]
    assert (done.moved, done.dropped) == ({}, {"pathway_counts": 1})  # of the one that said the same
    assert rows_of(empty, PathwayCount, "period", "count") == [("2024-25", 3.0), ("2025-26", 10.0)]


def test_a_count_that_only_the_other_told_is_told(twins):
    counted = {"to": "third", "evidence": "counted", "period": "2025-26"}
    done = twins({"from": "keep", **counted}, {"from": "other", **counted, "count": 19})
    assert of_rows(done) == [("referral (Example Clinic → Example Peers, counted, 2025-26): count", None, 19.0)]
    assert done.dropped == {}


@pytest.mark.parametrize("denies", ["keep", "other"])
def test_of_a_link_and_no_link_the_link_stays(twins, empty, denies):
    says = "other" if denies == "keep" else "keep"
    done = twins({**LINK, "from": denies, "result": "no_link"}, {**LINK, "from": says})
    assert rows_of(empty, Referral, "from_asset", "to_asset", "result") == [("keep", "third", "")]
    assert of_rows(done) == [("referral (Example Clinic → Example Peers, declared): result", "", "no_link")]
    assert done.dropped == {}
    empty.undo()
    assert rows_of(empty, Referral, "from_asset", "result") == sorted([(denies, "no_link"), (says, "")])


@pytest.mark.parametrize(
    ("zero", "some"), [({"count": 0}, {"count": 4}), ({"count": 0, "result": "no_link"}, {"count": 4})]
)
def test_a_count_of_nobody_gives_way_to_one_of_somebody(twins, empty, zero, some):
    counted = {"to": "third", "evidence": "counted", "period": "2025-26", "result": ""}
    done = twins({"from": "keep", **counted, **zero}, {"from": "other", **counted, **some})
    assert rows_of(empty, Referral, "from_asset", "count", "result") == [("keep", 4.0, "")]
    assert ("referral (Example Clinic → Example Peers, counted, 2025-26): count", 4.0, 0.0) in of_rows(done)


def test_what_a_test_found_gives_no_way_to_what_it_did_not(twins, empty):
    tested = {"to": "third", "evidence": "tested", "period": "R1"}
    twins({"from": "keep", **tested, "result": "not_found_in_test"}, {"from": "other", **tested, "result": "linked"})
    assert rows_of(empty, Referral, "from_asset", "result") == [("keep", "linked")]


def test_a_link_between_the_two_goes_without_fuss(twins):
    done = twins({**LINK, "to": "other"}, {**LINK, "from": "other"})
    assert (of_rows(done), done.moved, done.dropped) == ([], {"referrals": 1}, {"referrals": 1})


@pytest.mark.parametrize(
    ("asked", "kept", "said"), [("keep", "named all", "not asked"), ("other", "not asked", "named all")]
)
def test_a_list_of_one_does_not_come_to_stand_for_both(twins, empty, asked, kept, said):
    done = twins({"asset": asked, "direction": "refers_to", "on": "2026-01-02", "by": "Volunteer 1"}, kind="lists")
    assert of_rows(done) == [("referral list: Refers to", f"none ({kept})", said)]
    assert (done.moved, done.dropped) == ({}, {})
    assert rows_of(empty, ReferralList, "asset") == []
    empty.undo()
    assert rows_of(empty, ReferralList, "asset", "by") == [(asked, "Volunteer 1")]


def test_lists_of_both_become_one(twins, empty):
    whole = {"direction": "referred_by", "on": "2026-01-02"}
    done = twins(
        {"asset": "keep", **whole, "by": "Volunteer 1"}, {"asset": "other", **whole, "by": "Volunteer 2"}, kind="lists"
    )
    assert rows_of(empty, ReferralList, "asset", "by") == [("keep", "Volunteer 1")]
    assert of_rows(done) == [("referral list (Example Clinic, referred_by): by", "Volunteer 1", "Volunteer 2")]


@pytest.mark.parametrize(
    ("ours", "theirs", "phone"),
    [
        ("", "unknown", ""),
        ("", "OGL-UK-3.0", ""),
        ("unknown", "OGL-UK-3.0", ""),
        ("CC-BY-4.0", "OGL-UK-3.0", ""),
        ("unknown", "unknown", ""),
        ("", "CC0-1.0", "01632 960001"),
        ("OGL-UK-3.0", "OGL v3.0", "01632 960001"),
        ("OGL-UK-3.0", "", "01632 960001"),
    ],
)
def test_a_record_keeps_its_licence_and_takes_only_words_that_go_with_it(empty, write_csv, ours, theirs, phone):
    """Else it would vanish from all that is public, or the words of a list would pass for those of others."""
    other = {**SERVICES[1], "licence": theirs, "phone": "01632 960001", "cost": "free"}
    empty.import_(write_csv([{**SERVICES[0], "licence": ours}, other]))
    done = empty.merge("keep", "other")
    (asset,) = empty.snapshot().assets.to_dict("records")
    assert (asset["licence"], asset["phone"], asset["cost"]) == (ours, phone, "free")
    assert ("phone" in done.filled) is bool(phone)
    told = {field: (kept, said) for field, kept, said in done.differing}
    assert (told.get("phone") == ("", "01632 960001")) is not bool(phone)
    assert ("licence" in told) is (ours != theirs and theirs != "OGL v3.0")
