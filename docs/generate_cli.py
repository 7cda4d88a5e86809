"""Write cli.md from the command line's own help: python docs/generate_cli.py"""

from pathlib import Path
from typing import Any

PAGE = Path(__file__).with_name("cli.md")
COLUMNS = 80
HEAD = """# Command line

Generated from `--help` by `python docs/generate_cli.py`; a test fails when it is stale.

Results go to stdout, everything else to stderr, so `earmark ... --format json | jq .` works. An
error is one message on stderr and exit status 1 (2 for a verb or option that does not exist, 130
after Ctrl-C).
"""


def helps() -> dict[str, str]:
    """The help text of `earmark` and of every verb, at 80 columns."""
    import typer

    from earmark.cli import build_app

    command: Any = typer.main.get_command(build_app())
    wide = {"terminal_width": COLUMNS, "max_content_width": COLUMNS, "resilient_parsing": True}
    root = command.make_context("earmark", [], **wide)
    texts = {"earmark": command.get_help(root)}

    def add(group: Any, parent: Any, words: str) -> None:
        """The help of each verb of a group, and of theirs."""
        for name in group.list_commands(parent):
            verb = group.get_command(parent, name)
            context = verb.make_context(name, [], parent=parent, **wide)
            texts[f"{words} {name}"] = verb.get_help(context)
            if hasattr(verb, "list_commands"):
                add(verb, context, f"{words} {name}")

    add(command, root, "earmark")
    return texts


def page() -> str:
    """The whole page, Markdown."""
    parts = [HEAD]
    for name, text in helps().items():
        lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
        parts.append(f"## {name}\n\n```text\n{lines}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
