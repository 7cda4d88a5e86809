"""The folder an audit is written to: figures, a table that trains, a page to read."""

import json
import os
from pathlib import Path

from earmark.datasets.audit.audit import Audit
from earmark.datasets.audit.report import report
from earmark.datasets.audit.table import clips_csv
from earmark.errors import ConfigError
from earmark.files import write_asked

JSON, TABLE, REPORT = "audit.json", "clips.csv", "report.md"


def open_out(out: Path) -> None:
    """Make the folder. ConfigError: it cannot be made, or holds a table of somebody else."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot make {out}: {error.strerror}; choose another --out") from error
    if not (out / JSON).exists() and any((out / name).exists() for name in (TABLE, REPORT)):
        raise ConfigError(
            f"{out} holds a {TABLE} or {REPORT} that is not of an audit: choose another folder by "
            "--out"
        )
    if not os.access(out, os.W_OK):
        raise ConfigError(f"cannot write to {out}: choose another folder by --out")


def write_audit(audit: Audit, out: Path) -> list[str]:
    """Write all three files, each whole or not at all; the clips that no table can hold.

    ConfigError: the folder cannot be written.
    """
    open_out(out)
    table, lost = clips_csv(audit, out)
    write_json(audit, out / JSON)
    write_asked(out / TABLE, table)
    write_asked(out / REPORT, report(audit))
    return lost


def write_json(audit: Audit, path: Path) -> None:
    """Write the figures alone."""
    write_asked(
        path, json.dumps(audit.to_dict(), indent=2, ensure_ascii=True, allow_nan=False) + "\n"
    )
