"""A made-up report, with every section and with names that would break a careless page."""

NASTY = '"><script>alert(1)</script>'
LABELS = [NASTY, "chien à poil", "a|b *c*"]
PIXEL = "data:image/png;base64,AAAA"


def band(value, low, high):
    return {"value": value, "low": low, "high": high}


def card(value=0.9, baseline=0.4):
    """A score card as JSON has it."""
    per_class = {
        label: {"precision": 0.9, "recall": 0.8, "f1": 0.85, "support": 10} for label in LABELS
    }
    per_class["a|b *c*"]["precision"] = None
    clip = {
        "accuracy": band(value, value - 0.1, value + 0.05),
        "macro_f1": band(0.88, 0.8, 0.93),
        "count": 30,
        "groups": 12,
        "per_class": per_class,
        "confusion": [[9, 1, 0], [0, 10, 0], [2, 0, 8]],
        "ece": 0.05,
        "brier": 0.2,
        "nll": 0.3,
        "reliability": [
            {
                "low": 0.8,
                "high": 1.0,
                "count": 30,
                "confidence": 0.93,
                "right": 0.9,
                "right_low": 0.7,
                "right_high": 0.97,
            }
        ],
    }
    return {
        "clip": clip,
        "window": None,
        "baselines": {
            "majority": {"accuracy": band(0.1, 0.05, 0.2)},
            "loudness": {"accuracy": band(baseline, baseline - 0.1, baseline + 0.1)},
        },
        "classes": LABELS,
        "split": {"kind": "holdout", "description": "12 groups kept whole; seed 0"},
        "confidence": 0.95,
        "leak": {
            "random": band(0.97, 0.9, 0.99),
            "grouped": band(value, value - 0.1, value + 0.05),
            "points": band(7.0, 1.0, 13.0),
        },
        "calibration": {"before": 0.09, "after": 0.05},
        "answered": {"share": band(0.95, 0.9, 0.98), "accuracy": band(0.93, 0.85, 0.97)},
    }


def mistake(number=1):
    return {
        "name": f"{NASTY}/été {number}.wav",
        "label": "chien à poil",
        "predicted": NASTY,
        "truths": ["chien à poil"],
        "answers": [NASTY],
        "score": 0.97,
        "group": "cd 1",
        "fold": "",
        "scores": [[NASTY, 0.97], ["chien à poil", 0.03]],
        "media": {
            "spectrogram": PIXEL,
            "attention": PIXEL,
            "alt": "Spectrogram",
            "hertz": [["2 kHz", 0.5]],
            "begin_s": 0.0,
            "end_s": 5.0,
            "said": "at most −31 points without one patch",
            "sound": "data:audio/mpeg;base64,AAAA",
        },
    }


def document():
    """A run with everything."""
    return {
        "kind": "run",
        "title": f"sounds {NASTY}",
        "subtitle": "Report of a training",
        "grouped_by": "parent folder",
        "remarks": [],
        "data": {
            "clips": 90,
            "classes": dict.fromkeys(LABELS, 30),
            "problems": [{"kind": "unreadable", "path": f"{NASTY}.wav", "detail": "cut"}],
        },
        "audit": {
            "clips": 90,
            "problems": [{"kind": "silent", "paths": ["a.wav"], "detail": "nothing in it"}],
            "duplicates": [
                {"kind": "exact", "paths": ["a.wav", "b.wav"], "labels": LABELS[:2]},
                {"kind": "near", "paths": ["c.wav", "d.wav"], "labels": ["x", "x"],
                 "similarity": 0.97},
            ],
            "groups": {"source": "file names", "count": 12},
            "leakage": {"random": {"shared_group": 0.4, "copy_in_training": 0.1}},
        },
        "split": {
            "text": "12 groups kept whole · seed 0",
            "facts": [["groups in all", "12"]],
            "parts": [{"name": "holdout", "clips": {"train": 60, "test": 30},
                       "groups": {"train": 8, "test": 4}}],
            "whole": True,
        },
        "card": card(),
        "reliability": [],
        "histories": [
            {
                "name": "",
                "columns": {
                    "epoch": [1.0, 2.0, 3.0],
                    "train_loss": [2.0, 1.0, float("nan")],
                    "validation_accuracy": [0.3, 0.6, 0.7],
                },
            }
        ],
        "learning_rate": {
            "rate": 0.003, "reason": "it falls", "rates": [1e-4, 1e-3, 1e-2, 1e-1],
            "losses": [2.0, 1.5, 1.2, 4.0], "smoothed": [2.0, 1.6, 1.3, 3.0],
        },
        "training": [["epochs", "3"]],
        "stress": {
            "degradations": [
                {
                    "name": "white", "title": "white noise", "unit": "dB",
                    "breaks_at": [{"level": 10, "shown": True}],
                    "levels": [
                        {"level": None, "undisturbed": True, "accuracy": band(0.9, 0.8, 0.95)},
                        {"level": 40, "accuracy": band(0.9, 0.8, 0.95)},
                        {"level": 10, "accuracy": band(0.5, 0.4, 0.6)},
                    ],
                }
            ]
        },
        "mistakes": {"wrong": 3, "clips": [mistake()], "said": "", "looked": True},
        "label_errors": {
            "found": 1,
            "clips": [{"name": "a.wav", "label": LABELS[0], "suggested": LABELS[1],
                       "facts": [["quality", "0.1"]]}],
        },
        "pictures": {"Confusion": "confusion.png"},
        "model": {"earmark": "1", "calibrated_on": 30},
        "repeat": {
            "commands": ["earmark train sounds"],
            "said": "",
            "facts": [["Seed", "0"]],
        },
    }  # fmt: skip


def comparison():
    """Two networks."""
    network = {
        "model": "simple", "recipe": "modern", "macro_f1": band(0.8, 0.7, 0.9),
        "parameters": 1000, "gmac": 0.1, "window_s": 5.0, "epochs": 10, "train_s": 60.0,
        "realtime": 100.0,
    }  # fmt: skip
    first = {**network, "name": "simple", "accuracy": band(0.9, 0.8, 0.95)}
    second = {**network, "name": NASTY, "accuracy": band(0.5, 0.4, 0.6), "realtime": None}
    test = {
        "first": NASTY, "second": "simple", "difference": band(-0.4, -0.5, -0.3),
        "only_first": 2, "only_second": 50, "holm_p": 0.0001, "told_apart": True,
    }  # fmt: skip
    run = document()
    return {
        "kind": "comparison",
        "title": "2 networks",
        "subtitle": "Report of a comparison",
        "said": "simple scores highest.",
        "grouped_by": "parent folder",
        "data": run["data"],
        "comparison": {
            "networks": [first, second],
            "baselines": {"majority": {"accuracy": band(0.1, 0.05, 0.2)}},
            "paired": [test],
            "clips": 30,
            "failed": {"vgg": "out of memory"},
        },
        "runs": [{**run, "title": "simple"}, {**run, "title": NASTY}],
        "repeat": run["repeat"],
    }


def events_card(event_f1=0.5, loudness=0.1):
    """A score card of events as JSON has it."""
    figures = {
        "event_f1": band(event_f1, event_f1 - 0.1, event_f1 + 0.1),
        "event_f1_macro": band(0.45, 0.35, 0.55),
        "event_error_rate": band(0.8, 0.7, 1.2),
        "segment_f1": band(0.7, 0.65, 0.75),
        "segment_f1_macro": band(0.6, 0.5, 0.7),
        "segment_error_rate": band(0.5, 0.4, 0.6),
        "intersection_f1": band(0.6, 0.5, 0.7),
        "intersection_f1_macro": band(0.6, 0.5, 0.7),
        "psds1": band(0.4, 0.3, 0.5),
        "psds2": None,
    }
    parts = {"error_rate": 0.8, "substitutions": 0.05, "deletions": 0.4, "insertions": 0.35}
    classes = {
        label: {
            "events": 10, "answered": 9, "precision": 0.5, "recall": 0.4, "event_f1": f1,
            "event_error_rate": 0.8, "segment_f1": 0.7, "intersection_f1": 0.6, "psds1": 0.4,
            "psds2": None,
        }
        for label, f1 in zip(LABELS, (0.8, 0.5, 0.2), strict=True)
    }  # fmt: skip
    classes["owl"] = dict.fromkeys(classes[NASTY], None) | {"events": 0, "answered": 3}
    trivial = band(loudness, loudness / 2, loudness + 0.1)
    return {
        "kind": "events",
        **figures,
        "error_parts": {"event": parts, "segment": parts},
        "per_class": classes,
        "recordings": 200,
        "groups": 40,
        "events": 30,
        "answered": 20,
        "duration_s": 2000.0,
        "merged": 0,
        "baselines": {
            "everything": {"event_f1": band(0.01, 0.0, 0.02), "segment_f1": band(0.3, 0.2, 0.4)},
            "loudness": {"event_f1": trivial, "segment_f1": band(0.2, 0.1, 0.3)},
        },
        "classes": [*LABELS, "owl"],
        "split": {"kind": "holdout", "description": "40 groups kept whole; seed 0"},
        "confidence": 0.95,
    }


def scene(number=1):
    bars = [
        {"onset_s": 1.0, "offset_s": 2.0, "score": None, "x": 10.0, "width": 10.0, "right": True},
        {"onset_s": 5.0, "offset_s": 6.0, "score": None, "x": 50.0, "width": 10.0, "right": False},
    ]
    return {
        "name": f"{NASTY}/été {number}.wav", "file": f"{NASTY}.wav", "fold": "", "begin_s": 0.0,
        "end_s": 10.0, "events": 2, "right": 1, "missed": 1, "vain": 1,
        "rows": [{"label": NASTY, "truth": bars, "answers": bars, "said": f"{NASTY}: truth 1 s"}],
    }  # fmt: skip


def detection():
    """A detection run with everything."""
    made = document()
    for name in ("mistakes", "label_errors", "stress"):
        del made[name]
    columns = {"epoch": [1.0, 2.0], "train_loss": [2.0, 1.0], "validation_event_f1": [0.1, 0.4]}
    return made | {
        "card": events_card(),
        "noun": "recording",
        "histories": [{"name": "", "columns": columns}],
        "scenes": {
            "recordings": 200, "pieces": True, "longest_s": 60.0, "worst": [scene(1)],
            "best": [scene(2)],
        },
    }  # fmt: skip
