"""How well copies are found, and how long it takes: `python benchmarks/audit.py [faults|scale]`.

faults: recall and precision of each kind of copy (`faults.py`), planted in ESC-10 (folds 3 to 5;
folds 1 and 2 served to choose thresholds), in spoken digits and in synthetic dances (`--dances`,
else some are made). None of these sounds chose a threshold. Writes results/audit.csv. A pair is
right if both clips come of one original, or if the originals are copies themselves (`KNOWN`).

scale: CPU seconds and peak memory for 1,000 to 10,000 clips of 5 s, mixtures of two ESC-10 clips at
random shifts and speeds. Writes results/audit-scale.csv. Sounds are found by EARMARK_TEST_DATA.
"""

import argparse
import csv
import math
import os
import platform
import resource
import tempfile
import time
import zlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
import soundfile

import earmark
from decode import processor
from earmark.audio import load_audio
from earmark.datasets.audit import find_duplicates, listen
from earmark.datasets.audit.duplicates import Pair, near_pairs
from earmark.datasets.clip import Clip
from earmark.datasets.synthetic import write_synthetic_ballroom
from faults import EXACT, EXTRA, FAULTS, Samples, resampled

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
DATA = Path(os.environ.get("EARMARK_TEST_DATA", HERE / ".." / ".." / "shared" / "data"))
KNOWN = {
    frozenset(("2-28314-A.ogg", "2-30322-A.ogg")),
    frozenset(("2-28314-B.ogg", "2-30322-B.ogg")),
}


def clips_of(paths: Sequence[Path]) -> list[Clip]:
    """Clips named by their paths."""
    return [Clip(path, path.as_posix(), "sound") for path in paths]


def sixteen_bits(path: Path) -> tuple[Samples, int]:
    """A sound as a 16-bit file would hold it: what lossless formats keep."""
    wave, rate_hz = load_audio(path)
    return (np.round(np.clip(wave, -1, 1 - 2**-15) * 32768) / 32768).astype(np.float32), rate_hz


def plant(kind: str, sources: Sequence[Path], place: Path) -> tuple[list[Path], list[Path]]:
    """Originals and copies, one for one; a sound of which too little is left is passed over."""
    originals, copies = [], []
    for number, source in enumerate(sources):
        wave, rate_hz = sixteen_bits(source)
        rng = np.random.default_rng(zlib.crc32(f"{kind} {source.name}".encode()))
        altered = FAULTS[kind](wave, rate_hz, rng)
        if altered is None:
            continue
        original = place / f"{number:04d} {source.name}.wav"
        first = wave if altered.instead is None else altered.instead
        soundfile.write(original, first, rate_hz, subtype="PCM_16")
        originals.append(original)
        copies.append(altered.write(place / f"{number:04d} copy"))
    return originals, copies


def pairs_found(paths: Sequence[Path], cache: Path) -> list[Pair]:
    """Every pair that is found among the sounds."""
    clips = clips_of(paths)
    heard = listen(clips, workers=1, cache_dir=cache)
    every = find_duplicates(heard, clips, workers=1)
    exact = [one for one in every if one.kind == "exact"]
    out = [Pair("exact", one.clips[0], other, 1.0) for one in exact for other in one.clips[1:]]
    return out + near_pairs(heard, exact, workers=1)


def measure_kind(kind: str, sources: Sequence[Path]) -> tuple[int, int, int, int]:
    """(planted, found, right pairs, wrong pairs)."""
    with tempfile.TemporaryDirectory() as folder:
        originals, copies = plant(kind, sources, Path(folder))
        found = pairs_found([*originals, *copies], Path(folder) / "cache")
        names = [path.name[5:-4] for path in originals] * 2
        count = len(originals)
        wanted = "exact" if kind in EXACT else "near"
        hits = {p.first for p in found if p.second == p.first + count and p.kind == wanted}
        right = sum(
            names[p.first] == names[p.second]
            or frozenset((names[p.first], names[p.second])) in KNOWN
            for p in found
        )
        return count, len(hits), right, len(found) - right


def faults(sets: dict[str, list[Path]]) -> None:
    """Measure every kind in every set."""
    rows: list[list[object]] = []
    for name, sources in sets.items():
        for kind in FAULTS:
            begun = time.process_time()
            planted, hits, right, wrong = measure_kind(kind, sources)
            recall = f"{hits / planted:.3f}" if planted else ""
            precision = f"{right / (right + wrong):.3f}" if right + wrong else ""
            group = "exact" if kind in EXACT else "extra" if kind in EXTRA else "near"
            rows.append([name, group, kind, planted, hits, recall, right, wrong, precision])
            print(*rows[-1], f"{time.process_time() - begun:.0f} s", flush=True)
            header = "set,group,kind,planted,found,recall,right pairs,wrong pairs,precision"
            write(RESULTS / "audit.csv", header.split(","), rows)


def test_sets(dances: Path | None, few: int, folder: Path) -> dict[str, list[Path]]:
    """Sounds that chose no threshold: files of each set."""
    esc = [p for p in sorted((DATA / "esc10").rglob("*.ogg")) if p.name[0] in "345"]
    digits = sorted((DATA / "fsdd").rglob("*.wav"))[7::20]
    if dances is None:
        dances = write_synthetic_ballroom(folder / "dances", clips=few, seed=1).parent
    music = sorted(dances.rglob("*.wav"))
    spread = [
        music[i] for i in np.linspace(3, len(music) - 1, min(few, len(music) - 3)).astype(int)
    ]
    return {
        "ESC-10": esc[:: max(1, 240 // (4 * few))],
        "dances": spread,
        "digits": digits[: 4 * few],
    }


def mixtures(count: int, place: Path) -> list[Path]:
    """Unlike sounds of 5 s at 22.05 kHz: two ESC-10 clips at random shifts and speeds."""
    rate_hz = 22_050
    sources = [
        resampled(*load_audio(path), rate_hz) for path in sorted((DATA / "esc10").rglob("*.ogg"))
    ]
    out = []
    for number in range(count):
        rng = np.random.default_rng([number, 5])
        total = np.zeros(5 * rate_hz, np.float32)
        for which in rng.choice(len(sources), 2, replace=False):
            source = sources[which]
            at = np.arange(len(total)) * rng.uniform(0.7, 1.4) + rng.integers(len(source))
            spun = source[at.astype(np.int64) % len(source)]
            total += spun / max(float(np.abs(spun).max()), 1e-3) * np.float32(rng.uniform(0.2, 0.5))
        out.append(place / f"{number:05d}.wav")
        soundfile.write(out[-1], total.clip(-1, 1), rate_hz, subtype="PCM_16")
    return out


def scale(sizes: Sequence[int]) -> None:
    """CPU seconds of both steps by the number of clips, and what they need of memory."""
    rows: list[list[object]] = []
    with tempfile.TemporaryDirectory() as folder:
        paths = mixtures(max(sizes), Path(folder))
        for size in sizes:
            clips = clips_of(paths[:size])
            cache = Path(folder) / f"cache-{size}"
            begun = time.process_time()
            heard = listen(clips, workers=1, cache_dir=cache)
            first = time.process_time() - begun
            kept = sum(path.stat().st_size for path in cache.rglob("*") if path.is_file())
            begun = time.process_time()
            heard = listen(clips, workers=1, cache_dir=cache)
            again = time.process_time() - begun
            begun = time.process_time()
            found = find_duplicates(heard, clips, workers=1)
            search = time.process_time() - begun
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            times = [round(seconds, 2) for seconds in (first, again, search)]
            rows.append([size, *times, round(memory), round(kept / size / 1000, 1), len(found)])
            print(*rows[-1], flush=True)
            names = "clips,listen_s,again_s,search_s,peak_MiB,kept_kB_a_clip,sets"
            write(RESULTS / "audit-scale.csv", names.split(","), rows)
    for column, name in ((1, "listen"), (3, "search")):
        one, two = rows[0], rows[-1]
        growth = math.log(float(two[column]) / float(one[column])) / math.log(two[0] / one[0])
        print(f"{name}: grows as clips to the power {growth:.2f}")


def write(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table with what it was measured on."""
    path.parent.mkdir(exist_ok=True)
    machine = f"{processor()}, Python {platform.python_version()}, numpy {version('numpy')}"
    machine += f", scipy {version('scipy')}, Earmark {earmark.__version__}"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
        writer.writerow([f"# {machine}"])


def main() -> None:
    """Parse what is asked and measure it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="?", choices=("faults", "scale"))
    parser.add_argument("--dances", type=Path, help="a folder of synthetic dances")
    parser.add_argument("--few", type=int, default=60, help="dances; four times as many others")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 3000, 10000])
    asked = parser.parse_args()
    if asked.what != "scale":
        with tempfile.TemporaryDirectory() as folder:
            faults(test_sets(asked.dances, asked.few, Path(folder)))
    if asked.what != "faults":
        scale(asked.sizes)


if __name__ == "__main__":
    main()
