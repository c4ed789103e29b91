"""Of which fields of an asset each value of an Open Referral UK document is made, said in one place."""

from collections.abc import Mapping

from rosc_map.exchange.open_referral_documents import ATTRIBUTE_FIELDS

__all__ = ["FIELDS_OF"]

_PLACE = ("postcode", "latitude", "longitude", "location_precision")
_ID = ("id",)
_COST = ("cost",)
_ORGANISATION = ("organisation", "name", "organisation_number")
_TIMES = ("sessions",)

FIELDS_OF: Mapping[str, tuple[str, ...]] = {
    "id": _ID,
    "organization_id": _ORGANISATION,
    "name": ("name",),
    "description": ("description",),
    "url": ("website",),
    "email": ("email",),
    "status": ("status",),
    "alert": ("status",),
    "fees": _COST,
    "assured_date": ("verified_on",),
    "organization.id": _ORGANISATION,
    "organization.name": ("organisation", "name"),
    "organization.description": ("organisation", "name"),
    "organization.organization_identifiers.id": _ORGANISATION,
    "organization.organization_identifiers.identifier_scheme": ("organisation_number",),
    "organization.organization_identifiers.identifier_type": ("organisation_number",),
    "organization.organization_identifiers.identifier": ("organisation_number",),
    "schedules.id": _ID,
    "schedules.service_id": _ID,
    "schedules.freq": _TIMES,
    "schedules.interval": _TIMES,
    "schedules.byday": _TIMES,
    "schedules.opens_at": _TIMES,
    "schedules.closes_at": _TIMES,
    "schedules.description": _TIMES,
    "schedules.attending_type": ("attendance",),
    "service_areas.id": _ID,
    "service_areas.service_id": _ID,
    "service_areas.name": ("areas_served",),
    "service_areas.uri": ("areas_served",),
    "service_at_locations.id": _ID,
    "service_at_locations.service_id": _ID,
    "service_at_locations.location_id": _ID,
    "service_at_locations.location.id": _ID,
    "service_at_locations.location.location_type": ("address", *_PLACE, "attendance"),
    "service_at_locations.location.latitude": _PLACE,
    "service_at_locations.location.longitude": _PLACE,
    "service_at_locations.location.addresses.id": _ID,
    "service_at_locations.location.addresses.location_id": _ID,
    "service_at_locations.location.addresses.address_1": ("address", "location_precision"),
    "service_at_locations.location.addresses.city": ("address", *_PLACE),
    "service_at_locations.location.addresses.state_province": ("address", *_PLACE),
    "service_at_locations.location.addresses.postal_code": ("postcode", "location_precision"),
    "service_at_locations.location.addresses.country": (),
    "service_at_locations.location.addresses.address_type": (),
    "service_at_locations.location.accessibility.id": ("id", "accessibility"),
    "service_at_locations.location.accessibility.location_id": _ID,
    "service_at_locations.location.accessibility.description": ("accessibility",),
    "languages.id": _ID,
    "languages.service_id": _ID,
    "languages.name": ("languages",),
    "cost_options.id": _ID,
    "cost_options.service_id": _ID,
    "cost_options.option": _COST,
    "cost_options.amount": _COST,
    "contacts.id": _ID,
    "contacts.service_id": _ID,
    "contacts.phones.id": _ID,
    "contacts.phones.contact_id": _ID,
    "contacts.phones.number": ("phone",),
    "attributes.id": ("id", *ATTRIBUTE_FIELDS),
    "attributes.link_id": _ID,
    "attributes.link_type": ATTRIBUTE_FIELDS,
    "attributes.taxonomy_term_id": ATTRIBUTE_FIELDS,
    "attributes.taxonomy_term.id": ATTRIBUTE_FIELDS,
    "attributes.taxonomy_term.name": ATTRIBUTE_FIELDS,
    "attributes.taxonomy_term.description": ATTRIBUTE_FIELDS,
    "attributes.taxonomy_term.taxonomy": ATTRIBUTE_FIELDS,
    "attributes.taxonomy_term.term": ATTRIBUTE_FIELDS,
}
"""By the way to a value through a document, without the numbers of lists.

Of ``ATTRIBUTE_FIELDS`` each attribute says itself, in ``link_type``, which of them it is. What is of no field is the
same in all documents. A test holds that every value of a public document stands here with public fields alone.
"""
