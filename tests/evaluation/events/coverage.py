"""How often the 95 % intervals of event scores hold the truth: `python -m ...events.coverage`.

Recordings of three events; each group of recordings has a skill of its own, so that what is found
rises and falls together. The true figure is that of very many recordings.
"""

import sys

import numpy as np

from earmark.datasets.strong import Event
from earmark.evaluation.events import event_track, score_events

CLASSES = ("bell", "dog")
FIGURES = ("event_f1", "segment_f1", "event_error_rate", "psds1")


def recordings(groups, each, spread, rng):
    """Truth, answers, group of each recording."""
    truth, answers, group = {}, {}, {}
    for of in range(groups):
        skill = np.clip(0.7 + spread * rng.standard_normal(), 0.05, 0.95)
        for at in range(each):
            name = f"{of}-{at}"
            onsets = 0.5 + 3 * np.arange(3) + rng.random(3)
            events = [Event(str(rng.choice(CLASSES)), float(t), float(t) + 1.5) for t in onsets]
            found = [e for e in events if rng.random() < skill]
            scored = [Event(e.label, e.onset_s, e.offset_s, float(rng.random())) for e in found]
            if rng.random() > skill:
                label = str(rng.choice(CLASSES))
                scored.append(Event(label, 9.5, 10.0, float(rng.random())))
            truth[name], answers[name], group[name] = events, scored, f"{of}"
    return truth, answers, group


def card(data, resamples):
    """The card of recordings."""
    truth, answers, group = data
    tracks = {name: event_track(found, CLASSES) for name, found in answers.items()}
    lengths = dict.fromkeys(truth, 10.0)
    common = {"durations_s": lengths, "tracks": tracks, "groups": group, "resamples": resamples}
    return score_events(truth, answers, CLASSES, **common)


def main(trials=200):
    """Print the share of trials in which the interval holds the truth."""
    for groups, each in ((6, 5), (20, 3), (60, 1)):
        for spread in (0.0, 0.15):
            rng = np.random.default_rng(0)
            true = card(recordings(2000, 1, spread, rng), 2).figures
            held = dict.fromkeys(FIGURES, 0)
            for _ in range(trials):
                found = card(recordings(groups, each, spread, rng), 100).figures
                for name in FIGURES:
                    held[name] += found[name].low <= true[name].value <= found[name].high
            shares = " ".join(f"{name} {100 * n / trials:.0f}" for name, n in held.items())
            sys.stdout.write(f"{groups} groups of {each}, spread {spread}: {shares}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
