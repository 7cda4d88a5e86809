"""ESC-50: 2,000 everyday sounds in fifty classes."""

from earmark.datasets.public.about import About
from earmark.datasets.public.public_set import PUBLIC_SETS
from earmark.datasets.public.sets._esc import CITATION, FAIR, PAGE, Esc

CLASSES = (
    "airplane", "breathing", "brushing_teeth", "can_opening", "car_horn", "cat", "chainsaw",
    "chirping_birds", "church_bells", "clapping", "clock_alarm", "clock_tick", "coughing", "cow",
    "crackling_fire", "crickets", "crow", "crying_baby", "dog", "door_wood_creaks",
    "door_wood_knock", "drinking_sipping", "engine", "fireworks", "footsteps", "frog",
    "glass_breaking", "hand_saw", "helicopter", "hen", "insects", "keyboard_typing", "laughing",
    "mouse_click", "pig", "pouring_water", "rain", "rooster", "sea_waves", "sheep", "siren",
    "sneezing", "snoring", "thunderstorm", "toilet_flush", "train", "vacuum_cleaner",
    "washing_machine", "water_drops", "wind",
)  # fmt: skip


@PUBLIC_SETS.register("esc50")
class Esc50(Esc):
    """All fifty classes."""

    about = About(
        summary="Everyday sounds in fifty classes, 40 clips of 5 s each.",
        clips=2000,
        classes=CLASSES,
        hours=2.8,
        licence="CC BY-NC 3.0",
        split="official (5)",
        fair_split=FAIR,
        page=PAGE,
        citation=CITATION,
        download_gb=0.65,
        disk_gb=0.9,
    )
