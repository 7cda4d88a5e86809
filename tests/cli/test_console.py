"""What verbs print: nothing at a line's end that nobody sees."""

from rich.table import Table

from earmark.cli._console import stdout


def test_no_line_ends_with_blanks_and_colours_stay(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("a")
    table.add_row("long  words in it", style="bold")
    table.add_row("x", style="bold")
    console = stdout()
    console.print(table)
    console.print("Padding: ", end="")
    console.print("kept")
    lines = capsys.readouterr().out.splitlines()
    plain = [line.replace("\x1b[1m", "").replace("\x1b[0m", "") for line in lines]
    assert plain == ["a", "long  words in it", "x", "Padding: kept"]
    assert "\x1b[1m" in lines[2]
