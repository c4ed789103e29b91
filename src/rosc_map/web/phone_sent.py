"""What a phone sends that it kept without signal: laid over the account's own draft, and saved once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rosc_map.errors import EditConflict, InputError, RowsRejected
from rosc_map.partnership import draft_values
from rosc_map.partnership.shown_edit import as_typed, fields_to_change, same_answer
from rosc_map.publish import plain_id
from rosc_map.records import Asset
from rosc_map.web.assets import seen_asset
from rosc_map.web.forms import FormValues, errors_by_field
from rosc_map.web.record_kept import Kept, alike, entry_id, keep, kept_of, mark_of, name_and_place, sent
from rosc_map.web.record_pages import always_hidden, asked_on, pages_for, tidied, told
from rosc_map.web.refused import NotThere
from rosc_map.web.visitor import Visitor

__all__ = ["Sent", "looked_at", "take_in"]

_NOT_TAKEN = "It cannot be saved like this. Keep what is saved, and tell your coordinator what has to change."
_EMPTY: tuple[Any, ...] = ("", (), [], None)


@dataclass(frozen=True)
class Sent:
    """What came of an entry that a phone sent.

    Attributes
    ----------
    state
        ``saved``; ``look`` (it is a draft here now, and has to be looked at); ``conflict`` (something else is here, and
        nothing was changed); ``gone`` (what it began from is not here any more); ``wrong`` (it cannot be taken as it
        is).
    path
        Of what was taken, where to look at it.
    base
        Of a conflict, what tells what is here: sent back with it, what the phone has is taken.
    said
        What to say of it, if anything.
    rows
        Of a conflict, what differs: the question, what is here and what the phone has.
    """

    state: str
    path: str = ""
    base: str = ""
    said: str = ""
    rows: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class _Laid:
    """Answers with those of the phone over them, which fields it said, what cannot be read, and what is not kept."""

    answers: dict[str, Any]
    fields: tuple[str, ...]
    wrong: str = ""
    not_kept: str = ""


def take_in(visitor: Visitor, entry: str, form: FormValues) -> Sent:
    """Take in what a phone sent. Sent again, it changes nothing; what is here is never written over unasked.

    Parameters
    ----------
    visitor
        Whose phone it is.
    entry
        The id that the phone gave it, or the one of the draft that it went on with.
    form
        The answers by the names of their fields; ``page``, the pages that were answered; and ``base``, the mark of what
        it began from.

    Raises
    ------
    NotThere
        When the id is none.
    InputError
        When it is too large, or there are too many drafts.
    """
    kept = _kept(visitor, entry_id(entry))
    laid = _laid(visitor, form, kept.answers)
    if laid.wrong:
        return Sent("wrong", said=laid.wrong)
    came = _taken(visitor, entry, kept, laid, form.one("base"))
    if came.state not in ("saved", "look"):
        return came
    return replace(came, said=" ".join(filter(None, (came.said, laid.not_kept))))


def looked_at(visitor: Visitor, entries: Iterable[str]) -> dict[str, str]:
    """Return what came of entries that had to be looked at: ``saved``, ``look`` as before, or ``gone``.

    Of another's entry it says what it says of none.

    Parameters
    ----------
    visitor
        Whose phone it is.
    entries
        Their ids.
    """
    return {entry: _came_of(visitor, entry) for entry in entries}


def _came_of(visitor: Visitor, entry: str) -> str:
    if visitor.partnership.own_record(entry) is not None:
        return "saved"
    return "gone" if visitor.people.draft(visitor.name, entry) is None else "look"


def _taken(visitor: Visitor, entry: str, kept: Kept, laid: _Laid, base: str) -> Sent:
    """Take in what could be read, where nothing else is here."""
    if visitor.partnership.own_record(entry) is not None:
        return _saved_before(visitor, entry, laid, base)
    if base and not kept.answers and base != mark_of(kept):
        return Sent("gone")
    if base != mark_of(kept):
        changed = [name for name in laid.fields if _changes(kept.answers, laid.answers, name)]
        if changed:
            return Sent("conflict", base=mark_of(kept), rows=_rows(changed, kept.answers, laid.answers))
    return _save(visitor, entry, replace(kept, answers=laid.answers), laid)


def _kept(visitor: Visitor, entry: str) -> Kept:
    """Return what is kept here of an entry, if anything."""
    try:
        return kept_of(visitor, entry)
    except NotThere:
        return Kept({})


def _laid(visitor: Visitor, form: FormValues, answers: Mapping[str, Any]) -> _Laid:
    """Lay the answers of a phone over others, page by page in their order, as if each page had been sent by itself."""
    now, fields, came = dict(answers), [], form.many("page")
    for page in pages_for(visitor.role):
        if page.slug not in came:
            continue
        typed, errors, rows = sent(page, form, now)
        if rows and errors:
            return _Laid(now, (), f"{page.heading} {next(iter(errors.values()))}")
        fields += [name for name in typed if name in asked_on(page, {**now, **typed})]
        now = tidied({**now, **typed})
    keeps = draft_values(now)
    return _Laid(keeps, tuple(fields), not_kept=_not_kept(fields, now, keeps))


def _not_kept(fields: list[str], typed: Mapping[str, Any], keeps: Mapping[str, Any]) -> str:
    """Return what to say of answers that went, all or in part: whoever typed them thinks that they are there."""
    gone = [Asset.specs()[name].label for name in fields if _parts(typed.get(name)) > _parts(keeps.get(name))]
    return f"Not kept, because it tells where it is: {', '.join(gone)}." if gone else ""


def _parts(value: Any) -> int:
    """Return how many answers there are: of a list that is one text they stand between semicolons."""
    parts = value.split(";") if isinstance(value, str) else value or ()
    return sum(bool(part.strip()) for part in parts)


def _changes(here: Mapping[str, Any], laid: Mapping[str, Any], name: str) -> bool:
    """Whether something that is here would be another answer."""
    one, other = here.get(name), laid.get(name)
    return one not in _EMPTY and _listed(one) != _listed(other)


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | tuple) else value


def _rows(names: list[str], here: Mapping[str, Any], there: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Return answers side by side, in words."""
    return tuple((Asset.specs()[name].label, _words(name, here), _words(name, there)) for name in names)


def _words(name: str, answers: Mapping[str, Any]) -> str:
    value = answers.get(name)
    return "Nothing" if value in _EMPTY else told(name, value)


def _save(visitor: Visitor, entry: str, kept: Kept, laid: _Laid) -> Sent:
    """Save an entry where nobody has to look at it first; else it is a draft from now on."""
    # One that another tab is saving at this moment is not alike: it is this one.
    others = replace(kept, not_these=(*kept.not_these, entry, plain_id(entry)))
    answered = always_hidden(kept.answers) or kept.answers.get("location_precision")
    looked_for = name_and_place(kept.answers) == kept.looked_for
    if answered and (looked_for or not alike(visitor, others)):
        try:
            recorded = visitor.partnership.record_asset(kept.answers, identifier=entry)
        except InputError:  # said again, and word for word, where it is looked at
            return _look(visitor, entry, kept)
        if recorded.again:
            return _saved_before(visitor, entry, laid, "")
        visitor.people.drop_draft(visitor.name, entry)
        return Sent("saved", f"/record/{recorded.id}/done")
    return _look(visitor, entry, kept)


def _look(visitor: Visitor, entry: str, kept: Kept) -> Sent:
    keep(visitor, entry, kept, "check")
    return Sent("look", f"/record/{entry}/check")


def _saved_before(visitor: Visitor, entry: str, laid: _Laid, base: str) -> Sent:
    """Return what to say of an entry that is saved by now: most often the answer of the first time got lost."""
    try:
        shown, recorded = seen_asset(visitor, plain_id(entry))
    except NotThere:
        # Nobody is told whether what they typed is what is recorded of a place that they are not shown.
        visitor.people.drop_draft(visitor.name, entry)
        said = "It was saved before. If you changed something on this phone since, tell your coordinator."
        return Sent("saved", f"/record/{entry}/done", said=said)
    fields = fields_to_change(laid.fields, shown, recorded, visitor.audience)
    typed, now = _as_recorded(visitor, recorded, laid, fields), as_typed(shown, fields)
    differing = [name for name in fields if not same_answer(name, typed[name], now[name])]
    version = f"version {recorded['version']}"
    if differing and base == version:
        return _changed(visitor, entry, {name: typed[name] for name in differing}, int(recorded["version"]))
    if differing:
        return Sent("conflict", base=version, rows=_rows(differing, now, typed))
    visitor.people.drop_draft(visitor.name, entry)
    return Sent("saved", f"/record/{entry}/done")


def _as_recorded(visitor: Visitor, recorded: Mapping[str, Any], laid: _Laid, fields: tuple[str, ...]) -> dict[str, str]:
    """Return what the phone said as it would stand in the record, so that only what is meant otherwise differs."""
    typed = {name: laid.answers.get(name, "") for name in fields}
    read = visitor.partnership.as_recorded(recorded, typed)
    if read is not None:
        return as_typed(read, fields)
    return {name: value if isinstance(value, str) else "; ".join(value) for name, value in typed.items()}


def _changed(visitor: Visitor, entry: str, typed: Mapping[str, str], version: int) -> Sent:
    """Take what the phone has in place of what is recorded: its owner saw both, and chose."""
    try:
        visitor.partnership.edit(entry, typed, version=version)
    except EditConflict:
        return Sent("wrong", said="Somebody else changed it at this moment. Send it again, and look at both once more.")
    except RowsRejected as error:
        named = errors_by_field(problem for problem in error.problems if problem.column in typed)
        return Sent("wrong", said=next(iter(named.values()), _NOT_TAKEN))
    except InputError as error:
        return Sent("wrong", said=str(error))
    visitor.people.drop_draft(visitor.name, entry)
    return Sent("saved", f"/record/{entry}/done")
