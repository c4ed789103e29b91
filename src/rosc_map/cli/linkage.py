"""The commands of a linkage test up to the answers: plan, draw, sheet, letter, record."""

from pathlib import Path
from typing import Annotated

import typer

from rosc_map.cli import output, results
from rosc_map.cli.words import AsJson, By, File, ReplyTo, RoundName

__all__ = ["linkage"]

linkage = typer.Typer()


@linkage.command()
def plan(
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="The partnership: its services are counted.")] = "",
    frame: Annotated[int, typer.Option(help="How many services can be contacted, without a file.")] = 0,
    sources: Annotated[int | None, typer.Option(help="How many services to contact.")] = None,
    targets: Annotated[int | None, typer.Option(help="About how many others to ask each.")] = None,
    half_width: Annotated[float | None, typer.Option(help="How near the result should be: 10 is ±10 points.")] = None,
    expected: Annotated[float, typer.Option(help="The linkage that you expect, 0 to 1; 0.5 is the widest.")] = 0.5,
    icc: Annotated[float, typer.Option(help="How alike the answers of one service are, 0 to 1.")] = 0.2,
    minutes: Annotated[float, typer.Option(help="Minutes a service, with all tries.")] = 20,
    most_targets: Annotated[int, typer.Option(help="About how many others one call may ask at most.")] = 5,
    out: Annotated[Path | None, typer.Option(help="A page (.html) or its chart (.svg, .png) to write.")] = None,
    json: AsJson = False,
) -> None:
    """How many to contact, before anyone picks up a phone.

    Example: rosc-map linkage plan area.gpkg --half-width 10
    """
    from rosc_map.errors import InputError
    from rosc_map.partnership import PlanSettings, plan_round
    from rosc_map.show import write_plan

    if file and frame:
        raise InputError("Name the partnership file, whose services are counted, or give --frame 60; not both.")
    wanted = PlanSettings(sources, targets, half_width, expected, icc, minutes, most_targets)
    partnership = output.opened(file) if file else None
    made = partnership.plan(wanted) if partnership else plan_round(frame, wanted)
    if out and partnership:
        partnership.write_plan(made, out)
    elif out:
        write_plan(made, out)
    if json:
        output.as_json(made.to_json())
        return
    output.say(made.sentence, made.assumption)
    wide = made.table.pivot_table(index=["sources", "hours"], columns="targets", values="half_width")
    rows = [
        (sources, f"{hours:.0f}", *(f"±{100 * near:.0f}" for near in line))
        for (sources, hours), line in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    headers = ("Services", "Hours", *(f"{targets} each" for targets in wide.columns))
    output.table("How near, in points, by how many are called and about how many others each", headers, rows)
    if out:
        output.say(f"Wrote {out}.")


@linkage.command()
def draw(
    file: File,
    sources: Annotated[int | None, typer.Option(help="How many services to contact.")] = None,
    targets: Annotated[int | None, typer.Option(help="About how many others to ask each.")] = None,
    design: Annotated[str, typer.Option(help="independent (usual), stratified, or balanced (everybody).")] = "",
    by: Annotated[
        list[str] | None, typer.Option(metavar="FIELD", help="Stratified: the field, such as asset_type.")
    ] = None,
    allocation: Annotated[str, typer.Option(help="Stratified: proportional or equal.")] = "",
    seed: Annotated[
        int | None, typer.Option(help="The number that the draw starts from; a random one is kept if left out.")
    ] = None,
    reserves: Annotated[int | None, typer.Option(help="Reserves for closed services; one in five if left out.")] = None,
    panel: Annotated[str, typer.Option(metavar="ROUND", help="Ask the pairs of an earlier round again.")] = "",
    threshold: Annotated[int | None, typer.Option(help="The level from which a pair is linked: 2 is usual.")] = None,
    tries: Annotated[
        int | None, typer.Option(help="Tries, at different times of day, before “No answer”: 3 is usual.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(metavar="ASSET", help="Leave it out, such as a crisis line. May be repeated.")
    ] = None,
    drawn_by: Annotated[str, typer.Option(envvar="ROSC_MAP_BY", help="Who does it: a number or role.")] = "",
    json: AsJson = False,
) -> None:
    """Draw a round at random, and keep it.

    Example: rosc-map linkage draw area.gpkg --sources 20 --targets 5 --seed 2026
    """
    from rosc_map.partnership import DrawSettings
    from rosc_map.records import counted

    if by and len(by) > 1:
        raise typer.BadParameter(f"Groups are of one field: choose from {', '.join(by)}.")
    wanted = DrawSettings(
        sources,
        targets,
        design,
        "".join(by or ()),
        allocation,
        seed,
        reserves,
        panel,
        threshold,
        tries,
        tuple(without or ()),
    )
    drawn = output.opened(file, drawn_by).draw(wanted)
    if json:
        output.as_json(drawn.to_json())
        return
    frame, made = drawn.frame, drawn.draw
    spare = f", {counted(made.reserves, 'reserve')}" if made.reserves else ""
    output.say(
        f"Round {drawn.name}: {made.sources} of {len(frame.contacts)} contacts drawn, "
        f"{counted(len(drawn.questions), 'question')}{spare}, seed {made.seed}.",
        f"Frame {made.frame_sha256[:12]}: {counted(len(frame.ids), 'service')}. "
        "When one comes in or goes out, this changes.",
        *(f"Not in the draw: {count} {why}." for why, count in frame.excluded.items()),
        *frame.notes,
        *made.notes,
        *drawn.remarks,
        f"First tell them, two weeks before: rosc-map linkage letter {file} {drawn.name} letters --reply-to …",
        f"Then: rosc-map linkage sheet {file} {drawn.name} calls.xlsx --volunteers 3",
    )


@linkage.command()
def letter(
    file: File,
    round_name: RoundName,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write into.")],
    reply_to: ReplyTo,
    month: Annotated[str, typer.Option(help="When the calls will be; two weeks from now if left out.")] = "",
    by: By = "",
) -> None:
    """Write the letter that tells of the test, two weeks before.

    Example: rosc-map linkage letter area.gpkg R1 letters --reply-to "01632 960100" --month "May 2027"
    """
    wrote = output.opened(file, by).letter(round_name, folder, reply_to=reply_to, month=month)
    output.say(*(f"Wrote {path}." for path in wrote))
    output.say("Everybody in the frame gets the same letter, so that no letter says who was drawn.")


@linkage.command()
def sheet(
    file: File,
    round_name: RoundName,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A name that ends in .xlsx, .csv, or .html to print.")],
    volunteers: Annotated[int, typer.Option(help="How many sheets the calls are shared out on.")] = 1,
    open_only: Annotated[bool, typer.Option("--open", help="Only what is still open, reserves included.")] = False,
) -> None:
    """Write the call sheets of a round. Internal.

    Example: rosc-map linkage sheet area.gpkg R1 calls.xlsx --volunteers 3
    """
    wrote = output.opened(file).sheet(round_name, out, volunteers=volunteers, open_only=open_only)
    output.say(*(f"Wrote {path}. For the volunteers only: it holds who is asked about whom." for path in wrote))
    if out.suffix.lower() not in (".html", ".htm"):
        back = " ".join(str(path) for path in wrote)
        output.say(f"Filled in, read back: rosc-map linkage record {file} {round_name} {back}")


@linkage.command()
def record(
    file: File,
    round_name: RoundName,
    answers: Annotated[
        list[Path] | None, typer.Argument(metavar="[ANSWERS]…", help="Filled-in sheets (.csv or .xlsx), in any order.")
    ] = None,
    source: Annotated[str, typer.Option(help="Instead of a sheet: who was rung.")] = "",
    target: Annotated[str, typer.Option(help="About whom.")] = "",
    level: Annotated[str, typer.Option(help="What they could say: 0 to 4, or the words of the sheet.")] = "",
    contact: Annotated[str, typer.Option(help="How the call ended, such as refused or closed.")] = "",
    tried: Annotated[list[str] | None, typer.Option("--try", help="Day and time of a try. May be repeated.")] = None,
    on: Annotated[str, typer.Option(help="The day; today if left out.")] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="This holds, instead of what was recorded before: settles a difference.")
    ] = False,
    by: By = "",
) -> None:
    """Record answers, from sheets or one by one: all rows or none.

    Example: rosc-map linkage record area.gpkg R1 calls-1.xlsx calls-2.xlsx
    """
    partnership = output.opened(file, by)
    if bool(answers) == bool(source) or (answers and (target or level or contact or tried or on)):
        raise typer.BadParameter(
            "Name the filled-in sheets, or say who was rung: --source NAME --target NAME --level 3"
        )
    if answers:
        with output.working("Reading the sheets …"):
            done = partnership.record(round_name, answers, replace=replace)
    else:
        row = {"source": source, "target": target, "level": level, "contact": contact, "date": on, "volunteer": by}
        row |= {f"try {number}": when for number, when in enumerate(tried or (), start=1)}
        done = partnership.record_one(round_name, row, replace=replace)
    output.say(
        f"Answers and contacts added: {done.added:,}; changed: {done.changed:,}; left as they were: {done.left:,}; "
        f"rows with nothing written in: {done.passed_over:,}.",
        *done.remarks,
    )
    if done.unknown_columns:
        output.say(f"Columns that were not read: {', '.join(done.unknown_columns)}.")
    for conflict in done.conflicts:
        about = f" about {conflict.target}" if conflict.target else ""
        output.say(f"To settle: {conflict.source}{about}: {' / '.join(conflict.said)}.")
    if done.conflicts:
        output.say("Record the right one, or the sheet that holds, with --replace.")
    if done.standing_in:
        output.say(f"Reserves stand in for services that have closed. Ring: {', '.join(done.standing_in)}.")
    for source, target in done.more_questions:
        output.say(f"One question more for {source}: about {target}.")
    if done.standing_in or done.more_questions:
        output.say(f"Their sheet: rosc-map linkage sheet {file} {round_name} more.xlsx --open")


results.add_to(linkage)
