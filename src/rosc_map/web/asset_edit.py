"""Changing an asset: one group of questions a page, and nothing lost where two change it at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from rosc_map.errors import EditConflict, InputError, RowProblem, RowsRejected
from rosc_map.exchange.questions import Group, groups
from rosc_map.partnership.shown_edit import as_typed, fields_to_change, same_answer, typed_changes
from rosc_map.publish import plain_id
from rosc_map.records import Asset
from rosc_map.web.assets import seen_asset
from rosc_map.web.forms import Form, FormValues, errors_by_field, questions, remarks
from rosc_map.web.pages import page
from rosc_map.web.refused import NotThere
from rosc_map.web.visitor import Recorder, Visitor

__all__ = ["router"]

router = APIRouter()
_WAS = "was-"
_LONGEST_VERSION = 9
_NOT_YOURS = (
    "Something that you are not shown keeps this from being saved. Nothing was changed: tell your coordinator what you "
    "wanted to change."
)


@router.get("/assets/{identifier}/edit")
def choose_group(request: Request, visitor: Recorder, identifier: str) -> Response:
    """Ask what is to be changed."""
    shown, recorded = seen_asset(visitor, identifier)
    found = [group for group in groups(Asset) if fields_to_change(group.fields, shown, recorded, visitor.audience)]
    return page(request, "assets/choose_group.html", key=plain_id(shown["id"]), name=shown["name"], groups=found)


@router.get("/assets/{identifier}/edit/{group_name}")
def edit(request: Request, visitor: Recorder, identifier: str, group_name: str) -> Response:
    """Ask the questions of one group, with what is known filled in."""
    asked = _asked(visitor, identifier, group_name)
    return _form(request, asked, asked.now, asked.now)


@router.post("/assets/{identifier}/edit/{group_name}")
def save(request: Request, visitor: Recorder, identifier: str, group_name: str, form: Form) -> Response:
    """Keep what was changed; where somebody else changed it meanwhile, show both."""
    asked = _asked(visitor, identifier, group_name)
    was, typed = {name: form.one(_WAS + name) for name in asked.fields}, _typed(form, asked.fields)
    # Before anything that was typed is looked at: else the answer to an old page could tell what it is compared with.
    if _version(form) != asked.version or _closed_meanwhile(form, asked):
        return _both(request, asked, was, typed, _closed_meanwhile(form, asked))
    try:
        changed = typed_changes(was, typed)
        if changed:
            found = visitor.partnership.edit(asked.identifier, changed, version=asked.version)
            told = [each for each in found if _may_be_told(visitor, asked, each)]
            visitor.site.said_after.keep(visitor.name, asked.key, remarks(told))
            visitor.site.trim_hidden_corrections()
    except EditConflict:
        asked = _asked(visitor, identifier, group_name)
        was, typed = ({name: each.get(name, "") for name in asked.fields} for each in (was, typed))
        return _both(request, asked, was, typed, _closed_meanwhile(form, asked))
    except RowsRejected as error:
        told = [each for each in error.problems if _may_be_told(visitor, asked, each)]
        return _form(request, asked, typed, was, errors=errors_by_field(told) or {"": _NOT_YOURS}, status=422)
    except InputError as error:
        return _form(request, asked, typed, was, errors={"": str(error)}, status=422)
    return RedirectResponse(f"/assets/{asked.key}?saved=yes", status_code=303)


@dataclass(frozen=True)
class _Asked:
    """The questions of one group about an asset.

    Attributes
    ----------
    identifier, key, name
        The id as it is recorded, the one that everybody knows, and the name as it is shown.
    group, fields
        The group, and what of it may be changed.
    now
        What is shown of them, as text.
    version
        The version of the record.
    """

    identifier: str
    key: str
    name: str
    group: Group
    fields: tuple[str, ...]
    now: Mapping[str, str]
    version: int


def _asked(visitor: Visitor, identifier: str, group_name: str) -> _Asked:
    shown, recorded = seen_asset(visitor, identifier)
    for group in groups(Asset):
        fields = fields_to_change(group.fields, shown, recorded, visitor.audience)
        if group.name == group_name and fields:
            known = recorded["id"], plain_id(shown["id"]), shown["name"]
            return _Asked(*known, group, fields, as_typed(shown, fields), int(recorded["version"]))
    raise NotThere


def _version(form: FormValues) -> int:
    """Return the version that a form is of; 0, which none is, for anything else."""
    typed = form.one("version")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= _LONGEST_VERSION else 0


def _closed_meanwhile(form: FormValues, asked: _Asked) -> list[str]:
    """Return the labels of what was changed on a form and may not be changed by them any more."""
    specs = Asset.specs()
    gone = [name for name in asked.group.fields if name not in asked.fields and _WAS + name in form.names()]
    typed = _typed(form, tuple(gone))
    return [specs[name].label for name in gone if not same_answer(name, typed[name], form.one(_WAS + name))]


def _may_be_told(visitor: Visitor, asked: _Asked, problem: RowProblem) -> bool:
    """Whether a remark may be said: one on what they are not asked may repeat what they are not shown."""
    return visitor.role.coordinates or problem.column in asked.fields


def _typed(form: FormValues, fields: tuple[str, ...]) -> dict[str, str]:
    found = form.of(Asset, fields)
    return {name: value if isinstance(value, str) else "; ".join(value) for name, value in found.items()}


def _both(
    request: Request, asked: _Asked, was: Mapping[str, str], typed: Mapping[str, str], gone: list[str]
) -> Response:
    """Show what the other wrote beside what was typed; the form has what was typed, and else what stands now."""
    mine = {name for name in typed if not same_answer(name, typed[name], was[name])}
    values = {name: typed[name] if name in mine else asked.now[name] for name in typed}
    specs = Asset.specs()
    told = [
        (specs[name].label, asked.now[name] or "Nothing", typed[name] or "Nothing")
        for name in typed
        if name in mine and not same_answer(name, typed[name], asked.now[name])
    ]
    said = "Somebody else changed this while you were writing. Look at both, then save."
    if gone:
        said += f" Only a coordinator may change this now: {', '.join(gone)}. Tell yours what you know."
    return _form(request, asked, values, asked.now, errors={"": said}, told=told, status=409)


def _form(
    request: Request,
    asked: _Asked,
    values: Mapping[str, str],
    was: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    told: list[tuple[str, str, str]] | None = None,
    status: int = 200,
) -> Response:
    wrong = dict(errors or {})
    shown = questions(Asset, tuple(values), values, wrong)
    # A field that is not on this page cannot be jumped to: what is wrong with it is said with its name.
    specs = Asset.specs()
    elsewhere = {name: f"{specs[name].label}: {wrong.pop(name)}" for name in list(wrong) if name and name not in values}
    if elsewhere:
        wrong[""] = " ".join([*([wrong[""]] if "" in wrong else []), *elsewhere.values()])
    return page(
        request,
        "assets/edit.html",
        status=status,
        key=asked.key,
        name=asked.name,
        group=asked.group,
        place_is_kept="postcode" in asked.group.fields and "postcode" not in asked.fields,
        questions=shown,
        was={_WAS + name: text for name, text in was.items()},
        version=asked.version,
        errors=wrong,
        told=told or [],
    )
