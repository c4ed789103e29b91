"""Asking the public API whatever its own description allows, and what it does not: schemathesis, on a real server."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable


@contextmanager
def _as_installed() -> Iterator[None]:
    """Import what is installed as it was compiled then; pytest would compile all that adds to it anew in each run."""
    finders = sys.meta_path[:]
    sys.meta_path[:] = [finder for finder in finders if not type(finder).__module__.startswith("_pytest.")]
    try:
        yield
    finally:
        sys.meta_path[:] = finders


with _as_installed():
    schemathesis: Any = importlib.import_module("schemathesis")
    GenerationMode: Any = schemathesis.GenerationMode
    # It imports most of itself when it reads its first description.
    schemathesis.openapi.from_dict({"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {}})

BASE = "/open-referral/v3"
_ASKED = count()


def operations(url: str) -> dict[str, Any]:
    """What the server says that one can ask, by its method and path."""
    described = requests.get(f"{url}{BASE}/openapi.json", timeout=20).json()
    schema = schemathesis.openapi.from_dict(described)
    schema.config.update(base_url=url + BASE)
    return {found.ok().label: found.ok() for found in schema.get_all_operations()}


def asked_strangely(operation: Any, *, examples: int) -> int:
    """Ask it this often what it should take and what it should refuse; every answer has to be as described.

    Returns
    -------
    int
        How often it was asked.
    """
    asked = 0
    chosen = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with requests.Session() as session:
        session.trust_env = False
        for mode in GenerationMode:

            @chosen
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: Any) -> None:
                nonlocal asked
                asked += 1
                number = next(_ASKED)  # how often one address may ask is a question of its own
                headers = {"X-Forwarded-For": f"198.51.{number // 250 % 250}.{number % 250}"}
                case.call_and_validate(session=session, headers=headers)

            try:
                ask()
            except Unsatisfiable:  # what takes nothing cannot be given anything wrong
                assert mode is GenerationMode.NEGATIVE
                assert not operation.query
                assert not operation.path_parameters
    return asked
