"""Curves of several networks on one picture."""

import math

import pytest

from earmark.errors import ConfigError
from earmark.evaluation.pictures import plot_joint_curves
from earmark.evaluation.pictures.joint_curves import MOST_NETWORKS
from earmark.style import PALETTE


def history(epochs, best=0.9, validation=True):
    """Falling loss, rising accuracy; the best of it last."""
    rows = []
    for epoch in range(1, epochs + 1):
        row = {"epoch": epoch, "train_loss": 2 / epoch, "train_accuracy": epoch / epochs}
        if validation:
            row |= {"validation_loss": 3 / epoch, "validation_accuracy": best * epoch / epochs}
        rows.append(row)
    return rows


def labels(figure):
    return [text.get_text() for text in figure.legends[0].texts]


def test_training_is_left_validation_right_accuracy_above_loss(tmp_path, drawn):
    plot_joint_curves({"a": history(3), "b": history(5, 0.7)}, tmp_path / "j.png", title="Both")
    (figure,) = drawn
    assert figure.get_suptitle() == "Both"
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "Accuracy, training",
        "Accuracy, validation",
        "Loss, training",
        "Loss, validation",
    ]
    for axes in figure.axes:  # runs of different length
        assert [len(line.get_xdata()) for line in axes.lines] == [3, 5]
        assert [line.get_color() for line in axes.lines] == list(PALETTE[:2])
    assert figure.axes[1].lines[1].get_ydata().tolist() == pytest.approx(
        [0.14, 0.28, 0.42, 0.56, 0.7]
    )


def test_the_legend_has_the_best_validation_figure(tmp_path, drawn):
    only_loss = [{"validation_loss": loss} for loss in (0.5, 0.25, math.nan, 0.3)]
    runs = {
        "a": history(3, 0.912),
        "only loss": only_loss,
        "none": history(2, validation=False),
        "$x_" * 20: history(1, 0.5),
    }
    plot_joint_curves(runs, tmp_path / "j.png")
    assert labels(drawn[0]) == [
        "a: 91.2 %",
        "only loss: loss 0.250",
        "none: none",
        ("$x_" * 20)[:31] + "…: 50.0 %",
    ]


def test_a_network_without_validation_has_its_training_curves_alone(tmp_path, drawn):
    plot_joint_curves({"a": history(3), "b": history(3, validation=False)}, tmp_path / "j.png")
    assert [len(axes.lines) for axes in drawn[0].axes] == [2, 1, 2, 1]


def test_a_kind_that_no_network_has_is_left_out(tmp_path, drawn):
    plot_joint_curves({"a": [{"train_loss": 1.0}, {"train_loss": 0.5}]}, tmp_path / "j.svg")
    left, right = drawn[0].axes
    assert left.get_title(loc="left") == "Loss, training"
    assert [text.get_text() for text in right.texts] == ["none"]
    assert b"</svg>" in (tmp_path / "j.svg").read_bytes()


def test_every_network_looks_different(tmp_path, drawn):
    runs = {f"network {number}": history(4) for number in range(MOST_NETWORKS)}
    plot_joint_curves(runs, tmp_path / "j.png")
    looks = [(line.get_color(), line.get_linestyle()) for line in drawn[0].axes[0].lines]
    assert len(set(looks)) == MOST_NETWORKS
    assert {dash for _, dash in looks[: len(PALETTE)]} == {"-"}
    assert len(labels(drawn[0])) == MOST_NETWORKS


def test_what_cannot_be_drawn_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=f"1 to {MOST_NETWORKS} networks, got 0"):
        plot_joint_curves({}, tmp_path / "j.png")
    with pytest.raises(ConfigError, match=f"networks, got {MOST_NETWORKS + 1}"):
        plot_joint_curves({str(n): history(1) for n in range(33)}, tmp_path / "j.png")
    with pytest.raises(ConfigError, match=r"history of 'b' must hold .*, got \['los'\]"):
        plot_joint_curves({"a": history(1), "b": [{"los": 1.0}]}, tmp_path / "j.png")
    with pytest.raises(ConfigError, match=r"history of 'b' must hold .*, got \[\]"):
        plot_joint_curves({"a": history(1), "b": []}, tmp_path / "j.png")
    assert not list(tmp_path.iterdir())
