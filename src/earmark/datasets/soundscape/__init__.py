"""Soundscapes: scenes mixed from isolated sounds, so that it is known when each is heard."""

from earmark.datasets.soundscape.bank import Sound, SoundBank, fill_bank
from earmark.datasets.soundscape.mixing import Scene, mix_scene
from earmark.datasets.soundscape.settings import SceneSettings
from earmark.datasets.soundscape.sounding import sounding_parts

__all__ = [
    "Scene",
    "SceneSettings",
    "Sound",
    "SoundBank",
    "fill_bank",
    "mix_scene",
    "sounding_parts",
]
