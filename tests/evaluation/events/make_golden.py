"""Write golden.json anew: `EARMARK_SED_PYTHON=... python -m tests.evaluation.events.make_golden`.

The cases stand in it beside what the libraries say, so that no random generator has to be the same.
"""

import json
from pathlib import Path

from tests.evaluation.events.cases import EDGES, random_case
from tests.evaluation.events.test_parity import ask_libraries

GOLDEN = Path(__file__).with_name("golden.json")


def main():
    cases = list(EDGES.values())
    cases += [random_case(seed, scored=False) for seed in range(12)]
    cases += [random_case(seed, scored=False, grid_s=0.1) for seed in range(12, 24)]
    cases += [random_case(seed, scored=True, grid_s=0.1) for seed in (202, 205, 209, 213)]
    answer = ask_libraries(cases)
    pairs = [
        {"case": case, "found": found} for case, found in zip(cases, answer["found"], strict=True)
    ]
    document = {"versions": answer["versions"], "pairs": pairs}
    GOLDEN.write_text(json.dumps(document, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
