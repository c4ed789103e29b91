"""One small made-up file of each format of lists that others publish, as its publisher would save it."""

import csv
import io
import json
import uuid

_HALL = {"location": "Example Hall", "formatted_address": "1 High Street, Middlesbrough, TS1 2PA, UK"}
_PAGE = "https://www.example.org/meetings/"
_ADDRESS = {"address_1": "1 High Street", "city": "Middlesbrough", "postal_code": "TS1 2PA"}


def _service(number, name, **more):
    return {
        "id": str(uuid.UUID(int=number)),
        "name": name,
        "description": "- For people in recovery from alcohol\n- and drugs",
        "status": "active",
        "organization": {"id": "o", "name": "Example Trust"},
        "service_at_locations": [{"location": {"addresses": [_ADDRESS]}}],
        "phones": [{"number": "+44 1632 960001"}],
        "url": "https://www.example.org",
        **more,
    }


_SERVICES = [_service(1, "Example Recovery Café"), _service(2, "+44 Recovery; drugs | alcohol", url="n/a")]
_OPEN_REFERRAL = {
    "total_items": 2, "total_pages": 1, "page_number": 1, "size": 2, "last_page": True, "contents": _SERVICES,
}  # fmt: skip
_MEETING_GUIDE = [
    {"name": "Hope", "slug": "hope", "day": 1, "time": "19:00", "types": ["O", "X"], **_HALL, "url": f"{_PAGE}hope"},
    {
        "name": "Late",
        "slug": "late",
        "day": [2, 4],
        "time": "22:30",
        "end_time": "23:59",
        **_HALL,
        "url": f"{_PAGE}late",
    },
]
_BMLT = {
    "meetings": [
        {
            "id_bigint": "1", "weekday_tinyint": "1", "start_time": "19:00:00", "duration_time": "01:30:00",
            "meeting_name": "Sunday Example", "location_text": "Example Hall", "location_street": "1 High Street",
            "location_municipality": "Middlesbrough", "location_postal_code_1": "TS1 2PA", "latitude": "54.575",
            "longitude": "-1.235", "formats": "O", "venue_type": "1", "published": "1",
            "root_server_uri": "https://na.example.org/main",
        }
    ],
    "formats": [{"key_string": "O", "id": "3", "world_id": "OPEN"}],
}  # fmt: skip
_ALISS = {
    "meta": {},
    "count": 1,
    "data": [
        {
            "id": "8f3c1c5e-8f4f-4d3e-9a0a-3b1f6c0f7a11",
            "name": "Example alcohol service",
            "description": "Help with alcohol.",
            "aliss_url": "https://www.aliss.org/services/1",
            "service_areas": [{"code": "E06000002", "name": "Middlesbrough"}],
            "last_updated": "2026-01-01T00:00:00",
            "last_reviewed": "2026-02-01",
            "locations": [{"street_address": "1 High Street", "locality": "Middlesbrough", "postal_code": "TS1 2PA"}],
        }
    ],
}
_OSM = {
    "osm3s": {"timestamp_osm_base": "2026-05-01T00:00:00Z"},
    "elements": [
        {
            "type": "node", "id": 1, "lat": 54.575, "lon": -1.235,
            "tags": {
                "name": "Example Community Centre", "amenity": "community_centre", "phone": "+44 1632 960001",
                "opening_hours": "Mo-Fr 09:00-17:00; Sa 10:00-12:00",
            },
        }
    ],
}  # fmt: skip
_MAP = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature", "id": 7, "geometry": {"type": "Point", "coordinates": [-1.235, 54.575]},
            "properties": {"name": "Example Garden", "type": "community", "phone": "+44 1632 960001"},
        }
    ],
}  # fmt: skip
_REGISTER = {
    "Name": "Example Hub", "Also known as": "", "Address": "1 High Street, Middlesbrough", "Postcode": "TS1 2PA",
    "Phone number": "1632960001", "Service's website (if available)": "www.example.org",
    "Service types": "Community services - Substance abuse", "Date of latest check": "01/02/2026",
    "Specialisms/services": "Substance misuse problems", "Provider name": "Example Trust",
    "Local authority": "Middlesbrough", "Region": "North East",
    "Location URL": "https://www.cqc.org.uk/location/1-1000000001",
    "CQC Location ID (for office use only)": "1-1000000001", "CQC Provider ID (for office use only)": "1-1",
}  # fmt: skip


def _cqc():
    out = io.StringIO(newline="")
    lines = [["CQC Locations data"], [], ["This data was produced on 19 August 2026"], []]
    csv.writer(out).writerows([*lines, list(_REGISTER), list(_REGISTER.values())])
    return out.getvalue()


SAMPLES = {
    "oruk": ("services.json", json.dumps(_OPEN_REFERRAL)),
    "meeting-guide": ("meetings.json", json.dumps(_MEETING_GUIDE)),
    "bmlt": ("bmlt.json", json.dumps(_BMLT)),
    "aliss": ("aliss.json", json.dumps(_ALISS)),
    "osm": ("osm.json", json.dumps(_OSM)),
    "gis": ("map.geojson", json.dumps(_MAP)),
    "cqc": ("register.csv", _cqc()),
}
"""By the code of its reader: the name of the file, and what is in it."""
