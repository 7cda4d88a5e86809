"""The report of a run: its folder, the sounds and the saved model, gathered into one document."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from earmark.errors import ConfigError
from earmark.evaluation.report import FORMATS
from earmark.files import write_asked
from earmark.inference.report.comparison import COMPARISON, gather_comparison
from earmark.inference.report.detection import gather_detection, is_detection
from earmark.inference.report.listen import QUICK, Budget
from earmark.inference.report.run import RUN, gather_run

NAME = "report"  # of the file, whatever its ending


def gather(
    run: str | Path, *, sounds: bool = True, data: str | Path | None = None, quick: bool = False
) -> dict[str, Any]:
    """The document of a run or of a comparison: plain values, pictures and sounds as data URIs.

    `sounds` False leaves out players, spectrograms and what the network looked at. `data` is where
    the sounds are now, if not where they were trained from. `quick` looks less closely at what the
    network looked at. What the folder has not is left out.

    Raises ConfigError if the folder is neither.
    """
    place = Path(run)
    budget = (Budget(look_s=QUICK[0], looks_s=QUICK[1]) if quick else Budget()) if sounds else None
    where = None if data is None else Path(data)
    if where is not None and not where.is_dir():
        raise ConfigError(f"data must be the folder of the sounds, and {where} is none")
    if (place / COMPARISON).is_file():
        return gather_comparison(place, budget, where)
    if (place / RUN).is_file():
        gather_one = gather_detection if is_detection(place) else gather_run
        return gather_one(place, budget, where)
    if not place.is_dir():
        raise ConfigError(f"{place}: no such run folder; train one with: earmark train DIR")
    parent = next((up for up in place.resolve().parents if (up / RUN).is_file()), None)
    hint = f"; did you mean {parent}?" if parent else "; train one with: earmark train DIR"
    raise ConfigError(
        f"{place}: neither a training run nor a comparison, it has no {RUN} and no "
        f"{COMPARISON}{hint}"
    )


def write_report(
    run: str | Path,
    out: str | Path | None = None,
    *,
    format: str = "html",  # noqa: A002
    sounds: bool = True,
    data: str | Path | None = None,
    quick: bool = False,
) -> Path:
    """Write the report of a run or a comparison; gives its path.

    `format` is html (one page that holds everything), md (Markdown with the run's pictures) or
    json (every figure). `out` is `report` with that ending in the run folder if None. The other
    arguments are those of `gather`.

    Raises ConfigError: another format, a folder that is no run, a place that cannot be written.
    """
    if format not in FORMATS:
        raise ConfigError(f"format must be {', '.join(FORMATS)}; got '{format}'")
    place = Path(run) / f"{NAME}.{format}" if out is None else Path(out)
    if place.is_dir():
        raise ConfigError(f"{place} is a folder: name a file, such as {place / 'report'}.{format}")
    document = gather(run, sounds=sounds and format == "html", data=data, quick=quick)
    if format == "md":
        document = _seen_from(document, Path(run), place.parent)
    text = FORMATS[format](document)
    write_asked(place, text)
    return place


def _seen_from(document: Mapping[str, Any], run: Path, folder: Path) -> dict[str, Any]:
    """The document with the paths of its pictures as they are from another folder."""

    def moved(pictures: Mapping[str, str]) -> dict[str, str]:
        return {
            name: Path(os.path.relpath(run / path, folder)).as_posix()
            for name, path in pictures.items()
        }

    values = {**document, "pictures": moved(document.get("pictures") or {})}
    values["runs"] = [
        {**one, "pictures": moved(one.get("pictures") or {})} for one in document.get("runs") or ()
    ]
    return values
