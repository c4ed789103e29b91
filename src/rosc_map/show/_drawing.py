"""The paper that every chart is drawn on: one width, one type, the same bytes on each run and each machine."""

import base64
import io
import struct
import textwrap
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:  # matplotlib takes long to load: only who draws waits for it
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch
    from matplotlib.text import Text

__all__ = ["BLUE", "GRID", "INK", "LINE", "QUIET", "SMALL", "TYPE", "WIDTH", "Chart", "Sheet", "drawing", "wrapped"]

# Points. On a telephone the chart is 330 pixels wide: type of 13 points is 12 pixels high there.
WIDTH, TYPE, SMALL, LINE = 360.0, 13.0, 11.0, 17.0
INK, QUIET, GRID, BLUE = "#1a1a1a", "#4d4d4d", "#c9c9c9", "#0b5c8a"
_EDGE = 14.0
_DPI = 300
_FONT = "DejaVu Sans"  # it comes with matplotlib, so that each machine has it
# The settings of matplotlib are those of the whole program, and two people may ask for a chart at once.
_ONE_AT_A_TIME = threading.RLock()


class Chart:
    """One picture, twice, and the same in words; each is drawn when it is first asked for, for most want only one.

    Parameters
    ----------
    sheet
        What it is drawn on; nothing is added to it any more.
    text
        What is to be seen in it, with the denominators, for whoever does not see it.

    Attributes
    ----------
    title
        What it shows; it stands in the picture too.
    text
        As given.
    """

    def __init__(self, sheet: "Sheet", text: str) -> None:
        self.title = sheet.title
        self.text = text
        self._sheet = sheet

    @cached_property
    def svg(self) -> str:
        """The picture for a page: shapes only, no letters, no script, no address."""
        return self._sheet.as_svg()

    @cached_property
    def png(self) -> bytes:
        """The picture for slides."""
        return self._sheet.as_png()

    @property
    def png_without_foot(self) -> bytes:
        """The picture for a document: the words of its foot stand around it there."""
        return self._sheet.without_foot(self.png)

    @property
    def address(self) -> str:
        """The picture as an address that a page of ours may show: it holds the picture and leads nowhere."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.svg.encode()).decode()


@contextmanager
def drawing() -> Iterator[None]:
    """Draw with settings of our own, whatever the settings of this machine are."""
    import matplotlib as mpl
    from matplotlib import style

    ours: Any = {
        "svg.hashsalt": "rosc-map",
        "svg.fonttype": "path",
        "font.family": _FONT,
        "font.size": TYPE,
        "text.hinting": "no_hinting",  # at 300 dots an inch nobody sees it, and it takes a third of the time
        "text.parse_math": False,  # a "$" in a name is a "$"
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": QUIET,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "hatch.linewidth": 0.8,
    }
    with _ONE_AT_A_TIME, style.context("default"), mpl.rc_context(ours):
        yield


@cache
def _letters() -> frozenset[int]:
    from matplotlib.font_manager import findfont
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(findfont(_FONT)).get_charmap())


def _drawable(words: str) -> str:
    """Return the words with a mark in the place of each letter that the font does not have."""
    return "".join(letter if ord(letter) in _letters() else "\ufffd" for letter in " ".join(words.split()))


def wrapped(words: str, width: int, *, most: int = 2) -> list[str]:
    """Return the words in at most so many lines of so many letters; what is too long ends with "…"."""
    return textwrap.wrap(_drawable(words), width, max_lines=most, placeholder=" …") or [""]


def _as_png(picture: "np.ndarray[Any, np.dtype[np.uint8]]") -> bytes:
    """Pack a picture: large plain areas pack as well without PNG's filters, which take most of the time.

    Its points are rows of red, green, blue and perhaps how far one sees through, which is left out: the paper is white.
    """
    height, width = picture.shape[:2]
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # the first byte of a row says: no filter
    for colour in range(3):
        rows[:, 1 + colour :: 3] = picture[:, :, colour]
    dots_a_metre = round(_DPI / 0.0254)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"pHYs", struct.pack(">IIB", dots_a_metre, dots_a_metre, 1)),
        (b"IDAT", zlib.compress(rows.data, 2)),
        (b"IEND", b""),
    )
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


class Sheet:
    """A picture laid out in points from its top left corner: a title, a body, and a line at its foot.

    Parameters
    ----------
    title
        What stands above.
    foot
        What stands below, on the picture for slides alone: the page of a chart says it at its top. It may be "".
    body
        How high the part between is, in points.
    """

    def __init__(self, title: str, foot: str, body: float) -> None:
        from matplotlib.figure import Figure

        heads = wrapped(title, 41, most=3)
        self._feet = wrapped(foot, 58, most=14) if foot else []
        self._footed: list[Text] = []
        self.title = title
        self.top = 22 + LINE * 1.15 * len(heads)
        self._end = self.top + body + 4
        self.height = self._end + 14 * len(self._feet) + 4
        self.figure = Figure(figsize=(WIDTH / 72, self.height / 72), facecolor="white")
        self.paper: Axes = self.figure.add_axes((0, 0, 1, 1))
        self.paper.set_axis_off()
        self.paper.set_xlim(0, WIDTH)
        self.paper.set_ylim(self.height, 0)
        for at, line in enumerate(heads):
            self.write(_EDGE, 14 + LINE * 1.15 * at, line, weight="bold", size=14)

    def write(self, x: float, y: float, words: str, **look: Any) -> None:
        """Write words with their top at ``y``; they begin at ``x`` unless ``ha`` says else."""
        self.paper.text(x, y, words, **dict[str, Any]({"va": "top", "size": TYPE}, **look))

    def add(self, shape: "Patch") -> None:
        """Put a shape on the paper: it has its size, so the shape need not be measured, which takes long of a curve."""
        self.paper.add_artist(shape)

    def axes(self, x: float, y: float, width: float, height: float) -> "Axes":
        """Return axes in a box of the picture, for a chart with scales."""
        place = (x / WIDTH, 1 - (y + height) / self.height, width / WIDTH, height / self.height)
        axes: Axes = self.figure.add_axes(place)
        axes.tick_params(labelsize=SMALL, color=QUIET, labelcolor=INK)
        return axes

    def finish(self, text: str) -> Chart:
        """Return the chart."""
        self._footed = [
            self.paper.text(_EDGE, self._end + 14 * at, line, va="top", size=SMALL - 1, color=QUIET)
            for at, line in enumerate(self._feet)
        ]
        return Chart(self, text)

    def as_svg(self) -> str:
        """Return the picture without its foot, as a page shows it."""
        from matplotlib.transforms import Bbox

        svg = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        without_foot = Bbox.from_extents(0, (self.height - self._end) / 72, WIDTH / 72, self.height / 72)
        with drawing():
            self._show_foot(shown=False)
            self.figure.savefig(svg, format="svg", metadata=nothing, bbox_inches=without_foot)
        # Without its head, which names a file elsewhere; a page takes the picture as UTF-8 in any case.
        picture = svg.getvalue()
        return picture[picture.index("<svg") :]

    def as_png(self) -> bytes:
        """Return the picture with its foot, for slides."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        with drawing():
            self._show_foot(shown=True)
            self.figure.set_dpi(_DPI)
            canvas: Any = FigureCanvasAgg(self.figure)
            canvas.draw()
            return _as_png(np.asarray(canvas.buffer_rgba()))

    def without_foot(self, png: bytes) -> bytes:
        """Return what :meth:`as_png` gave without the foot, for a document, which says around it what the foot says."""
        from PIL import Image

        with Image.open(io.BytesIO(png)) as whole:
            return _as_png(np.asarray(whole)[: round((self._end + 4) / 72 * _DPI)])

    def _show_foot(self, *, shown: bool) -> None:
        for line in self._footed:
            line.set_visible(shown)
