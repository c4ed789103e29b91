"""The public map in the pages of others, and which pages those may be."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from rosc_map.records import Audience
from rosc_map.web.forms import Form
from rosc_map.web.output_cache import Made
from rosc_map.web.output_files import OutputFile, Wanted
from rosc_map.web.pages import page
from rosc_map.web.refused import NotThere
from rosc_map.web.site import Site
from rosc_map.web.visitor import Admin, Visitor

__all__ = ["router"]

router = APIRouter()

_HOSTS = "embed hosts"
_MOST_HOSTS = 50
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ORIGIN = re.compile(rf"https://{_LABEL}(?:\.{_LABEL})*(?::[1-9][0-9]{{0,4}})?")
_LONGEST_ORIGIN = 300
_LAST_PORT = 65_535
_ABOUT = "embedding"
_PLAIN = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
_TAKES_PACKED = re.compile(r"(?:^|,)\s*gzip\s*(?:,|$|;\s*q=(?:1|0\.0*[1-9]))")
_PAGE = "map.html"
_MAP = Wanted("map", Audience.PUBLIC, ("", "lero"))


def _who_decides(visitor: Admin) -> Visitor:
    # Without accounts nobody but one person is let in, and so no page of others could show the map.
    if not visitor.signed_in:
        raise NotThere
    return visitor


Deciding = Annotated[Visitor, Depends(_who_decides)]


@router.get("/embed/map")
def show_map(request: Request) -> Response:
    """Show the public map to a page that may have it in itself; nothing hangs on who asks."""
    site: Site = request.app.state.site
    hosts = _hosts(site)
    if not hosts:
        raise NotThere
    shown = site.outputs.ask(_MAP)
    answer = (_the_map(request, site, shown.made) if shown.made else None) or _not_yet(request, shown.why)
    # Either ends with who may have it in a frame, and nobody else's word counts here.
    policy = answer.headers["Content-Security-Policy"].rpartition("; frame-ancestors ")[0]
    answer.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors {' '.join(hosts)}"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _not_yet(request: Request, why: str) -> Response:
    answer = page(request, "embedding/waiting.html", status=503, why=why)
    answer.headers["Retry-After"] = "60" if why else "10"
    answer.headers["Content-Security-Policy"] = _PLAIN
    return answer


def _the_map(request: Request, site: Site, made: Made) -> Response | None:
    """Return the map, or that it is still the same; None where it was taken away this moment."""
    packed = bool(_TAKES_PACKED.search(request.headers.get("accept-encoding", "").lower()))
    file = next(each for each in made.files if each.name == _PAGE)
    if request.headers.get("if-none-match", "").removeprefix("W/") == _mark(file, packed=packed):
        return Response(status_code=304, headers=_headers(file, packed=packed))
    found = site.outputs.file(Audience.PUBLIC, _MAP.slug, _PAGE, packed=packed)
    if found is None:
        return None
    newest, content = found
    return Response(content, media_type="text/html", headers=_headers(newest, packed=packed))


def _mark(file: OutputFile, *, packed: bool) -> str:
    return f'"{file.mark}-gzip"' if packed else f'"{file.mark}"'


def _headers(file: OutputFile, *, packed: bool) -> dict[str, str]:
    headers = {"ETag": _mark(file, packed=packed), "Cache-Control": "public, max-age=60", "Vary": "Accept-Encoding"}
    headers["Content-Security-Policy"] = file.policy
    return headers | ({"Content-Encoding": "gzip"} if packed else {})


@router.get("/embedding")
def ask_where(request: Request, visitor: Deciding) -> Response:
    """Show which sites may have the map in their pages, and the line for such a page."""
    return _where(request, visitor, "\n".join(_hosts(visitor.site)), {})


@router.post("/embedding")
def decide(request: Request, visitor: Deciding, form: Form) -> Response:
    """Keep which sites may."""
    typed = form.one("hosts")
    hosts, wrong = _read(typed)
    if wrong:
        return _where(request, visitor, typed, {"hosts": wrong})
    visitor.people.set_setting(_HOSTS, "\n".join(hosts))
    visitor.site.said_after.keep(visitor.name, _ABOUT, ["Saved."])
    return RedirectResponse("/embedding", 303)


def _where(request: Request, visitor: Visitor, typed: str, errors: dict[str, str]) -> Response:
    return page(
        request,
        "embedding/hosts.html",
        status=422 if errors else 200,
        typed=typed,
        errors=errors,
        hosts=_hosts(visitor.site),
        address=f"{visitor.site.settings.url.rstrip('/')}/embed/map",
        said=" ".join(visitor.site.said_after.take(visitor.name, _ABOUT)),
    )


def _hosts(site: Site) -> list[str]:
    return site.people.setting(_HOSTS).split()


def _read(typed: str) -> tuple[list[str], str]:
    """Return the sites that were typed, a line each, or what is wrong with the first that cannot be taken."""
    lines = [line.strip().lower().removesuffix("/") for line in typed.splitlines()]
    hosts = list(dict.fromkeys(line for line in lines if line))
    if len(hosts) > _MOST_HOSTS:
        return [], f"These are {len(hosts)} sites. Write at most {_MOST_HOSTS}."
    wrong = next((host for host in hosts if not _is_origin(host)), "")
    if wrong:
        shown = wrong if len(wrong) <= _LONGEST_ORIGIN else f"{wrong[:_LONGEST_ORIGIN]}…"
        return (
            [],
            f"“{shown}” is not the start of a safe address. Write it like https://www.example.org, one on a line.",
        )
    return hosts, ""


def _is_origin(host: str) -> bool:
    if len(host) > _LONGEST_ORIGIN or not _ORIGIN.fullmatch(host):
        return False
    port = host.removeprefix("https://").partition(":")[2]
    return not port or int(port) <= _LAST_PORT
