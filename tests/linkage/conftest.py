"""Small made-up areas for the linkage room."""

from collections.abc import Callable

import pandas as pd
import pytest

LEVELS = ("not_known", "heard_of", "information", "referral", "introduction")


@pytest.fixture
def make_assets() -> Callable[..., pd.DataFrame]:
    """Give a maker of assets: each keyword dict overrides the defaults of one asset."""

    def make(*rows: dict[str, str]) -> pd.DataFrame:
        table = []
        for number, row in enumerate(rows):
            base = {
                "id": f"a{number:02d}",
                "name": f"Service {number}",
                "organisation": "",
                "asset_type": "lero",
                "status": "active",
                "listing": "agreed",
                "location_precision": "exact",
                "phone": f"01632 96{number:04d}",
                "email": "",
            }
            table.append(base | row)
        return pd.DataFrame(table)

    return make


@pytest.fixture
def make_round() -> Callable[..., tuple[pd.DataFrame, pd.DataFrame]]:
    """Give a maker of questions and answers from {source: levels}; None is a question without an answer."""

    def make(said: dict[str, list[int | None]], eligible: int | dict[str, int]) -> tuple[pd.DataFrame, pd.DataFrame]:
        questions, answers = [], []
        for source, levels in said.items():
            for number, level in enumerate(levels):
                target = f"t{number}"
                most = eligible[source] if isinstance(eligible, dict) else eligible
                questions.append((source, target, most))
                if level is not None:
                    answers.append((source, target, LEVELS[level]))
        return (
            pd.DataFrame(questions, columns=["source", "target", "eligible"]),
            pd.DataFrame(answers, columns=["source", "target", "level"], dtype="str"),
        )

    return make


@pytest.fixture
def no_contacts() -> pd.DataFrame:
    """Give an empty table of contacts."""
    return pd.DataFrame({"source": [], "contact": []}, dtype="str")
