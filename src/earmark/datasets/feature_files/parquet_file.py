"""All clips in one Parquet file, compressed, with groups and folds: for real use."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import earmark
from earmark.datasets.clip import Clip, Problem
from earmark.datasets.feature_files.format import (
    BAD,
    FORMATS,
    FeatureFormat,
    FeatureRow,
    frontend_of,
    several_of,
    written_whole,
)
from earmark.datasets.table import PARQUET_SUFFIXES, Row
from earmark.datasets.words import clean_label, one_spelling
from earmark.errors import DatasetError
from earmark.features.extract import FeatureStore
from earmark.features.frontend import Array, Frontend
from earmark.parallel import Progress

KEY = b"earmark"  # of the file's metadata: front-end and version
TEXTS = ("path", "label", "group", "fold", "digest")
SECONDS = ("onset_s", "offset_s")
BATCH_BYTES = 16 << 20  # features of a row group: what writing and reading hold in memory
READ_ROWS = 64


@FORMATS.register("parquet")
class _Parquet(FeatureFormat):
    name = "parquet"
    suffix = ".parquet"
    suffixes = PARQUET_SUFFIXES

    def write(
        self,
        out: Path,
        clips: Sequence[Clip],
        store: FeatureStore,
        frontend: Frontend,
        progress: Progress | None = None,
    ) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        told = {
            "version": earmark.__version__,
            "frontend": frontend.settings(),
            "frontend_version": frontend.version,
            "multilabel": any(clip.labels is not None for clip in clips),
        }
        schema = pa.schema(
            [
                *((name, pa.string()) for name in TEXTS),
                *((name, pa.float64()) for name in SECONDS),
                (frontend.name, pa.list_(pa.list_(pa.float32()))),
            ],
            metadata={KEY: json.dumps(told)},
        )
        with (
            written_whole(out) as part,
            pq.ParquetWriter(part, schema, compression="zstd", use_dictionary=list(TEXTS)) as file,
        ):
            for batch in _batches(store, len(clips)):
                file.write_batch(_record_batch(schema, clips, store, batch))
                if progress is not None:
                    progress(batch.stop, len(clips))

    def recognises(self, path: Path) -> bool:
        if path.suffix.lower() not in self.suffixes or not path.is_file():
            return False
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq

            return KEY in (pq.read_schema(path).metadata or {})
        except (ImportError, pa.ArrowException, OSError, ValueError):
            return False  # reading it as a table says what is wrong

    def read(self, path: Path) -> Iterator[FeatureRow | Problem]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            with pq.ParquetFile(path) as file:
                frontend, several = _told(path, file.schema_arrow)
                number = 0
                for batch in file.iter_batches(READ_ROWS):
                    texts = {
                        name: batch.column(name).to_pylist()
                        for name in (*TEXTS, *SECONDS)
                        if name in batch.schema.names
                    }
                    matrices = batch.column(frontend.name)
                    for index in range(batch.num_rows):
                        number += 1
                        row = {name: values[index] for name, values in texts.items()}
                        try:
                            features = _matrix(matrices[index], frontend.bins)
                            yield _feature_row(path, number, row, features, frontend, several)
                        except DatasetError as error:
                            yield Problem(BAD, path.name, f"row {number}: {error}")
        except (pa.ArrowException, OSError, ValueError) as error:
            raise DatasetError(f"cannot read the Parquet table '{path}': {error}") from error


def _batches(store: FeatureStore, clips: int) -> Iterator[range]:
    """Runs of clips whose features are about `BATCH_BYTES`."""
    start = size = 0
    for index in range(clips):
        size += store[index].nbytes
        if size >= BATCH_BYTES or index == clips - 1:
            yield range(start, index + 1)
            start, size = index + 1, 0


def _record_batch(schema: Any, clips: Sequence[Clip], store: FeatureStore, batch: range) -> Any:
    import pyarrow as pa

    chosen = [clips[index] for index in batch]
    matrices = [store[index] for index in batch]
    values = np.concatenate(matrices)  # (all frames, bins)
    frames = pa.ListArray.from_arrays(
        np.arange(len(values) + 1, dtype=np.int32) * values.shape[1], pa.array(values.ravel())
    )
    ends = np.cumsum([0, *map(len, matrices)]).astype(np.int32)
    columns = [
        [clip.name for clip in chosen],
        [clip.label for clip in chosen],
        [clip.group for clip in chosen],
        [clip.fold for clip in chosen],
        [store.digests[index] for index in batch],
        [clip.onset_s for clip in chosen],
        [clip.offset_s for clip in chosen],
    ]
    arrays = [pa.array(v, field.type) for v, field in zip(columns, schema, strict=False)]
    return pa.record_batch([*arrays, pa.ListArray.from_arrays(ends, frames)], schema=schema)


def _told(path: Path, schema: Any) -> tuple[Frontend, bool]:
    """What the file says of itself: the front-end, and whether a clip may have several labels."""
    try:
        told = json.loads(schema.metadata[KEY])
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"'{path}': its metadata 'earmark' is no JSON: {error}") from error
    told = told if isinstance(told, dict) else {}
    frontend = frontend_of(told.get("frontend"), told.get("frontend_version"), f"'{path}'")
    lacking = [name for name in ("path", "label", frontend.name) if name not in schema.names]
    if lacking:
        raise DatasetError(
            f"'{path}' has no column {' and no column '.join(map(repr, lacking))}; "
            f"it has: {', '.join(schema.names)}"
        )
    kind = schema.field(frontend.name).type
    nested = getattr(getattr(kind, "value_type", None), "value_type", None)
    if nested is None or "float" not in str(nested) or "fixed" in str(kind):
        raise DatasetError(
            f"'{path}', column '{frontend.name}': lists of lists of numbers were wanted, got {kind}"
        )
    return frontend, told.get("multilabel") is True


def _matrix(cell: Any, bins: int) -> Array:
    """Features (frames, bins) of one cell, a list of lists of numbers."""
    frames = cell.values
    if frames is None or len(frames) == 0:
        raise DatasetError("the matrix is empty")
    lengths = np.diff(frames.offsets.to_numpy())
    wrong = np.flatnonzero(lengths != bins)
    if len(wrong):
        raise DatasetError(f"frame {wrong[0] + 1} has {lengths[wrong[0]]} numbers, {bins} wanted")
    values = frames.flatten().to_numpy(zero_copy_only=False)
    features: Array = values.astype(np.float32).reshape(-1, bins)
    infinite = np.argwhere(~np.isfinite(features))
    if len(infinite):
        frame, column = infinite[0]
        raise DatasetError(f"frame {frame + 1}: {features[frame, column]} is no finite number")
    return features


def _feature_row(
    path: Path,
    number: int,
    row: dict[str, Any],
    features: Array,
    frontend: Frontend,
    several: bool,
) -> FeatureRow:
    cells = {name: str(row.get(name) or "") for name in TEXTS}
    label = clean_label(cells["label"])
    if not label:
        raise DatasetError("the label is empty")
    clip = Clip(
        path,
        one_spelling(cells["path"]) or f"row-{number:07}",
        label,
        group=clean_label(cells["group"]) or None,
        fold=clean_label(cells["fold"]) or None,
        onset_s=row.get("onset_s") or 0.0,
        offset_s=row.get("offset_s"),
        labels=several_of(label, several),
    )
    return FeatureRow(
        clip, features, frontend, Row(f"row {number}", cells), cells["digest"] or None
    )
