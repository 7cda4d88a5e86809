"""A comparison as a document: its table and tests, and the document of each network's run."""

from pathlib import Path
from typing import Any

from earmark.errors import ConfigError
from earmark.evaluation.report.words import is_band, percent
from earmark.inference.report.files import Folder
from earmark.inference.report.listen import Budget
from earmark.inference.report.run import RUN, gather_run

COMPARISON = "comparison.json"
MISTAKES = 3  # of each network


def gather_comparison(
    place: Path, budget: Budget | None, data: Path | None = None
) -> dict[str, Any]:
    """The document of a comparison; a network whose folder is damaged is told and left out."""
    remarks: list[str] = []
    folder = Folder(place, remarks)
    comparison = folder.mapping(COMPARISON)
    networks = (comparison or {}).get("networks")
    if not networks or not all(is_band(one.get("accuracy")) for one in networks):
        raise ConfigError(f"{place / COMPARISON}: not readable as a comparison; run it again")
    assert comparison is not None
    settings = (folder.mapping("compare.json") or {}).get("settings") or {}
    runs = []
    order = sorted(networks, key=lambda one: -one["accuracy"]["value"])
    for network in order:
        inner = place / f"{network.get('model', '')}-{network.get('recipe', '')}"
        if not (inner / RUN).is_file():
            remarks.append(f"{network['name']}: its folder {inner.name} is not there")
            continue
        try:
            run = gather_run(inner, budget, data, mistakes=MISTAKES)
        except ConfigError as error:
            remarks.append(f"{network['name']} is left out: {error}")
            continue
        runs.append({**run, "title": network["name"]})
    first: dict[str, Any] = runs[0] if runs else {}
    name = Path(str(settings.get("dataset", place.name))).name or place.name
    return {
        "kind": "comparison",
        "title": f"{name}: {len(networks)} networks compared",
        "subtitle": "Report of a comparison",
        "said": _said(comparison, order),
        "remarks": remarks,
        "grouped_by": first.get("grouped_by", ""),
        "comparison": comparison,
        "data": first.get("data"),
        "audit": folder.mapping("audit.json") or first.get("audit"),
        "split": first.get("split"),
        "model": first.get("model"),
        "runs": runs,
        "pictures": {"Curves": "curves.png"} if (place / "curves.png").is_file() else {},
        "repeat": _repeat(place, folder, first, networks),
    }


def _said(comparison: dict[str, Any], order: list[dict[str, Any]]) -> str:
    """The best network, which of the others it is told from, and what is trivial."""
    best = order[0]
    text = f"{best['name']} scores highest: {percent(best['accuracy']['value'])}."
    names = {one["name"] for one in order}
    level = [
        (set(test_names) - {best["name"]}).pop()
        for test in comparison.get("paired") or ()
        if best["name"] in (test_names := (test["first"], test["second"]))
        and not test["told_apart"]
    ]
    networks = [name for name in level if name in names]
    trivial = [name for name in level if name not in names]
    if networks:
        text += f" It is not told apart from {', '.join(networks)}."
    elif len(order) > 1:
        text += " It is told apart from all others."
    if trivial:
        text += f" It is not shown to beat the baseline {', '.join(trivial)}."
    return text


def _repeat(
    place: Path, folder: Folder, first: dict[str, Any], networks: list[dict[str, Any]]
) -> dict[str, Any]:
    """The typed command, or one put together from the settings of the networks."""
    typed = (folder.mapping("compare.json") or {}).get("command")
    built = (first.get("repeat") or {}).get("commands") or ["earmark train DIR"]
    words = built[0].split(" --model ")[0].replace("earmark train", "earmark compare", 1)
    models = ",".join(f"{one['model']}:{one['recipe']}" for one in networks)
    line = typed or f"{words} --models {models}"
    report = f"earmark report {place}"
    said = (first.get("repeat") or {}).get("said", "") if not typed else ""
    return {
        "commands": [line, report],
        "said": said,
        "facts": [
            pair
            for pair in (first.get("repeat") or {}).get("facts", ())
            if pair[0] in ("Earmark", "torch", "Dataset", "Groups", "Seed")
        ],
    }
