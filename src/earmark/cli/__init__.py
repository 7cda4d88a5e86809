"""The command line: one file a verb, found by itself. Each parses, calls one function, prints."""

import contextlib
import importlib
import io
import pkgutil
import sys

import typer

from earmark.cli._command import Verb

HELP = """Turn a folder of labelled sounds into a classifier that can be trusted and shipped.

Begin with: earmark demo, or: earmark train DIR, where DIR has a folder of sounds for each label.
"""


def build_app() -> typer.Typer:
    """The application with every verb of this package."""
    app = typer.Typer(
        help=HELP,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        rich_markup_mode=None,
    )

    @app.callback(invoke_without_command=True)
    def root(
        context: typer.Context,
        version: bool = typer.Option(False, "--version", help="Print the version and exit."),
    ) -> None:
        if version:
            from earmark import __version__

            typer.echo(f"earmark {__version__}")
            raise typer.Exit
        if context.invoked_subcommand is None:
            typer.echo(context.get_help())

    root.__doc__ = HELP
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            verb = getattr(importlib.import_module(f"{__name__}.{module.name}"), module.name)
            if isinstance(verb, typer.Typer):  # a verb with verbs of its own
                app.add_typer(verb, name=module.name)
            else:
                app.command(module.name, cls=Verb)(verb)
    return app


def main() -> None:
    """Entry point of the command `earmark`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file name may be no text at all
            stream.reconfigure(errors="backslashreplace")
    with contextlib.suppress(BrokenPipeError):
        build_app()(prog_name="earmark")
