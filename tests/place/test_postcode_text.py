"""Postcodes as text: every legal shape is read, slips are read only where they are slips, and nothing crashes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import PostcodeMalformed
from rosc_map.place.postcodes.text import near_misses, normalise, outward, readings, standard_form, without_punctuation

OUTWARD = r"[A-Z][0-9]|[A-Z][0-9]{2}|[A-Z]{2}[0-9]|[A-Z]{2}[0-9]{2}|[A-Z][0-9][A-Z]|[A-Z]{2}[0-9][A-Z]|GIR|NPT"
SHAPE = re.compile(rf"({OUTWARD}) [0-9][A-Z]{{2}}")
NEARLY = st.text("TSBNPGIR0O1I29AZ \t\n.-'’‐\u00a0\u200bＴ１ſé", max_size=12)


@pytest.mark.parametrize("shape", ["M1", "M60", "CR2", "DN55", "W1A", "EC1A", "GIR", "NPT"])
def test_every_legal_shape(shape):
    assert normalise(f"{shape}1aa") == f"{shape} 1AA"
    assert outward(normalise(f" {shape.lower()} 1 aa ")) == shape
    assert readings(f"{shape} 1AA") == (f"{shape} 1AA",)


@pytest.mark.parametrize(
    "text", ["", "TS", "2PA", "TS1 2P", "TS1 2PAA", "1S1 2PA", "TSS 2PA", "TS111 2PA", "TS1 22A", "AAA1 1AA", "GIN 0AA"]
)
def test_other_shapes_are_refused(text):
    with pytest.raises(PostcodeMalformed, match="does not look like a UK postcode. A postcode is written like TS1 2PA"):
        normalise(text)


@pytest.mark.parametrize("text", ["TS1", "w1a ", "GIR"])
def test_a_district_alone_is_told_that_it_is_one(text):
    with pytest.raises(PostcodeMalformed, match="only a postcode district. Give the whole postcode"):
        normalise(text)


def test_a_long_text_is_not_repeated_whole():
    with pytest.raises(PostcodeMalformed) as refused:
        normalise("x" * 100_000)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    "text",
    [
        "TS1 2PA.",
        "ts1-2pa",
        "'TS1 2PA'",
        "TS1\u00a02PA",
        "ＴＳ１ ２ＰＡ",
        "\ufeffTS1 2PA",
        "TS1\n2PA",
        "(TS1 2PA),",
        "TS1—2PA",
    ],
)
def test_punctuation_and_foreign_spaces_are_no_part_of_a_postcode(text):
    assert (standard_form(text), readings(text)) == ("TS1 2PA", ("TS1 2PA",))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("TSI 2PA", {"TS1 2PA"}),
        ("S014 2AB", {"SO14 2AB"}),
        ("TS1 OPA", {"TS1 0PA"}),
        ("TS1 20I", {"TS1 2OI"}),
        ("0X1 1AA", {"OX1 1AA"}),
        ("SOI 2AB", {"S01 2AB", "SO1 2AB", "S0I 2AB"}),
        ("SO1 OAA", {"SO1 0AA", "S01 0AA", "S0I 0AA"}),
        # Of a legal shape as they stand, though no such district may exist: never changed.
        ("S01 4AB", {"S01 4AB"}),
        ("N1O 1AA", {"N1O 1AA"}),
        # A ? or * stands for something that was left out.
        ("TS? 2PA", set()),
        ("TS*1 2PA", set()),
        ("T51 2PA5", set()),
    ],
)
def test_the_slips_that_can_be_read(text, read):
    assert set(readings(text)) == read


@pytest.mark.parametrize(
    "slip",
    ["TS1 2AP", "TS1 2P", "TS 2PA", "TS1 2PAA", "TS11 2PA", "TS1 2PB", "ST1 2PA", "T51 2PA", "TS1 P2A", "TS1  ZPA"],
)
def test_one_slip_away(slip):
    found = near_misses(slip)
    assert "TS1 2PA" in found
    assert len(found) == len(set(found)) < 700


def test_the_likeliest_slips_come_first():
    assert near_misses("TS1 2AP")[:1] == ("TS1 2PA",)
    assert near_misses("T51 2PA").index("TS1 2PA") < near_misses("T51 2PA").index("TT1 2PA")
    assert near_misses("TS1 2PAA").index("TS1 2PA") < near_misses("TS1 2PAA").index("TS1 2AA")


@pytest.mark.parametrize("text", ["", "A", "TS1", "x" * 1_000_000, "TS1 2PA, Middlesbrough"])
def test_nothing_is_near_to_what_is_far_too_short_or_long(text):
    assert near_misses(text) == ()


@at_least(60)
@given(st.text() | NEARLY)
def test_no_text_crashes_and_all_that_is_read_is_a_postcode(text):
    for code in (*readings(text), *near_misses(text)):
        assert SHAPE.fullmatch(code)
    try:
        standard = normalise(text)
    except PostcodeMalformed as refused:
        assert str(refused)
        assert standard_form(text) == ""
    else:
        assert readings(text) == (standard,) == readings(standard)
        assert normalise(standard.lower().replace(" ", "")) == standard


@given(st.lists(st.text() | NEARLY))
def test_many_without_punctuation_are_what_each_of_them_is(texts):
    for text, bare in zip(texts, without_punctuation(texts), strict=True):
        if text.isascii() and "\n" not in text:
            assert standard_form(bare) == standard_form(text)
            assert not standard_form(text) or bare == standard_form(text).replace(" ", "")
        else:
            assert bare == ""


@given(NEARLY)
def test_a_reading_changes_nothing_but_o_and_i(text):
    def alike(code):
        return code.replace("O", "0").replace("I", "1").replace(" ", "")

    assert len({alike(code) for code in readings(text)}) <= 1
