"""How fast a file becomes 13 MFCC: `python benchmarks/extract.py`.

The whole way, from a 30 s stereo file at 44.1 kHz to MFCC of 2048 samples every 1024, in one
process, against librosa and against Essentia's own loader and algorithms, called frame by frame
without the rest of its Extractor. Those two are measured where they are installed
(pip install librosa essentia).
Runs of the tools interleaved, medians of CPU time. Writes benchmarks/results/extract.csv.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

import earmark
from decode import RATE_HZ, measure, report

FRAME, HOP = 2048, 1024


def with_librosa() -> Callable[[Path], object]:
    """librosa as its documentation has it, with Earmark's frame and hop."""
    import librosa

    def mfcc(path: Path) -> object:
        samples, _ = librosa.load(path, sr=RATE_HZ, mono=True)
        return librosa.feature.mfcc(y=samples, sr=RATE_HZ, n_mfcc=13, n_fft=FRAME, hop_length=HOP)

    return mfcc


def with_essentia() -> Callable[[Path], object]:
    """The same features as Earmark's, by the library that defines them."""
    import essentia
    import essentia.standard as es

    essentia.log.infoActive = False
    window, spectrum, mfcc = es.Windowing(type="blackmanharris62"), es.Spectrum(), es.MFCC()

    def coefficients(path: Path) -> object:
        samples = es.MonoLoader(filename=str(path), sampleRate=RATE_HZ)()
        frames = es.FrameGenerator(samples, frameSize=FRAME, hopSize=HOP, startFromZero=False)
        return np.array([mfcc(spectrum(window(frame)))[1] for frame in frames])

    return coefficients


def main() -> None:
    """Measure, print and write."""
    compared: dict[str, Callable[[Path], object]] = {
        "earmark": lambda path: earmark.extract(path, "mfcc")
    }
    for name, make in (("librosa", with_librosa), ("essentia", with_essentia)):
        try:
            compared[name] = make()
        except ImportError:
            print(f"{name} is not installed: its column is left out")
    report(measure(compared), list(compared), "extract")


if __name__ == "__main__":
    main()
