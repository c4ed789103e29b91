"""The form for a phone: an XLSForm, which KoboToolbox, ODK Collect and any other OpenRosa program take.

Names of questions are the names of the fields, so that what comes back is read by name. No location, time, device or
user is recorded behind the back of whoever fills it in. Reference: the XLSForm specification, https://xlsform.org.
"""

import hashlib
import io
import json

from openpyxl import Workbook

from rosc_map.exchange.cells import safe_cell
from rosc_map.exchange.questions import FILLED_IN, asked_when, groups, is_past_day, plain_hint
from rosc_map.records import DEFAULT_PRECISION, ROLE_WORDS, FieldSpec, Kind, Record, codelist

__all__ = ["xlsform"]

_SURVEY = (
    "type",
    "name",
    "label",
    "hint",
    "required",
    "required_message",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "default",
    "appearance",
)
Row = dict[str, str]

_START = (
    "Write no names of people, and nothing about anybody's health. Take no photos. "
    "An organisation's own name, telephone number and e-mail address are fine."
)
_POSTCODE = "^ *[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2} *$"
_YES_NO = "yes_no"
_POINT = ("latitude", "longitude")  # of the geopoint, in the order in which it has them
# A precision that shows no point: whoever is not sure leaves it, and nothing is given away.
_SAFE_PRECISION = "local_authority"
# Here the words of the codes alone do not say what is given away.
_EXPLAINED = ("location_precision", "listing")


def xlsform(record: type[Record]) -> bytes:
    """Return the XLSForm of a record, as the bytes of an ``.xlsx`` file with survey, choices and settings.

    Each group of questions is one screen. The version is a fingerprint of the questions and choices, so that it changes
    with them and with nothing else. Hidden places are never asked for: neither a point nor an address.
    """
    survey = _survey(record)
    choices = _choices(record)
    fingerprint = hashlib.sha256(json.dumps([survey, choices]).encode()).hexdigest()
    settings = {
        "form_title": f"rosc-map: {record.noun}",
        "form_id": f"rosc_map_{record.noun.replace(' ', '_')}",
        "version": fingerprint[:12],
        "instance_name": _instance_name(record),
        "style": "pages",
    }
    book = Workbook()
    book.remove(book.worksheets[0])
    _sheet(book, "survey", _SURVEY, survey)
    _sheet(book, "choices", ("list_name", "name", "label"), choices)
    _sheet(book, "settings", tuple(settings), [settings])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: Workbook, name: str, columns: tuple[str, ...], rows: list[Row]) -> None:
    sheet = book.create_sheet(name)
    sheet.append(columns)
    for row in rows:
        sheet.append([safe_cell(row.get(column)) for column in columns])


def _survey(record: type[Record]) -> list[Row]:
    specs = record.specs()
    rows: list[Row] = [{"type": "note", "name": "before_you_start", "label": _START}]
    # Without once() the id would be another each time that the form is opened again.
    rows += [{"type": "calculate", "name": name, "calculation": "once(uuid())"} for name in FILLED_IN if name in specs]
    for group in groups(record):
        # The name of a group must not be that of a field, or what refers to the field would mean two.
        rows.append(
            {"type": "begin_group", "name": f"page_{group.name}", "label": group.heading, "appearance": "field-list"}
        )
        for name in group.fields:
            rows += _place_rows(record, name) if name in _POINT and set(_POINT) <= set(specs) else [_row(record, name)]
        rows.append({"type": "end_group"})
    return rows


def _row(record: type[Record], name: str) -> Row:
    spec = record.specs()[name]
    constraint, message = _constraint(name, spec)
    row = {
        "type": _type(spec),
        "name": name,
        "label": spec.label,
        "hint": _hint(name, spec),
        "relevant": _relevant(record, name),
        "constraint": constraint,
        "constraint_message": message,
        "default": _SAFE_PRECISION if name == "location_precision" else "",
        "appearance": "multiline" if spec.kind is Kind.LONG_TEXT else "",
    }
    if spec.required:
        row |= {"required": "yes", "required_message": f"{spec.label} is missing. {spec.hint}".strip()}
    return row


def _hint(name: str, spec: FieldSpec) -> str:
    """Return the hint, and for what is typed by a rule the rule; the rest a phone shows by itself."""
    words = [plain_hint(name, spec)]
    if spec.kind is Kind.LIST:
        words.append("More than one: put ; between.")
    if spec.example and spec.kind in (Kind.LIST, Kind.SESSIONS, Kind.PLACE, Kind.TEXT):
        words.append(f"For example: {spec.example}")
    return " ".join(word for word in words if word)


def _type(spec: FieldSpec) -> str:
    types = {
        Kind.CHOICE: f"select_one {spec.codelist}",
        Kind.CHOICES: f"select_multiple {spec.codelist}",
        Kind.YES_NO: f"select_one {_YES_NO}",
        Kind.NUMBER: "decimal",
        Kind.DATE: "date",
    }
    return types.get(spec.kind, "text")


def _place_rows(record: type[Record], name: str) -> list[Row]:
    """Return the question for a point, which is optional, and latitude and longitude worked out from it."""
    part = f"if(${{geopoint}} = '', '', selected-at(${{geopoint}}, {_POINT.index(name)}))"
    calculated = {"type": "calculate", "name": name, "calculation": part}
    if name != _POINT[0]:
        return [calculated]
    point = {
        "type": "geopoint",
        "name": "geopoint",
        "label": "Point on the map",
        "hint": "Only if there is no postcode, and never at anybody's home. You may leave it empty.",
        "relevant": _relevant(record, name),
        "appearance": "placement-map",
    }
    return [point, calculated]


def _relevant(record: type[Record], name: str) -> str:
    """Return when a question is asked: after a certain answer, and where its answer may be kept at all."""
    specs = record.specs()
    condition = asked_when(record, name)
    parts = [f"${{{condition[0]}}} = '{condition[1]}'"] if condition else []
    if "location_precision" in specs and name in ("address", *_POINT):
        parts.append("${location_precision} != 'hidden'")
    if "location_precision" in specs and name in ("address", "location_precision", *_POINT):
        hidden = [kind for kind, precision in DEFAULT_PRECISION.items() if precision == "hidden"]
        parts += [f"${{asset_type}} != '{kind}'" for kind in hidden]
    return " and ".join(parts)


def _constraint(name: str, spec: FieldSpec) -> tuple[str, str]:
    """Return the condition of an answer, and what is said when it is not met."""
    if spec.kind is Kind.PLACE:
        return f"regex(., '{_POSTCODE}')", "This is not a whole postcode. It looks like TS1 2PA."
    if is_past_day(name, spec):
        return ". <= today()", "This day has not come yet."
    if spec.kind is Kind.NUMBER:
        return _bounds(spec)
    if spec.kind in (Kind.CHOICE, Kind.CHOICES, Kind.YES_NO, Kind.DATE):
        return "", ""
    length = f"string-length(.) <= {spec.longest}"
    if name in ("by", "recorded_by"):
        return (
            f"{length} and regex(., '{_role_pattern()}')",
            "Write a volunteer number or a role, for example Volunteer 7 or coordinator. Never write a name.",
        )
    return length, f"This is too long. Keep it to {spec.longest:,} characters."


def _bounds(spec: FieldSpec) -> tuple[str, str]:
    bounds = [(">=", "at least", spec.low), ("<=", "at most", spec.high)]
    # Never 1e+10: XPath knows no such number.
    known = [(sign, words, f"{bound:f}".rstrip("0").rstrip(".")) for sign, words, bound in bounds if bound is not None]
    rule = " and ".join(f". {sign} {bound}" for sign, _, bound in known)
    return rule, f"It must be {' and '.join(f'{words} {bound}' for _, words, bound in known)}." if known else ""


def _role_pattern() -> str:
    # Not every program that shows forms knows "in any case", and some match a part where others match the whole.
    words = "|".join(form for role in ROLE_WORDS for form in (role, role.capitalize(), role.upper()))
    return f"^(({words})([ ,./-]+|$))*([A-Za-z]?[A-Za-z]?-?[0-9][0-9]?[0-9]?[0-9]?)?$"


def _choices(record: type[Record]) -> list[Row]:
    rows = [{"list_name": _YES_NO, "name": code, "label": code.capitalize()} for code in ("yes", "no")]
    used = {spec.kind for spec in record.specs().values()}
    rows = rows if Kind.YES_NO in used else []
    for name in dict.fromkeys(spec.codelist for spec in record.specs().values() if spec.codelist):
        for code in codelist(name).values():
            words = f"{code.label}. {code.definition}" if name in _EXPLAINED else code.label
            rows.append({"list_name": name, "name": code.code, "label": words})
    return rows


def _instance_name(record: type[Record]) -> str:
    """Return how a filled-in form is called in the list of a phone: by its first two answers that have to be given."""
    asked = [name for name in record.specs() if name not in FILLED_IN]
    named = [name for name in asked if record.specs()[name].required][:2] or asked[:1]
    answers = ", ', ', ".join(f"${{{name}}}" for name in named)
    return f"concat({answers})"
