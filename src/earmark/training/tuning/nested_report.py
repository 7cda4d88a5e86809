"""The report of a nested search: the score, what each fold chose, and whether they agree."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from earmark.evaluation.cards import main_figure, scored_count
from earmark.evaluation.terminal import percent
from earmark.training.tuning.study import Tried

if TYPE_CHECKING:
    from earmark.training.tuning.nested import Nested

LEFT = "the usual"  # a setting that is left to the recipe


def nested_report(found: "Nested") -> str:
    """The whole of `report.md`."""
    parts = [
        "# Nested tuning",
        "\n".join(f"- {line}" for line in nested_lines(found)),
        "## Outer folds",
        _folds(found),
        "## What was chosen",
        "One column a fold"
        + (
            ""
            if found.best is None
            else ", the last one by the search on all clips (`recipe.json`)"
        )
        + ".",
        _chosen(found),
        "Each fold's own search is told in its folder (`fold-1/report.md`, ...).",
    ]
    return "\n\n".join(parts) + "\n"


def nested_lines(found: "Nested") -> Sequence[str]:
    """What was found, in sentences."""
    lines = []
    done = len(found.folds)
    if found.scorecard is not None:
        figure, band = main_figure(found.scorecard)
        lines.append(
            f"Nested cross-validation: {figure} {percent(band)} on "
            f"{scored_count(found.scorecard)}, {done} outer folds, each tuned by itself on inner "
            "folds. Test parts chose nothing; this is the figure to trust."
        )
    if done < found.wanted:
        lines.append(f"{done} of {found.wanted} outer folds are finished; go on by --resume.")
    if found.gain is not None:
        low, high = 100 * found.gain.low, 100 * found.gain.high
        clear = "has zero in it" if low <= 0 <= high else "leaves zero out"
        lines.append(
            f"Tuned minus default on the same test clips: {100 * found.gain.value:+.1f} points "
            f"[{low:+.1f}, {high:+.1f}]; the interval {clear}."
        )
    elif done:
        lines.append("The default failed in a fold, so nothing is said of what tuning gains.")
    lines.append(_agreement([fold.tuned.best for fold in found.folds]))
    if found.best is not None and not found.interrupted:
        lines.append(
            f"Recipe: trial {found.best.number} of one more search by the same rules, on all "
            "clips. A score by it on these clips flatters."
        )
    elif done == found.wanted:
        lines.append("The search on all clips is not over, so there is no recipe yet.")
    return lines


def _agreement(chosen: Sequence[Tried]) -> str:
    """How far the folds chose the same: networks and front-ends by count, the rest as a range."""
    parts = []
    for name, values in _table(chosen).items():
        if all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
            low, high = min(values), max(values)
            parts.append(f"{name} {low:g}" if low == high else f"{name} {low:g} to {high:g}")
        elif len(Counter(map(str, values))) == 1:
            parts.append(f"{name} {_text(values[0])} in all")
        else:
            told = ", ".join(f"{v} in {n}" for v, n in Counter(map(_text, values)).most_common())
            parts.append(f"{name} {told}")
    return "What the folds chose: " + "; ".join(parts) + "."


def _table(chosen: Sequence[Tried]) -> dict[str, list[Any]]:
    """Each setting that any of them names, with its value in each."""
    flat = [_flat(one) for one in chosen]
    names = dict.fromkeys(name for one in flat for name in one)
    return {name: [one.get(name, LEFT) for one in flat] for name in names}


def _flat(one: Tried) -> dict[str, Any]:
    found: dict[str, Any] = {"model": one.model, "recipe": one.recipe}
    for name, value in one.overrides.items():
        if isinstance(value, Mapping):
            found |= {f"{name} {key}": inner for key, inner in value.items()}
        else:
            found[name] = value
    return found


def _folds(found: "Nested") -> str:
    rows = [
        "| fold | trial | on inner folds | on its test part | default there |",
        "|---|---|---|---|---|",
    ]
    for fold in found.folds:
        best, card = fold.tuned.best, fold.tuned.scorecard
        tested = "" if card is None else percent(main_figure(card)[1])
        usual = "" if fold.default is None else percent(main_figure(fold.default)[1])
        number = f"{best.number}" + (", the default" if best is fold.tuned.default else "")
        inner = "" if best.value is None else f"{100 * best.value:.1f} %"
        rows.append(f"| {fold.name} | {number} | {inner} | {tested} | {usual} |")
    return "\n".join(rows)


def _chosen(found: "Nested") -> str:
    chosen = [fold.tuned.best for fold in found.folds]
    heads = [fold.name for fold in found.folds]
    if found.best is not None:
        chosen, heads = [*chosen, found.best], [*heads, "all"]
    rows = [f"| setting | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for name, values in _table(chosen).items():
        rows.append(f"| `{name}` | {' | '.join(map(_text, values))} |")
    return "\n".join(rows)


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
