"""A stress test as files: numbers as JSON and CSV, and a picture where there is matplotlib."""

import json
from pathlib import Path

from earmark.errors import ConfigError
from earmark.evaluation.pictures.stress_curves import plot_stress
from earmark.files import write_asked
from earmark.inference.stress.report import StressReport

JSON, CSV, PICTURE = "stress.json", "stress.csv", "stress.png"


def write_report(report: StressReport, out: Path) -> str | None:
    """Write the report to the folder `out`; return why there is no picture, if there is none.

    Raises ConfigError: the folder cannot be made, or written to.
    """
    make_folder(out)
    document = report.to_dict()
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    write_asked(out / JSON, text)
    write_asked(out / CSV, report.to_csv())
    try:
        plot_stress(document, out / PICTURE)
    except ModuleNotFoundError as error:
        return f"no {PICTURE}: it needs '{error.name}': pip install 'earmark[train]'"
    return None


def make_folder(out: Path) -> None:
    """Make the folder, or ConfigError: before the work, so that nothing is computed in vain."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot make {out}: {error.strerror}; choose another --out") from error


def usual_place(model: Path, dataset: str) -> Path:
    """Where a stress test is written: the run of the model, or a folder of its own below `runs`.

    What is there already is kept: then it is the next free folder `stress` in the run.
    """
    run = model.resolve().parent
    of_run = (run / "split.csv").is_file()
    if of_run and not (run / JSON).exists():
        return run
    base, name = (run, "stress") if of_run else (Path("runs"), f"{dataset or 'run'}-stress")
    place, number = base / name, 2
    while place.exists():
        place, number = base / f"{name}-{number}", number + 1
    return place
