"""Pictures: drawn without warnings for any shape, without pyplot, and of a sane size."""

import subprocess
import sys

import numpy as np
import pytest

from earmark.errors import ConfigError
from earmark.evaluation.pictures import plot_confusion, plot_curves

HISTORY = [
    {"epoch": e, "train_loss": 2 / e, "validation_loss": 2.2 / e, "train_accuracy": 1 - 1 / e,
     "validation_accuracy": 0.9 - 0.9 / e, "learning_rate": 10.0**-e}
    for e in range(1, 6)
]  # fmt: skip


@pytest.mark.parametrize("size", [1, 2, 21, 50])
def test_confusion_of_any_size(tmp_path, size):
    counts = np.random.default_rng(0).integers(0, 3000, size=(size, size))
    counts[-1] = 0  # a class without clips
    names = [f"{'señorita $x_ 日本 ' * 4}{i}" for i in range(size)]
    plot_confusion(counts, names, tmp_path / "c.png", title="A title longer than the matrix")
    header = (tmp_path / "c.png").read_bytes()[:24]
    assert header[1:4] == b"PNG"
    width, height = (int.from_bytes(header[at : at + 4], "big") for at in (16, 20))
    assert 250 < width < 4000
    assert 250 < height < 4000


def test_confusion_shape_is_checked(tmp_path):
    with pytest.raises(ConfigError, match=r"shape \(2, 2\) for 2 classes, got \(3, 3\)"):
        plot_confusion(np.eye(3), ["a", "b"], tmp_path / "c.png")


@pytest.mark.parametrize(
    "history",
    [
        HISTORY,
        HISTORY[:1],
        [{"train_loss": 1.0}, {"train_loss": float("nan")}],
        [{"lr": 0.1}, {"lr": 0.0}],
        [{"val_loss": 1.0, "val_accuracy": 0.5, "lr": 1e-3}] * 3,
    ],
)
def test_curves_of_any_history(tmp_path, history):
    plot_curves(history, tmp_path / "curves.svg")
    assert b"</svg>" in (tmp_path / "curves.svg").read_bytes()


def legends(figure):
    return [[text.get_text() for text in axes.get_legend().texts] for axes in figure.axes[:2]]


def test_curves_mark_the_best_epoch_or_the_one_that_was_kept(tmp_path, drawn):
    history = [
        {"validation_loss": loss, "validation_accuracy": accuracy, "learning_rate": 0.1}
        for loss, accuracy in ((0.9, 0.5), (0.4, 0.8), (0.5, 0.75))
    ]
    plot_curves(history, tmp_path / "c.png")
    plot_curves(history, tmp_path / "c.png", kept_epoch=3)
    best, kept = drawn
    assert [texts[-1] for texts in legends(best)] == ["best: 0.400", "best: 80.0 %"]
    assert [texts[-1] for texts in legends(kept)] == [
        "kept (epoch 3): 0.500",
        "kept (epoch 3): 75.0 %",
    ]
    dots = [axes.lines[-1].get_xydata().tolist() for axes in kept.axes[:2]]
    assert dots == [[[3, 0.5]], [[3, 0.75]]]


def test_a_kept_epoch_without_validation_is_not_marked(tmp_path, drawn):
    plot_curves([{"train_loss": 1.0}, {"train_loss": 0.5}], tmp_path / "c.png", kept_epoch=2)
    assert [text.get_text() for text in drawn[0].axes[0].get_legend().texts] == ["training"]


def test_a_kept_epoch_must_be_one_of_the_history(tmp_path):
    with pytest.raises(ConfigError, match="one of the history's, 1 to 5, got 6"):
        plot_curves(HISTORY, tmp_path / "c.png", kept_epoch=6)


def test_curves_need_something_to_draw(tmp_path):
    with pytest.raises(ConfigError, match="at least 1 epoch, got 0"):
        plot_curves([], tmp_path / "x.png")
    with pytest.raises(ConfigError, match=r"got \['los'\]"):
        plot_curves([{"los": 1.0}], tmp_path / "x.png")


def test_importing_is_light_and_drawing_leaves_pyplot_alone(tmp_path):
    code = (
        "import sys, earmark.evaluation, earmark.evaluation.render\n"
        "import earmark.evaluation.pictures as p\n"
        "heavy = {'matplotlib', 'scipy', 'rich', 'sklearn', 'torch'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        f"p.plot_confusion([[1]], ['a'], {str(tmp_path / 'a.png')!r})\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
