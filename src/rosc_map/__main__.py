"""``python -m rosc_map`` is the same as ``rosc-map``."""

from rosc_map.cli import run

run()
