"""How fast load_audio reads each format: `python benchmarks/decode.py`.

x realtime per CPU second (all threads) to mono float32 at 44.1 kHz, from 30 s of 44.1 kHz stereo;
runs of the tools interleaved, medians. Writes benchmarks/results/decode.csv.
"""

import csv
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import soundfile

from earmark.audio import load_audio
from earmark.audio.recording import mix

SECONDS, RATE_HZ, RUNS = 30, 44100, 15
KINDS = {"WAV": "PCM_16", "FLAC": "PCM_16", "MP3": "MPEG_LAYER_III", "OGG": "VORBIS"}


def music(seed: int = 0) -> np.ndarray:
    """Chords with decaying notes and a little noise, as noise packs unlike music: (samples, 2)."""
    rng = np.random.default_rng(seed)
    t = np.arange(SECONDS * RATE_HZ) / RATE_HZ
    sound = 0.01 * rng.standard_normal((len(t), 2))
    for harmonic in range(1, 9):
        pitch = 110 * harmonic * 2 ** (np.floor(t * 2) % 12 / 12)
        wave = np.sin(2 * np.pi * np.cumsum(pitch) / RATE_HZ) * np.exp(-4 * (t * 2 % 1))
        sound += 0.2 / harmonic * wave[:, None] * rng.uniform(0.3, 1, 2)
    return (0.6 * sound / np.abs(sound).max()).astype(np.float32)


def with_soundfile(path: Path) -> np.ndarray:
    """The plain way without Earmark."""
    samples, _ = soundfile.read(path, dtype="float32", always_2d=True)
    return samples.mean(axis=1)


def with_soundfile_and_our_mix(path: Path) -> np.ndarray:
    """The same less numpy's slow mean (19 ms of 30 s), so that the decoders alone differ."""
    return mix(soundfile.read(path, dtype="float32", always_2d=True)[0])


def tools() -> dict[str, Callable[[Path], object]]:
    """What is compared; librosa only where it is installed."""
    found: dict[str, Callable[[Path], object]] = {
        "earmark": load_audio,
        "earmark trusted": lambda path: load_audio(path, trusted=True),
        "soundfile": with_soundfile,
        "soundfile + mix": with_soundfile_and_our_mix,
    }
    try:
        import librosa
    except ImportError:
        print("librosa is not installed: its column is left out")
    else:
        found["librosa"] = lambda path: librosa.load(path, sr=RATE_HZ, mono=True)
    return found


def versions() -> str:
    """The versions that the figures depend on."""
    names = ["numpy", "scipy", "soundfile", "miniaudio", "soxr", "librosa", "essentia"]
    known = []
    for name in names:
        try:
            known.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return f"Python {platform.python_version()}, {', '.join(known)}"


def processor() -> str:
    """The processor's name, as Linux tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]} ({len(names)} cores)" if names else platform.processor()


def measure(compared: dict[str, Callable[[Path], object]]) -> list[list[object]]:
    """[format, tool, x realtime per CPU second] of every tool on every format, runs interleaved."""
    rows: list[list[object]] = []
    with tempfile.TemporaryDirectory() as folder:
        for kind, subtype in KINDS.items():
            path = Path(folder) / f"music.{kind.lower()}"
            soundfile.write(path, music(), RATE_HZ, format=kind, subtype=subtype)
            times: dict[str, list[float]] = {name: [] for name in compared}
            for run in range(RUNS + 1):
                for name, read in compared.items():
                    begun = time.process_time()
                    read(path)
                    if run:  # the first also imports
                        times[name].append(time.process_time() - begun)
            for name, spent in times.items():
                rows.append([kind, name, round(SECONDS / statistics.median(spent))])
    return rows


def report(rows: list[list[object]], tools: list[str], name: str) -> None:
    """Print the table and write it to `benchmarks/results/NAME.csv`."""
    print("x realtime per CPU second")
    print(f"{'':6}" + "".join(f"{tool:>17}" for tool in tools))
    for kind in KINDS:
        print(f"{kind:6}" + "".join(f"{row[2]:17}" for row in rows if row[0] == kind))
    out = Path(__file__).parent / "results" / f"{name}.csv"
    out.parent.mkdir(exist_ok=True)
    with out.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["format", "tool", "x_realtime_per_cpu_s", "machine", "versions"])
        writer.writerows([*row, processor(), versions()] for row in rows)


def main() -> None:
    """Measure, print and write."""
    compared = tools()
    report(measure(compared), list(compared), "decode")


if __name__ == "__main__":
    main()
