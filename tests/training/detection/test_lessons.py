"""What is learned from: every item follows from (seed, epoch, index), whatever came before."""

import dataclasses

import numpy as np
import pytest
import torch

from earmark.datasets.soundscape import SceneSettings
from earmark.models.detector import create_detector, find_detector
from earmark.models.recipe import Augmentation
from earmark.training.detection import lessons as lessons_module
from earmark.training.detection.cut import scene_cut
from earmark.training.detection.lessons import Material, SceneLessons, WeakClip
from earmark.training.detection.recording import Recording, marks

from .conftest import SCENES, event, small

CLASSES = ("clicks", "noise", "sine")
SINE = event("sine", 0.3, 0.9)


def staircase(frames, bins):
    """Features that tell their own frame."""
    return np.repeat(np.arange(frames, dtype=np.float32)[:, None], bins, axis=1)


@pytest.fixture(scope="module")
def made(frontend, bank):
    """Lessons of all three kinds: 2 recordings, 2 weak clips, 5 scenes."""
    kind, recipe = find_detector("crnn")
    cut = scene_cut(small(recipe), kind, frontend)
    torch.manual_seed(0)
    network = create_detector("crnn", 3, frames=cut.frames, bins=frontend.bins)

    def make(settings=Augmentation(), seed=0, **changes):  # noqa: B008 - it is frozen
        long, hop_s = 3 * cut.frames + 5, frontend.hop / frontend.rate_hz
        recordings = [
            Recording(
                "long",
                staircase(long, frontend.bins),
                (event("sine", 0.3, 0.9),),
                long * hop_s,
                "a",
            ),
            Recording("short", staircase(9, frontend.bins), (), 9 * hop_s, "b"),
        ]
        weak = [
            WeakClip(staircase(7, frontend.bins), (0, 2)),
            WeakClip(staircase(2 * cut.frames, frontend.bins), (1,)),
        ]
        material = Material(CLASSES, frontend, bank, SCENES, 5, recordings, weak)
        material = dataclasses.replace(material, **changes)
        return SceneLessons(network, material, cut, settings, seed)

    return make


def test_an_item_is_the_same_whatever_was_asked_before(made):
    first, again = made(), made()
    forwards = [first.item(2, index) for index in range(len(first))]
    backwards = [again.item(2, index) for index in reversed(range(len(again)))][::-1]
    for (window, target), (other, wanted) in zip(forwards, backwards, strict=True):
        np.testing.assert_array_equal(window, other)
        np.testing.assert_array_equal(target, wanted)


def test_another_epoch_and_another_seed_give_other_scenes(made):
    last = len(made()) - 1  # a scene
    window = made().item(0, last)[0]
    assert not np.array_equal(window, made().item(1, last)[0])
    assert not np.array_equal(window, made(seed=1).item(0, last)[0])


def test_a_batch_is_its_items(made):
    lessons = made(settings=Augmentation(bin_mask=0.2, bin_shift=1, tilt=10.0))
    indices = [0, 3, len(lessons) - 1, 1]
    windows, targets = lessons.batch(1, indices)
    for row, index in enumerate(indices):
        window, target = lessons.item(1, index)
        np.testing.assert_array_equal(windows[row], window)
        np.testing.assert_array_equal(targets[row], target)


def test_an_epoch_has_every_item_once(made):
    lessons = made()
    places = len(lessons.cut.starts(3 * lessons.cut.frames + 5)) + 1
    assert len(lessons) == places + 2 + 5
    order = lessons.epoch_order(0, 3)
    assert sorted(order) == list(range(len(lessons)))
    np.testing.assert_array_equal(order, lessons.epoch_order(0, 3))
    assert not np.array_equal(order, lessons.epoch_order(0, 4))


def test_without_sounds_there_are_no_scenes(made):
    assert len(made(bank=None)) == len(made()) - 5


def test_marks_of_a_recording_move_with_its_window(made, frontend):
    lessons, found = made(), set()
    for epoch in range(20):
        window, target = lessons.item(epoch, 1)
        start = int(window[0, 0])
        found.add(start)
        np.testing.assert_array_equal(window[:, 0], start + np.arange(lessons.cut.frames))
        wanted = marks((SINE,), CLASSES, frontend.frames_per_s, start)
        np.testing.assert_array_equal(target, lessons.network.encode(wanted))
    assert len(found) > 3
    assert min(found) >= 0
    assert max(found) + lessons.cut.frames <= 3 * lessons.cut.frames + 5  # never past the end


def test_a_short_recording_is_filled_with_silence(made):
    lessons = made()
    short = len(lessons.cut.starts(3 * lessons.cut.frames + 5))
    window, target = lessons.item(0, short)
    np.testing.assert_array_equal(window[:9, 0], np.arange(9))
    np.testing.assert_array_equal(window[9:], np.tile(lessons.cut.silence, (len(window) - 9, 1)))
    assert not target.any()


def test_a_weak_clip_lies_anywhere_and_its_times_are_unknown(made):
    lessons = made()
    short = len(lessons) - 5 - 2
    begins = set()
    for epoch in range(20):
        window, target = lessons.item(epoch, short)
        begin = int(np.flatnonzero((window != lessons.cut.silence).any(axis=1))[0])
        begins.add(begin)
        np.testing.assert_array_equal(window[begin : begin + 7, 0], np.arange(7))
        np.testing.assert_array_equal(target, lessons.network.encode_weak([0, 2]))
        window, _ = lessons.item(epoch, short + 1)
        assert 0 <= window[0, 0] <= lessons.cut.frames
        np.testing.assert_array_equal(np.diff(window[:, 0]), 1)
    assert len(begins) > 3


def test_scenes_are_full_or_end_in_silence(made, monkeypatch):
    lessons = made()
    frames = lessons.cut.frames

    def silent(window):
        return int((window == lessons.cut.silence).all(axis=1)[::-1].argmin())

    monkeypatch.setattr(lessons_module, "SHORT", 1.0)
    ends = [silent(lessons.item(0, len(lessons) - 1 - n)[0]) for n in range(5)]
    assert 0 < max(ends) <= frames * (1 - lessons_module.SHORTEST) + 1
    monkeypatch.setattr(lessons_module, "SHORT", 0.0)
    assert silent(lessons.item(0, len(lessons) - 1)[0]) == 0


def test_only_the_sounds_of_a_part_are_mixed(made, bank, monkeypatch):
    sources, mix = [], lessons_module.mix_scene

    def watch(*args):
        scene = mix(*args)
        sources.extend(scene.sources)
        return scene

    monkeypatch.setattr(lessons_module, "mix_scene", watch)
    lessons = made(bank=bank.only(["sine/1.wav", "noise/2.wav"]))
    for epoch in range(4):
        for index in range(len(lessons) - 5, len(lessons)):
            lessons.item(epoch, index)
    assert set(sources) == {"sine/1.wav", "noise/2.wav"}


def test_rare_events_are_still_learned(made):
    """`events_per_minute` below what a window needs once raised the least above the most."""
    rare = SceneSettings(events_per_minute=(0.0, 0.5), shortest_s=0.2)
    lessons = made(settings=Augmentation(), bank=made().material.bank)
    lessons = SceneLessons(
        lessons.network,
        dataclasses.replace(lessons.material, settings=rare),
        lessons.cut,
        Augmentation(),
        0,
    )
    targets = [lessons.item(0, len(lessons) - 1 - n)[1] for n in range(5)]
    assert any(target.any() for target in targets)


def test_guessing_costs_more_than_knowing_and_leaves_the_network_as_it_is(made):
    lessons = made()
    before = {key: value.clone() for key, value in lessons.network.state_dict().items()}
    state = torch.get_rng_state()
    loss = lessons.guessing()
    _, targets = lessons.batch(0, range(len(lessons)))
    wanted = torch.from_numpy(targets)
    known = torch.nan_to_num(lessons.network.known(wanted), nan=0.0)
    sure = torch.cat([20 * (2 * known - 1), torch.zeros_like(known)], dim=2)
    assert np.isfinite(loss)
    strong = ~torch.isnan(wanted).flatten(1).any(dim=1)
    assert loss > lessons.network.loss(sure[strong], wanted[strong])
    assert lessons.network.training
    after = lessons.network.state_dict()
    assert all(torch.equal(before[key], after[key]) for key in before)
    assert torch.equal(state, torch.get_rng_state())


def test_hits_are_the_share_that_is_right(made):
    lessons = made()
    _, targets = lessons.batch(0, [1, len(lessons) - 1])
    wanted = torch.from_numpy(targets)
    known = (lessons.network.known(wanted) > 0.5).float()
    right = torch.cat([2 * known - 1, known], dim=2)
    assert lessons.hits(right, wanted) == 2
    assert lessons.hits(-right, wanted) == 0
