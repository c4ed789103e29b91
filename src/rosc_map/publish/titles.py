"""Words that stand on every page of a partnership: its name, its banner, the lists that its records are from."""

from collections.abc import Callable
from functools import cache

import pandas as pd

from rosc_map.publish.redact import Redactor
from rosc_map.publish.view import View
from rosc_map.records import Audience

__all__ = ["shown_words", "words_for"]

_NOBODY = {"address": "", "postcode": "", "secret_address": "", "secret_postcode": "", "shown_place": False}


def words_for(seen: View, audience: Audience) -> Callable[[str], str]:
    """Return what tells words that stand on every page as an audience may see them: they may name a hidden place.

    Parameters
    ----------
    seen
        What the audience may see. Of those that it is shown nothing is taken out.
    audience
        Who it is for.
    """

    @cache
    def redactor() -> Redactor:
        return Redactor(
            seen.named.assign(shown_place=True), pd.concat([seen.counted, seen.withheld], ignore_index=True)
        )

    def shown(words: str) -> str:
        if audience is Audience.INTERNAL or not words:
            return words
        return str(redactor().clean_asset({**_NOBODY, "description": words})["description"])

    return shown


def shown_words(words: str, seen: View, audience: Audience) -> str:
    """Return one text as :func:`words_for` tells it."""
    return words_for(seen, audience)(words)
