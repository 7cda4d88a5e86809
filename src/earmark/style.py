"""How every picture looks, and how it is written. matplotlib is loaded by who draws, not here.

Figures are made with the object interface, never pyplot, so no display and no global state is
touched. Colours for curves are Okabe & Ito's (https://jfly.uni-koeln.de/color/), which colour-blind
readers tell apart.
"""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark.errors import ConfigError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREY, INK = "#0072B2", "#D55E00", "#8A8F98", "#24292F"
FAINT = "#5A6069"  # of remarks
PALETTE = (BLUE, ORANGE, "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")
STYLE: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # ships with matplotlib, has the accents
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.edgecolor": "#C9CDD3",
    "axes.linewidth": 0.8,
    "font.size": 9,
}
STYLE_WITH_NAMES: Any = {**STYLE, "text.parse_math": False}  # a class or file may be named "$"
ENDINGS = (".png", ".svg", ".pdf")


def picture_path(path: str | Path) -> Path:
    """The path of a picture to be written.

    Raises:
        ConfigError: an ending that is not one of `ENDINGS`, or a folder.

    >>> picture_path("curves.svg").suffix
    '.svg'
    """
    chosen = Path(path)
    if chosen.suffix.lower() not in ENDINGS:
        raise ConfigError(
            f"the name of a picture must end in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}, "
            f"got {str(path)!r}"
        )
    if chosen.is_dir():
        raise ConfigError(f"{chosen}: a picture cannot be written there, it is a folder")
    return chosen


def save_figure(figure: "Figure", path: str | Path, *, dpi: int = 160, **options: Any) -> None:
    """Write a figure; the form of the file is that of its ending."""
    with warnings.catch_warnings():
        # A name in a script that no font here has is drawn as boxes; that is no user's fault.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(picture_path(path), dpi=dpi, facecolor="white", **options)


def quiet(axes: "Axes", title: str = "") -> None:
    """A panel with its title at the left and no more lines than needed."""
    axes.set_title(title, loc="left", fontsize=10, fontweight="bold")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#E6E8EB", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=8.5)


def printable(name: str) -> str:
    """A name that can be drawn: whatever is no character of a font becomes a mark of its own."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)


def shorten(name: str, most: int) -> str:
    """A name of at most so many characters, its end left out.

    >>> shorten("a-very-long-name", 8)
    'a-very-…'
    """
    return name if len(name) <= most else name[: most - 1] + "…"
