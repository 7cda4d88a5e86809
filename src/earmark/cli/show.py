"""`earmark show`: waveform and features of sounds as a picture."""

from pathlib import Path
from typing import Annotated

import typer

from earmark.cli._console import need, printable, remark, stdout


def show(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILES", help="Sounds, or folders of them; at most 24 in all."),
    ],
    frontend: Annotated[str, typer.Option(help="Features: log_mel, mfcc, stft, ...")] = "log_mel",
    rate: Annotated[
        int | None,
        typer.Option(
            min=1000,
            max=192_000,
            metavar="HERTZ",
            help="Sample rate; by default what suits the sounds.",
        ),
    ] = None,
    onset: Annotated[
        float, typer.Option(metavar="SECONDS", help="Where the part to be drawn begins.")
    ] = 0.0,
    duration: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="How long it is; by default to the end."),
    ] = None,
    out: Annotated[
        Path, typer.Option(metavar="PATH", help="The picture: .png, .svg or .pdf.")
    ] = Path("show.png"),
) -> None:
    """Draw sounds: the waveform, and what a network sees of it.

    A file that cannot be read is told and does not stop the others. The picture says what its
    colours mean.

    \b
    Examples:
      earmark show sounds/dog/1.wav
      earmark show a.wav b.mp3 c.ogg --frontend mfcc --out compared.png
      earmark show hour.flac --onset 1800 --duration 10 --frontend stft
    """
    need("matplotlib", "show")
    from earmark.cli._files import sounds
    from earmark.cli._progress import Bars
    from earmark.features.show import show as draw

    with Bars("sounds") as bars:
        errors = draw(
            list(sounds(files)),
            out,
            frontend=frontend,
            rate_hz=rate,
            onset_s=onset,
            duration_s=duration,
            progress=bars.extracting,
        )
    for error in errors.values():
        remark(f"Left out: {printable(str(error))}", "yellow")
    stdout().print(f"Picture: {printable(str(out))}", soft_wrap=True)
