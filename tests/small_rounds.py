"""Small services and filled-in sheets for the tests of a linkage test as people meet it."""

import csv

import pandas as pd

import rosc_map

PHONE = "01632 9600{:02d}"


def services(count, **every):
    """Rows of so many services, each of its own organisation and with its own number."""
    return [
        {
            "id": f"s{n:02d}",
            "name": f"Example Place {n:02d}",
            "organisation": f"Example Group {n:02d}",
            "asset_type": "lero",
            "postcode": "TS1 2PA",
            "phone": PHONE.format(n),
            "listing": "agreed",
            "verified_on": "2026-01-10",
            **every,
        }
        for n in range(count)
    ]


def with_round(target, drawn_on):
    """Put eight services and a round of six calls, two questions each, into an empty partnership."""
    file = target.with_suffix(".csv")
    rows = services(8)
    with file.open("w", newline="", encoding="utf-8") as text:
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    partnership = rosc_map.open(target, today=drawn_on)
    partnership.import_(file)
    partnership.draw(sources=6, targets=2, seed=3, reserves=1)


def name(identifier):
    """The name of a service of :func:`services`."""
    return f"Example Place {identifier[1:]}"


def pairs(drawn):
    """The first questions of a drawn round, as rows of a sheet."""
    return drawn.to_json()["pairs"]


def levels(questions, level, **more):
    """The same level for each of some questions."""
    return [{**question, "level": level, **more} for question in questions]


def on_day(partnership, today, who=""):
    """The same partnership, opened on another day."""
    return rosc_map.open(partnership.path, today=today, who=who)


def stored(partnership, *, without=()):
    """Answers and contacts as they are stored, in an order that does not depend on when they were recorded."""
    snapshot = partnership.snapshot()
    tables = []
    for table in (snapshot.answers, snapshot.contacts):
        kept = table.drop(columns=[column for column in without if column in table])
        tables.append(sorted(map(repr, kept.astype(object).where(kept.notna(), None).to_dict("records"))))
    return tables


def text_of(files):
    """All that is written in some files that hold text."""
    return "\n".join(file.read_text("utf-8") for file in files if file.suffix in (".html", ".csv", ".txt", ".json"))


def first_reserve(partnership, round_name="R1"):
    """The first reserve contact of a round."""
    questions = partnership.snapshot().questions.query(f"round == {round_name!r}")
    order = pd.to_numeric(questions["source_reserve"])
    return str(questions.loc[order == 1, "source"].iloc[0])
