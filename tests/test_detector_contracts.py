"""What every registered detector with each of its recipes has to keep; nothing here names one.

One graph is equal in training, in export, in a batch and in a stream.
"""

import json
from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.errors import ConfigError
from earmark.evaluation.events.decoding import Settings, Threshold
from earmark.features import create_frontend
from earmark.inference.detect.tracks import track_of
from earmark.inference.model import load
from earmark.models import DETECTORS, MODELS, create_model, describe_detector
from earmark.models.detector import create_detector, find_detector
from earmark.models.graph import FeatureClassifier
from earmark.saved import Detection
from earmark.training.detection.cut import SceneCut, as_cut
from earmark.training.detection.recording import Recording
from earmark.training.detection.tracks import tracks_of
from earmark.training.export import Trained, export, graph_of

RECIPES = [(name, recipe) for name in DETECTORS for recipe in DETECTORS[name].recipes]
each_recipe = pytest.mark.parametrize(("name", "recipe"), RECIPES)
quick = settings(max_examples=15, deadline=None)
STEPS, CLASSES, TEMPERATURE = 6, 3, 1.7


@cache
def frontend_of(name, recipe):
    chosen = find_detector(name, recipe)[1]
    return create_frontend(chosen.frontend, **chosen.frontend_settings)


def frames_of(name, recipe):
    return STEPS * DETECTORS[name].strides[recipe]


def made(name, recipe, classes=CLASSES, seed=0, bins=None):
    torch.manual_seed(seed)
    bins = bins or frontend_of(name, recipe).bins
    return create_detector(name, classes, recipe, frames=frames_of(name, recipe), bins=bins)


@cache
def still(name, recipe):
    """One that is not trained, for what has no need of its weights."""
    return made(name, recipe).eval()


def windows(name, recipe, batch, seed=0, bins=None):
    generator = torch.Generator().manual_seed(seed)
    shape = (batch, frames_of(name, recipe), bins or frontend_of(name, recipe).bins)
    return torch.randn(shape, generator=generator)


def target(network, marks):
    return torch.from_numpy(network.encode(marks))[None]


def answers_like(network, name, recipe, batch=1):
    with torch.no_grad():
        return network(windows(name, recipe, batch))


def perfect(name, recipe, wanted):
    """Answers against which nothing is to be said: found by going down the loss."""
    network = still(name, recipe)
    answers = torch.zeros(answers_like(network, name, recipe).shape, requires_grad=True)
    optimiser = torch.optim.Adam([answers], 0.3)
    for _ in range(200):
        optimiser.zero_grad()
        network.loss(answers, wanted).backward()
        optimiser.step()
    return answers.detach()


# ---- what it declares ----


@each_recipe
def test_a_recipe_fits_its_network(name, recipe):
    kind, chosen = find_detector(name, recipe)
    assert chosen.name == recipe
    assert chosen.window_s is not None
    assert 0 < chosen.overlap < 1  # what lies at a window's edge is heard whole in the next one
    assert kind.strides[recipe] % kind.frames_per_score == 0
    assert kind.summary
    assert type(chosen).from_dict(json.loads(json.dumps(chosen.to_dict()))) == chosen


@each_recipe
def test_described_parameters_are_those_it_has(name, recipe):
    told = describe_detector(name, recipe, classes=8)
    frames, bins = told.input_shape
    with torch.device("meta"):
        network = create_detector(name, 8, recipe, frames=frames, bins=bins)
    assert told.parameters == sum(weight.numel() for weight in network.parameters())
    assert told.gmac > 0
    assert (told.name, told.recipe, told.task) == (name, recipe, "detect")
    assert told.window_s >= find_detector(name, recipe)[1].window_s - 0.02  # whole frames


@pytest.mark.parametrize("name", list(DETECTORS))
def test_an_unknown_recipe_offers_the_near_ones(name):
    near = next(iter(DETECTORS[name].recipes))
    with pytest.raises(ConfigError, match=f"unknown recipe of {name} '{near}x'; did you.*{near}"):
        find_detector(name, f"{near}x")
    with pytest.raises(ConfigError, match=f"did you mean {near}"):
        DETECTORS[name](classes=3, frames=64, bins=40, recipe=f"{near}x")


@pytest.mark.parametrize("name", list(DETECTORS))
def test_asked_for_as_a_classifier_it_says_how_it_is_trained(name):
    assert name not in MODELS
    with pytest.raises(ConfigError, match=f"'{name}' is a network that detects: .*--task detect"):
        create_model(name)


@each_recipe
def test_windows_of_no_whole_steps_are_refused(name, recipe):
    stride = DETECTORS[name].strides[recipe]
    for frames in (0, stride - 1, stride + 1, -stride):
        with pytest.raises(ConfigError, match=f"a multiple of {stride} frames, got {frames}"):
            create_detector(name, 3, recipe, frames=frames, bins=40)


@each_recipe
def test_one_class_is_enough_and_none_is_refused(name, recipe):
    network = made(name, recipe, classes=1).eval()
    with torch.no_grad():
        assert network.scores(network(windows(name, recipe, 2))).shape[2] == 1
    with pytest.raises(ConfigError, match="a detector needs at least 1 class, got 0"):
        create_detector(name, 0, recipe, frames=network.stride, bins=40)


# ---- answers ----


@each_recipe
@pytest.mark.parametrize("bins", [None, 40, 48, 64])
def test_scores_have_a_row_a_score_and_a_column_a_class(name, recipe, bins):
    network = made(name, recipe, bins=bins).eval()
    with torch.no_grad():
        answers = network(windows(name, recipe, 2, bins=bins))
    scores = network.scores(answers, TEMPERATURE)
    rows = frames_of(name, recipe) // network.frames_per_score
    assert scores.shape == (2, rows, CLASSES)
    assert network.presence(answers).shape == (2, STEPS, CLASSES)
    assert scores.dtype == torch.float32


@each_recipe
@pytest.mark.parametrize("size", [0.0, 1.0, 1e4])
def test_scores_lie_between_0_and_1_whatever_is_answered(name, recipe, size):
    network = still(name, recipe)
    generator = torch.Generator().manual_seed(3)
    shape = answers_like(network, name, recipe, 4).shape
    scores = network.scores(size * torch.randn(shape, generator=generator), TEMPERATURE)
    assert torch.isfinite(scores).all()
    assert 0 <= scores.min() <= scores.max() <= 1


@each_recipe
def test_a_window_alone_has_the_answers_it_has_in_a_batch(name, recipe):
    network, batch = still(name, recipe), windows(name, recipe, 3)
    with torch.no_grad():
        alone = torch.cat([network(row[None]) for row in batch])
        torch.testing.assert_close(network(batch), alone, rtol=1e-4, atol=1e-5)


@each_recipe
def test_weights_follow_from_the_seed(name, recipe):
    first, again, other = (made(name, recipe, seed=seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert any(not torch.equal(first[key], other[key]) for key in first)


# ---- targets and loss ----


@each_recipe
def test_a_loss_falls_and_reaches_every_weight(name, recipe):
    network, batch = made(name, recipe), windows(name, recipe, 4)  # training mode, as it is used
    frames = frames_of(name, recipe)
    marks = [[(n % 3, 0.2 * frames, 0.6 * frames), ((n + 1) % 3, 0, frames)] for n in range(4)]
    wanted = torch.cat([target(network, each) for each in marks])
    optimiser = torch.optim.Adam(network.parameters(), 1e-3)
    losses = []
    for _ in range(8):
        optimiser.zero_grad()
        loss = network.loss(network(batch), wanted)
        loss.backward()
        losses.append(loss.item())
        if len(losses) == 1:
            for place, weight in network.named_parameters():
                assert weight.grad is not None, place
                assert torch.isfinite(weight.grad).all(), place
                assert weight.grad.abs().sum() > 0, place
        optimiser.step()
    assert losses[-1] < 0.9 * losses[0]


@each_recipe
def test_perfect_answers_cost_nothing_and_give_the_marks_back(name, recipe):
    network, frames = still(name, recipe), frames_of(name, recipe)
    stride, per = network.stride, network.frames_per_score
    whole = [(0, stride, 3 * stride), (1, 0, frames), (0, 4 * stride, 5 * stride)]
    wanted = target(network, whole)
    answers = perfect(name, recipe, wanted)
    worse = torch.zeros_like(answers)
    assert network.loss(answers, wanted) < 0.02 * network.loss(worse, wanted) + 1e-3
    inside = [(0, 1.3 * stride, 3.6 * stride), (2, 0.4 * stride, 0.9 * stride)]
    for marks in (whole, inside):
        scores = network.scores(perfect(name, recipe, target(network, marks)))[0].numpy()
        middles = (np.arange(len(scores)) + 0.5) * per
        for label in range(CLASSES):
            near = np.zeros(len(scores), bool)  # within one score of an edge either may be said
            there = np.zeros(len(scores), bool)
            for number, onset, offset in marks:
                if number == label:
                    there |= (middles > onset) & (middles < offset)
                    near |= np.minimum(abs(middles - onset), abs(middles - offset)) < per
            np.testing.assert_array_equal(scores[~near, label] > 0.5, there[~near])


@each_recipe
def test_what_lies_outside_a_window_is_not_in_its_target(name, recipe):
    network, frames = still(name, recipe), frames_of(name, recipe)
    nothing = network.encode([])
    outside = [(0, -90.0, -5.0), (1, frames, frames + 9.0), (2, -3.0, 0.0), (2, 5.0, 5.0)]
    np.testing.assert_array_equal(network.encode(outside), nothing)
    longer, cut = network.encode([(0, -7.0, frames + 99.0)]), network.encode([(0, 0, frames)])
    np.testing.assert_array_equal(longer, cut)


@each_recipe
def test_two_of_one_class_in_a_step_are_there_in_any_order(name, recipe):
    network = still(name, recipe)
    stride = network.stride
    marks = [(1, 1.1 * stride, 1.3 * stride), (1, 1.5 * stride, 1.9 * stride)]
    wanted = target(network, marks)
    torch.testing.assert_close(wanted, target(network, marks[::-1]))
    known = network.known(wanted)
    assert known[0, 1, 1] > 0
    assert known.sum() == known[0, 1, 1]


@each_recipe
@quick
@given(st.data())
def test_any_marks_give_a_target_from_0_to_1(name, recipe, data):
    network, frames = still(name, recipe), frames_of(name, recipe)
    places = st.floats(-2 * frames, 3 * frames)
    mark = st.tuples(st.integers(0, CLASSES - 1), places, places).map(
        lambda found: (found[0], min(found[1:]), max(found[1:]))
    )
    marks = data.draw(st.lists(mark, max_size=5))
    found = network.encode(marks)
    assert found.dtype == np.float32
    assert found.shape == network.encode([]).shape
    assert 0 <= found.min() <= found.max() <= 1
    known = network.known(torch.from_numpy(found)[None])[0].numpy()
    assert known.shape == (STEPS, CLASSES)
    begins = np.arange(STEPS) * network.stride
    for label, onset, offset in marks:
        long = np.minimum(offset, begins + network.stride) - np.maximum(onset, begins)
        assert (known[long > 1e-3, label] > 0).all()  # float32 shares of a step


@each_recipe
def test_labels_without_times_teach_or_are_refused(name, recipe):
    network = still(name, recipe)
    if not network.learns_weak:
        with pytest.raises(NotImplementedError, match="needs to know when"):
            network.encode_weak([1])
        return
    weak = torch.from_numpy(network.encode_weak([1]))[None]
    strong = target(network, [(0, 0, network.stride)])
    assert weak.shape == strong.shape
    assert torch.isnan(network.known(weak)).all()
    answers = torch.zeros(2, *answers_like(network, name, recipe).shape[1:], requires_grad=True)
    loss = network.loss(answers, torch.cat([weak, strong]))
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(answers.grad).all()
    assert answers.grad[0].abs().sum() > 0
    heard = network.scores(perfect(name, recipe, weak))[0]
    assert heard[:, 1].max() > 0.5 > heard[:, [0, 2]].max()


# ---- one graph ----


@cache
def classifier_of(name, recipe):
    frontend = frontend_of(name, recipe)
    mean = frontend.silence() / 2  # about where the features of sound are
    range_db = find_detector(name, recipe)[1].range_db
    network = made(name, recipe)
    return FeatureClassifier(network, mean, np.full_like(mean, 20.0), range_db).eval()


@pytest.fixture(scope="module", params=RECIPES, ids="-".join)
def saved(request, tmp_path_factory):
    """The front-end, the cut, what was exported, and the model as read."""
    name, recipe = request.param
    frontend, network = frontend_of(name, recipe), classifier_of(name, recipe).network
    per, frames = network.frames_per_score, frames_of(name, recipe)
    step = max(1, round(frames / 2 / per)) * per
    cut = SceneCut(frames, step, per, frontend.silence())
    classes = ("a", "b", "c")
    trained = Trained(
        model=name,
        recipe=recipe,
        classifier=classifier_of(name, recipe),
        frontend=frontend,
        cut=as_cut(cut, frontend),
        classes=classes,
        activation="sigmoid",
        aggregate="mean",
        threshold=None,
        temperature=TEMPERATURE,
        calibrated_on=0,
        provenance={"clips": {}},
        scorecard={},
        card="",
        baselines={},
        clips=[],
        detection=Detection(
            frames_per_score=per, settings=Settings(dict.fromkeys(classes, Threshold())).to_dict()
        ),
    )
    folder = tmp_path_factory.mktemp("detector") / "model"
    export(trained, noise(frontend.window_samples(frames)), folder)
    return frontend, cut, trained, load(folder)


def noise(samples, seed=0):
    return np.random.default_rng(seed).uniform(-0.5, 0.5, samples).astype(np.float32)


def test_the_exported_graph_equals_torch(saved):
    frontend, cut, trained, model = saved
    graph = graph_of(trained).eval()
    for batch in (1, 3):
        waveform = np.stack([noise(frontend.window_samples(cut.frames), n) for n in range(batch)])
        with torch.no_grad():
            wanted = graph(torch.from_numpy(waveform)).numpy()
        got = model.window_proba(waveform)
        assert got.shape == (batch, cut.frames // cut.per_score, CLASSES)
        np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-4)
    assert model.verify() <= 1e-4


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0, 1.02, 1.5, 2.37])
def test_a_track_is_the_same_in_training_and_in_a_stream(saved, share):
    """`share`: of a window's length."""
    frontend, cut, trained, model = saved
    samples = noise(max(1, round(share * frontend.window_samples(cut.frames))), seed=7)
    recording = Recording("x", frontend(samples), (), len(samples) / frontend.rate_hz, "x")
    wanted = tracks_of(trained.classifier, [recording], cut, TEMPERATURE)["x"]
    rng = np.random.default_rng(round(100 * share))
    for blocks in (0, 1, 9):
        parts = np.split(samples, np.sort(rng.integers(0, len(samples) + 1, blocks)))
        got, hop_s = track_of(model, parts)
        assert hop_s == pytest.approx(cut.per_score * frontend.hop / frontend.rate_hz)
        assert got.shape == wanted.shape
        np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-4)


def test_recordings_have_the_tracks_they_have_alone(saved):
    frontend, cut, trained, _ = saved
    several = [
        Recording(str(n), frontend(noise(n, n)), (), n / frontend.rate_hz, "g")
        for n in (900, 3 * frontend.window_samples(cut.frames), 40_000)
    ]
    together = tracks_of(trained.classifier, several, cut, TEMPERATURE)
    for each in several:
        alone = tracks_of(trained.classifier, [each], cut, TEMPERATURE)
        np.testing.assert_allclose(together[each.name], alone[each.name], rtol=1e-4, atol=1e-5)
