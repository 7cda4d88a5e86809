"""`earmark predict`: labels and probabilities of files."""

import csv
import sys
import textwrap
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli._console import print_json, printable, stderr, stdout

if TYPE_CHECKING:
    from earmark.inference.model import Prediction


LONGEST_LABEL = 20  # characters of a label in a column


class Format(StrEnum):
    """How predictions are printed."""

    table = "table"
    csv = "csv"
    json = "json"


def predict(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="Folder of a saved model.")],
    files: Annotated[
        list[Path], typer.Argument(metavar="FILES", help="Sounds, or folders of them.")
    ],
    always_answer: Annotated[
        bool,
        typer.Option(
            "--always-answer", help="Answer a class also for sounds unlike all training sounds."
        ),
    ] = False,
    precision: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="Answer only what is right with this share; see docs."),
    ] = None,
    recall: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="Answer from where this share of a class is found."),
    ] = None,
    format: Annotated[Format, typer.Option(help="How it is printed.")] = Format.table,  # noqa: A002
) -> None:
    """Say what is heard in files of any length.

    A sound unlike those of the training is answered: unknown. With --precision or --recall, so is
    one whose best class does not reach its threshold (earmark thresholds shows them).

    A file that cannot be read is told and does not stop the others; the exit status is 1 if no
    file could be read at all.

    \b
    Examples:
      earmark predict runs/sounds-resnet/model new.wav other.mp3
      earmark predict runs/sounds-resnet/model recordings --format csv > all.csv
      earmark predict runs/sounds-resnet/model recordings --precision 0.95
    """
    from earmark.cli._files import sounds
    from earmark.inference.model import load

    loaded = load(model)
    thresholds = None
    if precision is not None or recall is not None:
        found = loaded.thresholds(precision=precision, recall=recall)
        thresholds = {row.label: row.threshold for row in found}
        never = [row.label for row in found if row.threshold is None]
        if never:
            stderr().print(
                f"never answered, as no validation clip showed how: {', '.join(never)}",
                style="yellow",
                markup=False,
            )
    failed = read = 0

    def counted(predictions: "Iterable[Prediction]") -> "Iterator[Prediction]":
        nonlocal failed, read
        for prediction in predictions:
            failed += prediction.error is not None
            read += prediction.error is None
            yield prediction

    paths = list(sounds(files))
    predictions = counted(
        loaded.predictions(paths, unknown=not always_answer, thresholds=thresholds)
    )
    if format is Format.json:
        print_json([prediction.to_dict() for prediction in predictions])
    elif format is Format.csv:
        _csv(predictions, list(loaded.config.classes), several=loaded.multilabel)
    else:
        _table(predictions, list(map(str, paths)), list(loaded.config.classes))
    if failed:
        stderr().print(f"{failed} of {failed + read} files could not be read", style="yellow")
    if not read:
        raise typer.Exit(1)


def _csv(predictions: "Iterable[Prediction]", classes: list[str], *, several: bool) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    labels = ["labels"] if several else []
    writer.writerow(
        ["path", "label", "score", *labels, *classes, "nearest", "familiarity", "error"]
    )
    for prediction in predictions:
        scores = [f"{prediction.scores[label]:.6f}" for label in classes if prediction.scores]
        writer.writerow(
            [
                prediction.path,
                prediction.label or "",
                "" if prediction.score is None else f"{prediction.score:.6f}",
                *([] if prediction.labels is None else [";".join(prediction.labels)]),
                *(scores or [""] * len(classes)),
                prediction.nearest or "",
                "" if prediction.familiarity is None else f"{prediction.familiarity:.4f}",
                prediction.error or "",
            ]
        )


def _table(predictions: "Iterable[Prediction]", names: list[str], classes: list[str]) -> None:
    """A line a file, as soon as it is known: in columns on a terminal, else parted by tabs."""
    if sys.stdout.isatty():
        _columns(predictions, names, classes)
        return
    for prediction in predictions:
        name = printable(prediction.path)
        if prediction.error is not None:
            sys.stdout.write(f"{name}\terror\t{_reason(prediction)}\n")
        elif prediction.is_unknown:
            sys.stdout.write(f"{name}\tunknown\t({_nearest(prediction)})\n")
        elif prediction.labels is not None:
            sys.stdout.write(f"{name}\t{_found(prediction)}\t({_others(prediction)})\n")
        else:
            score = 100 * (prediction.score or 0)
            others = _others(prediction)
            sys.stdout.write(f"{name}\t{prediction.label}\t{score:.1f} %\t({others})\n")
        sys.stdout.flush()


def _columns(predictions: "Iterable[Prediction]", names: list[str], classes: list[str]) -> None:
    from rich.text import Text

    console = stdout()
    longest = max(len(printable(name)) for name in names)
    name_width = min(longest, max(console.width // 2 - 4, 12))
    label_width = min(max(map(len, [*classes, "unknown"])), LONGEST_LABEL)
    for prediction in predictions:
        name = printable(prediction.path)
        if len(name) > name_width:
            name = "…" + name[1 - name_width :]  # the end of a path tells more
        line = Text(f"{name:{name_width}}  ")
        if prediction.error is not None:
            indent = "\n" + " " * (name_width + 2)
            room = max(console.width - name_width - 2, 20)
            told = textwrap.wrap(f"error: {_reason(prediction)}", room)
            line.append(indent.join(told), style="yellow")
            console.print(line)
            continue
        if prediction.is_unknown:
            line.append(f"{'unknown':{label_width}}", style="bold yellow")
            line.append(f"  {_nearest(prediction)}", style="dim")
            line.truncate(console.width, overflow="ellipsis")
            console.print(line)
            continue
        if prediction.labels is not None:
            line.append(_found(prediction), style="bold" if prediction.labels else "")
            line.append(f"  {_others(prediction)}", style="dim")
            line.truncate(console.width, overflow="ellipsis")
            console.print(line)
            continue
        label = prediction.label or ""
        if len(label) > label_width:
            label = label[: label_width - 1] + "…"
        line.append(f"{label:{label_width}}", style="bold")
        line.append(f" {100 * (prediction.score or 0):5.1f} %")
        line.append(f"  {_others(prediction)}", style="dim")
        line.truncate(console.width, overflow="ellipsis")
        console.print(line)


def _found(prediction: "Prediction") -> str:
    """The labels that were found, each with its score."""
    scores = prediction.scores
    found = [f"{label} {100 * scores[label]:.1f} %" for label in prediction.labels or ()]
    return ", ".join(found) or "no label"


def _nearest(prediction: "Prediction") -> str:
    """What it would have been."""
    return f"nearest: {prediction.nearest} {100 * (prediction.score or 0):.1f} %"


def _others(prediction: "Prediction") -> str:
    """The next two classes."""
    ranked = sorted(prediction.scores.items(), key=lambda item: -item[1])
    told = 1 if prediction.labels is None else len(prediction.labels)
    return ", ".join(f"{label} {100 * score:.1f} %" for label, score in ranked[told : told + 2])


def _reason(prediction: "Prediction") -> str:
    """The error without the file's name, which stands before it."""
    return printable(prediction.error or "").removeprefix(f"{printable(prediction.path)}: ")
