"""The commands of a linkage test after the answers: estimate, compare, feedback, reply."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rosc_map.cli import output
from rosc_map.cli.words import AsJson, By, File, ReplyTo, RoundName
from rosc_map.errors import InputError

if TYPE_CHECKING:
    from rosc_map.publish.round_types import PublishedRound

__all__ = ["add_to"]

Threshold = Annotated[
    int | None, typer.Option(help="The level from which a pair is linked; the round's own if left out.")
]


def add_to(linkage: typer.Typer) -> None:
    """Add the commands to those of the linkage test."""
    for command in (estimate, feedback, reply, compare):
        linkage.command()(command)


def estimate(
    file: File,
    round_name: RoundName,
    threshold: Threshold = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write a page and its charts here.")] = None,
    audience: Annotated[str, typer.Option(help="Whom it is for: internal, partners or public.")] = "internal",
    json: AsJson = False,
) -> None:
    """Say what the round found, with its uncertainty.

    The figures by organisation are in --json, for coordinators only.

    Example: rosc-map linkage estimate area.gpkg R1 --out result
    """
    partnership = output.opened(file)
    wrote: list[Path] = []
    with output.working("Working it out …"):
        result = partnership.estimate(round_name, threshold=threshold)
        shown = partnership.publish_estimate(result, audience=audience)
        if json and shown.audience != "internal":
            raise InputError("--json is for coordinators: it has the figures by organisation. Leave out --audience.")
        if out:
            wrote = partnership.write_estimate(result, out, audience=audience)
    if json:
        output.as_json(result.to_json())
        return
    output.say(*shown.sentences, *shown.notes)
    _tables(shown)
    output.say(
        "How: an Ashford-style test; the protocol is rosc-map's own. Two-stage estimate (Cochran), Wilson interval on "
        "the effective sample size. More: the page 'What each figure means' of the documentation.",
        *(f"Wrote {path}." for path in wrote),
    )


def _tables(shown: "PublishedRound") -> None:
    rows = [
        (label, *(_percent(share) for share in shares), of)
        for label, *shares, of in shown.figures.itertuples(index=False)
    ]
    output.table("Figures", ("Figure", "Estimate", "Low (95 %)", "High (95 %)", "Out of"), rows)


def _percent(share: float | None) -> str:
    from rosc_map.records import percent

    return "" if share is None or share != share else percent(share)


def feedback(
    file: File,
    round_name: RoundName,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write into.")],
    reply_to: ReplyTo,
    on: Annotated[str, typer.Option(help="The day on which they are given out; today if left out.")] = "",
    by: By = "",
) -> None:
    """Write each organisation's own page, before others see anything.

    Partners and the public may see the area's figures 14 days later.

    Example: rosc-map linkage feedback area.gpkg R1 pages --reply-to "01632 960100"
    """
    from rosc_map.records import day

    partnership = output.opened(file, by)
    with output.working("Writing the pages …"):
        wrote = partnership.feedback(round_name, folder, reply_to=reply_to, on=output.date(on) if on else None)
    shown = partnership.shown_from(round_name)
    output.say(f"Wrote {len(wrote) - 1} pages, and {wrote[-1]}: which page is for whom. Give each to its own only.")
    if shown:
        output.say(f"They have until {day(shown)} to reply; from that day others may see the area's figures.")


def reply(
    file: File,
    round_name: RoundName,
    asset: Annotated[str, typer.Argument(metavar="ASSET", help="Its name or id.")],
    words: Annotated[str, typer.Argument(metavar="WORDS", help="What they say, in their own words.")],
    on: Annotated[str, typer.Option(help="The day; today if left out.")] = "",
    by: By = "",
) -> None:
    """Keep what an organisation replies to its own result.

    Example: rosc-map linkage reply area.gpkg R1 "Example Recovery Café" "Our number changed in May."
    """
    name = output.opened(file, by).reply(round_name, asset, words, on=output.date(on) if on else None)
    output.say(f"Kept with {name}'s result. Does it name a person? Then record it once more without the name.")


def compare(
    file: File,
    before: Annotated[str, typer.Argument(metavar="ROUND", help="The earlier round.")],
    after: Annotated[str, typer.Argument(metavar="ROUND", help="The later round.")],
    threshold: Threshold = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Also where the two were asked in different ways.")] = False,
    json: AsJson = False,
) -> None:
    """Say whether linkage has changed from one round to another.

    Example: rosc-map linkage compare area.gpkg R1 R2
    """
    found = output.opened(file).compare(before, after, threshold=threshold, anyway=anyway)
    if json:
        output.as_json(found.to_json())
        return
    output.say(*found.sentences, *found.notes)
