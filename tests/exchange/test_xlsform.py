"""The form for a phone: pyxform converts it without a word, and it asks what it should, when it should."""

import re
import shutil
import subprocess

import pytest
from openpyxl import load_workbook
from pyxform.validators.odk_validate import ODK_VALIDATE_PATH
from pyxform.xls2xform import convert

from rosc_map.exchange import write_template
from rosc_map.exchange.data_dictionary import record_types
from rosc_map.records import ROLE_WORDS, Asset, CellError, Kind, check_who, codelist
from rosc_map.records.fields import field


def sheet(path, name):
    """The rows of a sheet by column, empty cells left out."""
    header, *rows = load_workbook(path)[name].iter_rows(values_only=True)
    return [{key: value for key, value in zip(header, row, strict=True) if value} for row in rows]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return write_template(tmp_path_factory.mktemp("x") / "asset.xlsform.xlsx")


@pytest.fixture(scope="module")
def survey(path):
    return {row["name"]: row for row in sheet(path, "survey") if "name" in row}


@pytest.fixture(scope="module")
def forms(tmp_path_factory):
    """What pyxform makes of the form of each record."""
    folder = tmp_path_factory.mktemp("forms")
    paths = {record: write_template(folder / f"{record.__name__}.xlsform.xlsx", record) for record in record_types()}
    return {record: convert(str(path), validate=False) for record, path in paths.items()}


@pytest.mark.parametrize("record", record_types(), ids=lambda record: record.__name__)
def test_pyxform_converts_it_without_a_warning(forms, record):
    assert forms[record].warnings == []
    asked = set(re.findall(r'<bind nodeset="/data/(?:page_\w+/)?(\w+)"', forms[record].xform))
    assert set(record.specs()) <= asked


def validated(folder, forms):
    """What ODK Validate, which comes with pyxform, says of all of some forms in one run: how often yes, and errors."""
    paths = [folder / f"{number}.xml" for number in range(len(forms))]
    for path, form in zip(paths, forms, strict=True):
        path.write_text(form, "utf-8")
    command = ["java", "-Djava.awt.headless=true", "-jar", ODK_VALIDATE_PATH, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    return done.stdout.count("Xform is valid!"), done.stderr


def test_each_expression_is_one_that_phones_can_work_out(tmp_path, forms):
    if not shutil.which("java"):
        return  # what can be tried without it is tried above
    texts = [form.xform for form in forms.values()]
    assert validated(tmp_path, texts) == (len(texts), "")
    wrong = forms[Asset].xform.replace("once(uuid())", "once(uuid(")
    assert wrong != forms[Asset].xform
    valid, errors = validated(tmp_path, [texts[0], wrong, texts[1]])
    assert (valid, bool(errors)) == (2, True)


def test_every_question_has_the_words_of_the_schema(survey):
    for name, spec in Asset.specs().items():
        row = survey[name]
        if row["type"] == "calculate":
            continue
        assert row["label"] == spec.label
        if name not in ("location_precision", "postcode", "address"):
            assert row["hint"].startswith(spec.hint)
        assert row.get("required") == ("yes" if spec.required else None)
        if spec.required:
            assert row["required_message"].startswith(f"{spec.label} is missing.")


def test_questions_stand_in_groups_of_one_screen_each(path):
    rows = sheet(path, "survey")
    groups = [row for row in rows if row["type"] == "begin_group"]
    assert [row["label"] for row in groups] == [
        "About it",
        "Where it is",
        "Reaching it",
        "May it be listed",
        "Who told us, and who wrote it down",
    ]
    assert {row["appearance"] for row in groups} == {"field-list"}
    assert sum(row["type"] == "end_group" for row in rows) == len(groups)
    assert rows[0]["type"] == "note" and "no names of people" in rows[0]["label"] and "no photos" in rows[0]["label"]


def test_nothing_is_recorded_behind_anybodys_back(path):
    types = {row["type"].split()[0] for row in sheet(path, "survey")}
    assert types <= {
        *("note", "calculate", "begin_group", "end_group", "text", "select_one", "select_multiple", "date", "geopoint"),
    }


def test_kinds_become_questions(survey):
    assert survey["asset_type"]["type"] == "select_one asset_type"
    assert survey["rss_types"]["type"] == "select_multiple rss_type"
    assert survey["commissions_others"]["type"] == "select_one yes_no"
    assert survey["notes"]["appearance"] == "multiline"
    assert survey["id"] == {"type": "calculate", "name": "id", "calculation": "once(uuid())"}
    assert "1st Tue 18:00-19:00" in survey["sessions"]["hint"]
    assert "put ; between" in survey["languages"]["hint"]


def test_what_fits_only_some_is_asked_only_of_them(survey):
    assert survey["lero_type"]["relevant"] == "${asset_type} = 'lero'"
    assert survey["listing_shows"]["relevant"] == "${listing} = 'restricted'"


def test_a_point_is_asked_only_where_it_may_be_kept(survey):
    kept = "${location_precision} != 'hidden' and ${asset_type} != 'domestic_abuse_refuge'"
    assert survey["geopoint"]["relevant"] == f"${{postcode}} = '' and {kept}"
    assert "required" not in survey["geopoint"]
    assert survey["address"]["relevant"] == kept
    assert survey["latitude"]["calculation"] == "if(${geopoint} = '', '', selected-at(${geopoint}, 0))"
    assert survey["longitude"]["calculation"] == "if(${geopoint} = '', '', selected-at(${geopoint}, 1))"


def test_the_precision_is_asked_first_in_plain_words_and_gives_nothing_away(path, survey):
    names = list(survey)
    assert names.index("location_precision") < names.index("postcode")
    assert survey["location_precision"]["default"] == "local_authority"
    assert "local_authority" not in survey["location_precision"]["hint"]
    labels = {row["name"]: row["label"] for row in sheet(path, "choices") if row["list_name"] == "location_precision"}
    assert labels["exact"] == "Exact place. The point and the address may be shown."
    assert "nothing finer than the county" in survey["postcode"]["hint"]


@pytest.mark.parametrize(
    ("postcode", "fits"), [("TS1 2PA", 1), ("sw1a1aa", 1), ("EC1A 1BB ", 1), ("TS1", 0), ("12345", 0), ("TS1 2PAX", 0)]
)
def test_the_postcode_has_to_be_whole(survey, postcode, fits):
    pattern = re.fullmatch(r"regex\(\., '(.*)'\)", survey["postcode"]["constraint"])[1]
    assert bool(re.search(pattern, postcode)) == bool(fits)


def takes_who(survey, text):
    """Whether the form takes a text as recorded_by, read as the programs for phones read the patterns."""
    (pattern,) = re.findall(r"regex\(\., '([^']*)'\)", survey["recorded_by"]["constraint"])
    return bool(re.search(pattern, text))


@pytest.mark.parametrize(
    "name", ["Jane", "jane smith", "Jane Smith", "Leadbetter", "Mr Webb", "jane, coordinator", "jane7", "07700 900123"]
)
def test_recorded_by_refuses_a_name_as_the_program_does(survey, name):
    with pytest.raises(CellError, match="may be the name of a person"):
        check_who(name)
    assert not takes_who(survey, name)


def test_recorded_by_takes_every_role_that_the_program_takes(survey):
    forms = (*ROLE_WORDS, *(word.capitalize() for word in ROLE_WORDS), *(f"{word} 7" for word in ROLE_WORDS))
    for role in ("Volunteer 7", "V12", "Vol. 7", "Peer lead", "Recovery co-ordinator, housing team", *forms):
        assert check_who(role) == role
        assert takes_who(survey, role), role


def test_a_day_that_was_cannot_lie_ahead_but_an_end_can(tmp_path, survey):
    assert survey["recorded_on"]["constraint"] == ". <= today()"
    free = set()
    for record in record_types():
        path = write_template(tmp_path / f"{record.__name__}.xlsform.xlsx", record)
        days = [row for row in sheet(path, "survey") if row["type"] == "date"]
        free |= {(record.__name__, row["name"]) for row in days if "constraint" not in row}
    assert free == {("Funding", "start"), ("Funding", "end"), ("Offer", "until"), ("Action", "by")}


def test_the_version_changes_with_the_schema_and_with_nothing_else(tmp_path, path):
    class Longer(Asset):
        volunteers: float | None = field(Kind.NUMBER, "Volunteers", "How many?", low=0, high=1e10)

    (settings,) = sheet(path, "settings")
    (again,) = sheet(write_template(tmp_path / "again.xlsform.xlsx"), "settings")
    (longer,) = sheet(write_template(tmp_path / "longer.xlsform.xlsx", Longer), "settings")
    assert settings == again
    assert (settings["form_id"], longer["form_id"]) == ("rosc_map_asset", "rosc_map_asset")
    assert settings["version"] != longer["version"]
    rows = {row["name"]: row for row in sheet(tmp_path / "longer.xlsform.xlsx", "survey") if "name" in row}
    assert rows["volunteers"]["constraint"] == ". >= 0 and . <= 10000000000", "XPath knows no 1e+10"


def test_a_filled_in_form_is_named_by_what_has_to_be_answered(path):
    (settings,) = sheet(path, "settings")
    assert settings["instance_name"] == "concat(${name}, ', ', ${asset_type})"


def test_the_choices_are_the_codelists(path):
    found = {}
    for row in sheet(path, "choices"):
        found.setdefault(row["list_name"], []).append(row["name"])
    assert found.pop("yes_no") == ["yes", "no"]
    assert found == {spec.codelist: list(codelist(spec.codelist)) for spec in Asset.specs().values() if spec.codelist}
