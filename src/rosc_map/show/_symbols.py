"""One symbol for each asset type: a shape and a colour, so that neither has to be seen alone.

Colours: Okabe and Ito, "Color universal design" (2008), and a grey; the dark outline gives the 3 : 1 that WCAG asks of
graphics. Shapes are paths about (0, 0) with a radius of about 10, drawn by the legend (SVG) and the map (canvas) alike.
"""

from dataclasses import dataclass

__all__ = ["Symbol", "symbol"]


@dataclass(frozen=True)
class Symbol:
    """A shape and its colour."""

    path: str
    colour: str


_CIRCLE = "M9 0A9 9 0 1 1-9 0A9 9 0 1 1 9 0Z"
_SYMBOLS = {
    "lero": Symbol(_CIRCLE, "#0072b2"),
    "lived_experience_initiative": Symbol("M0-11L10 0L0 11L-10 0Z", "#56b4e9"),
    "recovery_support": Symbol("M-8-8H8V8H-8Z", "#009e73"),
    "mutual_aid": Symbol("M0-10L9.5 7H-9.5Z", "#e69f00"),
    "treatment": Symbol("M-4-10H4V-4H10V4H4V10H-4V4H-10V-4H-4Z", "#d55e00"),
    "recovery_housing": Symbol("M0-10L10-1V9H-10V-1Z", "#cc79a7"),
    "domestic_abuse_refuge": Symbol("M0 10L9.5-7H-9.5Z", "#333333"),
    "community": Symbol("M-5-9H5L10 0L5 9H-5L-10 0Z", "#f0e442"),
    "partner_service": Symbol(
        "M0-4.5L5.5-10L10-5.5L4.5 0L10 5.5L5.5 10L0 4.5L-5.5 10L-10 5.5L-4.5 0L-10-5.5L-5.5-10Z", "#999999"
    ),
}
_OTHER = Symbol(_CIRCLE, "#ffffff")


def symbol(asset_type: str) -> Symbol:
    """Return the symbol of an asset type; a white circle for one that the codelist does not hold."""
    return _SYMBOLS.get(asset_type, _OTHER)
