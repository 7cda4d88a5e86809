"""What every registered front-end and every network with each of its recipes has to keep.

A new one is tested from the moment it is registered; nothing here names one.
"""

import dataclasses
from functools import cache

import numpy as np
import onnxruntime
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.errors import ConfigError
from earmark.features import FRONTENDS, create_frontend
from earmark.features.frontend import frontend_from_settings
from earmark.models import MODELS, create_model, describe
from earmark.models.familiarity import DistancePart, Familiarity, NoisePart, with_hidden
from earmark.models.graph import FeatureClassifier, WaveformClassifier
from earmark.models.network import find_recipe
from earmark.training.export import write_onnx

quick = settings(max_examples=25, deadline=None)
# a product of matrices sums in another order where there are more rows: float32 of some hundred
SAME = {"rtol": 1e-6, "atol": 1e-3}
each_frontend = pytest.mark.parametrize("name", list(FRONTENDS))
RECIPES = [(name, recipe) for name in MODELS for recipe in MODELS[name].recipes]
each_recipe = pytest.mark.parametrize(("name", "recipe"), RECIPES)


@cache
def frontend_at(name, rate_hz=8000):
    return create_frontend(name, rate_hz)


@cache
def module_of(name):
    return frontend_at(name).torch_module().eval()


def noise(samples, seed=0):
    return np.random.default_rng(seed).uniform(-0.5, 0.5, samples).astype(np.float32)


def by_torch(name, samples):
    """The torch path, given what a window is given: the padding in front and the zeros behind."""
    frontend = frontend_at(name)
    needed = frontend.window_samples(frontend.frames(len(samples)))
    padded = np.pad(samples, (frontend.pad_left, 0))
    padded = np.pad(padded, (0, max(needed - len(padded), 0)))
    with torch.no_grad():
        return module_of(name)(torch.from_numpy(padded)[None])[0].numpy()


# ---- front-ends ----


@each_frontend
@pytest.mark.parametrize("frames", [0.0, 0.3, 1.0, 1.5, 7.0, 66.7])
def test_numpy_and_torch_agree(name, frames):
    frontend = frontend_at(name)
    samples = noise(max(1, round(frames * frontend.frame)))
    # the features are some hundred in size: two float32 transforms differ in the sixth digit
    np.testing.assert_allclose(by_torch(name, samples), frontend(samples), rtol=1e-4, atol=3e-3)


@each_frontend
def test_torch_takes_batches(name):
    frontend = frontend_at(name)
    batch = np.stack([noise(frontend.window_samples(5), seed) for seed in range(3)])
    with torch.no_grad():
        together = module_of(name)(torch.from_numpy(batch)).numpy()
        alone = [module_of(name)(torch.from_numpy(row)[None])[0].numpy() for row in batch]
    assert together.shape == (3, 5, frontend.bins)
    np.testing.assert_allclose(together, np.stack(alone), rtol=1e-5, atol=1e-4)


@each_frontend
@quick
@given(st.integers(0, 40_000), st.data())
def test_a_stream_of_any_blocks_has_the_features_of_the_whole(name, samples, data):
    frontend, sound = frontend_at(name), noise(samples)
    cuts = sorted(data.draw(st.lists(st.integers(0, samples), max_size=12)))
    buffer = np.empty(samples, np.float32)  # used again for every block, as a sound card does

    def blocks():
        for part in np.split(sound, cuts):
            buffer[: len(part)] = part
            yield buffer[: len(part)]

    streamed = np.concatenate(list(frontend.stream(blocks())))
    np.testing.assert_allclose(streamed, frontend(sound), **SAME)


@each_frontend
@quick
@given(st.integers(0, 30_000))
def test_frames_are_counted_before_they_are_made(name, samples):
    frontend = frontend_at(name)
    features = frontend(noise(samples))
    assert features.shape == (frontend.frames(samples), frontend.bins)
    assert features.dtype == np.float32


@each_frontend
@quick
@given(st.integers(0, 20), st.integers(1, 20))
def test_a_cut_of_whole_hops_has_the_features_of_the_cut(name, start, frames):
    frontend = frontend_at(name)
    sound = noise(frontend.window_samples(41))
    whole = frontend(sound)
    cut = sound[start * frontend.hop :][: frontend.window_samples(frames)]
    without_pad = dataclasses.replace(frontend, pad_left=0)
    first = start + -(-frontend.pad_left // frontend.hop)  # frame k begins at k * hop - pad_left
    assert frontend.pad_left % frontend.hop == 0
    np.testing.assert_allclose(without_pad(cut)[:frames], whole[first : first + frames], **SAME)


@each_frontend
def test_silence_is_the_row_of_zeros(name):
    frontend = frontend_at(name)
    rows = frontend(np.zeros(3 * frontend.frame, np.float32))
    np.testing.assert_allclose(rows, np.tile(frontend.silence(), (len(rows), 1)), **SAME)


@each_frontend
def test_features_are_finite_on_hard_sounds(name):
    length = 4 * frontend_at(name).frame
    clicks = np.zeros(length, np.float32)
    clicks[:: length // 7] = 1
    for sound in (
        np.zeros(length, np.float32),
        np.ones(length, np.float32),
        np.sign(noise(length)),
        clicks,
        np.full(length, 1e-20, np.float32),
        np.float32([1.0]),
    ):
        assert np.isfinite(frontend_at(name)(sound)).all()
        assert np.isfinite(by_torch(name, sound)).all()


@each_frontend
@pytest.mark.parametrize("rate_hz", [8000, 16_000, 44_100])
def test_settings_make_the_same_front_end_again(name, rate_hz):
    frontend = create_frontend(name, rate_hz)
    assert frontend_from_settings(frontend.settings()) == frontend
    longer = dataclasses.replace(frontend, frame=2 * frontend.frame)
    assert frontend_from_settings(longer.settings()) == longer
    assert frontend_from_settings(longer.settings()).key == longer.key
    faster = dataclasses.replace(frontend, rate_hz=2 * rate_hz)
    assert frontend_from_settings(faster.settings()) == faster


@each_frontend
def test_any_setting_changes_the_key(name):
    frontend = frontend_at(name)
    keys = {frontend.key}
    for field in dataclasses.fields(frontend):
        value = getattr(frontend, field.name)
        # a whole octave less: lower settings stay possible ones
        other = {"pad_left": frontend.hop // 2, "hop": frontend.hop // 2}.get(field.name)
        if other is None:
            other = value * 2 if isinstance(value, int) else value / 2
        keys.add(dataclasses.replace(frontend, **{field.name: other}).key)
    assert len(keys) == 1 + len(dataclasses.fields(frontend))
    newer = type("Newer", (type(frontend),), {"version": frontend.version + 1})
    assert newer(**dataclasses.asdict(frontend)).key not in keys


@each_frontend
@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("hop", 0, "hop must be a whole number of at least 1, got 0"),
        ("frame", 2.5, "frame must be a whole number of at least 1, got 2.5"),
        ("bins", -1, "bins must be a whole number of at least 1, got -1"),
        ("pad_left", -1, "pad_left must be a whole number of at least 0, got -1"),
        ("hop", 10**6, "must not be longer than frame"),
        ("speed", 1, "has no setting speed; it has"),
    ],
)  # fmt: skip
def test_a_setting_out_of_range_is_refused(name, setting, value, words):
    with pytest.raises(ConfigError, match=words):
        create_frontend(name, 8000, **{setting: value})


@each_frontend
@pytest.mark.parametrize("rate_hz", [0, -8000])
def test_a_rate_that_is_none_is_refused(name, rate_hz):
    with pytest.raises(ConfigError, match=f"rate_hz must be .*got {rate_hz}"):
        create_frontend(name, rate_hz)


def test_an_unknown_front_end_offers_the_near_ones():
    with pytest.raises(ConfigError, match="unknown front-end 'log_mell'; did you mean log_mel"):
        create_frontend("log_mell")


# ---- networks ----

FRAMES = 24  # few: the seed's networks are enormous at their own 1300


@cache
def bins_of(name, recipe):
    chosen = find_recipe(name, recipe)
    return create_frontend(chosen.frontend, **chosen.frontend_settings).bins


def made(name, recipe, classes=3, seed=0):
    torch.manual_seed(seed)
    return create_model(name, classes, recipe, frames=FRAMES, bins=bins_of(name, recipe))


def windows(name, recipe, batch, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(batch, FRAMES, bins_of(name, recipe), generator=generator)


@each_recipe
def test_logits_have_a_column_a_class(name, recipe):
    network = made(name, recipe).eval()
    with torch.no_grad():
        logits = network(windows(name, recipe, 4))
    assert logits.shape == (4, 3)
    assert logits.dtype == torch.float32
    assert torch.isfinite(logits).all()


@each_recipe
def test_a_window_alone_has_the_logits_it_has_in_a_batch(name, recipe):
    network, batch = made(name, recipe).eval(), windows(name, recipe, 3)
    with torch.no_grad():
        alone = torch.cat([network(row[None]) for row in batch])
        torch.testing.assert_close(network(batch), alone, rtol=1e-4, atol=1e-5)


@each_recipe
def test_the_gradient_reaches_every_weight(name, recipe):
    network = made(name, recipe)  # training mode, as it is used
    F.cross_entropy(network(windows(name, recipe, 4)), torch.tensor([0, 1, 2, 0])).backward()
    for place, weight in network.named_parameters():
        assert weight.grad is not None, place
        assert torch.isfinite(weight.grad).all(), place
        assert weight.grad.abs().sum() > 0, place


@each_recipe
def test_weights_follow_from_the_seed(name, recipe):
    first, again, other = (made(name, recipe, seed=seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert any(not torch.equal(first[key], other[key]) for key in first)


@each_recipe
@pytest.mark.parametrize("classes", [2, 8])
def test_described_parameters_are_those_it_has(name, recipe, classes):
    told = describe(name, recipe, classes)
    with torch.device("meta"):  # no memory: some have 10^8
        network = create_model(name, classes, recipe)
    assert told.parameters == sum(weight.numel() for weight in network.parameters())
    assert told.gmac > 0
    assert told.input_shape[1] == bins_of(name, recipe)
    assert told.name == name
    assert told.recipe == recipe
    assert told.summary


def some_familiarity(network, bins, batch):
    """Both parts, with any numbers, on the hidden layer that the network has."""
    rng = np.random.default_rng(0)
    tapped = with_hidden(network)
    with torch.no_grad():
        hidden = tapped(batch)[:, 3:].numpy()
    rows = rng.standard_normal((3, 3 * bins)).astype(np.float32) / 10
    noise = NoisePart(rows[0], np.abs(rows[1]) + 1, rows[2], bias=0.1, threshold=0.2, unit=2.0)
    centres = hidden[:3] / np.linalg.norm(hidden[:3], axis=1, keepdims=True)
    return Familiarity(noise, DistancePart(centres, threshold=0.9, unit=0.1))


@each_recipe
def test_the_last_dense_layer_is_the_one_that_gives_the_logits(name, recipe):
    """Else the familiarity of a network would be that of another layer."""
    network, batch = made(name, recipe).eval(), windows(name, recipe, 2)
    before = {key: value.clone() for key, value in network.state_dict().items()}
    with torch.no_grad():
        logits, rows = network(batch), with_hidden(network)(batch)
    np.testing.assert_array_equal(rows[:, :3].numpy(), logits.numpy())
    assert rows.shape[1] > 3
    assert network.state_dict().keys() == before.keys()  # the network itself is left as it is


@each_recipe
def test_the_exported_graph_equals_torch(name, recipe, tmp_path):
    chosen = find_recipe(name, recipe)
    frontend = create_frontend(chosen.frontend, **chosen.frontend_settings)
    mean = frontend.silence() / 2  # about where the features of sound are
    network = made(name, recipe).eval()
    classifier = FeatureClassifier(network, mean, np.full_like(mean, 20.0))
    familiarity = some_familiarity(network, len(mean), windows(name, recipe, 4))
    graph = WaveformClassifier(
        frontend,
        classifier,
        frames=FRAMES,
        fill=chosen.fill,
        temperature=1.7,
        familiarity=familiarity,
    ).eval()
    samples = frontend.window_samples(FRAMES)
    write_onnx(graph, torch.from_numpy(np.stack([noise(samples)] * 2)), tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(
        tmp_path / "model.onnx", providers=["CPUExecutionProvider"]
    )
    lengths = [samples]
    if chosen.fill == "wrap":  # the graph takes short recordings as they are
        lengths += [frontend.frame, frontend.window_samples(FRAMES // 3)]
    for batch, length in [(1, lengths[0]), (3, lengths[0]), *((1, n) for n in lengths[1:])]:
        waveform = np.stack([noise(length, seed) for seed in range(batch)])
        with torch.no_grad():
            wanted, familiar = (part.numpy() for part in graph(torch.from_numpy(waveform)))
        got, strange = session.run(["probabilities", "familiarity"], {"waveform": waveform})
        assert strange.shape == (batch, 2)
        np.testing.assert_allclose(strange, familiar, rtol=0, atol=1e-3)
        assert got.shape == (batch, 3)
        np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-4)
        np.testing.assert_allclose(got.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("name", list(MODELS))
def test_an_unknown_recipe_offers_the_near_ones(name):
    near = next(iter(MODELS[name].recipes))
    with pytest.raises(ConfigError, match=f"unknown recipe of {name} '{near}x'; did you.*{near}"):
        create_model(name, recipe=f"{near}x")
    with pytest.raises(ConfigError, match=f"did you mean {near}"):
        MODELS[name](classes=3, frames=FRAMES, bins=40, recipe=f"{near}x")


@each_recipe
def test_fewer_than_two_classes_are_refused(name, recipe):
    with pytest.raises(ConfigError, match="a network needs at least 2 classes, got 1"):
        create_model(name, 1, recipe, frames=FRAMES, bins=40)


@each_recipe
def test_a_recipe_is_kept_as_plain_values(name, recipe):
    import json

    chosen = find_recipe(name, recipe)
    assert chosen.name == recipe
    assert type(chosen).from_dict(json.loads(json.dumps(chosen.to_dict()))) == chosen


def test_an_unknown_model_offers_the_near_ones():
    with pytest.raises(ConfigError, match="unknown model 'simpel'; did you mean simple"):
        create_model("simpel")


@pytest.mark.parametrize("frames", [1, 2, 3, 7])
@each_recipe
def test_the_shortest_windows_are_taken(name, recipe, frames):
    network = create_model(name, 3, recipe, frames=frames, bins=bins_of(name, recipe)).eval()
    with torch.no_grad():
        assert network(torch.zeros(2, frames, bins_of(name, recipe))).shape == (2, 3)
