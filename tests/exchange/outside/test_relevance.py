"""The filter for directories of everything: which words count, which mislead, and that it says so."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rosc_map.exchange.outside.relevance import judge
from rosc_map.records import Asset, codelist


@pytest.mark.parametrize(
    ("words", "why", "kind"),
    [
        (("Example Recovery Café",), 'has the word "recovery café" in its name', "recovery_support"),
        (("Monday group", "For people in recovery."), 'has the word "recovery" in its description', "recovery_support"),
        (("Monday group", "", "Drug misuse"), 'has the word "drug" in its categories or its organisation', None),
        (("Alcoholics Anonymous, Example Town",), 'has the word "alcoholics anonymous" in its name', "mutual_aid"),
        (("Tuesday AA meeting",), 'has the word "AA meeting" in its name', "mutual_aid"),
        (("SMART Recovery online",), 'has the word "smart recovery" in its name', "mutual_aid"),
        (("Al‑Anon family group",), 'has the word "al-anon" in its name', "mutual_aid"),
        (("Example Drug & Alcohol Service",), 'has the word "drug" in its name', "treatment"),
        (("Example Pharmacy", "Needle exchange and naloxone."), None, "treatment"),
        (("Example Lodge", "Sober living for six people."), None, "recovery_housing"),
        (("Refuge Recovery",), 'has the word "refuge recovery" in its name', "mutual_aid"),
        # A false friend beside a good reason does not count against it.
        (("Alcohol and stroke recovery",), 'has the word "alcohol" in its name', "recovery_support"),
        (("Evenings", "An alcohol-free venue for people with a drug problem"), None, "recovery_support"),
        (("Prescription drug dependence clinic",), None, "recovery_support"),
    ],
)
def test_taken(words, why, kind):
    judgement = judge(words)
    assert judgement.take
    assert why is None or judgement.why == why
    assert kind is None or judgement.asset_type == kind


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("Stroke Recovery Group",), 'has the word "recovery" only, and speaks of "stroke"'),
        (("Road to Recovery", "For anybody who had a stroke."), 'has the word "recovery" only, and speaks of "stroke"'),
        (("Example Recovery College", "Courses in recovery"), None),
        (("Guillain-Barré support", "From diagnosis to recovery."), None),
        (("Cardiac rehab",), 'has the word "rehab" only, and speaks of "cardiac"'),
        (("Long Covid recovery",), None),
        (("Breakdown and vehicle recovery",), None),
        (("Recovery of stolen cars",), None),
        (("Debt recovery advice",), None),
        (("Village hall", "An alcohol-free venue."), 'says only "alcohol-free"'),
        (("Village hall", "No alcohol or drugs on the premises."), None),
        (("Youth club", "Nobody under the influence of alcohol or drugs."), None),
        (("Example Pharmacy", "We hand out prescription drugs."), 'says only "prescription drugs"'),
        (("Drug trials unit",), 'says only "drug trials"'),
        (("Corner drugstore",), None),
        (("Digital detox weekend",), 'says only "digital detox"'),
        (("Gambling addiction helpline",), 'says only "gambling addiction"'),
        (("Choir", "Everybody can sing."), "has no word about alcohol, drugs or recovery from them"),
        (("Drugget weavers; recovered furniture",), None),
        ((), "has no word about alcohol, drugs or recovery from them"),
    ],
)
def test_not_taken_and_says_why(words, why):
    judgement = judge(words)
    assert not judgement.take
    assert judgement.asset_type == "community"
    assert why is None or judgement.why == why


@pytest.mark.parametrize(
    "words",
    [
        ("Example Women's Refuge",),
        ("Example Women’s Aid refuge", "Support with alcohol"),
        ("Haven", "Refuge accommodation for 8 families"),
        ("Haven", "A refuge for women and children"),
        ("Haven", "Domestic abuse safe accommodation"),
    ],
)
def test_confidential_places_are_never_taken(words):
    judgement = judge(words)
    assert (judgement.take, judgement.asset_type) == (False, "domestic_abuse_refuge")
    assert judgement.why == "may be a confidential place: record it by hand"


SCRAPS = st.sampled_from(
    ["recovery", "stroke", "alcohol-free", "drugs", "AA", "meeting", "refuge", "for", "women", "no", "café", "\n", "."]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=60) | st.lists(SCRAPS, max_size=8).map(" ".join), max_size=6))
def test_anything_has_a_judgement(words):
    judgement = judge(words)
    assert judgement == judge([*words, "choir"]), "a word that says nothing changed it"
    assert judgement.asset_type in codelist("asset_type")
    assert judgement.asset_type != "lero"
    assert 0 < len(judgement.why) < 200
    assert Asset(name="x", asset_type=judgement.asset_type).asset_type == judgement.asset_type


@pytest.mark.parametrize(
    ("scrap", "take"),
    [
        ("refuge a ", False),
        ("domestic abuse x ", False),
        ("under the influence of drugs ", False),
        ("no drugs and ", True),
    ],
)
def test_long_texts_are_read_in_one_pass(scrap, take):
    # Hours, if each word looked through all that follow.
    assert judge(["x", scrap * 20_000]).take is take
