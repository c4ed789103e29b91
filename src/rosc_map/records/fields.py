"""What a field is: its closed kinds, who may see it, and the one way to declare it.

A field is declared once, on its record in ``schema``. Templates, drop-downs, database columns, validation messages and
the data dictionary are all read from that declaration.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import Field as PydanticField

__all__ = ["Audience", "FieldSpec", "Kind", "field"]


class Kind(StrEnum):
    """The closed set of kinds; each has one reader and one writer in ``cells``.

    Examples
    --------
    >>> from rosc_map.records import Asset, Kind
    >>> Asset.specs()["verified_on"].kind is Kind.DATE
    True
    """

    TEXT = "text"
    LONG_TEXT = "long text"
    LIST = "list"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes/no"
    PLACE = "place"
    SESSIONS = "sessions"


class Audience(StrEnum):
    """Who an output is for, and who may see a field: public, partners, or internal (METHODS §4).

    Examples
    --------
    >>> from rosc_map.records import Audience
    >>> Audience.PARTNERS.may_see(Audience.PUBLIC), Audience.PARTNERS.may_see(Audience.INTERNAL)
    (True, False)
    """

    PUBLIC = "public"
    PARTNERS = "partners"
    INTERNAL = "internal"

    def may_see(self, needed: "Audience") -> bool:
        """Whether this audience may see what ``needed`` says is the least that is allowed to."""
        order = list(Audience)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True)
class FieldSpec:
    """One declaration of a field.

    Attributes
    ----------
    kind
        One of the closed kinds.
    label
        The name that a person sees.
    hint
        One short sentence for a volunteer.
    example
        A value that is right, as it is typed in a cell.
    codelist
        The codelist of a choice or choices.
    audience
        The least audience that may see the value.
    required
        Whether a record without it is refused.
    aliases
        Other headers by which a file may name the column.
    low, high
        Bounds of a number.
    longest
        The longest text that is taken, in characters.

    Examples
    --------
    >>> from rosc_map.records import Asset, FieldSpec
    >>> spec = Asset.specs()["phone"]
    >>> isinstance(spec, FieldSpec), spec.label, spec.audience.value
    (True, 'Telephone', 'public')
    """

    kind: Kind
    label: str
    hint: str = ""
    example: str = ""
    codelist: str = ""
    audience: Audience = Audience.PUBLIC
    required: bool = False
    aliases: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    longest: int = 500

    @property
    def empty(self) -> Any:
        """The value that stands for "not known" in this kind."""
        if self.kind in (Kind.NUMBER, Kind.DATE, Kind.YES_NO):
            return None
        return () if self.kind in (Kind.LIST, Kind.CHOICES) else ""


_LONG_TEXT_LIMIT = 5_000


def field(kind: Kind, label: str, hint: str = "", *, longest: int | None = None, **spec: Any) -> Any:
    """Declare a field of a record.

    Returns
    -------
    pydantic.fields.FieldInfo
        With the :class:`FieldSpec` in its metadata. Typed ``Any`` so that it can stand behind any annotation.
    """
    limit = longest or (_LONG_TEXT_LIMIT if kind in (Kind.LONG_TEXT, Kind.LIST) else 500)
    declared = FieldSpec(kind=kind, label=label, hint=hint, longest=limit, **spec)
    info = PydanticField(default=declared.empty, validate_default=declared.required)
    info.metadata.append(declared)
    return info
