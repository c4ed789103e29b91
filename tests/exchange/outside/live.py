"""What the tests of fetching share: quick manners, and a made-up directory that pages as Open Referral does."""

from pathlib import Path
from typing import Any

from loopback import Asked, Loopback, Reply
from rosc_map.exchange.outside.fetching import FetchOptions, fetched_list
from rosc_map.exchange.outside.lists import Opened

QUICK = FetchOptions(
    connect_timeout=5,
    read_timeout=5,
    total_time=20,
    retries=1,
    back_off=0.001,
    longest_wait=0.5,
    seconds_between=0,
    inside=True,
)


def fetch(code: str, url: str, keep: Path, options: FetchOptions = QUICK, **more: Any) -> Opened:
    with fetched_list(code, url, keep=keep, options=options, **more) as opened:
        return opened


def files(keep: Path) -> list[Path]:
    return sorted(path for path in keep.rglob("*") if path.is_file())


def service(number: int, **more: Any) -> dict[str, Any]:
    name = f"Recovery café {number}" if number % 5 == 0 else f"Chess club {number}"
    return {"id": f"s-{number}", "name": name, "organization": {"id": "o", "name": "Made-up Trust"}} | more


class Directory:
    """Answers as a directory of ``size`` services, version 1 or 3; ``at`` replaces what it says at a path and page."""

    def __init__(self, size: int, version: int = 3, rows: list[dict[str, Any]] | None = None) -> None:
        self.rows = [service(number) for number in range(size)] if rows is None else rows
        self.version = version
        self.at: dict[tuple[str, str], Reply] = {}

    def __call__(self, asked: Asked) -> Reply:
        page = asked.params.get("page", "")
        if (asked.path, page) in self.at:
            return self.at[asked.path, page]
        if asked.path == "/api/services":
            return Reply(self.page(int(page), int(asked.params["per_page"])))
        if asked.path.startswith("/api/services/"):
            found = next((row for row in self.rows if str(row["id"]) == asked.path.split("/")[-1]), None)
            return Reply(found | {"contacts": []}) if found else Reply(status=404)
        if asked.path == "/api/" and self.version == 3:
            return Reply({"version": "HSDS-UK-3.0", "profile": "https://example.org/profile"})
        return Reply(status=404)

    def page(self, number: int, size: int) -> dict[str, Any]:
        rows = self.rows[(number - 1) * size : number * size]
        pages = -(-len(self.rows) // size)
        if self.version == 3:
            return {
                "total_items": len(self.rows),
                "total_pages": pages,
                "page_number": number,
                "size": size,
                "first_page": number == 1,
                "last_page": number >= pages,
                "empty": not rows,
                "contents": rows,
            }
        return {
            "totalElements": len(self.rows),
            "totalPages": pages,
            "number": number,
            "size": size,
            "first": number == 1,
            "last": number >= pages,
            "content": rows,
        }


def paths(server: Loopback) -> list[str]:
    return [f"{asked.path}?{asked.params['page']}" if "page" in asked.params else asked.path for asked in server.asked]
