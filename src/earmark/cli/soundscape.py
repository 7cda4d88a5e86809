"""`earmark soundscape`: scenes with known events, mixed from isolated sounds."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli import _options as opt
from earmark.cli._console import CardFormat, print_json, print_problems, remark, stderr, stdout

if TYPE_CHECKING:
    from earmark.datasets.soundscape import Written

SHARE = "With --split: share of "


def soundscape(
    data: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder or table of isolated, labelled sounds.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write.")],
    count: Annotated[int, typer.Option(metavar="N", help="Scenes in all.")] = 100,
    duration: Annotated[float, typer.Option("--seconds", help="Length of a scene.")] = 10.0,
    events_per_minute: Annotated[
        str, typer.Option(metavar="LOW,HIGH", help="Fewest and most events.")
    ] = "0,18",
    snr_db: Annotated[
        str, typer.Option("--snr", metavar="LOW,HIGH", help="Events above background, in dB.")
    ] = "0,20",
    level_db: Annotated[
        str, typer.Option("--level", metavar="LOW,HIGH", help="Background, in dB of full scale.")
    ] = "-50,-20",
    overlap: Annotated[
        bool,
        typer.Option(
            "--overlap/--no-overlap", help="Whether events may; those of one label never do."
        ),
    ] = True,
    background: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Recordings to mix beneath; made noise by default."),
    ] = None,
    shortest: Annotated[
        float, typer.Option(metavar="SECONDS", help="A longer sound may be cut to this or more.")
    ] = 1.0,
    speed: Annotated[float, typer.Option(help="Largest share of change of speed.")] = 0.05,
    pitch: Annotated[float, typer.Option(help="Largest change of pitch in semitones.")] = 0.0,
    tempo: Annotated[float, typer.Option(help="Largest share of change of tempo.")] = 0.0,
    room: Annotated[float, typer.Option(help="Share of scenes heard in a room.")] = 0.25,
    split: Annotated[
        bool,
        typer.Option(
            "--split", help="Train, validation, test: scenes that share no clip or group."
        ),
    ] = False,
    test: Annotated[
        float | None, typer.Option(help=f"{SHARE}clips for test, if not official; 0.2.")
    ] = None,
    validation: Annotated[
        float | None, typer.Option(help=f"{SHARE}the others for validation; 0.1.")
    ] = None,
    groups: opt.Together = None,
    rate: Annotated[
        int | None, typer.Option(metavar="HERTZ", help="Sample rate; what suits the clips.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of split and scenes.")] = 0,
    format: Annotated[str, typer.Option(metavar="wav|flac", help="Of the sound.")] = "wav",  # noqa: A002
    labels: Annotated[
        str,
        typer.Option(metavar="NAME", help="Label files: table, audacity, raven, jams or desed."),
    ] = "table",
    workers: Annotated[int | None, typer.Option(help="Processes; all cores by default.")] = None,
    report: Annotated[CardFormat, typer.Option(help="What is printed on stdout.")] = (
        CardFormat.table
    ),
) -> None:
    """Mix isolated sounds into scenes with known events.

    Sounds are laid at random times over a background, their own silence trimmed, so that each
    label is where its sound is. scenes.json tells which clips are in which scene. Stopped at any
    moment, the same command goes on; with a larger --count it adds scenes.

    \b
    Examples:
      earmark soundscape sounds --out scenes
      earmark soundscape sounds --out scenes --count 1000 --split
      earmark soundscape sounds --out scenes --snr 5,15 --labels audacity
    """
    from earmark.api import as_dataset
    from earmark.cli._progress import Bars
    from earmark.datasets.soundscape import SceneSettings, make_soundscapes

    settings = SceneSettings(
        duration_s=duration,
        events_per_minute=_pair("--events-per-minute", events_per_minute),
        snr_db=_pair("--snr", snr_db),
        level_db=_pair("--level", level_db),
        overlap=overlap,
        shortest_s=shortest,
        speed=speed,
        pitch=pitch,
        tempo=tempo,
        room=room,
    )
    dataset = as_dataset(data, groups)
    try:
        with Bars("sounds") as reading, Bars("scenes") as bars:
            written = make_soundscapes(
                dataset,
                out,
                count,
                settings,
                background=background,
                split=split,
                test=test,
                validation=validation,
                seed=seed,
                rate_hz=rate,
                format=format,
                labels=labels,
                workers=workers,
                reading=reading.extracting,
                progress=bars.extracting,
            )
    except KeyboardInterrupt:
        remark("Stopped. Scenes that are done are kept: the same command goes on.", "yellow")
        raise typer.Exit(130) from None
    if written.problems:
        stderr().print("Left out or doubtful:", style="yellow")
        print_problems(written.problems)
    if report is CardFormat.json:
        print_json(written.to_dict())
    else:
        _print(written, duration)


def _print(written: "Written", duration_s: float) -> None:
    """How many scenes and events of each label, and where."""
    from rich.table import Table

    from earmark.cli._console import printable
    from earmark.cli.extract import duration

    console = stdout()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", overflow="fold")
    for part in written.scenes:
        table.add_column(part or "number", justify="right")
    table.add_row("scenes", *(str(number) for number in written.scenes.values()), style="bold")
    for label in sorted({label for counts in written.events.values() for label in counts}):
        cells = (str(counts.get(label, 0)) for counts in written.events.values())
        table.add_row(printable(label), *cells)
    totals = (str(sum(counts.values())) for counts in written.events.values())
    table.add_row("events", *totals, style="bold")
    console.print(table)
    console.print()
    number = sum(written.scenes.values())
    length = duration(number * duration_s)
    there = f", {number - written.made} of them were there" if written.made < number else ""
    lines = [("Sound", f"{length} at {written.rate_hz} Hz{there}")]
    if written.split:
        lines.append(("Split", written.split))
    lines += [("Labels", str(path)) for path in written.labels]
    lines.append(("Sources", str(written.out / "scenes.json")))
    lines.append(("Folder", shlex.quote(str(written.out))))
    for name, text in lines:
        console.print(f"{name + ':':9}{text}", soft_wrap=True)


def _pair(option: str, text: str) -> tuple[float, float]:
    """LOW,HIGH as two numbers; one number is both."""
    from earmark.errors import ConfigError

    try:
        numbers = [float(piece) for piece in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 2):
        raise ConfigError(
            f"{option} takes two numbers with a comma between them, such as 0,20; got '{text}'"
        )
    return numbers[0], numbers[-1]
