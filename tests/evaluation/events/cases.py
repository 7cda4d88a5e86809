"""Random and awkward recordings, the same for every run: what the two libraries are compared on."""

import numpy as np

from earmark.datasets.strong import Event

LABELS = ["bell", "cat", "dog"]


def random_case(seed, *, scored, grid_s=None):
    """Overlapping labels, answers near the truth or not; `grid_s`: exact collar hits abound."""
    rng = np.random.default_rng(seed)
    files = [f"{number}.wav" for number in range(rng.integers(1, 6))]
    truth, answers = {}, {}
    for file in files:
        truth[file] = _events(rng, rng.integers(0, 7), grid_s, apart=scored)
        answers[file] = [_moved(rng, event, grid_s) for event in truth[file] if rng.random() < 0.8]
        answers[file] += _events(rng, rng.integers(0, 3), grid_s, apart=False)
    if scored:  # the libraries want every class in the truth
        for number, label in enumerate(LABELS):
            truth[files[0]].append([11 + number, 12.5 + number, label])
        if grid_s is not None:
            truth = {file: [_on(event, grid_s) for event in truth[file]] for file in files}
    case = {"classes": LABELS, "truth": truth, "answers": answers}
    if scored:
        hop_s = float(rng.choice([0.02, 0.1, 0.25]) if grid_s is None else 0.1)
        frames = round(15 / hop_s)
        case |= {"hop_s": hop_s, "durations": dict.fromkeys(files, 15.0)}
        case["scores"] = {file: _scores(rng, truth[file], hop_s, frames).tolist() for file in files}
    return case


def _on(event, grid_s):
    return [round(round(t / grid_s) * grid_s, 6) for t in event[:2]] + [event[2]]


def _events(rng, number, grid_s, *, apart):
    found, last = [], dict.fromkeys(LABELS, -1.0)
    for onset in np.sort(rng.uniform(0, 9, number)):
        label = str(rng.choice(LABELS))
        length = rng.choice([0.0, 0.3, 1.0, 3.0]) * rng.uniform(0.5, 1)
        event = [float(onset), float(onset + length), label]
        if apart:
            event[0] = max(event[0], last[label] + 0.5)
            event[1] = max(event[1], event[0] + 0.2)
            last[label] = event[1]
        found.append(_on(event, grid_s) if grid_s else event)
    return found


def _moved(rng, event, grid_s):
    label = event[2] if rng.random() < 0.85 else str(rng.choice(LABELS))
    shift = rng.normal(0, 0.15, 2) if grid_s is None else grid_s * rng.integers(-2, 3, 2)
    onset = max(0.0, event[0] + shift[0])
    moved = [float(onset), float(max(onset, event[1] + shift[1])), label]
    return _on(moved, grid_s) if grid_s else moved


def _scores(rng, events, hop_s, frames):
    """Noisy evidence, rounded so that equal scores occur."""
    time_s = hop_s * np.arange(frames)
    scores = rng.random((frames, len(LABELS))) ** 2 * 0.6
    for onset, offset, label in events:
        on = (time_s >= onset - 0.1) & (time_s < offset + 0.1 * rng.normal())
        scores[on, LABELS.index(label)] += rng.uniform(0, 0.5)
    if rng.random() < 0.5:
        kernel = np.ones(5) / 5
        scores = np.stack([np.convolve(column, kernel, "same") for column in scores.T], axis=1)
    return np.round(np.minimum(scores, 1), 2)


def _case(truth, answers):
    return {"classes": LABELS, "truth": truth, "answers": answers}


EDGES = {
    "empty answers": _case({"a": [[0.0, 1.0, "dog"]], "b": []}, {}),
    "empty truth": _case({"a": []}, {"a": [[0.0, 1.0, "dog"], [0.5, 1.0, "cat"]]}),
    "one empty file": _case({"a": [], "b": [[0.0, 1.0, "dog"]]}, {"b": [[0.0, 1.0, "dog"]]}),
    "exact collars": _case(
        {"a": [[t, t + 1.0, "dog"] for t in (0.5, 2.3, 4.1)]},
        {"a": [[0.7, 1.5, "dog"], [2.5, 3.5, "dog"], [3.9, 4.9, "dog"]]},
    ),
    "no length": _case(
        {"a": [[1.0, 1.0, "dog"], [2.5, 2.5, "cat"], [4.0, 4.0, "dog"]]},
        {"a": [[1.0, 1.0, "dog"], [2.5, 2.7, "cat"], [4.1, 4.1, "cat"]]},
    ),
    "overlaps of one label": _case(
        {"a": [[0.0, 1.0, "dog"], [0.1, 1.1, "dog"], [0.15, 1.15, "dog"], [0.3, 1.2, "cat"]]},
        {"a": [[0.2, 1.1, "dog"], [0.05, 1.0, "dog"], [0.2, 1.2, "bell"], [0.3, 1.2, "dog"]]},
    ),
    "ways through each other": _case(
        {"a": [[0.0, 5.0, "dog"], [0.2, 5.0, "dog"], [0.4, 5.0, "dog"], [0.6, 5.0, "cat"]]},
        {"a": [[0.2, 5.0, "dog"], [0.4, 5.0, "dog"], [0.1, 5.0, "dog"], [0.6, 5.0, "dog"]]},
    ),
    "long events": _case({"a": [[0.0, 100.0, "dog"]]}, {"a": [[0.1, 119.9, "dog"]]}),
}


def as_events(events):
    """Events of a case, by file."""
    return {
        file: tuple(Event(label, onset, offset) for onset, offset, label in found)
        for file, found in events.items()
    }
