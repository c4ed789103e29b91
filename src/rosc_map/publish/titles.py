"""The partnership's own words that stand at the top of every page: its name, and its banner."""

import pandas as pd

from rosc_map.publish.redact import Redactor
from rosc_map.publish.view import View
from rosc_map.records import Audience

__all__ = ["shown_words"]

_NOBODY = {"address": "", "postcode": "", "secret_address": "", "secret_postcode": "", "shown_place": False}


def shown_words(words: str, seen: View, audience: Audience) -> str:
    """Return words that stand on every page as an audience may see them: they may name a hidden place.

    Parameters
    ----------
    words
        A title or a banner.
    seen
        What the audience may see. Of those that it is shown nothing is taken out.
    audience
        Who it is for.
    """
    if audience is Audience.INTERNAL or not words:
        return words
    named = seen.named.assign(shown_place=True)
    hidden = pd.concat([seen.counted, seen.withheld], ignore_index=True)
    return str(Redactor(named, hidden).clean_asset({**_NOBODY, "description": words})["description"])
