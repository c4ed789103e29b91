"""What may still be kept of texts that were sent about an asset: of a hidden one nothing finer than its county."""

from collections.abc import Mapping
from typing import Any

from rosc_map.partnership.recording import draft_values
from rosc_map.partnership.shown_edit import as_typed, same_answer

__all__ = ["has_left", "without_finer_place"]

_DECIDES = ("asset_type", "location_precision")


def has_left(recorded: Mapping[str, Any] | None) -> bool:
    """Whether an asset, as it is recorded, is gone or asked not to be listed."""
    return recorded is None or recorded["listing"] == "declined"


def without_finer_place(recorded: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, str]:
    """Return which texts may be kept: of a hidden asset none that tells where it is, as in its record.

    Parameters
    ----------
    recorded
        The asset as it is recorded.
    texts
        What was typed, by field.
    """
    kept = draft_values({**texts, **{name: recorded[name] for name in _DECIDES}})
    return {name: text for name, text in texts.items() if name not in _DECIDES and _stays(name, kept.get(name), text)}


def _stays(name: str, kept: Any, text: str) -> bool:
    """Whether all of a text may be kept; a part of one may say something else."""
    if isinstance(kept, (list, tuple)):
        kept = as_typed({name: tuple(kept)}, [name])[name]
    return kept is not None and same_answer(name, kept, text)
