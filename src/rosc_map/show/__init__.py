"""What people look at: maps and plain pages, one file each, that open anywhere. Takes only what ``publish`` gave."""

from rosc_map.show.maps import map_page, write_map
from rosc_map.show.pages import Section, index_page, results_page
from rosc_map.show.paper_form import paper_form, write_paper_form

__all__ = [
    "Section",
    "index_page",
    "map_page",
    "paper_form",
    "results_page",
    "write_map",
    "write_paper_form",
]
