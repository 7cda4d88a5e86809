"""`earmark demo`: the whole way on built-in sounds, in a few minutes."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from earmark.cli._console import CardFormat, need, stderr

CLIPS = 400
CLIP_S = 10.0
RATE_HZ = 22_050
MODEL = "rhythm"  # dances are told apart by their rhythm
OPTIONS = f"--model {MODEL}"


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the sounds and the run.")] = Path(
        "earmark-demo"
    ),
    seed: Annotated[int, typer.Option(help="Seed of sounds and training.")] = 0,
    format: Annotated[CardFormat, typer.Option(help="What is printed on stdout.")] = (  # noqa: A002
        CardFormat.table
    ),
) -> None:
    """Train and score on built-in SYNTHETIC sounds.

    Eight ballroom dances are made up, a network is trained on them and scored on clips that it
    has not heard: the whole way in a few minutes. Run again, it uses the sounds that are there and
    trains anew.
    """
    need("torch", "demo")
    from earmark.api import as_dataset, run
    from earmark.cli._progress import Bars
    from earmark.cli._report import begin, report_training
    from earmark.datasets.synthetic import write_synthetic_ballroom
    from earmark.training.options import TrainOptions
    from earmark.training.run_folder import next_free

    console = stderr()
    sounds = out / "dances"
    console.print(
        f"1. {CLIPS} synthetic clips of eight ballroom dances, {CLIP_S:.0f} s each: {sounds}"
    )
    with Bars("sounds") as bars:
        table = write_synthetic_ballroom(
            sounds,
            clips=CLIPS,
            duration_s=CLIP_S,
            rate_hz=RATE_HZ,
            seed=seed,
            progress=bars.extracting,
        )
    place = next_free(out, "run")
    typed = shlex.join(["earmark", "train", str(table), "--out", str(place)])
    console.print(f"2. {typed} {OPTIONS}", soft_wrap=True)
    dataset = as_dataset(table)
    with begin(dataset) as watcher:
        options = TrainOptions(model=MODEL, seed=seed)
        result = run(dataset, place, options, watcher=watcher)
    console.print("3. The score, on clips of synthetic records that training has not heard:")
    report_training(result, as_json=format is CardFormat.json)
    typed = shlex.join(["earmark", "predict", str(result.models[0]), str(sounds / "Waltz")])
    console.print(f"\nTry it:  {typed}", soft_wrap=True)
    console.print("On your own sounds:  earmark train DIR   (a folder of sounds for each label)")
