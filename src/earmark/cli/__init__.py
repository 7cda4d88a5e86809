"""The command line: one file a verb, found by itself. Each parses, calls one function, prints."""

import importlib
import pkgutil
import sys

import typer

from earmark.cli._console import fail
from earmark.errors import EarmarkError, missing_extra

HELP = """Turn a folder of labelled sounds into a classifier that can be trusted and shipped.

Begin with: earmark demo, or: earmark train DIR, where DIR has a folder of sounds for each label.
"""


def build_app() -> typer.Typer:
    """The application with every verb of this package."""
    app = typer.Typer(
        help=HELP,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        rich_markup_mode=None,
    )

    @app.callback(invoke_without_command=True)
    def root(
        version: bool = typer.Option(False, "--version", help="Print the version and exit."),
    ) -> None:
        if version:
            from earmark import __version__

            typer.echo(f"earmark {__version__}")
            raise typer.Exit

    root.__doc__ = HELP
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            verb = getattr(importlib.import_module(f"{__name__}.{module.name}"), module.name)
            app.command(module.name)(verb)
    return app


def main() -> None:
    """Entry point: errors meant for the user are one line and exit status 1."""
    try:
        build_app()()
    except EarmarkError as error:
        fail(str(error))
    except ModuleNotFoundError as error:
        found = missing_extra(error, "this command")
        if found is error:
            raise
        fail(str(found))
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        sys.exit(130)
    except BrokenPipeError:  # the reader of a pipe, such as head, has enough
        sys.stderr.close()
        sys.exit(0)
