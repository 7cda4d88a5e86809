from earmark.evaluation.report.curve_view import learning

HISTORY = {"name": "", "columns": {"epoch": [1, 2], "train_accuracy": [0.2, 0.4]}}


def test_what_a_detector_counts_is_not_called_accuracy():
    assert "Accuracy" in str(learning([HISTORY]))
    told = str(learning([HISTORY], "frame F1"))
    assert "Frame F1" in told
    assert "Accuracy" not in told
