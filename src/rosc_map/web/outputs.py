"""The pages of the map, the gaps, the network, the report and a round's result, and the files that belong to them."""

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from rosc_map.people import Role
from rosc_map.publish import round_rows, why_not_shown
from rosc_map.records import Audience, codelist, day
from rosc_map.web.output_cache import Made
from rosc_map.web.output_files import OutputFile, Wanted
from rosc_map.web.pages import page
from rosc_map.web.refused import NotThere
from rosc_map.web.visitor import Coordinator, ReadsFigures, SignedIn, Visitor

__all__ = ["AUDIENCES", "MADE_READY", "file_links", "plain_lines", "router", "when", "whom"]

router = APIRouter()

_TIERS = {"": "As suits the area", "upper": "Counties and unitary councils", "local": "Every council"}
AUDIENCES = {
    Audience.PARTNERS: ("The partnership", "the organisations of the partnership"),
    Audience.PUBLIC: ("Everybody", "everybody"),
    Audience.INTERNAL: ("Coordinators only", "coordinators only. Do not pass it on"),
}
"""Of each audience its name, and whom an output for it is made for."""
_WHAT = {
    ".html": "web page",
    ".xlsx": "Excel",
    ".csv": "table (CSV)",
    ".gpkg": "map data for QGIS",
    ".docx": "Word document, to edit",
    ".png": "picture",
    ".zip": "several files in one",
}
_MAIN = {"gaps": "gaps.html", "network": "network.html", "report": "board-paper.html", "round": "result.html"}

MADE_READY = tuple(
    Wanted(kind, audience, ("", "lero"))
    for audience in (Audience.PARTNERS, Audience.INTERNAL)
    for kind in ("map", "gaps")
)
"""What most people open first, as each role sees it: a server makes it before anybody asks."""


ForWhom = Annotated[str, Query(alias="audience")]


@dataclass(frozen=True)
class About:
    """What a page is about: its ``title``, what it ``is``, in a sentence, and the words ``to_open`` it."""

    title: str
    what: str
    to_open: str
    chooses: bool = False


_MAP = About("Map", "What there is, and where. It opens without internet once you have saved it.", "Open the map", True)  # noqa: FBT003
_GAPS = About(
    "Gaps",
    "What is missing, how far it is, and where nobody has looked yet. Not looked is not the same as not there.",
    "Open the map of gaps",
    True,  # noqa: FBT003
)
_NETWORK = About("Referrals", "Who refers to whom, and which introductions would help most.", "Open the page")
_REPORT = About("Report", "The paper for the board: five questions, answered from what is recorded.", "Open the report")


def whom(visitor: Visitor, text: str) -> Audience:
    """Return the audience that was asked for, if it is for this person to choose; the partnership where none was.

    Raises
    ------
    NotThere
        When there is none of that name, or it is not for them.
    """
    if text not in {"", *Audience}:
        raise NotThere
    audience = Audience(text or Audience.PARTNERS)
    if audience is not Audience.PARTNERS and visitor.audience is not Audience.INTERNAL:
        raise NotThere
    return audience


@router.get("/map")
def show_map(
    request: Request,
    visitor: SignedIn,
    audience: ForWhom = "",
    tier: str = "",
    kind: Annotated[str, Query(alias="type")] = "lero",
) -> Response:
    """Show the map."""
    return _output(request, visitor, _MAP, Wanted("map", whom(visitor, audience), _chosen(tier, kind)))


@router.get("/gaps")
def show_gaps(
    request: Request,
    visitor: SignedIn,
    audience: ForWhom = "",
    tier: str = "",
    kind: Annotated[str, Query(alias="type")] = "lero",
) -> Response:
    """Show the gap analysis."""
    return _output(request, visitor, _GAPS, Wanted("gaps", whom(visitor, audience), _chosen(tier, kind)))


@router.get("/network")
def show_network(request: Request, visitor: SignedIn, audience: ForWhom = "") -> Response:
    """Show the referral network."""
    return _output(request, visitor, _NETWORK, Wanted("network", whom(visitor, audience)))


@router.get("/report")
def show_report(request: Request, visitor: ReadsFigures, audience: ForWhom = "") -> Response:
    """Show the board paper."""
    return _output(request, visitor, _REPORT, Wanted("report", whom(visitor, audience)))


@router.get("/rounds/{round_name}/result")
def show_result(request: Request, visitor: ReadsFigures, round_name: str, audience: ForWhom = "") -> Response:
    """Show what a round of the linkage test found, as far as it may be seen yet."""
    asked = whom(visitor, audience)
    snapshot = visitor.partnership.snapshot()
    round_rows(snapshot, round_name)  # an unknown round is told here
    about = About(f"Result of {round_name}", "What this round of the linkage test found.", "Open the result")
    wanted = Wanted("round", asked, (round_name,))
    # Where there is nothing to make yet the page says so at once.
    if told := why_not_shown(snapshot, round_name, asked):
        return page(request, "outputs/output.html", **_context(visitor, about, wanted), why=told)
    return _output(request, visitor, about, wanted)


@router.get("/worklist")
def show_worklist(request: Request, visitor: Coordinator) -> Response:
    """Give the list of what somebody should look at, to fill in on paper or in Excel."""
    about = About("Work list", "What somebody should look at. Filled in, you can read it back under Import.", "")
    return _output(request, visitor, about, Wanted("worklist", Audience.INTERNAL))


@router.get("/outputs/{audience}/{slug}/{name}")
def give_file(visitor: SignedIn, audience: Annotated[str, Path()], slug: str, name: str) -> Response:
    """Give a file that was made: a page of ours to look at, anything else to save."""
    _check_may_have(visitor, slug, audience)
    found = visitor.site.outputs.file(Audience(audience), slug, name)
    if found is None:
        raise NotThere
    file, content = found
    headers = {"Cache-Control": "no-store, private", "X-Content-Type-Options": "nosniff"}
    if file.policy:
        # It has its styles and scripts in itself, and names them by their hashes.
        headers["Content-Security-Policy"] = file.policy
        return Response(content, media_type="text/html", headers=headers)
    headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    known = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Response(content, media_type=known, headers=headers)


@router.get("/open/{audience}/{slug}/{name}")
def open_file(request: Request, visitor: SignedIn, audience: Annotated[str, Path()], slug: str, name: str) -> Response:
    """Show a page that was made under a bar that leads back to the app."""
    _check_may_have(visitor, slug, audience)
    found = visitor.site.outputs.asked(Audience(audience), slug)
    if found is None:
        raise NotThere
    wanted, made = found
    if made is None:  # its page says what becomes of it
        return RedirectResponse(_address(wanted), status_code=303)
    link = next((each for each in file_links(wanted, made) if each["name"] == name and each["opens"]), None)
    if link is None:
        raise NotThere
    return page(
        request,
        "outputs/opened.html",
        title=_TITLES.get(wanted.kind, name),
        back=_address(wanted),
        file=link,
        as_at=when(made, visitor),
    )


_TITLES = {
    "map": _MAP.title,
    "gaps": _GAPS.title,
    "network": _NETWORK.title,
    "report": _REPORT.title,
    "round": "Result of the linkage test",
}


def _address(wanted: Wanted) -> str:
    """Return the address of the page of the app that something hangs on."""
    chosen = {"audience": wanted.audience.value}
    match wanted.kind, wanted.choices:
        case "map" | "gaps", (tier, kind):
            return f"/{wanted.kind}?{urlencode(chosen | {'tier': tier, 'type': kind})}"
        case "round", (name,):
            return f"/rounds/{quote(name, safe='')}/result?{urlencode(chosen)}"
        case _:
            return f"/{wanted.kind}?{urlencode(chosen)}"


def _check_may_have(visitor: Visitor, slug: str, audience: str) -> None:
    """Check that a file may be given to somebody: by their role, whatever page it hangs on.

    Raises
    ------
    NotThere
        When it may not.
    """
    kind = slug.partition("~")[0]
    if visitor.audience is Audience.INTERNAL:
        may = audience in set(Audience)
    elif kind in ("report", "round") and visitor.role is Role.RECORDER:
        may = False
    elif kind == "export":
        may = visitor.role is Role.VIEWER and audience in (Audience.PARTNERS, Audience.PUBLIC)
    else:
        may = audience == Audience.PARTNERS
    if not may:
        raise NotThere


def _chosen(tier: str, kind: str) -> tuple[str, str]:
    if tier not in _TIERS or kind not in codelist("asset_type"):
        raise NotThere
    return tier, kind


def _output(request: Request, visitor: Visitor, about: About, wanted: Wanted) -> Response:
    """Return the page of what is wanted; or one that waits for it."""
    shown = visitor.site.outputs.ask(wanted)
    if shown.made is None and not shown.why:
        return page(request, "outputs/waiting.html", status=202, title=about.title, again=shown.again)
    context = _context(visitor, about, wanted)
    if shown.made is not None:
        links = file_links(wanted, shown.made)
        main = _MAIN.get(wanted.kind, "map.html")
        context |= {
            "as_at": when(shown.made, visitor),
            "main": next((link for link in links if link["name"] == main), None),
            "in_short": shown.made.in_short,
            "files": links,
            "newer": "" if shown.is_newest else "making" if shown.making else "later",
        }
    return page(request, "outputs/output.html", **context, why=shown.why)


def _context(visitor: Visitor, about: About, wanted: Wanted) -> dict[str, Any]:
    tier, kind = wanted.choices if about.chooses else ("", "")
    coordinates = visitor.audience is Audience.INTERNAL and wanted.kind != "worklist"
    return {
        "about": about,
        "for_whom": AUDIENCES[wanted.audience][1],
        "audiences": [(code.value, words[0], code is wanted.audience) for code, words in AUDIENCES.items()]
        if coordinates
        else [],
        "tiers": [(code, label, code == tier) for code, label in _TIERS.items()],
        "types": [(entry.code, entry.label, entry.code == kind) for entry in codelist("asset_type").values()],
        "as_at": "",
        "main": None,
        "in_short": "",
        "files": [],
        "newer": "",
    }


def file_links(wanted: Wanted, made: Made) -> list[dict[str, Any]]:
    """Return the files that were made, each with its address, what it is, and its size in words."""
    of_it = f"{wanted.audience.value}/{quote(wanted.slug, safe='~')}"
    return [
        {
            "name": each.name,
            "path": f"/outputs/{of_it}/{quote(each.name)}",
            "shown_at": f"/open/{of_it}/{quote(each.name)}",
            "what": _what(each),
            "size": _size(each.size),
            "opens": bool(each.policy),
        }
        for each in made.files
    ]


def _what(file: OutputFile) -> str:
    return _WHAT.get(f".{file.name.rpartition('.')[2]}", "file for other programs")


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000)):,} kB"


def when(made: Made, visitor: Visitor) -> str:
    """Return the moment whose records something shows: the time, and the day."""
    same = made.at.date() == visitor.site.today
    return f"{made.at:%H:%M} today" if same else f"{made.at:%H:%M} on {day(made.at.date())}"


def plain_lines(said: str) -> Sequence[str]:
    """Return what a command said, line by line, without the tables that it drew for a terminal."""
    lines = [line.strip() for line in said.splitlines()]
    return [line for line in lines if line and not any("\u2500" <= sign <= "\u257f" for sign in line)]
