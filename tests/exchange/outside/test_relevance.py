"""The filter for directories of everything: which words count, which mislead, and that it says so."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rosc_map.exchange.outside.relevance import judge, may_be_confidential
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
        (("Example Second Stage House", "For men in recovery."), None, "recovery_housing"),
        (("Example Place", "Supported housing for people in recovery"), None, "recovery_housing"),
        (("Example Place", "Abstinence-based, supported accommodation"), None, "recovery_housing"),
        (("Example Place", "Move-on flats, for those who are drug free"), None, "recovery_housing"),
        (("Example Supported Living", "", "Alcohol"), None, "recovery_housing"),
        (("Example Service", "Help with drugs. We find supported housing too."), None, "recovery_support"),
        (("Refuge Recovery – Monday meeting",), None, "mutual_aid"),
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
        ("Haven", "A home for mothers who are fleeing from violence; recovery from alcohol"),
        ("Haven", "A sanctuary for women"),
        ("Refuge Recovery group", "In a women's refuge"),
        # Of an attack by hostile names.
        ("Leeds Women's Refuges",),
        ("Refuges for all",),
        ("Refuge Recovery House (women fleeing)",),
        ("Refuge\u00a0Recovery shelter",),
        ("Women's safe haven",),
        ("DV safe accommodation",),
        ("Domestic violence safe accommodation",),
        ("Halo Refuge",),
        ("Re-fuge",),
        ("Re\u00adfuge",),
        ("Ｒｅｆｕｇｅ",),
        ("Women\u2019s aid crisis house",),
        ("Safe-house",),
        ("Domestic abuse recovery refuge service",),
        ("Victims of trafficking safe-house",),
        ("Modern slavery shelter",),
        ("Domestic abuse safe accommodation for women with alcohol problems",),
        ("Sanctuary for women escaping violence",),
        ("Example Sanctuary Scheme",),
    ],
)
def test_confidential_places_are_never_taken(words):
    judgement = judge(words)
    assert (judgement.take, judgement.asset_type) == (False, "domestic_abuse_refuge")
    assert judgement.why == "may be a confidential place: record it by hand"
    assert may_be_confidential(words)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("Refuge Recovery",),
        ("Refuge Recovery Monday meeting", "Friends of the dharma"),
        ("Refugee drop-in", "Advice for refugees"),
        ("Recovery café", "A safe haven for everybody. We work with Women's Aid and the Haven."),
        ("Recovery café", "Drug problems, and the harm of domestic abuse"),
    ],
)
def test_others_may_be_taken(words):
    assert not may_be_confidential(words)


def test_only_the_beginning_of_a_text_is_looked_at():
    assert judge(["x", " " * 4_900 + "alcohol"]).take
    assert not judge(["x", " " * 5_000 + "alcohol"]).take


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
        ("fleeing a ", False),
        ("supported housing, a ", False),
        ("drug a ", True),
        ("domestic abuse x ", False),
        ("under the influence of drugs ", False),
        ("no drugs and ", True),
    ],
)
def test_long_texts_are_read_in_one_pass(scrap, take):
    # Hours, if each word looked through all that follow.
    assert judge(["x", scrap * 20_000]).take is take
