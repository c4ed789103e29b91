"""What people look at: maps and plain pages, one file each, that open anywhere. Takes only what ``publish`` gave."""

from typing import TYPE_CHECKING

from rosc_map.lazy import lazy
from rosc_map.show._frame import link_target
from rosc_map.show._words import asset_words
from rosc_map.show.call_sheets import call_sheets_page, write_call_sheets
from rosc_map.show.documents import documents_page, write_documents
from rosc_map.show.gaps_page import gaps_page, write_gaps_page
from rosc_map.show.map_picture import map_picture, write_map_picture
from rosc_map.show.near_page import near_body, near_page, near_text, near_title, write_near
from rosc_map.show.network_page import network_page, write_network
from rosc_map.show.pages import Section, index_page, results_page
from rosc_map.show.paper_form import paper_form, write_paper_form
from rosc_map.show.place_picture import place_picture
from rosc_map.show.plan_page import plan_page, write_plan
from rosc_map.show.report_docx import report_docx
from rosc_map.show.report_page import report_page, write_report
from rosc_map.show.round_page import round_page, write_round
from rosc_map.show.tiles import OPEN_STREET_MAP, Tiles

if TYPE_CHECKING:
    from rosc_map.show.maps import map_page, write_map

__all__ = [
    "OPEN_STREET_MAP",
    "Section",
    "Tiles",
    "asset_words",
    "call_sheets_page",
    "documents_page",
    "gaps_page",
    "index_page",
    "link_target",
    "map_page",
    "map_picture",
    "near_body",
    "near_page",
    "near_text",
    "near_title",
    "network_page",
    "paper_form",
    "place_picture",
    "plan_page",
    "report_docx",
    "report_page",
    "results_page",
    "round_page",
    "write_call_sheets",
    "write_documents",
    "write_gaps_page",
    "write_map",
    "write_map_picture",
    "write_near",
    "write_network",
    "write_paper_form",
    "write_plan",
    "write_report",
    "write_round",
]

# Folium alone takes longer to load than all others of the room.
__getattr__ = lazy(__name__, dict.fromkeys(("map_page", "write_map"), "maps"))
