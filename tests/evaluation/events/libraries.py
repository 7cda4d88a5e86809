"""What sed_eval and sed_scores_eval make of cases: `python libraries.py < cases.json`.

Run by a Python that has them (EARMARK_SED_PYTHON), which need not be able to import Earmark:
sed_eval 0.2.1, sed_scores_eval 0.0.4, numpy, pandas < 3.
A case: {"classes", "truth": {file: [[onset, offset, label]]}, "answers": the same,
"scores": {file: [[...] a frame]}, "hop_s", "durations": {file: s}}; the last three may be lacking.
NaN comes back as None.
"""

import json
import math
import sys
from importlib.metadata import version

import numpy as np


def plain(value):
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if value is None or math.isnan(value):
        return None
    return float(value)


def rows(events):
    keys = ("onset", "offset", "event_label")
    return [dict(zip(keys, event, strict=True), filename="a") for event in events]


def by_sed_eval(case):
    import sed_eval

    classes = case["classes"]
    metrics = {
        "collar": sed_eval.sound_event.EventBasedMetrics(
            classes,
            t_collar=0.2,
            percentage_of_length=0.2,
            empty_system_output_handling="zero_score",
        ),
        "onset": sed_eval.sound_event.EventBasedMetrics(
            classes,
            t_collar=0.2,
            evaluate_offset=False,
            empty_system_output_handling="zero_score",
        ),
        "segment": sed_eval.sound_event.SegmentBasedMetrics(classes, time_resolution=1.0),
    }
    metrics["segment"].empty_system_output_handling = "zero_score"
    found = {}
    for name, metric in metrics.items():
        for file, truth in case["truth"].items():
            metric.evaluate(rows(truth), rows(case["answers"].get(file, [])))
        overall = metric.results_overall_metrics()
        each = metric.results_class_wise_metrics()
        macro = [each[label]["f_measure"]["f_measure"] for label in classes]
        found[name] = {
            "micro_f1": overall["f_measure"]["f_measure"],
            "macro_f1": np.nanmean(macro) if not np.isnan(macro).all() else math.nan,
            "class_f1": dict(zip(classes, macro, strict=True)),
            "error_rate": overall["error_rate"]["error_rate"],
            "substitutions": overall["error_rate"]["substitution_rate"],
            "deletions": overall["error_rate"]["deletion_rate"],
            "insertions": overall["error_rate"]["insertion_rate"],
            "class_error_rate": {
                label: each[label]["error_rate"]["error_rate"] for label in classes
            },
        }
    return found


def by_sed_scores_eval(case):
    from sed_scores_eval import collar_based, intersection_based, segment_based
    from sed_scores_eval.base_modules.scores import create_score_dataframe

    classes, hop_s = case["classes"], case["hop_s"]
    scores = {
        file: create_score_dataframe(
            np.array([[-np.inf if v is None else v for v in frame] for frame in frames]),
            hop_s * np.arange(len(frames) + 1),
            classes,
        )
        for file, frames in case["scores"].items()
    }
    truth = {file: [tuple(event) for event in events] for file, events in case["truth"].items()}
    settings = {
        "psds1": {"dtc_threshold": 0.7, "gtc_threshold": 0.7, "alpha_st": 1.0},
        "psds2": {
            "dtc_threshold": 0.1,
            "gtc_threshold": 0.1,
            "cttc_threshold": 0.3,
            "alpha_ct": 0.5,
            "alpha_st": 1.0,
        },
    }
    found = {}
    for name, setting in settings.items():
        value, each, *_ = intersection_based.psds(
            scores=scores, ground_truth=truth, audio_durations=case["durations"], **setting
        )
        found[name] = {"value": value, "by_class": each}
    collars = {"onset_collar": 0.2, "offset_collar": 0.2, "offset_collar_rate": 0.2}
    best, *_ = collar_based.best_fscore(scores=scores, ground_truth=truth, **collars)
    found["collar_best"] = best
    best, *_ = segment_based.best_fscore(
        scores=scores, ground_truth=truth, audio_durations=case["durations"], segment_length=1.0
    )
    found["segment_best"] = best
    for at in ("0.3", "0.6"):
        common = {"scores": scores, "ground_truth": truth, "threshold": float(at)}
        half = {"dtc_threshold": 0.5, "gtc_threshold": 0.5}
        found[f"intersection_{at}"], *_ = intersection_based.fscore(**common, **half)
        found[f"collar_{at}"], *_ = collar_based.fscore(**common, **collars)
        found[f"segment_{at}"], *_ = segment_based.fscore(
            **common, audio_durations=case["durations"], segment_length=1.0
        )
    return found


def main():
    cases = json.load(sys.stdin)
    found = []
    for case in cases:
        one = by_sed_eval(case)
        if "scores" in case:
            one |= by_sed_scores_eval(case)
        found.append(plain(one))
    names = ("sed_eval", "sed_scores_eval", "numpy", "pandas")
    json.dump({"versions": {n: version(n) for n in names}, "found": found}, sys.stdout)


if __name__ == "__main__":
    main()
