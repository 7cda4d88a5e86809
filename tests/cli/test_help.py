"""Help is whole, fits 80 columns, and wrong words are met with the near ones."""

import pkgutil

import pytest
import typer

import earmark.cli
from earmark import __version__
from earmark.cli import build_app
from earmark.cli._command import with_values

VERBS = [m.name for m in pkgutil.iter_modules(earmark.cli.__path__) if m.name[0] != "_"]


def every_verb(commands=None, words=()):
    """Every verb as typed, those of a verb too ('datasets get'), with what typer knows of it."""
    if commands is None:
        commands = typer.main.get_command(build_app()).commands
    for name, command in commands.items():
        yield " ".join((*words, name)), command
        yield from every_verb(getattr(command, "commands", {}), (*words, name))


def test_help_without_a_verb_lists_every_verb_uncut(earmark):
    shown = earmark().stdout
    assert shown == earmark("--help").stdout
    for verb in VERBS:
        assert f"\n  {verb} " in shown
    assert "..." not in shown.partition("Commands:")[2]


@pytest.mark.parametrize("verb", [words for words, _ in every_verb()])
def test_every_option_has_help_that_fits_80_columns(earmark, verb):
    shown = earmark(*verb.split(), "--help").stdout
    assert shown == earmark(*verb.split(), "-h").stdout
    assert max(map(len, shown.splitlines())) <= 80
    assert not any(sign in shown for sign in ("{", "<list", "\b", "TODO"))
    for param in dict(every_verb())[verb].params:
        assert param.help, f"{verb} {param.name} has no help"
        assert (param.opts[0] if param.opts[0][0] == "-" else param.metavar) in shown


@pytest.mark.parametrize(
    "verb",
    [
        "compare",
        "datasets get",
        "detect",
        "evaluate",
        "extract",
        "inspect",
        "labels",
        "lr",
        "predict",
        "report",
        "show",
        "stress",
        "train",
        "tune",
    ],
)
def test_examples_stand_on_lines_of_their_own(earmark, verb):
    lines = earmark(*verb.split(), "--help").stdout.splitlines()
    at = lines.index("  Examples:")
    assert lines[at + 1].startswith(f"    earmark {verb} ")
    assert lines[at + 2].startswith(f"    earmark {verb} ")


def test_version(earmark):
    assert earmark("--version").stdout == f"earmark {__version__}\n"


@pytest.mark.parametrize(
    ("args", "wanted"),
    [
        (["trian"], "No such command 'trian'. Did you mean 'train'?"),
        (["train", "--modle", "x"], "No such option: --modle (Possible options: --leak, --model)"),
        (["predict", "m"], "Missing argument 'FILES'"),
        (["train", "d", "--seed", "x"], "Invalid value for '--seed'"),
        (["train", "d", "--format", "xml"], "'xml' is not one of 'table', 'json'"),
        (["extract", "d", "--rate", "1"], "Invalid value for '--rate'"),
        (["datasets", "gte", "ballroom"], "No such command 'gte'. Did you mean 'get'?"),
        (["datasets", "get", "ballroom"], "Missing argument 'DIR'"),
    ],
)
def test_a_wrong_word_is_named_with_status_2(earmark, args, wanted):
    assert wanted in earmark(*args, status=2).stderr


@pytest.mark.parametrize(
    ("args", "wanted"),
    [
        ("DIR --folds", "DIR --folds auto"),
        ("DIR --folds --seed 1", "DIR --folds auto --seed 1"),
        ("--folds 6 DIR", "--folds 6 DIR"),
        ("--folds=6 DIR", "--folds=6 DIR"),
        ("-- --folds", "-- --folds"),
    ],
)
def test_folds_needs_no_number(args, wanted):
    assert with_values(args.split()) == wanted.split()
