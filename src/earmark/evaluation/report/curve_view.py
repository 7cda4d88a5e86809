"""Panels of a run: learning curves, the learning-rate test, calibration, stress."""

from collections.abc import Mapping, Sequence
from typing import Any

from earmark.evaluation.report.charts import Line, Panel, panel
from earmark.evaluation.report.words import band, is_band, number, percent, title_of

Rows = Mapping[str, Sequence[float]]


def learning(histories: Sequence[Mapping[str, Any]], called: str = "accuracy") -> list[Panel]:
    """Loss, accuracy and other shares over the epochs; of several folds each is a thin line.

    A history has `name` and `columns`, a list of values for each name. `called` is for accuracy.
    """
    panels = []
    names = {column.partition("_")[2] for history in histories for column in history["columns"]}
    others = sorted(name for name in names if name.endswith("f1") or name.startswith("psds"))
    for what, share in (("loss", False), *((name, True) for name in ("accuracy", *others))):
        lines: list[Line] = []
        for part, kind in (("train", "second"), ("validation", "main"), ("test", "warm")):
            column = f"{part}_{what}"
            for number_, history in enumerate(histories):
                columns: Rows = history["columns"]
                if column in columns:
                    name = part if number_ == 0 else ""
                    lines.append(Line(name, columns["epoch"], columns[column], kind))
        if lines:
            many = f", {len(histories)} folds" if len(histories) > 1 else ""
            panels.append(
                panel(
                    title_of(called if what == "accuracy" else what) + many,
                    lines,
                    x_name="epoch",
                    y_range=(0.0, 1.0) if share else None,
                    share=share,
                    summary="; ".join(_ends(line, share) for line in lines if line.name),
                )
            )
    return panels


def _ends(line: Line, share: bool) -> str:
    def text(value: float) -> str:
        return percent(value) if share else f"{value:.3g}"

    return f"{line.name} from {text(line.y[0])} to {text(line.y[-1])}"


def rate(found: Mapping[str, Any]) -> Panel | None:
    """The loss of the range test against the rate; None where the rate was given."""
    rates, losses = found.get("rates"), found.get("losses") or found.get("loss")
    if not rates or not losses:
        return None
    smooth = found.get("smoothed") or found.get("smooth")
    lines = [Line("loss", rates, losses, "second" if smooth else "main")]
    if smooth:
        lines.append(Line("smoothed", rates, smooth, "main"))
    marks = [(found["rate"], f"chosen {found['rate']:.2g}")] if number(found.get("rate")) else []
    known = sorted(value for value in losses if number(value))
    top = 1.15 * known[int(0.9 * (len(known) - 1))]  # where it blows up, there is nothing to see
    bottom = known[0] - 0.1 * (top - known[0])
    return panel(
        "Learning-rate test",
        lines,
        x_name="learning rate",
        y_range=(bottom, top) if top > bottom else None,
        log_x=True,
        marks=[mark for mark in marks if rates[0] <= mark[0] <= rates[-1]],
        summary=str(found.get("reason", "")),
    )


def reliability(bins: Sequence[Mapping[str, float]]) -> Panel | None:
    """How often it was right, for each bin of how sure it was, as a score card has them."""
    if not bins:
        return None
    return panel(
        "How often it was right",
        [
            Line("perfect", [0, 1], [0, 1], "guide"),
            Line(
                "clips",
                [one["confidence"] for one in bins],
                [one["right"] for one in bins],
                low=[one["right_low"] for one in bins],
                high=[one["right_high"] for one in bins],
                points=True,
            ),
        ],
        x_name="how sure it was",
        y_range=(0.0, 1.0),
        share=True,
        share_x=True,
        summary="; ".join(
            f"{percent(one['confidence'], 0)} sure: {percent(one['right'], 0)} right of "
            f"{one['count']:.0f}"
            for one in bins
        ),
    )


def stress(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A panel for each way of harm of `earmark stress`, with the sentence beneath it."""
    drawn = []
    for way in found.get("degradations") or ():
        levels = [one for one in way.get("levels") or () if is_band(one.get("accuracy"))]
        numbered = [one for one in levels if number(one.get("level"))]
        if len(numbered) < 2:
            continue
        xs = [one["level"] for one in numbered]
        unit, title = str(way.get("unit", "")), str(way.get("title") or way.get("name", ""))
        lines = [
            Line("as it is", [min(xs), max(xs)], [calm["accuracy"]["value"]] * 2, "guide")
            for calm in levels
            if calm.get("undisturbed")
        ]
        lines.append(
            Line(
                "accuracy",
                xs,
                [one["accuracy"]["value"] for one in numbered],
                low=[one["accuracy"]["low"] for one in numbered],
                high=[one["accuracy"]["high"] for one in numbered],
            )
        )
        breaks = [one["level"] for one in way.get("breaks_at") or () if number(one.get("level"))]
        worst = min(numbered, key=lambda one: one["accuracy"]["value"])
        said = "loses ten points at " + " and ".join(f"{at:g} {unit}" for at in breaks)
        said = (said if breaks else "holds within ten points").strip()
        lowest = f"lowest {percent(worst['accuracy']['value'])} at {worst['level']:g} {unit}"
        shown = panel(
            title[:1].upper() + title[1:],
            lines,
            x_name=unit,
            y_range=(0.0, 1.0),
            share=True,
            backwards=xs[0] > xs[-1],
            marks=[(at, "") for at in breaks],
            summary=f"{said}; {lowest.strip()} ({band(worst['accuracy'])})",
        )
        drawn.append({"panel": shown, "said": f"{said[:1].upper()}{said[1:]}; {lowest.strip()}."})
    return drawn
