"""The README.md beside the clips: whose they are, and what was done with them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from earmark.datasets.public.about import About, Found


def readme(name: str, about: About, choices: Mapping[str, Any], found: Sequence[Found]) -> str:
    """The page, Markdown."""
    kept = [clip for clip in found if not clip.left_out and clip.table == "clips.csv"]
    counts = Counter(clip.label for clip in kept)
    groups = {clip.group for clip in kept if clip.group}
    folds = Counter(clip.fold for clip in kept if clip.fold)
    reasons = Counter(clip.left_out for clip in found if clip.left_out)
    parts = [
        f"# {name}\n\n{about.summary}\n",
        f"- Licence: {about.licence}\n- Page: {about.page}\n- Cite: {about.citation}\n",
        "Laid out by `earmark datasets get`"
        + (f" with {', '.join(f'{k} = {v}' for k, v in choices.items())}" if choices else "")
        + ". The sounds are as published; nothing in them was changed.\n",
    ]
    if about.notes:
        parts.append(f"{about.notes}\n")
    parts.append(f"## Fair split\n\n{about.fair_split}\n")
    facts = [f"{len(kept)} clips", f"{len(groups)} groups" if groups else "no groups"]
    if folds:
        facts.append("folds " + ", ".join(f"{fold} ({n})" for fold, n in sorted(folds.items())))
    parts.append(
        f"`clips.csv` has {', '.join(facts)}. Train on the table, which knows groups and folds:\n\n"
        "    earmark train clips.csv\n"
    )
    parts.append("## Clips\n\n| label | clips |\n|---|---|")
    parts[-1] += "".join(f"\n| {label} | {n} |" for label, n in sorted(counts.items())) + "\n"
    if reasons:
        parts.append("## Left out\n")
        for reason, n in sorted(reasons.items()):
            names = sorted(clip.source.name for clip in found if clip.left_out == reason)
            shown = ", ".join(names[:40]) + (", ..." if n > 40 else "")
            parts.append(f"- {n}: {reason}: {shown}")
        parts.append("")
    return "\n".join(parts)
