"""The data dictionary: every record, field and codelist as one page of Markdown, made from their declarations.

``python -m rosc_map.exchange.data_dictionary > docs/data-dictionary.md`` makes the page of the documentation.
"""

import sys
from collections.abc import Iterable, Sequence

from rosc_map.exchange.questions import FILLED_IN, WHO
from rosc_map.records import FieldSpec, Kind, Record, codelist, codelist_names

__all__ = ["data_dictionary", "record_types"]

_INTRODUCTION = """# Data dictionary

Everything that rosc-map records, field by field. This page is made by the program from the declarations of the records,
and so are the templates, the forms, the checks and the messages. Do not edit it; make it again:

```sh
python -m rosc_map.exchange.data_dictionary > docs/data-dictionary.md
```

A column of a table may be named by the field or by its label, in any case. An empty cell means "not known". Who may see
a field is the widest it ever goes: how exactly a place may be shown, and whether an asset agreed to be listed, can keep
back more. Where a field has a codelist, write the code or its label.
"""
_KINDS = {
    Kind.TEXT: "text",
    Kind.LONG_TEXT: "long text",
    Kind.LIST: "list, with `;` between",
    Kind.CHOICE: "one code",
    Kind.CHOICES: "one or more codes, with `;` between",
    Kind.NUMBER: "number",
    Kind.DATE: "date, year-month-day",
    Kind.YES_NO: "yes or no",
    Kind.PLACE: "postcode",
    Kind.SESSIONS: "days and times, with `;` between",
}


def record_types() -> tuple[type[Record], ...]:
    """Return the kinds of record of this program, in the order in which they are defined."""
    # Python keeps subclasses in the order of their making; those of other programs and tests are not ours to describe.
    return tuple(found for found in Record.__subclasses__() if found.__module__.startswith("rosc_map."))


def data_dictionary(records: Sequence[type[Record]] | None = None) -> str:
    """Return the data dictionary in Markdown.

    Parameters
    ----------
    records
        The kinds of record to describe; all of this program's when left out.
    """
    parts = [_INTRODUCTION, "## Records\n"]
    parts += [_record(record) for record in (record_types() if records is None else records)]
    parts.append("## Codelists\n")
    parts += [_codelist(name) for name in codelist_names()]
    return "\n".join(parts)


def _record(record: type[Record]) -> str:
    # The first paragraph of what the code says of itself: a sentence for people.
    about = (record.__doc__ or "").strip().split("\n\n")[0]
    rows = [_field(name, spec) for name, spec in record.specs().items()]
    header = ("Field", "Label", "Kind", "Required", "Who may see it", "Hint", "Example", "Codelist")
    return f"### {record.noun.capitalize()}\n\n{' '.join(about.split())}\n\n{_table(header, rows)}"


def _field(name: str, spec: FieldSpec) -> tuple[str, ...]:
    kind = _KINDS[spec.kind]
    if spec.low is not None:
        kind += f", at least {_number(spec.low)}"
    if spec.high is not None:
        kind += f", at most {_number(spec.high)}"
    return (
        f"`{name}`",
        _cell(spec.label),
        kind,
        "yes" if spec.required else "",
        WHO[spec.audience].lower(),
        _cell(spec.hint),
        # What the program fills in is not to be copied from an example.
        _cell(spec.example) if name not in FILLED_IN else "",
        f"[{spec.codelist}](#{spec.codelist})" if spec.codelist else "",
    )


def _codelist(name: str) -> str:
    rows = [
        (f"`{code.code}`", _cell(code.label), _cell(code.definition), _cell(code.source))
        for code in codelist(name).values()
    ]
    return f"### {name}\n\n{_table(('Code', 'Label', 'Definition', 'Source'), rows)}"


def _number(bound: float) -> str:
    return f"{bound:,.0f}" if float(bound).is_integer() else f"{bound:g}"


def _cell(text: str) -> str:
    """Return a text as a cell of a Markdown table: no mark of it is taken for one of the table, or for HTML."""
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")
    return f"`{plain}`" if "://" in plain and " " not in plain else plain


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    # In bytes: the page is UTF-8 on every machine, whatever its screen can show.
    sys.stdout.buffer.write(data_dictionary().encode())
