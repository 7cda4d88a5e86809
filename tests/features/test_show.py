"""Sounds as a picture: what stands where, on which scale, and what is refused."""

import numpy as np
import pytest
import soundfile

import earmark
from earmark.errors import AudioError, ConfigError
from earmark.features import FRONTENDS, create_frontend

RATE_HZ = 8000


def write(path, samples, rate_hz=RATE_HZ):
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.asarray(samples, np.float32), rate_hz, subtype="FLOAT")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("show")
    rng = np.random.default_rng(0)
    time_s = np.arange(2 * RATE_HZ) / RATE_HZ
    write(root / "sine.wav", 0.5 * np.sin(2 * np.pi * 1000 * time_s))
    write(root / "noise.wav", 0.1 * rng.standard_normal(RATE_HZ))
    write(root / "short.wav", rng.uniform(-0.2, 0.2, 800))
    write(root / "one sample.wav", [0.5])
    write(root / "silence.wav", np.zeros(4000))
    write(root / "other" / "sine.wav", rng.uniform(-0.2, 0.2, 800))
    (root / "broken.wav").write_bytes(b"nonsense" * 9)
    return root


def size(path):
    header = path.read_bytes()[:24]
    assert header[1:4] == b"PNG"
    return tuple(int.from_bytes(header[at : at + 4], "big") for at in (16, 20))


def panels(figure, sounds):
    """(waveform, features) axes of each sound; the colour bar is the last."""
    axes = figure.axes[:-1]
    waves = [a for a in axes if not a.images]
    features = [a for a in axes if a.images]
    assert len(waves) == len(features) == sounds
    return list(zip(waves, features, strict=True))


def title(axes):
    return axes.get_title(loc="left")


def test_waveform_above_features_on_the_same_time(folder, tmp_path, drawn):
    assert earmark.show(folder / "sine.wav", tmp_path / "a.png", rate_hz=RATE_HZ) == {}
    ((wave, features),) = panels(drawn[0], 1)
    assert title(wave) == "sine.wav"
    assert wave.get_xlim() == features.get_xlim() == (0, 2)
    assert wave.get_position().y0 > features.get_position().y1
    assert wave.get_position().x0 == pytest.approx(features.get_position().x0)
    assert features.get_xlabel() == "Time (s)"
    assert features.get_ylabel() == "Frequency (kHz)"
    left, right, bottom, top = features.images[0].get_extent()
    assert left <= 0 < 2 <= right
    assert (bottom, top) == (-0.5, 47.5)
    width, height = size(tmp_path / "a.png")
    assert 900 < width < 1500
    assert 300 < height < 700


def test_the_image_is_the_features_each_at_its_time(folder, tmp_path, drawn):
    earmark.show(folder / "short.wav", tmp_path / "a.png", rate_hz=RATE_HZ)
    ((_, axes),) = panels(drawn[0], 1)
    image = axes.images[0]
    drawn_columns = np.asarray(image.get_array()).T
    left, right = image.get_extent()[:2]
    features = earmark.extract(folder / "short.wav", "log_mel", RATE_HZ)
    frontend = create_frontend("log_mel", RATE_HZ)
    step_s = (right - left) / len(drawn_columns)
    assert step_s == pytest.approx(frontend.hop / RATE_HZ)
    for number in (0, 3, len(features) - 1):
        middle_s = (number * frontend.hop + frontend.frame / 2) / RATE_HZ
        column = drawn_columns[int((middle_s - left) / step_s)]
        np.testing.assert_allclose(column, features[number], atol=1e-3)


def test_a_tick_of_1_khz_points_at_the_sine(folder, tmp_path, drawn):
    for frontend in ("log_mel", "stft"):
        earmark.show(folder / "sine.wav", tmp_path / "a.png", frontend=frontend, rate_hz=RATE_HZ)
        ((_, axes),) = panels(drawn[-1], 1)
        ticks = dict(
            zip([t.get_text() for t in axes.get_yticklabels()], axes.get_yticks(), strict=True)
        )
        values = np.asarray(axes.images[0].get_array())
        loudest = values[:, values.shape[1] // 2].argmax() * frontend_bins(axes) / len(values)
        assert ticks["1"] == pytest.approx(loudest, abs=1.5)


def frontend_bins(axes):
    bottom, top = axes.images[0].get_extent()[2:]
    return top - bottom


@pytest.mark.parametrize("name", list(FRONTENDS))
def test_every_front_end_can_be_drawn_and_says_so(name, folder, tmp_path, drawn):
    files = [folder / "sine.wav", folder / "short.wav", folder / "one sample.wav"]
    earmark.show(files, tmp_path / "a.png", frontend=name)
    assert drawn[0].get_supxlabel().startswith(f"{name} at ")
    for _, axes in panels(drawn[0], 3):
        image = axes.images[0]
        assert np.isfinite(np.asarray(image.get_array())).all()
        assert image.get_clim() == panels(drawn[0], 3)[0][1].images[0].get_clim()


def test_decibels_reach_80_down_from_the_loudest_of_all(folder, tmp_path, drawn):
    earmark.show([folder / "sine.wav", folder / "noise.wav"], tmp_path / "a.png", rate_hz=RATE_HZ)
    images = [axes.images[0] for _, axes in panels(drawn[0], 2)]
    loudest = earmark.extract(folder / "sine.wav", "log_mel", RATE_HZ).max()
    for image in images:
        assert image.get_clim() == pytest.approx((loudest - 80, loudest), abs=1e-3)
    assert "80 dB down from the loudest of all sounds" in drawn[0].get_supxlabel()


def test_silence_is_dark_even_where_there_is_nothing_else(folder, tmp_path, drawn):
    earmark.show(folder / "silence.wav", tmp_path / "a.png")
    ((wave, axes),) = panels(drawn[0], 1)
    image = axes.images[0]
    assert np.asarray(image.get_array()).max() == pytest.approx(image.get_clim()[0])
    assert wave.get_ylim()[1] > 0


def test_no_coefficient_dwarfs_the_others(folder, tmp_path, drawn):
    earmark.show([folder / "sine.wav", folder / "noise.wav"], tmp_path / "a.png", frontend="mfcc")
    shown = [np.asarray(axes.images[0].get_array()) for _, axes in panels(drawn[0], 2)]
    assert panels(drawn[0], 2)[0][1].get_ylabel() == "Coefficient"
    rows = np.concatenate([values[:, 1:] for values in shown], axis=1)  # first: before its middle
    assert rows.shape[0] == 13
    np.testing.assert_allclose(rows.std(axis=1), 1, atol=0.1)
    assert "deviations from each coefficient's mean over all sounds" in drawn[0].get_supxlabel()


def test_several_sounds_stand_in_rows_of_at_most_four(folder, tmp_path, drawn):
    files = [folder / "short.wav"] * 3 + [folder / "noise.wav"] * 3
    earmark.show(files, tmp_path / "a.png", rate_hz=RATE_HZ)
    places = [axes.get_subplotspec() for _, axes in panels(drawn[0], 6)]
    assert [(place.rowspan.start, place.colspan.start) for place in places] == [
        (1, 0), (1, 1), (1, 2), (3, 0), (3, 1), (3, 2),
    ]  # fmt: skip


def test_the_most_sounds_still_make_a_picture_of_sane_size(folder, tmp_path):
    earmark.show([folder / "short.wav"] * 24, tmp_path / "a.png", rate_hz=RATE_HZ)
    assert max(size(tmp_path / "a.png")) < 4000


def test_files_of_the_same_name_are_told_apart_by_their_folders(folder, tmp_path, drawn):
    files = [folder / "sine.wav", folder / "other" / "sine.wav", folder / "noise.wav"]
    earmark.show(files, tmp_path / "a.png", rate_hz=RATE_HZ)
    titles = [title(wave) for wave, _ in panels(drawn[0], 3)]
    assert titles == [f"{folder.name}/sine.wav", "other/sine.wav", "noise.wav"]


def test_names_are_drawn_as_they_are_and_shortened_in_the_middle(tmp_path, drawn):
    name = "ça $x$ 日本\udce9 " + "very " * 30 + "long.wav"
    path = write(tmp_path / "a.wav", np.zeros(100)).rename(tmp_path / name)
    earmark.show([path] * 4, tmp_path / "a.png")
    shown = title(panels(drawn[0], 4)[0][0])
    assert shown.startswith("ça $x$ 日本\N{REPLACEMENT CHARACTER} ")
    assert shown.endswith("long.wav")
    assert "…" in shown
    assert len(shown) < 50


def test_a_part_keeps_its_time(folder, tmp_path, drawn):
    earmark.show(folder / "sine.wav", tmp_path / "a.png", onset_s=0.5, duration_s=0.25)
    for axes in panels(drawn[0], 1)[0]:
        assert axes.get_xlim() == pytest.approx((0.5, 0.75))


def test_the_rate_is_the_one_the_middle_file_fills(folder, tmp_path, drawn):
    high = write(tmp_path / "high.wav", np.zeros(4410), 44_100)
    earmark.show([folder / "sine.wav", high, folder / "noise.wav"], tmp_path / "a.png")
    earmark.show(high, tmp_path / "a.png")
    assert [figure.get_supxlabel().split(" · ")[0] for figure in drawn] == [
        "log_mel at 8 kHz",
        "log_mel at 32 kHz",
    ]


def test_a_broken_file_is_told_and_the_others_are_drawn(folder, tmp_path, drawn):
    broken, lost = folder / "broken.wav", folder / "lost.wav"
    errors = earmark.show([broken, folder / "sine.wav", lost], tmp_path / "new" / "a.png")
    assert list(errors) == [broken, lost]
    assert "not sound" in str(errors[broken])
    assert [title(wave) for wave, _ in panels(drawn[0], 1)] == ["sine.wav"]
    assert (tmp_path / "new" / "a.png").is_file()


def test_nothing_to_draw_is_an_error_and_no_picture(folder, tmp_path):
    with pytest.raises(AudioError, match=r"broken.wav: not sound[\s\S]*lost.wav: no such file"):
        earmark.show([folder / "broken.wav", folder / "lost.wav"], tmp_path / "a.png")
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_named(folder, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"file/a.png: cannot be written \(.*\); choose another"):
        earmark.show(folder / "short.wav", tmp_path / "file" / "a.png")


@pytest.mark.parametrize("ending", ["svg", "pdf"])
def test_other_forms_of_file(folder, tmp_path, ending):
    earmark.show(folder / "short.wav", tmp_path / f"a.{ending}")
    start = (tmp_path / f"a.{ending}").read_bytes()[:200]
    assert (b"<?xml" if ending == "svg" else b"%PDF") in start


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"out": "a.jpg"}, "must end in .png, .svg or .pdf, got 'a.jpg'"),
        ({"paths": []}, "a picture shows 1 to 24 sounds, got 0"),
        ({"paths": ["lost.wav"] * 25}, "1 to 24 sounds, got 25: choose some"),
        ({"frontend": "log_mell"}, "did you mean log_mel"),
        ({"onset_s": -1}, "onset_s must be 0 or more seconds, got -1"),
        ({"duration_s": 0}, "duration_s must be above 0 seconds, got 0"),
        ({"duration_s": float("nan")}, "duration_s must be above 0 seconds, got nan"),
        ({"rate_hz": 0}, "rate_hz must be a positive whole number"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_read(tmp_path, options, words):
    paths = options.pop("paths", ["lost.wav"])
    out = tmp_path / options.pop("out", "a.png")
    with pytest.raises(ConfigError, match=words.replace("'a.jpg'", ".*a.jpg")):
        earmark.show(paths, out, **options)
    assert not list(tmp_path.iterdir())
