"""The documentation is true: its code runs, its commands parse, its names and links are all there.

Each page is followed from top to bottom in a folder of its own: ```python blocks run in one
namespace; of the ```sh blocks every `earmark` line is parsed, and run where that is cheap.
"""

import dataclasses
import importlib.util
import os
import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(DOCS.glob("*.md"))
RATE_HZ = 8000
PLACES = ("attic", "cellar", "garden", "kitchen", "park", "street")
CHEAP = {
    "datasets",
    "datasets info",
    "detect",
    "evaluate",
    "extract",
    "inspect",
    "models",
    "predict",
    "report",
    "soundscape",
}  # verbs that are run, not only parsed
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def _sound(label, rng, seconds=0.5):
    """Mono samples of one of three made-up classes."""
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    if label == "rain":
        sound = rng.standard_normal(len(time_s)) / 4
    else:
        pitch_hz = rng.uniform(300, 500) if label == "bell" else rng.uniform(900, 1500)
        sweep = 0 if label == "bell" else rng.uniform(500, 2000)
        sound = np.sin(2 * np.pi * (pitch_hz * time_s + sweep * time_s**2))
        if label == "bell":
            sound = sound * np.exp(-8 * time_s)
    noise = 0.01 * rng.standard_normal(len(time_s))
    return np.clip(0.7 * sound + noise, -1, 1).astype(np.float32)


def write_sounds(root, seed, places=PLACES, takes=2):
    """root/label/place/take.wav, as the pages tell it."""
    import soundfile

    rng = np.random.default_rng(seed)
    for label in ("bell", "rain", "whistle"):
        for place in places:
            for take in range(1, takes + 1):
                path = root / label / place / f"{take}.wav"
                path.parent.mkdir(parents=True, exist_ok=True)
                soundfile.write(path, _sound(label, rng), RATE_HZ)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """What the pages take for granted: sounds, tables, recordings, and a run with its model."""
    import soundfile

    import earmark

    root = tmp_path_factory.mktemp("docs")
    here = Path.cwd()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EARMARK_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("EARMARK_WORKERS", "1")
        write_sounds(root / "sounds", seed=0)
        write_sounds(root / "new-sounds", seed=1, places=("barn", "beach"), takes=1)
        rng = np.random.default_rng(2)
        (root / "recordings").mkdir()
        for name, label in (("monday", "rain"), ("tuesday", "whistle")):
            soundfile.write(root / "recordings" / f"{name}.wav", _sound(label, rng, 2), RATE_HZ)
        long = np.concatenate([_sound("rain", rng, 1.3), _sound("bell", rng, 1.3)])
        soundfile.write(root / "recording.wav", long, RATE_HZ)
        rows = [
            f"sounds/{label}/{place}/{take}.wav,{label},{place},,"
            for label in ("bell", "rain", "whistle")
            for place in PLACES
            for take in (1, 2)
        ]
        rows += ["recording.wav,rain,yard,0,1.3", "recording.wav,bell,yard,1.3,2.6"]
        (root / "clips.csv").write_text("\n".join(["path,label,group,onset,offset", *rows]) + "\n")
        os.chdir(root)
        try:
            earmark.train("sounds", groups="parent", epochs=1, precision="float32")
        finally:
            os.chdir(here)
        assert (root / "runs" / "sounds-resnet" / "model" / "config.json").is_file()
        yield root


@pytest.fixture(scope="module")
def command():
    """The command line, as the library beneath typer sees it."""
    import typer

    from earmark.cli import build_app

    return typer.main.get_command(build_app())


def earmark_lines(text):
    """The arguments of each `earmark` line of a ```sh block, without pipes and redirections."""
    for line in text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if words and words[0] == "earmark":
            ends = [at for at, word in enumerate(words) if word in ("|", ">", ">>", "&&")]
            yield words[1 : min(ends, default=len(words))]


def follow_command(command, words):
    """Parse a line; run it where that is cheap."""
    verb, *arguments = words
    if verb.startswith("-"):
        command.main(words, prog_name="earmark", standalone_mode=False)
        return
    assert verb in command.commands, f"earmark {verb} does not exist"
    found = command.commands[verb]
    while arguments and arguments[0] in getattr(found, "commands", {}):
        verb = f"{verb} {arguments[0]}"
        found = found.commands[arguments.pop(0)]
    found.make_context(verb, list(arguments))
    if verb in CHEAP:
        status = command.main(words, prog_name="earmark", standalone_mode=False)
        assert not status, f"earmark {' '.join(words)}: exit status {status}"


def keep_registries(monkeypatch):
    """What a page registers as an example is forgotten after it."""
    from earmark.features import FRONTENDS
    from earmark.models import MODELS

    for registry in (FRONTENDS, MODELS):
        monkeypatch.setattr(registry, "_items", dict(registry._discover()))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_runs(page, workshop, command, tmp_path, monkeypatch, capsys):
    text = page.read_text(encoding="utf-8")
    place = tmp_path / "here"
    shutil.copytree(workshop, place)
    monkeypatch.chdir(place)
    keep_registries(monkeypatch)
    names = {"__name__": "docs"}
    for match in BLOCK.finditer(text):
        kind, block = match.groups()
        if kind == "python":
            above = text[: match.start(2)].count("\n")  # so that an error names the page's line
            exec(compile("\n" * above + block, page, "exec"), names)
        elif kind == "sh":
            for words in earmark_lines(block):
                follow_command(command, words)


def test_cli_page_is_fresh():
    spec = importlib.util.spec_from_file_location("generate_cli", DOCS / "generate_cli.py")
    generate_cli = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate_cli)
    written = (DOCS / "cli.md").read_text(encoding="utf-8")
    assert written == generate_cli.page(), "cli.md is stale: python docs/generate_cli.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: no {target}"


def test_index_lists_every_page():
    linked = set(LINK.findall((DOCS / "README.md").read_text(encoding="utf-8")))
    assert linked >= {page.name for page in PAGES} - {"README.md"}


def assert_named(page, names):
    """Every name stands in the page's prose or tables, as code."""
    prose = BLOCK.sub("", (DOCS / page).read_text(encoding="utf-8"))
    code = "\n".join(re.findall(r"`([^`\n]+)`", prose))
    lacking = [name for name in names if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", code)]
    assert not lacking, f"{page} does not tell of: {', '.join(lacking)}"


def test_every_file_of_a_run_and_of_a_model_is_told(workshop):
    run = workshop / "runs" / "sounds-resnet"
    assert_named("training.md", [path.name for path in run.iterdir()])
    assert_named("saved-model.md", [path.name for path in (run / "model").iterdir()])


def test_every_field_of_the_configuration_is_told():
    from earmark.saved import Detection, SavedConfig, Window

    for kind in (SavedConfig, Window, Detection):
        assert_named("saved-model.md", kind.model_fields)


def test_everything_registered_is_told():
    import earmark
    from earmark.datasets.conventions import CONVENTIONS
    from earmark.datasets.public import PUBLIC_SETS, list_public
    from earmark.models import MODELS
    from earmark.models.detector import DETECTORS

    assert_named("python.md", set(earmark.__all__))
    assert_named("features.md", earmark.list_frontends())
    assert_named("models.md", [*MODELS, *{r for name in MODELS for r in MODELS[name].recipes}])
    assert_named("models.md", [*DETECTORS, *{r for n in DETECTORS for r in DETECTORS[n].recipes}])
    assert_named("datasets.md", list_public())
    assert_named("datasets.md", {o for name in PUBLIC_SETS for o in PUBLIC_SETS[name].options})
    text = (DOCS / "datasets.md").read_text(encoding="utf-8")
    assert [known.name for known in CONVENTIONS if known.name not in text] == []


def test_every_choice_of_training_is_told():
    from earmark.models.recipe import Augmentation, Recipe
    from earmark.training.detection.options import DetectOptions
    from earmark.training.options import TrainOptions
    from earmark.training.plan import Overrides

    def fields(kind):
        return [field.name for field in dataclasses.fields(kind)]

    assert_named("training.md", fields(Augmentation))
    assert_named("models.md", fields(Recipe))
    assert_named("training.md", set(fields(DetectOptions)) - {"train"})
    assert_named("python.md", set(fields(DetectOptions)) - {"train"})
    assert_named("python.md", set(fields(TrainOptions) + fields(Overrides)) - {"overrides"})


def test_everything_that_tuning_searches_and_writes_is_told():
    from earmark.training.tuning.final import BEST, OUTCOME, RECIPE
    from earmark.training.tuning.pictures import HISTORY, IMPORTANCES, SLICES
    from earmark.training.tuning.run import DATABASE, LOCK, SETTINGS
    from earmark.training.tuning.space import SEARCHABLE

    assert_named("tuning.md", SEARCHABLE)
    files = [HISTORY, IMPORTANCES, SLICES, BEST, DATABASE, OUTCOME, RECIPE, LOCK, SETTINGS]
    assert_named("tuning.md", [*files, "report.md", "trials.csv"])


def test_every_degradation_and_file_of_a_stress_test_is_told():
    from earmark.inference.stress.way import WAYS
    from earmark.inference.stress.write import CSV, JSON, PICTURE

    assert_named("stress.md", [*WAYS, *{WAYS[name].family for name in WAYS}, CSV, JSON, PICTURE])


def test_every_setting_and_file_of_soundscapes_is_told():
    from earmark.datasets.soundscape import SceneSettings
    from earmark.datasets.soundscape.folder import JOURNAL, SCENES

    fields = [field.name for field in dataclasses.fields(SceneSettings)]
    assert_named("soundscapes.md", [*fields, SCENES, JOURNAL])


def test_every_column_of_label_errors_is_told():
    from earmark.training.label_errors import LABEL_ERRORS, LabelErrors

    header = LabelErrors(Path(), (), 0, 0, ()).to_csv().strip().split(",")
    assert_named("label-errors.md", [*header, LABEL_ERRORS])
    assert_named("training.md", [LABEL_ERRORS])


def test_every_error_is_told():
    from earmark import errors

    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    assert_named("python.md", [k.__name__ for k in kinds if issubclass(k, errors.EarmarkError)])
