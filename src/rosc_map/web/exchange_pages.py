"""The pages of what comes in and goes out: a file is looked at before anything of it is taken; files to save."""

import logging
import tempfile
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from rosc_map.exchange.outside.readers import FORMATS
from rosc_map.partnership import template
from rosc_map.partnership.exports import EXPORTS
from rosc_map.partnership.record_names import RECORDS
from rosc_map.people import Role
from rosc_map.records import Audience
from rosc_map.web.forms import Form
from rosc_map.web.output_files import Wanted
from rosc_map.web.outputs import AUDIENCES, file_links, plain_lines, when
from rosc_map.web.pages import page
from rosc_map.web.refused import NotThere
from rosc_map.web.uploads import ENDINGS, MOST_BYTES, Upload
from rosc_map.web.visitor import Coordinator, SignedIn, Visitor

__all__ = ["router"]

_LOG = logging.getLogger(__name__)
router = APIRouter()

_RECORDS = {
    "assets": "Groups, services and places",
    "referrals": "Who refers to whom",
    "surveys": "Where somebody has looked",
    "funding": "Funding",
    "spend": "Spending by type of support",
    "reviews": "What people think of how things are done (reviews)",
    "seats": "Seats in the partnership",
    "offers": "Support offered or wanted",
    "actions": "You told us, together we did",
    "needs": "Figures of need",
    "lists": "Whose list of referrals is complete",
    "pathways": "Counts of referrals in a period",
}
_LAYOUTS = {"list": "Referrals, one a row", "matrix": "Referrals, as a square of rows and columns"}
_BLANKS = {
    ".html": "on paper",
    ".csv": "table (CSV)",
    ".xlsx": "Excel",
    ".xlsform.xlsx": "form for KoboToolbox or ODK",
}
_FOLDER = "open-referral"
_OPTIONS = ("publisher", "licence", "evidence", "on")
_TAKEN = ", ".join(ENDINGS)
_NO_ROOM = (
    "The file could not be kept. There may be no room left on this site's disk. Try again in a few minutes. If it stays"
    " so, tell whoever looks after this site."
)
_TABLES = (
    ("problems", "Rows that cannot be taken", ("Row", "Column", "What stands there", "Why", "What to do")),
    ("added", "New", ("Row", "Which")),
    ("changes", "Changes", ("Row", "Which", "What", "Before", "After")),
    (
        "warnings",
        "To look at (nothing is refused for this)",
        ("Row", "Column", "What stands there", "Why", "What to do"),
    ),
    ("skipped", "Rows that were passed over", ("Row", "Why")),
    ("left_out", "Left out", ("How many", "Why")),
    ("gone", "Recorded from this list before, and no longer in it: please check", ("Which", "Why")),
)


@router.get("/import")
def show_import(request: Request, visitor: Coordinator) -> Response:  # noqa: ARG001 - it is for coordinators only
    """Ask for a file."""
    return _ask_for_file(request, {})


def _ask_for_file(request: Request, errors: dict[str, str], *, status: int = 200, **typed: str) -> Response:
    return page(
        request,
        "exchange/import.html",
        status=status,
        errors=errors,
        typed=dict.fromkeys(("record", "from_format", *_OPTIONS), "") | typed,
        records=_RECORDS,
        formats={**FORMATS, **_LAYOUTS},
        endings=_TAKEN,
        most=MOST_BYTES // 1_000_000,
        blanks=_BLANKS,
    )


@router.post("/import")
async def hand_in(request: Request, visitor: Coordinator, form: Form) -> Response:
    """Take a file in, to look at it; nothing is recorded yet."""
    held = (await request.form()).get("file")
    typed = {name: form.one(name) for name in ("record", "from_format", *_OPTIONS)}
    errors = _wrong(held, typed)
    if errors or not isinstance(held, UploadFile):
        too_large = isinstance(held, UploadFile) and (held.size or 0) > MOST_BYTES
        return _ask_for_file(request, errors, status=413 if too_large else 422, **typed)
    options = {name: typed[name] for name in ("from_format", *_OPTIONS) if typed[name]}
    add = visitor.site.uploads.add
    try:
        added = await run_in_threadpool(add, visitor.name, _ending(held), held.file, typed["record"], options)
    except OSError as error:
        _LOG.error("A file that was handed in could not be kept: %s", error.strerror)
        return _ask_for_file(request, {"file": _NO_ROOM}, status=503, **typed)
    return RedirectResponse(f"/import/{added.token}", status_code=303)


def _ending(held: UploadFile) -> str:
    return Path(held.filename or "").suffix.lower()


def _wrong(held: object, typed: dict[str, str]) -> dict[str, str]:
    """Return what is wrong with what was handed in, by field."""
    errors = {}
    if not isinstance(held, UploadFile) or not held.filename or not held.size:
        errors["file"] = "Choose a file. There was none, or it was empty."
    elif held.size > MOST_BYTES:
        errors["file"] = f"The file is larger than {MOST_BYTES // 1_000_000} MB. Split it into smaller ones."
    elif _ending(held) not in ENDINGS:
        errors["file"] = f"This kind of file cannot be read here. Save it as .csv or .xlsx. Taken are: {_TAKEN}."
    if typed["record"] not in RECORDS:
        errors["record"] = "Say what the file holds."
    if typed["from_format"] and typed["from_format"] not in {*FORMATS, *_LAYOUTS}:
        errors["from_format"] = "Choose one of these formats, or let the program find out."
    return errors


@router.get("/import/{token}")
def show_upload(request: Request, visitor: Coordinator, token: str) -> Response:
    """Show what a file would do, or did."""
    upload = _own(visitor, token)
    if upload.state in ("reading", "taking"):
        return page(request, "outputs/waiting.html", status=202, title="Import")
    tables = [
        {"heading": heading, "head": head, **upload.told[name]}
        for name, heading, head in _TABLES
        if upload.told.get(name, {}).get("rows")
    ]
    return page(request, "exchange/upload.html", upload=upload, what=_RECORDS[upload.record], tables=tables)


@router.post("/import/{token}")
def take(visitor: Coordinator, token: str, form: Form) -> Response:
    """Take a file that was looked at, or throw it away."""
    upload = _own(visitor, token)
    match form.one("take"):
        case "all" | "good" as how:
            visitor.site.uploads.take(visitor.name, upload.token, good_rows=how == "good")
            return RedirectResponse(f"/import/{upload.token}", status_code=303)
        case _:
            visitor.site.uploads.drop(visitor.name, upload.token)
            return RedirectResponse("/import", status_code=303)


def _own(visitor: Visitor, token: str) -> Upload:
    found = visitor.site.uploads.of(visitor.name, token)
    if found is None:
        raise NotThere
    return found


@router.get("/export")
def show_export(request: Request, visitor: SignedIn) -> Response:
    """Ask what to write, and for whom."""
    return _ask_what(request, visitor, {})


def _ask_what(request: Request, visitor: Visitor, errors: dict[str, str], **typed: str) -> Response:
    allowed = _may_export(visitor)
    return page(
        request,
        "exchange/export.html",
        status=422 if errors else 200,
        errors=errors,
        typed={"record": "assets", "audience": "public", "to": "xlsx"} | typed,
        formats={code: each.title for code, each in EXPORTS.items()},
        records=_RECORDS,
        audiences={code.value: AUDIENCES[code][0] for code in allowed},
        blanks=_BLANKS,
        coordinates=visitor.role.coordinates,
    )


def _may_export(visitor: Visitor) -> tuple[Audience, ...]:
    """Return for whom somebody may write files.

    Raises
    ------
    NotThere
        When that is nobody: who records has no need to carry all of it away.
    """
    if visitor.audience is Audience.INTERNAL:
        return (Audience.PUBLIC, Audience.PARTNERS, Audience.INTERNAL)
    if visitor.role is not Role.VIEWER:
        raise NotThere
    return (Audience.PUBLIC, Audience.PARTNERS)


@router.get("/export/made")
def show_made(
    request: Request, visitor: SignedIn, to: str = "csv", audience: str = "public", record: str = "assets"
) -> Response:
    """Give what was asked for, or wait for it."""
    if audience not in _may_export(visitor):
        raise NotThere
    chosen = EXPORTS.get(to)
    if chosen is None or record not in RECORDS:
        raise NotThere
    if record != "assets" and to not in ("csv", "xlsx"):
        errors = {"to": "Only groups, services and places come in this format. For anything else choose CSV or Excel."}
        return _ask_what(request, visitor, errors, to=to, audience=audience, record=record)
    name = f"{record if to in ('csv', 'xlsx') else to}{chosen.endings[0]}" if chosen.endings else _FOLDER
    wanted = Wanted("export", Audience(audience), (record, to, name))
    shown = visitor.site.outputs.ask(wanted)
    if shown.made is None and not shown.why:
        return page(request, "outputs/waiting.html", status=202, title="Export", again=shown.again)
    made = shown.made
    return page(
        request,
        "exchange/made.html",
        what=_RECORDS[record],
        for_whom=AUDIENCES[Audience(audience)][0],
        why=shown.why,
        as_at=when(made, visitor) if made else "",
        files=file_links(wanted, made) if made else [],
        said=plain_lines(made.said) if made else [],
        newer=made is not None and not shown.is_newest,
    )


@router.get("/blank/{name}")
def give_blank(visitor: SignedIn, name: str) -> Response:  # noqa: ARG001 - an empty form is for all who come in
    """Give an empty form to fill in."""
    record, dot, ending = name.partition(".")
    if record not in RECORDS or dot + ending not in _BLANKS:
        raise NotThere
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(_blank(record, dot + ending), media_type="application/octet-stream", headers=headers)


@cache
def _blank(record: str, ending: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="rosc-map-") as folder:
        return template(Path(folder) / f"{record}{ending}", record).read_bytes()
