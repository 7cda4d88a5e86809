"""What a training says before and after."""

import shlex
import sys
from typing import TYPE_CHECKING, NoReturn

from earmark.cli._console import print_json, print_problems, remark, stdout

if TYPE_CHECKING:
    from pathlib import Path

    from earmark.cli._progress import Bars
    from earmark.datasets import Dataset
    from earmark.training.compare import Compared
    from earmark.training.detection.run import DetectResult
    from earmark.training.detection.sources import Sources
    from earmark.training.find_rate import FoundRate
    from earmark.training.split_run import Result


def begin(dataset: "Dataset") -> "Bars":
    """Say what was found; return the progress bars."""
    from earmark.cli._progress import Bars
    from earmark.datasets.words import count

    remark(
        f"{count(len(dataset), 'clip')}, {count(len(dataset.classes), 'class')}, "
        + ("several labels a clip, " if dataset.multilabel else "")
        + (
            f"{count(len(set(dataset.groups)), 'group')} ({dataset.group_source})"
            if dataset.group_source
            else "no groups known: every file is its own (see --groups)"
        )
    )
    print_problems(dataset.problems)
    return Bars()


def begin_detection(sources: "Sources") -> "Bars":
    """Say what was found to learn a detector from; return the progress bars."""
    from earmark.cli._progress import Bars
    from earmark.datasets.words import count

    clips, recordings = sources.clips, sources.recordings
    if clips is not None:
        remark(
            f"{count(len(clips), 'isolated clip')}, {count(len(clips.classes), 'class')}: scenes "
            "are mixed from them"
        )
        print_problems(clips.problems)
    if recordings is not None:
        minutes = sum(recordings.durations_s) / 60
        events = sum(map(len, recordings.events))
        remark(
            f"{count(len(recordings), 'recording')} with {count(events, 'event')}, "
            f"{minutes:.1f} min"
        )
        print_problems(recordings.problems)
    if sources.corrected is not None:
        remark(sources.corrected.summary)
    return Bars()


def report_detection(result: "DetectResult", *, as_json: bool) -> None:
    """The score card, where everything is, and what to do next."""
    _report(result, "detect", as_json=as_json)


def report_training(result: "Result", *, as_json: bool) -> None:
    """The score card, where everything is, and what to do next."""
    _report(result, "predict", as_json=as_json)


def _report(result: "Result | DetectResult", verb: str, *, as_json: bool) -> None:
    if as_json:
        print_json(result.card.to_dict() | {"out": str(result.out)})
    else:
        from earmark.evaluation.cards import card_table

        console = stdout()
        console.print(card_table(result.card))
        console.print()
        lines = [("Run", str(result.out)), ("Model", str(result.models[0]))]
        if len(result.models) > 1:
            lines[1] = ("Models", f"{result.models[0]} and {len(result.models) - 1} more")
        lines.append(("Time", f"{result.seconds:.0f} s of training"))
        lines += _page(result.out)
        lines.append(("Logs", f"tensorboard --logdir {shlex.quote(str(result.out))}"))
        lines.append(("Next", f"earmark {verb} {shlex.quote(str(result.models[0]))} FILES..."))
        for name, text in lines:
            console.print(f"{name + ':':8}{text}", soft_wrap=True)
    if result.interrupted:
        remark("What was learned before the stop is scored and saved.", "yellow")
        stopped(result.out)


def report_comparison(compared: "Compared", *, as_json: bool) -> None:
    """The table, where everything is, and what to do next."""
    if as_json:
        print_json(compared.comparison.to_dict() | {"out": str(compared.out)})
    else:
        from earmark.evaluation.comparison import comparison_table

        console = stdout()
        console.print(comparison_table(compared.comparison))
        console.print()
        lines = [
            ("Folder", str(compared.out)),
            *_page(compared.out),
            ("Curves", str(compared.out / "curves.png")),
            ("Logs", f"tensorboard --logdir {shlex.quote(str(compared.out))}"),
        ]
        for name, text in lines:
            console.print(f"{name + ':':8}{text}", soft_wrap=True)
    if compared.interrupted:
        remark("What was finished before the stop is compared.", "yellow")
        stopped(compared.out)


def _page(out: "Path") -> list[tuple[str, str]]:
    """Where the report is, if it could be written."""
    page = out / "report.html"
    return [("Report", str(page))] if page.is_file() else []


def report_rate(found: "FoundRate", out: "Path", *, as_json: bool) -> None:
    """What each rule suggests, the choice and why, and where the picture is."""
    if as_json:
        print_json(found.to_dict() | {"out": str(out)})
        return
    from rich.table import Table

    console = stdout()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Rule")
    table.add_column("Rate", justify="right")
    choice = found.choice
    if choice is not None:
        for name, rate in choice.suggestions.items():
            table.add_row(name, f"{rate:.2g}")
    table.add_row("chosen", f"{found.rate:.2g}", style="bold")
    console.print(table)
    console.print()
    lines = [("Why", found.reason)]
    if (out / "learning_rate.png").exists():
        lines.append(("Picture", str(out / "learning_rate.png")))
    lines.append(("Numbers", str(out / "learning_rate.json")))
    lines.append(("Time", f"{found.seconds:.0f} s"))
    for name, text in lines:
        console.print(f"{name + ':':9}{text}", soft_wrap=True)


def stopped(out: "Path") -> NoReturn:
    """Say how to go on with a run that was stopped, and end with status 130."""
    place = shlex.quote(str(out))
    remark(
        f"Stopped. What is done is kept: go on by the same command with --out {place} --resume",
        "yellow",
    )
    sys.exit(130)
