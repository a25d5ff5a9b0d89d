"""What every chart is drawn on and with: small PNGs, the same bytes for the same figures."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from alerts.wording import shorten

WIDTH: Final = 552
_HEIGHT: Final = 340
_DOTS: Final = 200
_COLOURS: Final = 32
_TEXT: Final = 13
# Shipped with matplotlib, so that every machine draws the same bytes.
_FONT: Final = "DejaVu Sans"
INK, QUIET, PALE, BAND, HOT, COOL = "#0b0c0c", "#505a5f", "#b1b4b6", "#eef3f7", "#b10e1e", "#1d70b8"
MOST_LABELLED: Final = 3
_LONGEST_LABEL: Final = 18


@dataclass(frozen=True)
class Chart:
    """A chart for an email.

    width, height: as shown, in pixels; the PNG has twice as many each way, for sharp screens.
    alternative_text: the finding in words.
    """

    name: str
    title: str
    png: bytes
    alternative_text: str
    width: int = WIDTH
    height: int = _HEIGHT

    @property
    def content_id(self) -> str:
        return f"{self.name}@digest"


def new_canvas(left: float, bottom: float, right: float, top: float) -> tuple[Figure, Axes]:
    """An empty figure and its axes; their sides as shares of its width and height."""
    # Not by pyplot, which keeps every figure of the process.
    figure = Figure(figsize=(WIDTH / 100, _HEIGHT / 100), dpi=_DOTS, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((left, bottom, right - left, top - bottom))
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(PALE)
    axes.tick_params(labelsize=_TEXT, labelcolor=QUIET, labelfontfamily=_FONT, color=PALE)
    return figure, axes


def lettering(colour: str) -> dict[str, Any]:
    """How text in a chart is written."""
    # Without mathematics, so that a dollar sign in a name stays one.
    return {"color": colour, "fontsize": _TEXT, "fontfamily": _FONT, "parse_math": False}


def space_labels(values: Sequence[float], least: float, lowest: float = -math.inf) -> list[float]:
    """Places for labels near falling values, at least so far from each other, none below ``lowest``."""
    # Downwards first, each label under the one before; what then lies too low is pushed up again from the bottom.
    places: list[float] = []
    for value in values:
        places.append(min(value, places[-1] - least) if places else float(value))
    floor = lowest
    for position in reversed(range(len(places))):
        places[position] = max(places[position], floor)
        floor = places[position] + least
    return places


def drawable_name(name: str, code: str) -> str:
    """The name with the letters the font is sure to have; the code where nothing is left of it."""
    kept = "".join(letter for letter in name if letter.isprintable() and ord(letter) < 0x250).strip()
    return shorten(kept or code, _LONGEST_LABEL)


def encode_png(figure: Figure) -> bytes:
    """The figure as a PNG of few colours: small, and without the name or date of its maker."""
    canvas: Any = figure.canvas
    canvas.draw()
    picture = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba()).convert("RGB")
    small = picture.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    data = BytesIO()
    small.save(data, "PNG", compress_level=6)
    return data.getvalue()
