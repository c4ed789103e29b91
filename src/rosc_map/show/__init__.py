"""What people look at: maps and plain pages, one file each, that open anywhere. Takes only what ``publish`` gave."""

from rosc_map.show.maps import map_page, write_map
from rosc_map.show.pages import Section, index_page, results_page

__all__ = ["Section", "index_page", "map_page", "results_page", "write_map"]
