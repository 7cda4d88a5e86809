"""What every verb does beside its own work: help without clutter, errors as one clear line."""

import errno
import shlex
import sys
from pathlib import Path
from typing import Any

from typer.core import TyperCommand, TyperGroup

from earmark.cli._console import fail, remark
from earmark.errors import ConfigError, EarmarkError, missing_extra

# What an option means that is given without its value; typer itself knows no such options.
BARE = {"--folds": "auto"}


_TYPED = "earmark.typed"  # where a verb's context keeps its words


def typed(context: Any) -> str:
    """The command line of a verb as it can be typed again, to begin anew."""
    words: list[str] = context.meta[_TYPED]
    return shlex.join(word for word in words if word != "--resume")


class _Told:
    """What is meant for the user is told without a traceback."""

    name: str | None
    params: list[Any]

    def invoke(self, ctx: Any) -> Any:
        """Run it."""
        try:
            return super().invoke(ctx)  # type: ignore[misc]
        except ConfigError as error:
            fail(self._as_typed(str(error)))
        except EarmarkError as error:
            fail(str(error))
        except ModuleNotFoundError as error:
            found = missing_extra(error, f"earmark {self.name}")
            if found is error:
                raise
            fail(str(found))
        except BrokenPipeError:
            raise  # the reader of a pipe, such as head, has enough: typer ends quietly
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES):
                raise
            fail(f"{error.filename or 'cannot write'}: {error.strerror}")
        except KeyboardInterrupt:
            remark("Stopped.", "yellow")
            sys.exit(130)

    def _as_typed(self, text: str) -> str:
        """`window_s must be ...` as `--window must be ...`: the words of the command line."""
        word, _, rest = text.partition(" ")
        for param in self.params:
            if word in (param.name, f"{param.name}_s", f"{param.name}_hz"):
                return f"{param.opts[0]} {rest}"
        return text


class VerbGroup(_Told, TyperGroup):
    """A verb with verbs of its own, such as `earmark datasets get`."""


class Verb(_Told, TyperCommand):
    """One verb of the command line."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Give an option of `BARE` its value where the user gave none."""
        ctx.meta[_TYPED] = ["earmark", self.name or "", *args]
        return super().parse_args(ctx, with_values(args))

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Arguments as `DIR`; typer's braces look like a choice."""
        return [piece.strip("{}").replace("}.", ".") for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The lists of arguments and options; a type helps with the latter alone."""
        arguments, options = [], []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is None:
                continue
            if param.param_type_name == "argument":
                text = record[1].removesuffix("[required]").rstrip()
                arguments.append((record[0].split(" <")[0], text))
            else:
                options.append(record)
        for title, rows in (("Arguments", arguments), ("Options", options)):
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def with_values(args: list[str]) -> list[str]:
    """The arguments, with the value of an option of `BARE` that has none.

    >>> with_values(["sounds", "--folds", "--seed", "1"])
    ['sounds', '--folds', 'auto', '--seed', '1']
    """
    out: list[str] = []
    for at, word in enumerate(args):
        if word == "--":
            return out + args[at:]
        out.append(word)
        if word in BARE and not _is_value(args[at + 1 : at + 2]):
            out.append(BARE[word])
    return out


def _is_value(following: list[str]) -> bool:
    """Whether the next word can be meant for the option: no option, and no path."""
    return any(not word.startswith("-") and not Path(word).exists() for word in following)
