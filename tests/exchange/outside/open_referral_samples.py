"""Made-up services in the shapes that directories really send: version 1, two of its dialects, and version 3.0."""

import datetime as dt
import uuid

from rosc_map.exchange.outside.lists import Opened, ReadOptions
from rosc_map.exchange.outside.open_referral import OpenReferral

DAY = dt.date(2026, 3, 1)


def key(number):
    return str(uuid.UUID(int=number))


def page_v1(*services, **more):
    said = {"totalElements": len(services), "totalPages": 1, "number": 1, "size": 50, "first": True, "last": True}
    return {**said, "content": list(services), **more}


def page_v3(*services, **more):
    said = {"total_items": len(services), "total_pages": 1, "page_number": 1, "size": 50, "last_page": True}
    return {**said, "contents": list(services), **more}


def read(*documents, host="", **options):
    return OpenReferral().read(Opened("list", documents=documents, host=host), ReadOptions(DAY, **options))


def values(**more):
    """Return the values of one service of version 3.0, and its notes."""
    service = {"id": key(1), "name": "Group", "status": "active", "organization": {"name": "Trust"}, **more}
    found = read(page_v3(service))
    return found.rows[0].values, [note.why for note in found.notes]


PLACECUBE = {
    "id": key(1),
    "name": "Example Recovery Café",
    "description": '<p data-block-key="x1">A caf&eacute; for people in recovery.</p><p>Open to all.</p>',
    "url": "www.example.org/cafe",
    "email": "hello@example.org",
    "status": "active",
    "fees": "",
    "assured_date": "2024-05-06",
    "assurer_email": "jane.person@example.org",
    "attending_type": "Venue",
    "attending_access": "Self referral",
    "deliverable_type": "Peer group",
    "organization": {"id": key(9), "name": "Example Trust", "description": "", "url": "", "logo": ""},
    "pc_metadata": {"date_created": "2020-01-01", "date_modified": "2024-06-07", "assured_by": "Jane Person"},
    "pc_targetAudience": [{"id": key(8), "audienceType": "Women"}],
    "pc_attendingAccess_additionalInfo": "Ring and ask for the duty worker.",
    "contacts": [
        {"id": key(7), "name": "Jane Person", "title": "Ms", "phones": [{"number": "Tel: 01632 960001 (day)"}]}
    ],
    "languages": [{"id": key(6), "language": "English"}, {"id": key(5), "language": "pl"}],
    "eligibilitys": [{"eligibility": "adult", "minimum_age": 18}],
    "service_taxonomys": [{"id": key(4), "taxonomy": {"name": "Drug and alcohol", "vocabulary": "esdServiceTypes"}}],
    "cost_options": [{"id": key(3), "option": "Tea", "amount": 0}],
    "service_areas": [{"id": key(2), "service_area": "Middlesbrough"}, {"service_area": "Ward 7"}],
    "regular_schedules": [
        {"opens_at": "10:00:00", "closes_at": "12:30:00", "freq": "WEEKLY", "interval": "1", "byday": "MO,TH"}
    ],
    "service_at_locations": [
        {
            "id": key(10),
            "location": {
                "name": "Example Hall",
                "latitude": "54.5742",
                "longitude": "-1.2350",
                "physical_addresses": [
                    {
                        "address_1": "1 High Street",
                        "city": "Middlesbrough",
                        "state_province": "North Yorkshire",
                        "postal_code": "ts12pa",
                        "country": "GB",
                        "attention": "Jane Person",
                    }
                ],
                "accessibility_for_disabilities": [{"accessibility": "Wheelchair accessible"}],
            },
        }
    ],
}

OUTPOST = {
    "id": 17,
    "name": "Example Drop-in",
    "description": "Help with alcohol.",
    "url": None,
    "min_age": 18,
    "max_age": None,
    "free": True,
    "needs_referral": False,
    "updated_at": "2026-01-02T03:04:05.000Z",
    "organisation": {"id": 3, "name": "Example Drop-in", "url": "https://example.org"},
    "contacts": [{"name": "Jane Person", "title": "Manager", "email": "jane@example.org", "phone": "01632 960002"}],
    "taxonomies": [{"id": 1, "name": "Health", "slug": "health", "parent_id": None}],
    "suitabilities": [{"name": "Learning disabilities"}],
    "regular_schedules": [{"id": 1, "weekday": "Monday", "opens_at": "09:00", "closes_at": "17:00"}],
    "locations": [
        {
            "id": 5,
            "name": "1 Secret Street",
            "address_1": "1 Secret Street",
            "city": "Aylesbury",
            "state_province": "Buckinghamshire",
            "postal_code": "HP20 1UY",
            "country": "GB",
            "geometry": {"type": "Point", "coordinates": [-0.8, 51.8]},
            "mask_exact_address": False,
            "accessibilities": [{"name": "Hearing loop", "slug": "hearing-loop"}],
        }
    ],
}

V3 = {
    "id": key(20),
    "organization_id": key(21),
    "name": "Example Meeting",
    "description": "Peer support.",
    "url": "https://example.org/meeting",
    "status": "temporarily closed",
    "fees": "By donation",
    "assured_date": "2026-02-01",
    "last_modified": "2026-02-03T10:00:00Z",
    "organization": {
        "id": key(21),
        "name": "Example Charity",
        "description": "x",
        "email": "office@example.org",
        "organization_identifiers": [
            {"identifier_scheme": "GB-COH", "identifier_type": "Company number", "identifier": "01234567"},
            {"identifier_scheme": "GB-CHC", "identifier_type": "Charity number", "identifier": "1234567"},
        ],
    },
    "schedules": [
        {"freq": "MONTHLY", "byday": "1MO,-1FR", "opens_at": "18:00", "closes_at": "00:00", "attending_type": "venue"},
        {"freq": "WEEKLY", "interval": 2, "byday": "TU", "opens_at": "19:00", "closes_at": "20:00"},
    ],
    "service_at_locations": [
        {"location": {"location_type": "virtual"}},
        {
            "location": {
                "location_type": "physical",
                "latitude": 100,
                "longitude": 101,
                "addresses": [
                    {"address_1": "PO Box 1", "city": "Leeds", "postal_code": "LS1 1AA", "address_type": "postal"},
                    {"address_1": "2 Low Road, Leeds LS1 3DL", "city": "Leeds", "postal_code": "", "address_type": ""},
                ],
            }
        },
        {"location": {"location_type": "physical", "addresses": [{"address_1": "3 Road", "city": "Leeds"}]}},
    ],
    "service_areas": [{"name": "here", "uri": "http://statistics.data.gov.uk/id/statistical-geography/E08000035"}],
}
