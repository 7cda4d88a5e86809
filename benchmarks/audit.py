"""How well copies are found, and how long it takes: `python benchmarks/audit.py [faults|scale]`.

faults: recall and precision of each kind of copy (`faults.py`), planted in ESC-10 (folds 3 to 5;
folds 1 and 2 served to choose thresholds), in spoken digits and in synthetic dances (`--dances`,
else some are made). Two rules looked at some of these sounds too, see docs/duplicates.md. Writes
results/audit-SET.csv. A pair is right if both clips come of one original, or if the originals are
copies themselves (`KNOWN`). "two labels": some kinds again with another label, and what the audit
then tells as one sound under two labels.

scale: CPU seconds and peak memory for 1,000 to 10,000 clips of 5 s, mixtures of two ESC-10 clips at
wandering speeds. Writes results/audit-scale.csv. Sounds are found by EARMARK_TEST_DATA.
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
from earmark.datasets import Dataset
from earmark.datasets.audit import find_duplicates, listen
from earmark.datasets.audit.audit import audit_dataset
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
    frozenset(("3-151080-A.ogg", "5-151085-A.ogg")),
}

RELABELLED = ("FLAC", "MP3, 128 kbit/s", "3 s later", "white noise, 20 dB")


def sixteen_bits(path: Path) -> tuple[Samples, int]:
    """A sound as a 16-bit file would hold it: what lossless formats keep."""
    wave, rate_hz = load_audio(path)
    return (np.round(np.clip(wave, -1, 1 - 2**-15) * 32768) / 32768).astype(np.float32), rate_hz


class Originals:
    """The sounds of a set as 16-bit files, written and heard once for all kinds of copies."""

    def __init__(self, sources: Sequence[Path], place: Path) -> None:
        self.place = place
        self.names = [source.name for source in sources]
        self.sounds = [sixteen_bits(source) for source in sources]
        self.paths = [place / f"{number:04d}.wav" for number in range(len(sources))]
        for path, (wave, rate_hz) in zip(self.paths, self.sounds, strict=True):
            soundfile.write(path, wave, rate_hz, subtype="PCM_16")

    def plant(self, kind: str) -> tuple[list[str], list[Path], list[Path]]:
        """Names, originals and copies, one for one; too short a rest is passed over."""
        names, originals, copies = [], [], []
        folder = Path(tempfile.mkdtemp(dir=self.place))
        rows = zip(self.names, self.sounds, self.paths, strict=True)
        for number, (name, (wave, rate_hz), path) in enumerate(rows):
            rng = np.random.default_rng(zlib.crc32(f"{kind} {name}".encode()))
            altered = FAULTS[kind](wave, rate_hz, rng)
            if altered is None:
                continue
            if altered.instead is not None:
                path = folder / f"{number:04d} part.wav"
                soundfile.write(path, altered.instead, rate_hz, subtype="PCM_16")
            names.append(name)
            originals.append(path)
            copies.append(altered.write(folder / f"{number:04d}"))
        return names, originals, copies

    def measure(self, kind: str) -> tuple[int, int, int, int]:
        """(planted, found, right pairs, wrong pairs)."""
        names, originals, copies = self.plant(kind)
        found = pairs_found([*originals, *copies], self.place / "cache")
        wanted = {"exact"} if kind in EXACT else {"exact", "near"}  # 8 kHz at 8 kHz is the same
        count = len(names)
        hits = {p.first for p in found if p.second == p.first + count and p.kind in wanted}
        of = [{names[p.first % count], names[p.second % count]} for p in found]
        right = sum(len(two) == 1 or frozenset(two) in KNOWN for two in of)
        return count, len(hits), right, len(found) - right

    def under_two_labels(self, kind: str) -> tuple[int, int, int, int]:
        """As `measure`, of what the audit tells of copies that were given another label."""
        names, originals, copies = self.plant(kind)
        of = dict(zip([*originals, *copies], [*names, *names], strict=True))
        table = self.place / "two labels.csv"
        with table.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["path", "label"])
            for number, (original, copy) in enumerate(zip(originals, copies, strict=True)):
                rows.writerows(
                    [(original, f"label {number % 2}"), (copy, f"label {1 - number % 2}")]
                )
        dataset = Dataset.from_table(table, groups="none")
        audit = audit_dataset(dataset, workers=1, cache_dir=self.place / "cache", tags=False)
        file_of = {clip.name: clip.path for clip in dataset.clips}
        told = [
            {of[file_of[path]] for path in problem.paths}
            for problem in audit.problems
            if problem.kind == "two labels"
        ]
        right = sum(len(names) == 1 or frozenset(names) in KNOWN for names in told)
        return len(names), len(set().union(*told)), right, len(told) - right


def pairs_found(paths: Sequence[Path], cache: Path) -> list[Pair]:
    """Every pair that is found among the sounds."""
    clips = [Clip(path, path.as_posix(), "sound") for path in paths]
    heard = listen(clips, workers=1, cache_dir=cache)
    exact = [one for one in find_duplicates(heard, workers=1) if one.kind == "exact"]
    out = [Pair("exact", one.clips[0], other, 1.0) for one in exact for other in one.clips[1:]]
    return out + near_pairs(heard, exact, workers=1)


def faults(sets: dict[str, list[Path]]) -> None:
    """Measure every kind in every set."""
    rows: list[list[object]] = []
    for name, sources in sets.items():
        with tempfile.TemporaryDirectory() as folder:
            originals = Originals(sources, Path(folder))
            measured = [(kind, originals.measure) for kind in FAULTS]
            measured += [(kind, originals.under_two_labels) for kind in RELABELLED]
            for kind, measure in measured:
                planted, hits, right, wrong = measure(kind)
                recall = f"{hits / planted:.3f}" if planted else ""
                precision = f"{right / (right + wrong):.3f}" if right + wrong else ""
                group = "exact" if kind in EXACT else "extra" if kind in EXTRA else "near"
                if measure == originals.under_two_labels:
                    group = "two labels"
                rows.append([name, group, kind, planted, hits, recall, right, wrong, precision])
                print(*rows[-1], flush=True)
                header = "set,group,kind,planted,found,recall,right pairs,wrong pairs,precision"
                write(RESULTS / f"audit-{name}.csv", header.split(","), rows)
        rows = []


def test_sets(
    only: str | None, dances: Path | None, few: int, folder: Path
) -> dict[str, list[Path]]:
    """Sounds that chose no threshold: files of each set."""
    found: dict[str, list[Path]] = {}
    if only in (None, "esc10"):
        files = [p for p in sorted((DATA / "esc10").rglob("*.ogg")) if p.name[0] in "345"]
        found["esc10"] = files[:: max(1, len(files) // (4 * few))]
    if only in (None, "digits"):
        found["digits"] = sorted((DATA / "fsdd").rglob("*.wav"))[7::20][: 4 * few]
    if only in (None, "dances"):
        if dances is None:
            dances = write_synthetic_ballroom(folder / "dances", clips=few, seed=1).parent
        music = sorted(dances.rglob("*.wav"))
        found["dances"] = music[3 :: max(1, len(music) // few)]
    return found


def mixtures(count: int, place: Path) -> list[Path]:
    """Unlike sounds of 5 s at 22.05 kHz: two ESC-10 clips from random places at wandering speeds.

    At one speed for a whole clip, fifty mixtures of one source would truly share parts with each
    other, and their number grow with the square of the clips.
    """
    rate_hz = 22_050
    sources = [
        resampled(*load_audio(path), rate_hz) for path in sorted((DATA / "esc10").rglob("*.ogg"))
    ]
    turns = np.arange(0, 5.25 * rate_hz, rate_hz / 4)  # samples: four a second
    out = []
    for number in range(count):
        rng = np.random.default_rng([number, 5])
        total = np.zeros(5 * rate_hz, np.float32)
        for which in rng.choice(len(sources), 2, replace=False):
            source = sources[which]
            speed = np.interp(np.arange(len(total)), turns, rng.uniform(0.7, 1.4, len(turns)))
            at = np.cumsum(speed) + rng.integers(len(source))
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
            clips = [Clip(path, path.as_posix(), "sound") for path in paths[:size]]
            cache = Path(folder) / f"cache-{size}"
            begun = time.process_time()
            heard = listen(clips, workers=1, cache_dir=cache)
            first = time.process_time() - begun
            kept = sum(path.stat().st_size for path in cache.rglob("*") if path.is_file())
            begun = time.process_time()
            heard = listen(clips, workers=1, cache_dir=cache)
            again = time.process_time() - begun
            begun = time.process_time()
            found = find_duplicates(heard, workers=1)
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
    parser.add_argument("--set", choices=("esc10", "dances", "digits"), help="this one alone")
    parser.add_argument("--few", type=int, default=60, help="dances; four times as many others")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 3000, 10000])
    asked = parser.parse_args()
    if asked.what != "scale":
        with tempfile.TemporaryDirectory() as folder:
            faults(test_sets(asked.set, asked.dances, asked.few, Path(folder)))
    if asked.what != "faults":
        scale(asked.sizes)


if __name__ == "__main__":
    main()
