"""An audit as a page of Markdown: every finding, none left out."""

from collections.abc import Iterable

from earmark.datasets.audit.audit import Audit
from earmark.datasets.audit.render import leak_lines, share, summary
from earmark.datasets.words import count


def report(audit: Audit) -> str:
    """The page."""
    dataset = audit.dataset
    clips = dataset.clips
    lines = [
        f"# Audit of {code(dataset.root.resolve().name or 'sounds')}",
        "",
        summary(audit) + ".",
    ]
    two = [p for p in audit.problems if p.kind == "two labels"]
    if two:
        lines += ["", "## One sound under two labels", ""]
        for problem in two:
            lines += [f"- {problem.detail}", *_names(problem.paths)]
    for kind in ("exact", "near"):
        own = [same for same in audit.duplicates if same.kind == kind]
        if own:
            lines += ["", f"## {kind.capitalize()} copies: {count(len(own), 'set')}", ""]
            lines += ["| clips | labels | similarity | |", "|---|---|---|---|"]
            for same in own:
                names = "<br>".join(code(clips[index].name) for index in same.clips)
                labels = ", ".join(sorted({_cell(clips[index].label) for index in same.clips}))
                lines.append(
                    f"| {names} | {labels} | {share(same.similarity)} | {_cell(same.detail)} |"
                )
    others = [p for p in audit.problems if p.kind != "two labels"]
    if others:
        lines += ["", "## What else was found", ""]
        for problem in others:
            lines += [f"- **{problem.kind}**: {_line(problem.detail)}", *_names(problem.paths)]
    lines += ["", "## Classes", "", "| class | clips |", "|---|---|"]
    lines += [f"| {_cell(label)} | {number} |" for label, number in dataset.class_counts.items()]
    lines += ["", "## Groups", ""]
    if dataset.group_source:
        number = count(len(set(dataset.groups)), "group")
        lines.append(f"{number}: {_line(dataset.group_source)}.")
    else:
        lines.append("None known: every file is its own.")
    for guess in audit.guesses:
        word = "Strong" if guess.strong else "Weak"
        lines += ["", f"- {word}: {_line(guess.source)}. {_line(guess.evidence)}."]
        lines.append(f"  By `--groups '{guess.option}'`.")
    lines += ["", "## What a split would leak", "", *(f"- {line}." for line in leak_lines(audit))]
    left = [(clip.name, why) for clip, why in zip(clips, audit.exclude, strict=True) if why]
    lines += ["", f"## Left out in clips.csv: {count(len(left), 'clip')}", ""]
    if left:
        lines += ["| clip | why |", "|---|---|"]
        lines += [f"| {code(name)} | {_cell(why)} |" for name, why in left]
    return "\n".join(lines) + "\n"


def _names(paths: Iterable[str]) -> list[str]:
    return [f"  - {code(path)}" for path in paths]


def code(text: str) -> str:
    """A name as code, whatever is in it.

    >>> code("a.wav"), code("a`|b.wav")
    ('`a.wav`', '`` a`\\\\|b.wav ``')
    """
    plain = _cell(text)
    return f"`` {plain} ``" if "`" in plain else f"`{plain}`"


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")


def _line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
