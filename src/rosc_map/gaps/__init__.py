"""What is missing, and where: provision, reach, need, commissioning, freshness; and never a gap where nobody looked."""

from rosc_map.gaps.beside import beside
from rosc_map.gaps.breakdown import Kinds, breakdown
from rosc_map.gaps.changes import Changes, changes
from rosc_map.gaps.classes import PAIRS, NeedByProvision, need_by_provision, thirds
from rosc_map.gaps.commissioning import Commissioning, commissioning
from rosc_map.gaps.countries import countries
from rosc_map.gaps.emerging import emerging
from rosc_map.gaps.freshness import Freshness, freshness
from rosc_map.gaps.in_part import surveyed_in_part, surveyed_in_part_sentences
from rosc_map.gaps.need import NeedFigures, need_figures
from rosc_map.gaps.offers import OffersFound, offers
from rosc_map.gaps.places import Places, places, places_of_people
from rosc_map.gaps.priority import priority, priority_sentences
from rosc_map.gaps.provision import Provision, Status, provision
from rosc_map.gaps.rates import FEWEST_PEOPLE, rate
from rosc_map.gaps.reach import DISTANCES, Reach, by_district, nearest, reach
from rosc_map.gaps.reviews import ReviewGrid, reviews
from rosc_map.gaps.seats import SeatsFound, seats
from rosc_map.gaps.sites import best_sites
from rosc_map.gaps.six_types import six_types, six_types_sentences
from rosc_map.gaps.spend import SpendFound, spend
from rosc_map.gaps.tallies import tallies
from rosc_map.gaps.travel import MINUTES, TravelCosts, reach_by_travel, travel_costs

__all__ = [
    "DISTANCES",
    "FEWEST_PEOPLE",
    "MINUTES",
    "PAIRS",
    "Changes",
    "Commissioning",
    "Freshness",
    "Kinds",
    "NeedByProvision",
    "NeedFigures",
    "OffersFound",
    "Places",
    "Provision",
    "Reach",
    "ReviewGrid",
    "SeatsFound",
    "SpendFound",
    "Status",
    "TravelCosts",
    "beside",
    "best_sites",
    "breakdown",
    "by_district",
    "changes",
    "commissioning",
    "countries",
    "emerging",
    "freshness",
    "nearest",
    "need_by_provision",
    "need_figures",
    "offers",
    "places",
    "places_of_people",
    "priority",
    "priority_sentences",
    "provision",
    "rate",
    "reach",
    "reach_by_travel",
    "reviews",
    "seats",
    "six_types",
    "six_types_sentences",
    "spend",
    "surveyed_in_part",
    "surveyed_in_part_sentences",
    "tallies",
    "thirds",
    "travel_costs",
]
