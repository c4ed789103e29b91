"""The filter for directories of everything: which words count, which mislead, and that it says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
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


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("Wet house – accommodation for street drinkers",), "recovery_housing"),
        (("Street drinkers outreach",), "recovery_support"),
        (("NSP – pharmacy: injecting equipment and supervised consumption",), "treatment"),
        (("Relapse prevention group",), "recovery_support"),
        (("Drinkline – Worried about your drinking?",), "recovery_support"),
        (("Children affected by parental drinking",), "recovery_support"),
        (("Drop-in", "For children affected by parental drinking"), "recovery_support"),
        (("Chemsex support group", "Crystal meth, GHB"), "recovery_support"),
        (("Thursday group", "For people who use crystal meth."), "recovery_support"),
        (("Thursday group", "GHB"), "community"),
        (("Example Manor", "A residential therapeutic community"), "treatment"),
        (("Talk", "Recovery from dependence"), "community"),
        (("People in recovery from all over the county",), "recovery_support"),
        (("Example Trust", "People in recovery from across the county meet."), "recovery_support"),
        (("Group for parents", "Parents who drink, and children with foetal alcohol syndrome: alcohol support"), None),
        (("Stop smoking and cocaine",), None),
        (("Hostel", "Guests must not use drugs. Help for people with alcohol problems."), "recovery_support"),
        (("Alcohol support after a heart attack",), None),
        (("Heart support", "Rehab", "Alcohol"), None),
        (("Example Surgery", "A needle exchange"), "treatment"),
        (("Example", "Recovery from alcohol harm"), "recovery_support"),
        (("Example", "Drugs and alcohol: free counselling; alcohol addiction help"), "recovery_support"),
        (("Recovery group", "From home"), "recovery_support"),
    ],
)
def test_other_words_that_count(words, kind):
    judgement = judge(words)
    assert judgement.take, judgement.why
    assert kind is None or judgement.asset_type == kind


@pytest.mark.parametrize(
    "words",
    [
        ("Stop smoking", "Nicotine is a powerful addiction."),
        ("Quit", "Beat nicotine addiction"),
        ("Example Hostel", "Residents must not use drugs or alcohol."),
        ("Example Hostel", "You are not allowed to bring any alcohol."),
        ("Example Hotel bar", "Alcohol served."),
        ("Example Hall", "Alcohol is sold at events. We serve alcohol and alcoholic drinks."),
        ("Nurse training", "Drug administration and medication"),
        ("Detox for dogs",),
        ("Upholstery", "Recovering chairs and sofas"),
        ("Furniture", "Re-covering old chairs, recovering dining chairs"),
        ("Sports massage", "For muscle recovery"),
        ("Mums and babies", "For mothers recovering from birth"),
        ("Talking group", "Recovery from depression and anxiety"),
        ("Heart support", "Rehab classes, with diet and alcohol advice too"),
        ("Foetal Alcohol Spectrum Disorder network",),
        ("Fetal alcohol syndrome", "Families"),
        ("Example A&E", "Not for drug-seeking."),
        ("Example Clinic", "Medical cannabis prescription"),
        ("Example Ltd", "Drugs testing for employers, drug and alcohol tests"),
        ("Relapse prevention", "For people with psychosis"),
        ("Example residential therapeutic community", "For people with a personality disorder"),
        ("Example Night Shelter", "No drug use on site; you can't bring alcohol"),
        ("Physio", "Recovery after exercise"),
        ("Water", "Testing your drinking water"),
        ("Scleroderma group", "With a drink of tea"),
    ],
)
def test_other_false_friends(words):
    judgement = judge(words)
    assert not judgement.take, judgement.why


def test_a_name_of_an_illness_weighs_more_than_a_word_by_the_way():
    judgement = judge(("Heart support", "Alcohol advice too"))
    assert judgement.why == ('has the word "alcohol" in its description only, and its name speaks of "heart support"')


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("Example Drug and Alcohol Hub",), "treatment"),
        (("Example Project", "Keyworkers for drugs"), "treatment"),
        (("Example Project", "Help with drugs, by prescribing and keywork"), "treatment"),
        (("Example Project", "Help with drugs, and social prescribing"), "recovery_support"),
        (("Example Project", "Alcohol and mental health: dual diagnosis"), "treatment"),
        (("Change Grow Live Example", "Alcohol"), "treatment"),
        (("Example Town", "Help with alcohol", "Drugs", "Turning Point"), "treatment"),
        (("Example Town", "Help with alcohol", "Drugs", "Via"), "treatment"),
        (("Example Town", "Help with alcohol", "Book via our page"), "recovery_support"),
        (("Example Town", "Help with alcohol: a turning point in life"), "recovery_support"),
        (("Waythrough – family support", "Families of people who drink; alcohol"), "recovery_support"),
        (("Example Residential Rehab",), "treatment"),
        # The name decides first.
        (("Example Café", "AA meetings are held here."), "community"),
        (("Recovery café", "SMART Recovery on Mondays; needle exchange next door"), "recovery_support"),
        (("Monday evening meeting", "Of Narcotics Anonymous"), "mutual_aid"),
        (("Monday evening", "All are welcome.", "Narcotics Anonymous"), "mutual_aid"),
        (("Alcoholics Anonymous", "Ask your keyworker of the drug and alcohol service."), "mutual_aid"),
        (("Example Drug and Alcohol Service", "With a peer-led group"), "treatment"),
        # Of what others do.
        (("Evening group", "For people in recovery. We refer to detox or rehab."), "recovery_support"),
        (("Aftercare", "For people who completed alcohol treatment"), "recovery_support"),
        (("Allotment", "For people in drug treatment"), "recovery_support"),
        # A word by the way says that people in recovery may go there, as anybody may.
        (("Example Church", "Open to all. Films on drugs."), "community"),
        (("Example Church", "Open to all.", "Drugs"), "recovery_support"),
        # Of a home the address is kept back, whoever leads it.
        (("Peer-led project", "A recovery house for six men"), "recovery_housing"),
    ],
)
def test_types(words, kind):
    judgement = judge(words)
    assert (judgement.take, judgement.asset_type) == (True, kind)
    assert "LERO" not in judgement.why


@pytest.mark.parametrize(
    "words",
    [
        ("Example Lived Experience Recovery Organisation",),
        ("Example LERO",),
        ("Example Project", "A LERO for the county"),
        ("Example Project", "A peer-led project about alcohol"),
        ("Example Project", "Run by people in recovery"),
    ],
)
def test_what_peers_lead_may_be_a_lero_and_is_never_said_to_be_one(words):
    judgement = judge(words)
    assert (judgement.take, judgement.asset_type) == (True, "lived_experience_initiative")
    assert judgement.why.endswith("; may be a LERO: ask them")


def test_only_the_beginning_of_a_text_is_looked_at():
    assert judge(["x", " " * 4_900 + "alcohol"]).take
    assert not judge(["x", " " * 5_000 + "alcohol"]).take


SCRAPS = st.sampled_from(
    ["recovery", "stroke", "alcohol-free", "drugs", "AA", "meeting", "refuge", "for", "women", "no", "café", "\n", "."]
)


@at_least(60)
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
        ("must not x use drugs ", False),
        ("nicotine a a a a ", False),
        ("recovery from a a a ", False),
        ("people a support a drug refer a ", True),
    ],
)
def test_long_texts_are_read_in_one_pass(scrap, take):
    # Hours, if each word looked through all that follow.
    assert judge(["x", scrap * 20_000]).take is take
