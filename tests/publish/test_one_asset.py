"""A few assets for a page tell an audience nothing that the whole of what is published does not tell it."""

import pandas as pd
import pytest

from rosc_map.errors import NotPublished
from rosc_map.publish import MASK, PublishedAssets, Secrets, publish, publish_assets
from rosc_map.records import Audience, row_dicts

AT_ONCE = 8


def words(value):
    """Return the words of a value without the marks for what is not shown."""
    parts = value if isinstance(value, tuple) else (value,)
    return set(" ".join(map(str, parts)).replace(MASK, " ").split())


def same(one, other):
    """Whether two cells say the same; nothing is nothing."""
    empty = [value is None or value in ("", ()) or value != value for value in (one, other)]
    return all(empty) or one == other


@pytest.mark.parametrize("audience", Audience)
def test_every_asset_of_the_made_up_partnership_says_no_more_than_publish(made_up, audience):
    snapshot, live = made_up.snapshot(), made_up.live_assets()
    whole = publish(snapshot, audience)
    told = {row["id"]: row for row in row_dicts(whole.assets)}
    ids = list(snapshot.assets["id"])
    seen = []
    for start in range(0, len(ids), AT_ONCE):
        few = live.published(ids[start : start + AT_ONCE], audience)
        assert list(few.assets.columns) == list(whole.assets.columns)
        for row in row_dicts(few.assets):
            seen.append(row["id"])
            for name, value in row.items():
                if name != "geometry" and not same(value, told[row["id"]][name]):
                    assert MASK in str(value), (name, value)
                    assert words(value) <= words(told[row["id"]][name])
    # Both ways: whoever is named there has a page, and nobody else has.
    assert set(seen) == set(told)
    assert len(seen) == len(set(seen)) < len(ids)


@pytest.mark.parametrize("audience", Audience)
def test_the_referrals_to_and_from_an_asset_are_those_that_are_published(made_up, audience):
    whole = publish(made_up.snapshot(), audience)
    ends = pd.concat([whole.links["from_asset"], whole.links["to_asset"]])
    busiest = list(ends.value_counts().index[:3])
    live = made_up.live_assets()
    for identifier in busiest:
        here = (whole.links["from_asset"] == identifier) | (whole.links["to_asset"] == identifier)
        expected = whole.links[here].reset_index(drop=True)
        pd.testing.assert_frame_equal(live.page(identifier, audience).links, expected)
    assert len(busiest) == 3


def test_tested_referrals_and_the_history_are_for_coordinators_alone(made_up):
    live = made_up.live_assets()
    tested = publish(made_up.snapshot(), Audience.INTERNAL).links
    tested = tested[tested["evidence"].str.contains("tested") | tested["not_found_in_test"]]
    identifier = tested["from_asset"].iloc[0]
    made_up.edit(identifier, {"phone": "01483 960123"})
    live.refresh()
    inside, outside = (live.page(identifier, who) for who in (Audience.INTERNAL, Audience.PARTNERS))
    assert set(inside.history["field"]) >= {"", "phone"}
    assert "01483 960123" in set(inside.history["now"].map(str))
    assert outside.history.empty
    assert not outside.links["evidence"].str.contains("tested").any()
    assert not outside.links["not_found_in_test"].any()
    assert len(inside.links) > len(outside.links)


@pytest.mark.parametrize("change", [{"location_precision": "hidden"}, {"listing": "declined"}])
def test_what_is_hidden_or_asked_to_leave_gives_nothing(made_up, change):
    live = made_up.live_assets()
    identifier = live.search("", Audience.PUBLIC)[0]
    assert len(live.page(identifier, Audience.PARTNERS).assets) == 1
    made_up.edit(identifier, dict.fromkeys(("description", "address", "notes"), "") | change)
    live.refresh()
    unknown = live.page("no such asset", Audience.PARTNERS)
    gone = live.page(identifier, Audience.PARTNERS)
    assert gone.assets.empty
    assert gone.links.empty
    assert gone.licences == unknown.licences == ()
    assert len(live.page(identifier, Audience.INTERNAL).assets) == (change != {"listing": "declined"})


def test_a_hidden_name_in_the_text_of_another_is_masked_as_everywhere(made_up):
    live = made_up.live_assets()
    rows = live.search("", Audience.INTERNAL)
    hidden = next(live.recorded(each) for each in rows if live.recorded(each)["asset_type"] == "domestic_abuse_refuge")
    open_one = live.search("", Audience.PUBLIC)[0]
    made_up.edit(open_one, {"description": f"Next to {hidden['name']}."})
    live.refresh()
    (row,) = row_dicts(live.published([open_one], Audience.PARTNERS).assets)
    assert row["description"] == f"Next to {MASK}."


def test_only_this_room_makes_one(made_up):
    shown = publish_assets(made_up.snapshot(), [], Audience.PUBLIC)
    with pytest.raises(NotPublished):
        PublishedAssets(
            audience=Audience.PUBLIC, assets=shown.assets, links=shown.links, history=shown.history, licences=()
        )


def test_secrets_are_for_the_audience_that_they_are_kept_from(made_up):
    snapshot = made_up.snapshot()
    with pytest.raises(ValueError, match="another audience"):
        publish_assets(snapshot, [], Audience.PUBLIC, secrets=Secrets(snapshot, Audience.INTERNAL))
