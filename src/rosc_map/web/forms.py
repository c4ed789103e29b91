"""Forms made from the one schema: a question a field, what was typed, and what is wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from rosc_map.errors import RowProblem
from rosc_map.exchange.questions import WHO, asked_when, plain_hint
from rosc_map.records import FieldSpec, Kind, Record, codelist, format_cell
from rosc_map.web.csrf import FIELD

__all__ = ["Choice", "Form", "FormValues", "Question", "errors_by_field", "questions", "remarks"]


class FormValues:
    """What a form sent; files are not among it."""

    def __init__(self, data: FormData) -> None:
        self._data = data

    def one(self, name: str) -> str:
        """Return one value, without the blanks around it; "" when there is none."""
        value = self._data.get(name, "")
        return "" if isinstance(value, UploadFile) else value.strip()

    def many(self, name: str) -> tuple[str, ...]:
        """Return all values of a name, such as ticked boxes."""
        return tuple(value for value in self._data.getlist(name) if isinstance(value, str) and value.strip())

    def names(self) -> tuple[str, ...]:
        """Return the names that were sent."""
        return tuple(name for name in dict.fromkeys(self._data.keys()) if name != FIELD)

    def of(self, record: type[Record], fields: Iterable[str]) -> dict[str, Any]:
        """Return what was typed into fields of a record, as ``read_row`` takes it."""
        specs = record.specs()
        return {name: self.many(name) if specs[name].kind is Kind.CHOICES else self.one(name) for name in fields}


async def _form(request: Request) -> FormValues:
    return FormValues(await request.form())


Form = Annotated[FormValues, Depends(_form)]


@dataclass(frozen=True)
class Choice:
    """One answer to choose: its ``code``, its ``label``, what it means, and whether it is chosen."""

    code: str
    label: str
    definition: str
    chosen: bool


@dataclass(frozen=True)
class Question:
    """One question of a form.

    Attributes
    ----------
    name, label, hint, required
        As the schema declares them.
    control
        How it is asked: ``text``, ``long``, ``date``, ``yes_no``, ``one`` (radio buttons) or ``several`` (tick boxes).
    value
        What was typed, as text.
    choices
        The answers to choose from, where there are such.
    error
        What is wrong with what was typed, or "".
    who_sees
        Who may see the answer, in words.
    only_when
        The field and the answer after which it is asked, or None.
    kind
        Of a text, what a phone's keyboard is for: ``text``, ``email``, ``tel``, ``url`` or ``number``.
    """

    name: str
    label: str
    hint: str
    control: str
    value: str = ""
    choices: tuple[Choice, ...] = ()
    error: str = ""
    required: bool = False
    who_sees: str = ""
    only_when: tuple[str, str] | None = None
    kind: str = "text"


_CONTROLS = {
    Kind.LONG_TEXT: "long",
    Kind.CHOICE: "one",
    Kind.CHOICES: "several",
    Kind.DATE: "date",
    Kind.YES_NO: "yes_no",
}
_LONGEST_TYPED = 40
_KEYBOARDS = {"email": "email", "phone": "tel", "website": "url", "source_url": "url"}


def questions(
    record: type[Record], fields: Sequence[str], values: Mapping[str, Any], errors: Mapping[str, str] | None = None
) -> list[Question]:
    """Return the questions of some fields.

    Parameters
    ----------
    record
        Whose fields they are.
    fields
        Their names, in order.
    values
        What was typed, or what is recorded, by field.
    errors
        What is wrong, by field.
    """
    specs = record.specs()
    return [_question(record, name, specs[name], values.get(name), (errors or {}).get(name, "")) for name in fields]


def _question(record: type[Record], name: str, spec: FieldSpec, value: Any, error: str) -> Question:
    typed = value if isinstance(value, str) else format_cell(spec, value)
    chosen = {part.strip() for part in typed.split(";")} if spec.kind is Kind.CHOICES else {typed}
    listed = codelist(spec.codelist).values() if spec.codelist else ()
    return Question(
        name=name,
        label=spec.label,
        hint=plain_hint(name, spec),
        control=_CONTROLS.get(spec.kind, "text"),
        value=typed,
        choices=tuple(Choice(entry.code, entry.label, entry.definition, entry.code in chosen) for entry in listed),
        error=error,
        required=spec.required,
        who_sees=WHO[spec.audience],
        only_when=asked_when(record, name),
        kind="number" if spec.kind is Kind.NUMBER else _KEYBOARDS.get(name, "text"),
    )


def remarks(problems: Iterable[RowProblem]) -> list[str]:
    """Return what to look at, a sentence each; nothing was refused for it."""
    return [f"{each.value} {each.why} {each.what_to_do}".strip() for each in problems]


def errors_by_field(problems: Iterable[RowProblem]) -> dict[str, str]:
    """Return what is wrong by field, in a sentence each; the first of a field."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(problem.column, f"{_typed(problem.value)} {problem.why} {problem.what_to_do}")
    return found


def _typed(value: str) -> str:
    """Return what was typed as a sentence begins with it: in quotes, and no more than makes clear what is meant."""
    if not value or value.startswith("("):
        return "This"
    return f"“{value if len(value) <= _LONGEST_TYPED else value[: _LONGEST_TYPED - 1].rstrip() + '…'}”"
