"""ESC-10: the ten classes of ESC-50 that are easiest and free for any use."""

from earmark.datasets.public.about import About
from earmark.datasets.public.public_set import PUBLIC_SETS
from earmark.datasets.public.sets._esc import CITATION, FAIR, PAGE, Esc


@PUBLIC_SETS.register("esc10")
class Esc10(Esc):
    """The clips that esc50.csv marks as ESC-10."""

    only_esc10 = True
    about = About(
        summary="Everyday sounds in ten classes, 40 clips of 5 s each: a part of ESC-50.",
        clips=400,
        classes=(
            "chainsaw", "clock_tick", "crackling_fire", "crying_baby", "dog", "helicopter", "rain",
            "rooster", "sea_waves", "sneezing",
        ),
        hours=0.6,
        licence="CC BY 3.0",
        split="official (5)",
        fair_split=FAIR,
        page=PAGE,
        citation=CITATION,
        download_gb=0.65,
        disk_gb=0.9,
        notes="The archive is that of all of ESC-50.",
    )  # fmt: skip
