"""Changing an asset: one group of questions a page, and nothing lost where two change it at once."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from rosc_map.errors import EditConflict, InputError, RowsRejected
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


@router.get("/assets/{identifier}/edit")
def choose_group(request: Request, visitor: Recorder, identifier: str) -> Response:
    """Ask what is to be changed."""
    shown, _ = seen_asset(visitor, identifier)
    found = [group for group in groups(Asset) if fields_to_change(group.fields, shown, visitor.audience)]
    return page(request, "assets/choose_group.html", key=plain_id(shown["id"]), name=shown["name"], groups=found)


@router.get("/assets/{identifier}/edit/{group_name}")
def edit(request: Request, visitor: Recorder, identifier: str, group_name: str) -> Response:
    """Ask the questions of one group, with what is known filled in."""
    shown, recorded = seen_asset(visitor, identifier)
    group, fields = _group(visitor, shown, group_name)
    values = as_typed(shown, fields)
    return _form(request, shown, group, values, values, int(recorded["version"]))


@router.post("/assets/{identifier}/edit/{group_name}")
def save(request: Request, visitor: Recorder, identifier: str, group_name: str, form: Form) -> Response:
    """Keep what was changed; where somebody else changed it meanwhile, show both."""
    shown, recorded = seen_asset(visitor, identifier)
    group, fields = _group(visitor, shown, group_name)
    was, typed = {name: form.one(_WAS + name) for name in fields}, _typed(form, fields)
    version = int(form.one("version")) if form.one("version").isdecimal() else 0
    try:
        changed = typed_changes(was, typed, as_typed(shown, fields), as_typed(recorded, fields))
        if changed:
            found = visitor.partnership.edit(recorded["id"], changed, version=version)
            visitor.site.said_after.keep(visitor.name, plain_id(shown["id"]), remarks(found))
    except EditConflict:
        shown, recorded = seen_asset(visitor, identifier)
        return _both(request, shown, group, was, typed, as_typed(shown, fields), int(recorded["version"]))
    except InputError as error:
        wrong = errors_by_field(error.problems) if isinstance(error, RowsRejected) else {"": str(error)}
        return _form(request, shown, group, typed, was, version, errors=wrong, status=422)
    return RedirectResponse(f"/assets/{plain_id(shown['id'])}?saved=yes", status_code=303)


def _group(visitor: Visitor, shown: Mapping[str, Any], name: str) -> tuple[Group, tuple[str, ...]]:
    for group in groups(Asset):
        fields = fields_to_change(group.fields, shown, visitor.audience)
        if group.name == name and fields:
            return group, fields
    raise NotThere


def _typed(form: FormValues, fields: tuple[str, ...]) -> dict[str, str]:
    found = form.of(Asset, fields)
    return {name: value if isinstance(value, str) else "; ".join(value) for name, value in found.items()}


def _both(
    request: Request,
    shown: Mapping[str, Any],
    group: Group,
    was: Mapping[str, str],
    typed: Mapping[str, str],
    now: Mapping[str, str],
    version: int,
) -> Response:
    """Show what the other wrote beside what was typed; the form has what was typed, and else what stands now."""
    mine = {name for name in typed if not same_answer(name, typed[name], was[name])}
    values = {name: typed[name] if name in mine else now[name] for name in typed}
    specs = Asset.specs()
    told = [
        (specs[name].label, now[name] or "Nothing", typed[name] or "Nothing")
        for name in typed
        if name in mine and not same_answer(name, typed[name], now[name])
    ]
    said = {"": "Somebody else changed this while you were writing. Nothing of yours is lost: look at both, then save."}
    return _form(request, shown, group, values, now, version, errors=said, told=told, status=409)


def _form(
    request: Request,
    shown: Mapping[str, Any],
    group: Group,
    values: Mapping[str, str],
    was: Mapping[str, str],
    version: int,
    *,
    errors: Mapping[str, str] | None = None,
    told: list[tuple[str, str, str]] | None = None,
    status: int = 200,
) -> Response:
    wrong = dict(errors or {})
    asked = questions(Asset, tuple(values), values, wrong)
    # A field that is not on this page cannot be jumped to: what is wrong with it is said with its name.
    specs = Asset.specs()
    elsewhere = {name: f"{specs[name].label}: {wrong.pop(name)}" for name in list(wrong) if name and name not in values}
    if elsewhere:
        wrong[""] = " ".join([*([wrong[""]] if "" in wrong else []), *elsewhere.values()])
    return page(
        request,
        "assets/edit.html",
        status=status,
        key=plain_id(shown["id"]),
        name=shown["name"],
        group=group,
        questions=asked,
        was={_WAS + name: text for name, text in was.items()},
        version=version,
        errors=wrong,
        told=told or [],
    )
