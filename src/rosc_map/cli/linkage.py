"""The commands of a linkage test: draw, sheet, record, estimate."""

from pathlib import Path
from typing import Annotated

import typer

from rosc_map.cli import output
from rosc_map.cli.words import AsJson, By, File

__all__ = ["linkage"]

linkage = typer.Typer(
    help="Test by random calls whether the links are real (after Ashford 2018).", no_args_is_help=True
)

RoundName = Annotated[str, typer.Argument(metavar="ROUND", help="The round, for example R1.")]


@linkage.command()
def draw(
    file: File,
    sources: Annotated[int, typer.Option(help="How many services to contact.")],
    targets: Annotated[int, typer.Option(help="About how many others to ask each.")],
    seed: Annotated[
        int | None, typer.Option(help="The number that the draw starts from; a random one is kept if left out.")
    ] = None,
    by: By = "",
    json: AsJson = False,
) -> None:
    """Draw a round at random, and keep it.

    Example: rosc-map linkage draw area.gpkg --sources 20 --targets 5 --seed 2026
    """
    drawn = output.opened(file, by).draw(sources=sources, targets=targets, seed=seed)
    if json:
        output.as_json(drawn.to_json())
        return
    frame = drawn.frame
    output.say(
        f"Round {drawn.name}: {drawn.draw.sources} of {len(frame.contacts)} contacts drawn, "
        f"{len(drawn.draw.pairs)} questions, seed {drawn.draw.seed}.",
        *(f"Not in the draw: {count} {why}." for why, count in frame.excluded.items()),
        *frame.notes,
        *drawn.draw.notes,
        f"Next: rosc-map linkage sheet {file} {drawn.name} calls.xlsx",
    )


@linkage.command()
def sheet(
    file: File,
    round_name: RoundName,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A name that ends in .xlsx or .csv.")],
) -> None:
    """Write the call sheet of a round: whom to ring and what to ask. Internal.

    Example: rosc-map linkage sheet area.gpkg R1 calls.xlsx
    """
    path = output.opened(file).sheet(round_name, out)
    output.say(
        f"Wrote {path}. For the volunteers only: it holds who is asked about whom.",
        f"Filled in, read it back: rosc-map linkage record {file} {round_name} {path}",
    )


@linkage.command()
def record(
    file: File,
    round_name: RoundName,
    answers: Annotated[Path, typer.Argument(metavar="ANSWERS", help="The filled-in sheet (.csv or .xlsx).")],
    by: By = "",
) -> None:
    """Record the answers of a round: all rows or none.

    Example: rosc-map linkage record area.gpkg R1 calls.xlsx
    """
    read = output.opened(file, by).record(round_name, answers)
    output.say(
        f"{read.added} answers and contacts added, {read.changed} changed, {read.left} left as they were; "
        f"{read.passed_over} rows had nothing written in."
    )
    if read.unknown_columns:
        output.say(f"Columns that were not read: {', '.join(read.unknown_columns)}.")


@linkage.command()
def estimate(file: File, round_name: RoundName, json: AsJson = False) -> None:
    """Say what the round found, with its uncertainty. The table by organisation is in --json, for coordinators only.

    Example: rosc-map linkage estimate area.gpkg R1
    """
    with output.working("Working it out …"):
        result = output.opened(file).estimate(round_name)
    if json:
        output.as_json(result.to_json())
        return
    output.say(*result.estimate.sentences)
