"""No copy of a test clip is learned from, unless it is allowed; then the card says so for ever."""

import json

import pytest
import soundfile

import earmark
from earmark.datasets import Dataset, holdout
from earmark.errors import DatasetError
from earmark.evaluation.cards import card_table, read_card
from earmark.evaluation.terminal import leak_line
from earmark.training.copies import guard
from earmark.training.options import TrainOptions
from earmark.training.run import checked_recipe
from earmark.training.watcher import Watcher
from tests.conftest import TONE_RATE_HZ
from tests.datasets.audit.conftest import sound

QUICK = {"epochs": 1, "frontend": "log_mel", "precision": "float32", "workers": 1}


class Lines(Watcher):
    def __init__(self):
        self.lines = []

    def message(self, text):
        self.lines.append(text)


@pytest.fixture
def folder(tmp_path):
    """Two labels of ten clips; dog/9 is dog/0 at half the level."""
    root = tmp_path / "sounds"
    for number, label in enumerate(("bell", "dog")):
        (root / label).mkdir(parents=True)
        for clip in range(10):
            soundfile.write(root / label / f"{clip}.wav", sound(100 * number + clip), TONE_RATE_HZ)
    soundfile.write(root / "dog" / "9.wav", 0.5 * sound(100), TONE_RATE_HZ)
    return root


@pytest.fixture
def folds(folder):
    """A table of them in folds, the copies in two: 1 and 5."""
    rows = [
        f"{label}/{clip}.wav,{label},{1 + clip // 2}"
        for label in ("bell", "dog")
        for clip in range(10)
    ]
    (folder / "t.csv").write_text("path,label,fold\n" + "\n".join(rows) + "\n")
    return folder / "t.csv"


def guarded(dataset, lines=None, **options):
    chosen = TrainOptions(model="simple", workers=1, **options)
    return guard(dataset, chosen, checked_recipe(dataset, chosen), lines or Watcher())


def test_copies_are_put_into_one_group(folder):
    lines = Lines()
    found = guarded(Dataset.from_folder(folder), lines)
    groups = dict(
        zip([c.name for c in found.dataset.clips], found.dataset.groups.tolist(), strict=True)
    )
    assert groups["dog/0.wav"] == groups["dog/9.wav"] == "dog/0.wav"
    assert lines.lines == [
        "sounds: 2 clips in 1 set of copies, not to be parted (audit.json; see earmark inspect)"
    ]
    for seed in range(5):
        assert found.leak(found.dataset, holdout(found.dataset, seed=seed)) is None


def test_a_dataset_without_copies_is_as_it_was(folder):
    (folder / "dog" / "9.wav").unlink()
    dataset = Dataset.from_folder(folder)
    lines = Lines()
    assert guarded(dataset, lines).dataset is dataset
    assert lines.lines == []


def test_folds_that_part_copies_are_refused_before_anything_is_made(folds, tmp_path):
    out = tmp_path / "run"
    with pytest.raises(DatasetError) as caught:
        earmark.train(folds, "simple", out, **QUICK)
    said = str(caught.value)
    assert "has a copy in training of 1 of 4 test clips" in said
    assert "'dog/9.wav' = 'dog/0.wav'" in said
    assert "earmark inspect" in said
    assert "--allow-leak" in said
    assert not out.exists()
    with pytest.raises(DatasetError, match=r"fold 1 .* has a copy"):
        earmark.cross_validate(folds, "simple", out, **QUICK)
    with pytest.raises(DatasetError, match="has a copy in training"):
        earmark.compare(folds, ["simple"], out, **QUICK)
    assert not out.exists()


def test_folds_that_part_no_copies_are_used(folds):
    text = folds.read_text().replace("dog/9.wav,dog,5", "dog/9.wav,dog,1")
    folds.write_text(text)
    found = guarded(Dataset.from_table(folds))
    assert holdout(found.dataset).description.startswith("official fold '5'")


def test_what_is_allowed_stands_in_the_card_for_ever(folds, tmp_path):
    pytest.importorskip("torch")
    out = tmp_path / "run"
    model = earmark.train(folds, "simple", out, allow_leak=True, **QUICK)
    wanted = {
        "test_clips": 1,
        "of": 4,
        "pairs": [["dog/9.wav", "dog/0.wav"]],
        "allowed_by": "--allow-leak",
    }
    line = "Leak: 1 of 4 test clips has a copy in training (allowed by --allow-leak)"
    card = json.loads((out / "scorecard.json").read_text())
    assert card["split"]["leak"] == wanted
    assert model.scorecard.split["leak"] == wanted
    assert leak_line(read_card(card).split) == line
    assert line in (out / "model" / "README.md").read_text()
    assert json.loads((out / "audit.json").read_text())["clips"] == 20
    from rich.console import Console

    console = Console(width=80, record=True, file=(tmp_path / "card").open("w"))
    console.print(card_table(model.scorecard))
    assert line in console.export_text()
    console.file.close()


def test_one_sound_under_two_labels_is_a_warning(folder):
    soundfile.write(folder / "bell" / "9.wav", sound(103), TONE_RATE_HZ)
    lines = Lines()
    guarded(Dataset.from_folder(folder), lines)
    assert lines.lines[1] == (
        "warning: one sound under two labels: 'bell/9.wav' [bell] = 'dog/3.wav' [dog]"
    )


def test_copies_that_leave_a_class_in_one_group_are_refused(folder):
    for clip in range(2, 10):
        (folder / "dog" / f"{clip}.wav").unlink()
    soundfile.write(folder / "dog" / "1.wav", 0.5 * sound(100), TONE_RATE_HZ)
    dataset = Dataset.from_folder(folder)
    with pytest.raises(DatasetError, match=r"copies of a sound kept together .* 'dog'"):
        guarded(dataset)
    assert guarded(dataset, allow_leak=True).dataset is dataset


def test_not_grouped_as_asked_is_a_warning_where_names_tell(tmp_path):
    for label in ("0", "1"):
        (tmp_path / label).mkdir()
        for speaker in ("ann", "bob"):
            for take in range(3):
                path = tmp_path / label / f"{label}_{speaker}_{take}.wav"
                soundfile.write(path, sound(len(list(tmp_path.rglob("*.wav")))), TONE_RATE_HZ)
    lines = Lines()
    guarded(Dataset.from_folder(tmp_path, groups="none"), lines)
    assert lines.lines[-1].startswith(
        "warning: not grouped, as asked, though the names tell 2 groups (file names: digit_speaker"
    )


def test_features_are_not_listened_to(folder, tmp_path):
    from earmark.datasets.extraction import extract_dataset

    extract_dataset(Dataset.from_folder(folder), out=tmp_path / "f.csv", workers=1)
    lines = Lines()
    found = guarded(Dataset.open(tmp_path / "f.csv"), lines)
    assert (found.audit, found.copy_of) == (None, {})
    assert lines.lines == ["features and no sounds: copies are not looked for"]


def test_where_all_are_learned_from_no_split_has_to_be_possible(folder):
    for clip in folder.rglob("*.wav"):
        if clip.relative_to(folder).as_posix() not in (
            "dog/0.wav",
            "dog/9.wav",
            "bell/0.wav",
            "bell/1.wav",
        ):
            clip.unlink()
    dataset = Dataset.from_folder(folder)
    options = TrainOptions(model="simple", workers=1)
    recipe = checked_recipe(dataset, options)
    with pytest.raises(DatasetError, match="no split"):
        guard(dataset, options, recipe, Watcher())
    found = guard(dataset, options, recipe, Watcher(), parted=False)
    assert sorted(set(found.dataset.groups.tolist())) == ["bell/0.wav", "bell/1.wav", "dog/0.wav"]
