"""Synthetic twins laid out under Ballroom's own names: its 53 CDs and its 13 replica pairs."""

import csv

import numpy as np
import pytest
import soundfile

import earmark
from earmark.datasets.public.sets.ballroom import replicas
from earmark.datasets.synthetic import DANCES, render

RATE_HZ = 8000
SECONDS, LATER = 6, 2


@pytest.fixture
def twins(real_data, tmp_path):
    """One clip of every CD and all 26 replicas, each of its own made-up dance."""
    with (real_data("ballroom-index") / "tracks.tsv").open(newline="") as file:
        tracks = {row["id"]: row for row in csv.DictReader(file, delimiter="\t")}
    with (real_data("ballroom-index") / "replicas.tsv").open(newline="") as file:
        listed = {(row["a"], row["b"]) for row in csv.DictReader(file, delimiter="\t")}
    assert listed == {(first, second) for _, first, second in replicas()}
    chosen = {row["cd"]: name for name, row in tracks.items()}  # the last of each CD
    named = sorted({*chosen.values(), *(name for pair in listed for name in pair)})
    dances = sorted(DANCES)

    def music(number):
        return render(
            dances[number % len(dances)],
            seed=1,
            index=number,
            duration_s=SECONDS + LATER,
            rate_hz=RATE_HZ,
            cd=number % 53,
        )

    sounds = {name: music(number)[: SECONDS * RATE_HZ] for number, name in enumerate(named)}
    for kind, first, second in replicas():
        whole = music(named.index(first))
        sounds[second] = sounds[first]
        if kind == "recording":  # another part of it, at another level
            sounds[second] = 0.7 * whole[LATER * RATE_HZ :]
    for name, samples in sounds.items():
        path = tmp_path / "ballroom" / tracks[name]["folder"] / f"{name}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, np.clip(samples, -1, 1), RATE_HZ)
    return tmp_path / "ballroom"


def test_the_cds_the_replicas_and_the_one_under_two_labels_are_found(twins):
    audit = earmark.inspect(twins)
    told = audit.to_dict()
    assert told["groups"]["source"] == "file names: CD and track (Ballroom)"
    assert told["groups"]["count"] == 53
    found = {
        tuple(sorted(path.rpartition("/")[2].removesuffix(".wav") for path in same["paths"]))
        for same in told["duplicates"]
    }
    assert found == {tuple(sorted((first, second))) for _, first, second in replicas()}
    (wrong,) = (problem for problem in told["problems"] if problem["kind"] == "two labels")
    assert told["problems"][0] == wrong
    assert wrong["paths"] == ["ChaChaCha/Albums-Fire-08.wav", "Samba/Albums-Fire-09.wav"]
    exact = {kind for kind, *_ in replicas()} - {"recording"}
    kinds = [same["kind"] for same in told["duplicates"]]
    assert kinds.count("exact") == sum(kind in exact for kind, *_ in replicas())
    # replicas of one dance lose their second; Fire-08 and Fire-09 both go
    assert len(told["excluded"]) == 12 + 2
    united = told["groups"]["with_copies_united"]
    assert united < 53  # some replicas lie on two CDs, which are then kept together
