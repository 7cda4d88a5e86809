"""A clip for the page: a short player, its spectrogram, and what the answer hangs on."""

import io
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from earmark.audio import from_samples, load_audio, window_starts
from earmark.errors import AudioError, EarmarkError
from earmark.features._mel import hz_to_mel_slaney
from earmark.features.extract import extract
from earmark.inference.report.attention import Array, occlusion
from earmark.inference.report.png import cold, uri, warm
from earmark.inference.windows import cut_windows

if TYPE_CHECKING:
    from earmark.inference.model import Model

PLAYED_S = 8.0
LONGEST_S = 120.0  # of a long recording no more is looked at
MOST_BYTES = 8_000_000  # of sounds and pictures in one page
LOOK_S = 1.0  # for what the network looked at, a clip
ALL_LOOKS_S = 30.0  # and of all clips: later ones have none
QUICK = (0.5, 6.0)  # the same two at the end of a training, where nobody asked to wait
RANGE_DB = 70.0  # of the spectrogram's colours, down from the loudest
MOST_COLUMNS = 320
MP3_RATES_HZ = (8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000)  # MPEG 1 and 2, layer III
TOLD = 0.02  # a smaller fall of a probability is told as none
HERTZ = ((125, "125 Hz"), (500, "500"), (2000, "2 kHz"), (8000, "8 kHz"))


class Budget:
    """What a page may still hold, and the time that may still be spent looking."""

    def __init__(
        self, most_bytes: int = MOST_BYTES, look_s: float = LOOK_S, looks_s: float = ALL_LOOKS_S
    ) -> None:
        self.left = most_bytes
        self.look_s = look_s
        self.looks_s = looks_s

    def fits(self, media: dict[str, Any]) -> bool:
        """Take the room of a clip, if there is any."""
        size = sum(len(value) for value in media.values() if isinstance(value, str))
        if size > self.left:
            return False
        self.left -= size
        return True


def media_of(
    place: tuple[Path, float, float | None],
    budget: Budget,
    model: "Model | None" = None,
    answered: str | None = None,
    *,
    seen_s: float = PLAYED_S,
) -> dict[str, Any]:
    """Player and pictures of a clip (path, onset_s, offset_s), or why there are none.

    Without a model, of its first `seen_s` seconds.

    With a model and its answer: of the window that speaks for the answer most, and what it hangs
    on there. Sounds and pictures are data URIs.
    """
    path, onset_s, offset_s = place
    end_s = onset_s + LONGEST_S if offset_s is None else min(offset_s, onset_s + LONGEST_S)
    if budget.left <= 0:
        return {"problem": FULL}
    try:
        rate = None if model is None else model.rate_hz
        samples, rate_hz = load_audio(path, rate, onset_s=onset_s, offset_s=end_s)
        try:
            media = _drawn(samples, rate_hz, onset_s, budget, model, answered, seen_s)
        except Exception as error:  # of onnxruntime: a model that cannot run costs its map alone
            if model is None or isinstance(error, AudioError):
                raise
            media = _drawn(samples, rate_hz, onset_s, budget, None, None, seen_s)
    except (EarmarkError, OSError) as error:
        return {"problem": f"No sound: {error}"}
    return media if budget.fits(media) else {"problem": FULL}


FULL = "No player: the page holds as many sounds as it may."


def _drawn(
    samples: Array,
    rate_hz: int,
    onset_s: float,
    budget: Budget,
    model: "Model | None",
    answered: str | None,
    seen_s: float,
) -> dict[str, Any]:
    begin, before, after = 0, 0, 0  # samples; the last two are zeros around a window
    falls: NDArray[np.floating] | None = None
    seen = samples[: round(seen_s * rate_hz)]
    if model is not None and answered is not None:
        begin, length = _telling(model, samples, answered)
        before, begin = max(0, -begin), max(0, begin)
        seen = samples[begin : begin + length - before]
        after = length - before - len(seen)
        if budget.looks_s > 0:
            started = time.perf_counter()
            column = model.config.classes.index(answered)

            def answer(heard: Array) -> NDArray[np.floating]:
                full = np.pad(heard, ((0, 0), (before, after)))
                return np.asarray(model.window_proba(full)[:, column])

            falls = occlusion(seen, rate_hz, answer, limit_s=budget.look_s)
            budget.looks_s -= time.perf_counter() - started
    top = hz_to_mel_slaney(rate_hz / 2)
    media: dict[str, Any] = {
        "spectrogram": uri(cold(_levels(seen, rate_hz)), "image/png"),
        "alt": "Spectrogram, time to the right, low frequencies at the bottom",
        "hertz": [
            (text, float(hz_to_mel_slaney(hz) / top)) for hz, text in HERTZ if hz < 0.45 * rate_hz
        ],
        "begin_s": onset_s + begin / rate_hz,
        "end_s": onset_s + (begin + len(seen)) / rate_hz,
    }
    if falls is not None:
        largest = float(falls.max())
        if largest >= TOLD:
            media["attention"] = uri(warm(_smooth(falls / largest)), "image/png")
            media["said"] = f"at most −{100 * largest:.0f} points without one patch"
            where = [int(at) for at in np.unravel_index(int(falls.argmax()), falls.shape)]
            media["alt"] += (
                f"; the answer hangs most on {_time(where[0], falls.shape[0], media)}, "
                f"band {where[1] + 1} of {falls.shape[1]} from below"
            )
        else:
            media["said"] = "no single patch matters"
    elif answered is not None and model is not None:
        media["said"] = "not looked at: it would take too long"
    first, last = _played(falls, len(seen), round(PLAYED_S * rate_hz))
    if last - first < len(seen):
        media["played"] = (first / len(seen), last / len(seen))
    media["sound"] = uri(mp3(seen[first:last], rate_hz), "audio/mpeg")
    return media


def _telling(model: "Model", samples: Array, answered: str) -> tuple[int, int]:
    """The window with the highest probability of the answer: (its first sample, samples in it).

    The first window of a front-end that pads begins before the recording does.
    """
    window = model.config.window
    cut = list(cut_windows([samples], window))
    column = model.config.classes.index(answered)
    scores = [float(model.window_proba(one[None])[0, column]) for one in cut]
    best = int(np.argmax(scores))
    frames = max(1, -(-(len(samples) + window.pad_left_samples) // window.hop_samples))
    starts = window_starts(frames, window.frames, window.step)
    at = int(starts[min(best, len(starts) - 1)]) * window.hop_samples - window.pad_left_samples
    return at, len(cut[best])


def _played(falls: NDArray[np.floating] | None, samples: int, most: int) -> tuple[int, int]:
    """The stretch that is played: all, or the part on which the answer hangs most."""
    if samples <= most or falls is None:
        return 0, min(samples, most)
    gains = np.repeat(falls.clip(min=0).sum(axis=1), 100)
    span = max(1, round(len(gains) * most / samples))
    sums = np.convolve(gains, np.ones(span), "valid")
    first = int(sums.argmax() / len(gains) * samples)
    first = min(first, samples - most)
    return first, first + most


def _levels(samples: Array, rate_hz: int) -> NDArray[np.floating]:
    """The spectrogram from 0 to 1, (bands, columns), the highest band at the top."""
    features = extract(samples, "log_mel", rate_hz)  # (frames, bands) in dB
    step = -(-len(features) // MOST_COLUMNS)
    starts = np.arange(0, len(features), step)
    columns = np.maximum.reduceat(features, starts, axis=0)
    high = float(columns.max())
    levels: NDArray[np.floating] = np.clip((columns - high + RANGE_DB) / RANGE_DB, 0, 1)
    return levels.T[::-1]


def _smooth(shares: NDArray[np.floating]) -> NDArray[np.floating]:
    """(times, bands) to a picture without corners, the highest band at the top."""
    from scipy.ndimage import zoom

    grid = np.clip(shares, 0, 1).T[::-1]
    return np.asarray(np.clip(zoom(grid, 8, order=1, mode="nearest", grid_mode=True), 0, 1))


def _time(number: int, times: int, media: dict[str, Any]) -> str:
    length_s = media["end_s"] - media["begin_s"]
    edges = [media["begin_s"] + length_s * at / times for at in (number, number + 1)]
    return f"{edges[0]:.2f} to {edges[1]:.2f} s"


def mp3(samples: Array, rate_hz: int) -> bytes:
    """Mono samples (samples,) as a small MP3."""
    import soundfile

    rate = max(rate for rate in MP3_RATES_HZ if rate <= max(rate_hz, MP3_RATES_HZ[0]))
    sound = np.clip(from_samples(samples, rate_hz, rate), -1, 1).astype(np.float32)
    file = io.BytesIO()
    soundfile.write(file, sound, rate, format="MP3", subtype="MPEG_LAYER_III")
    return file.getvalue()
