"""The training step of the seed's AlexNet against Keras: `python benchmarks/train_step.py`.

Batch of 64 windows (1300, 13, 1), float32, momentum .9 at 1e-3, the clipped loss, dropout and
response normalisation as the report had them, both on all cores. Keras runs the same layers with
`train_on_batch`, as it comes and compiled by XLA. Each tool runs in a process of its own, in turns;
the figure of a turn is the median of its steps, and of a tool the median of its turns.
TensorFlow may live in an environment of its own (it pins other versions): name its Python by
--tensorflow. Writes benchmarks/results/train_step.csv.
"""

import argparse
import csv
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

BATCH, FRAMES, BINS, CLASSES = 64, 1300, 13, 8
WARM_UP, STEPS, TURNS = 2, 6, 3
TOOLS = ("earmark", "keras", "keras-xla")
RESULTS = Path(__file__).parent / "results" / "train_step.csv"


def with_earmark() -> tuple[Callable[[], object], int, str]:
    """One step of Earmark's own loop: forward, loss, backward, update."""
    import torch

    from earmark.models import create_model
    from earmark.models.network import find_recipe
    from earmark.training.loop import make_optimiser, soft_cross_entropy
    from earmark.training.memory import keep_freed_memory

    torch.manual_seed(0)
    keep_freed_memory()  # as the loop begins
    recipe = find_recipe("alexnet", "seed")
    network = create_model("alexnet", CLASSES, "seed").to(memory_format=torch.channels_last)
    optimiser = make_optimiser(network, recipe)
    windows = torch.randn(BATCH, FRAMES, BINS)
    targets = torch.eye(CLASSES)[torch.arange(BATCH) % CLASSES]

    def step() -> float:
        loss = soft_cross_entropy(network(windows), targets, recipe)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        return loss.item()

    weights = sum(weight.numel() for weight in network.parameters())
    return step, weights, f"torch {torch.__version__}"


def with_keras(xla: bool) -> tuple[Callable[[], object], int, str]:
    """The same network by Keras, as its guides have it."""
    import keras
    import numpy as np
    import tensorflow as tf
    from keras import layers

    keras.utils.set_random_seed(0)

    def response_norm() -> layers.Layer:
        return layers.Lambda(
            lambda x: tf.nn.local_response_normalization(x, 5, bias=1.0, alpha=1e-4, beta=0.75)
        )

    def conv(filters: int, kernel: int, stride: int = 1) -> layers.Layer:
        return layers.Conv2D(filters, kernel, stride, padding="same", activation="relu")

    def pool() -> layers.Layer:
        return layers.MaxPool2D(3, 2, padding="same")

    network = keras.Sequential(
        [
            layers.Input((FRAMES, BINS, 1)),
            conv(96, 11, 4),
            pool(),
            response_norm(),
            conv(256, 5),
            pool(),
            response_norm(),
            conv(384, 3),
            conv(384, 3),
            conv(256, 3),
            pool(),
            response_norm(),
            layers.Flatten(),
            layers.Dense(4096, activation="tanh"),
            layers.Dropout(0.5),
            layers.Dense(4096, activation="tanh"),
            layers.Dropout(0.5),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )
    network.compile(
        optimizer=keras.optimizers.SGD(1e-3, momentum=0.9),
        loss=keras.losses.CategoricalCrossentropy(),  # clips probabilities, as TFLearn's does
        jit_compile=xla,
    )
    rng = np.random.default_rng(0)
    windows = tf.constant(rng.standard_normal((BATCH, FRAMES, BINS, 1)), tf.float32)
    targets = tf.one_hot(np.arange(BATCH) % CLASSES, CLASSES)
    versions = f"keras {keras.__version__}, tensorflow {tf.__version__}"
    return lambda: network.train_on_batch(windows, targets), network.count_params(), versions


def measure(tool: str) -> dict[str, object]:
    """Seconds of a step in this process."""
    step, weights, versions = (
        with_earmark() if tool == "earmark" else with_keras(tool == "keras-xla")
    )
    for _ in range(WARM_UP):
        step()
    seconds = []
    for _ in range(STEPS):
        started = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - started)
    return {"step_s": statistics.median(seconds), "weights": weights, "versions": versions}


def main() -> None:
    """Measure in turns, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tensorflow", default=sys.executable, help="Python with TensorFlow")
    parser.add_argument("--tool", choices=TOOLS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.tool:
        print(json.dumps(measure(given.tool)))
        return
    from decode import processor

    found: dict[str, list[dict[str, object]]] = {tool: [] for tool in TOOLS}
    for turn in range(TURNS):
        for tool in TOOLS:
            python = sys.executable if tool == "earmark" else given.tensorflow
            command = [python, __file__, "--tool", tool]
            answer = subprocess.run(command, capture_output=True, text=True, check=False)
            if answer.returncode:
                print(f"{tool} did not run: {answer.stderr.strip().splitlines()[-1]}")
                continue
            found[tool].append(json.loads(answer.stdout.splitlines()[-1]))
            print(f"turn {turn + 1}: {tool} {found[tool][-1]['step_s']:.3f} s a step")
    medians = {
        tool: statistics.median(float(str(turn["step_s"])) for turn in turns)
        for tool, turns in found.items()
        if turns
    }
    with RESULTS.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["tool", "step_s", "ratio_to_keras", "weights", "machine", "versions"])
        for tool, step_s in medians.items():
            ratio = step_s / medians.get("keras", float("nan"))
            first = found[tool][0]
            row = [tool, f"{step_s:.3f}", f"{ratio:.2f}", first["weights"]]
            writer.writerow([*row, processor(), first["versions"]])
            print(f"{tool:10} {step_s:.3f} s a step, {ratio:.2f} of keras")


if __name__ == "__main__":
    main()
