"""What a dataset should look like, in a picture, and errors for a place that is none."""

import difflib
from pathlib import Path

from earmark.errors import DatasetError


def picture(root: Path | str) -> str:
    """How the folder should look, for error messages."""
    name = Path(root).name or "DIR"
    return (
        "One folder a label:\n"
        f"  {name}/\n"
        "    dog/\n"
        "      bark1.wav\n"
        "      bark2.wav\n"
        "    rain/\n"
        "      roof.wav\n"
        "or a CSV or Parquet table with the columns path and label."
    )


def missing(path: Path) -> DatasetError:
    """An error for a path that is not there, offering the near names beside it."""
    parent = path.absolute().parent
    if not parent.is_dir():
        return DatasetError(f"no dataset at '{path}': its folder '{parent}' does not exist either")
    try:
        beside = sorted(p.name for p in parent.iterdir() if not p.name.startswith("."))
    except OSError:
        beside = []
    near = difflib.get_close_matches(path.name, beside, n=3, cutoff=0.5)
    hint = f"; did you mean {' or '.join(repr(n) for n in near)}?" if near else ""
    return DatasetError(f"no dataset at '{path}': no such file or folder in '{parent}'{hint}")
