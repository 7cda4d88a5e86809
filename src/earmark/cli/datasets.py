"""`earmark datasets`: public sets, what is to be known of them, and how to get one."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from earmark.cli._command import Verb, VerbGroup
from earmark.cli._console import CardFormat, fail, print_json, remark, stderr, stdout

if TYPE_CHECKING:
    from earmark.datasets.public.about import Offer

datasets = typer.Typer(
    cls=VerbGroup,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

SetName = Annotated[str, typer.Argument(metavar="NAME", help="The set; see: earmark datasets.")]
FormatOption = Annotated[CardFormat, typer.Option("--format", help="What is printed on stdout.")]


@datasets.callback(invoke_without_command=True)
def list_sets(
    context: typer.Context,
    every: Annotated[
        bool, typer.Option("--all", help="Also what else mirdata and soundata know.")
    ] = False,
    form: FormatOption = CardFormat.table,
) -> None:
    """List the public sets, or get one.

    \b
    Examples:
      earmark datasets
      earmark datasets info gtzan
      earmark datasets get ballroom sounds/ballroom
    """
    if context.invoked_subcommand is not None:
        return
    from earmark.datasets.public import PUBLIC_SETS
    from earmark.datasets.public.loaders import others

    known = {name: PUBLIC_SETS[name] for name in PUBLIC_SETS}
    upstream = {(kind.loader, kind.upstream) for kind in known.values()}
    more = others(upstream) if every else {}
    if form is CardFormat.json:
        sets: Any = [_facts(name) for name in known]
        print_json({"sets": sets, "others": more} if every else sets)
        return
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("set", "clips", "classes", "download", "licence", "fair split"):
        justify: Any = "right" if heading in ("clips", "classes", "download") else "left"
        table.add_column(heading, justify=justify, no_wrap=heading in ("set", "download"))
    for name, kind in known.items():
        about = kind.about
        gigabytes = f"{about.download_gb:g} GB" if about.download_gb else "none"
        numbers = (f"{about.clips}", f"{len(about.classes)}", gigabytes)
        table.add_row(name, *numbers, about.licence, about.split)
    console = stdout()
    console.print(table)
    for library, names in more.items():
        console.print(
            f"{library} also knows these. Earmark has no layout for them: get one by its own "
            f"means, {library}.initialize(NAME).download(), and write a table "
            "(path,label,group,fold)."
        )
        console.print(f"  {', '.join(names)}\n")
    if every and not more:
        remark("Neither mirdata nor soundata is installed: pip install 'earmark[datasets]'")
    console.print("More on one:  earmark datasets info NAME")
    console.print("Get one:      earmark datasets get NAME DIR")


@datasets.command(cls=Verb)
def info(name: SetName, form: FormatOption = CardFormat.table) -> None:
    """Say what is known of a set: size, licence, fair split."""
    facts = _facts(name)
    if form is CardFormat.json:
        print_json(facts)
        return
    console = stdout()
    console.print(f"{facts['name']}: {facts['summary']}\n")
    console.print(f"{facts['clips']} clips, {facts['hours']:g} h", end="")
    if facts["download_gb"]:
        console.print(
            f"; {facts['download_gb']:g} GB to fetch, {facts['disk_gb']:g} GB unpacked", end=""
        )
    console.print(f"\n{len(facts['classes'])} classes: {', '.join(facts['classes'])}")
    console.print(f"Licence: {facts['licence']}\nPage: {facts['page']}\nCite: {facts['citation']}")
    console.print(f"\nFair split: {facts['fair_split']}")
    if facts["notes"]:
        console.print(f"\n{facts['notes']}")
    if facts["loader"]:
        console.print(f"\nAddress and checksum are those of {facts['loader']} (earmark[datasets]).")
    for option, values in facts["options"].items():
        console.print(f"--{option.replace('_', '-')}: {values}")


@datasets.command(cls=Verb)
def get(
    name: SetName,
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder to lay it out in: new, or an earlier get.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Fetch without asking.")] = False,
    tree: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="TREE", help="A copy you have (folder or archive): no network."
        ),
    ] = None,
    rumbas: Annotated[
        str | None, typer.Option(metavar="merge|keep", help="ballroom: one Rumba, or three.")
    ] = None,
    replicas: Annotated[
        str | None,
        typer.Option(metavar="drop|keep", help="ballroom, gtzan: known copies and faults."),
    ] = None,
    test_part: Annotated[
        bool, typer.Option("--test-part", help="irmas: the test part too, several labels a clip.")
    ] = False,
    clips: Annotated[
        int | None, typer.Option(metavar="N", help="synthetic-ballroom: clips in all, 698.")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(metavar="S", help="synthetic-ballroom: length of each, 30.")
    ] = None,
    rate: Annotated[
        int | None, typer.Option(metavar="HERTZ", help="synthetic-ballroom: sample rate, 44100.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="synthetic-ballroom: seed, 0.")
    ] = None,
    keep_archives: Annotated[
        bool, typer.Option("--keep-archives", help="Keep what was fetched, once unpacked.")
    ] = False,
    form: FormatOption = CardFormat.table,
) -> None:
    """Fetch a set, if you agree, and lay it out with its groups and folds.

    The same command again goes on where it stopped, and does only what is missing.

    \b
    Examples:
      earmark datasets get ballroom sounds/ballroom
      earmark datasets get gtzan sounds/gtzan --from Downloads/genres
      earmark datasets get synthetic-ballroom sounds/synthetic --clips 80
    """
    from earmark.cli._transfer import Transfer
    from earmark.datasets.public import get_public

    given: dict[str, Any] = {
        "rumbas": rumbas,
        "replicas": replicas,
        "test_part": test_part or None,
        "clips": clips,
        "seconds": seconds,
        "rate": rate,
        "seed": seed,
    }
    with Transfer() as bars:
        got = get_public(
            name,
            directory,
            tree=tree,
            agree=True if yes else _ask,
            keep_archives=keep_archives,
            listener=bars,
            **{option: value for option, value in given.items() if value is not None},
        )
    if form is CardFormat.json:
        print_json({"table": str(got.table), "clips": got.clips, "left_out": got.left_out})
        return
    console = stdout()
    console.print(f"{got.clips} clips of {name}: {got.table}", soft_wrap=True)
    for reason, number in sorted(got.left_out.items()):
        console.print(f"Left out: {number} ({reason})")
    console.print(f"Read:     {directory / 'README.md'}", soft_wrap=True)
    console.print(f"Next:     earmark train {shlex.quote(str(got.table))}", soft_wrap=True)


def _facts(name: str) -> dict[str, Any]:
    """What is known of a set, as JSON has it."""
    from dataclasses import asdict

    from earmark.datasets.public import PUBLIC_SETS

    kind = PUBLIC_SETS[name]
    options = {
        option: " or ".join(known.allowed) or "yes or no"
        if known.least is None
        else f"a number from {known.least:g}"
        for option, known in kind.options.items()
    }
    return {"name": name, "loader": kind.loader, "options": options} | asdict(kind.about)


def _ask(offer: "Offer") -> bool:
    """Ask the person at the terminal; where there is none, the answer is no."""
    console = stderr()
    about = offer.about
    console.print(f"{offer.name}: {about.summary}")
    console.print(f"  licence  {about.licence}")
    console.print(f"  size     about {about.download_gb:g} GB, unpacked {about.disk_gb:g} GB")
    for remote in offer.remotes:
        console.print(f"  from     {remote.url}", soft_wrap=True)
    console.print(f"  to       {offer.directory}", soft_wrap=True)
    if not sys.stdin.isatty():
        fail("nothing is fetched unasked, and there is no terminal to ask on: give --yes")
    return typer.confirm("Fetch it?", default=False, err=True)
