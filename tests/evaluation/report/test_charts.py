"""Values become coordinates inside their panel."""

import math
import re

from hypothesis import given
from hypothesis import strategies as st

from earmark.evaluation.report.charts import HEIGHT, WIDTH, Line, panel

finite = st.floats(-1e6, 1e6)


@given(st.lists(st.tuples(finite, finite), min_size=1, max_size=20))
def test_every_point_lies_in_the_panel(points):
    xs, ys = zip(*sorted(points), strict=True)
    drawn = panel("x", [Line("a", xs, ys)])
    for x, y in re.findall(r"[ML]([-\d.]+) ([-\d.]+)", drawn.lines[0].path):
        assert 0 <= float(x) <= WIDTH
        assert 0 <= float(y) <= HEIGHT
    assert len(drawn.x_ticks) <= 6


def test_a_line_is_broken_where_there_is_no_value():
    drawn = panel("loss", [Line("a", [1, 2, 3, 4, 5], [1, 2, math.nan, 2, 1])])
    assert drawn.lines[0].path.count("M") == 2


def test_a_logarithmic_axis_has_powers_of_ten():
    drawn = panel("rate", [Line("a", [1e-4, 1e-2, 1], [3, 2, 4])], log_x=True)
    assert [text for _, text in drawn.x_ticks] == ["1e-4", "0.001", "0.01", "0.1", "1"]


def test_backwards_the_largest_is_at_the_left():
    drawn = panel("noise", [Line("a", [40, 10], [0.9, 0.5])], backwards=True)
    by_text = {text: x for x, text in drawn.x_ticks}
    assert by_text["40"] < by_text["10"]
