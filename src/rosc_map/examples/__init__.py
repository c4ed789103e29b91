"""The examples that come with rosc-map: real public pages, and a made-up partnership that says so."""

from rosc_map.examples.made_up import (
    BANNER_MADE_UP,
    FOOTPRINT,
    answer_round,
    assets_path,
    counts_path,
    lists_path,
    mapping_path,
    others_paths,
    referrals_path,
    surveys_path,
)
from rosc_map.examples.public_pages import BANNER, public_page_assets

__all__ = [
    "BANNER",
    "BANNER_MADE_UP",
    "FOOTPRINT",
    "answer_round",
    "assets_path",
    "counts_path",
    "lists_path",
    "mapping_path",
    "others_paths",
    "public_page_assets",
    "referrals_path",
    "surveys_path",
]
