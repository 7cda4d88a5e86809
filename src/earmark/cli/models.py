"""`earmark models`: the networks, what they need and what they cost."""

from enum import StrEnum
from typing import Annotated

import typer

from earmark.cli._console import need, print_json, stdout


class Format(StrEnum):
    """How the list is printed."""

    table = "table"
    json = "json"


def models(
    classes: Annotated[int, typer.Option(min=2, help="Classes to count parameters for.")] = 8,
    format: Annotated[Format, typer.Option(help="How it is printed.")] = Format.table,  # noqa: A002
) -> None:
    """List the networks, their recipes and what they cost."""
    need("torch", "models")
    import dataclasses

    from earmark.models import DETECTORS, MODELS, describe, describe_detector

    infos = [describe(name, recipe, classes) for name in MODELS for recipe in MODELS[name].recipes]
    infos += [
        describe_detector(name, recipe, classes)
        for name in DETECTORS
        for recipe in DETECTORS[name].recipes
    ]
    if format is Format.json:
        print_json([dataclasses.asdict(info) for info in infos])
        return
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("model", "recipe", "front-end"):
        table.add_column(heading)
    for heading in ("window", "parameters", "GMAC"):
        table.add_column(heading, justify="right")
    for info in infos:
        frames, bins = info.input_shape
        table.add_row(
            info.name,
            info.recipe,
            f"{info.frontend} {frames}x{bins}",
            f"{info.window_s:.1f} s",
            f"{info.parameters:,}",
            f"{info.gmac:.3f}",
        )
    console = stdout()
    console.print(table)
    for name, summary in {info.name: info.summary for info in infos}.items():
        console.print(f"{name}: {summary}")
    detectors = ", ".join(DETECTORS)
    console.print(f"\nTo be trained with --task detect: {detectors}. All others classify.")
    console.print(f"Parameters for {classes} classes; GMAC is the cost of one window.")
