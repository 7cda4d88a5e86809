"""Soundscapes: scenes mixed from isolated sounds, so that it is known when each is heard."""

from earmark.datasets.soundscape.bank import Sound, SoundBank, fill_bank
from earmark.datasets.soundscape.make import make_soundscapes
from earmark.datasets.soundscape.mixing import Scene, mix_scene
from earmark.datasets.soundscape.parts import bank_parts
from earmark.datasets.soundscape.settings import SceneSettings
from earmark.datasets.soundscape.sounding import sounding_parts
from earmark.datasets.soundscape.write import Written, write_scenes

__all__ = [
    "Scene",
    "SceneSettings",
    "Sound",
    "SoundBank",
    "Written",
    "bank_parts",
    "fill_bank",
    "make_soundscapes",
    "mix_scene",
    "sounding_parts",
    "write_scenes",
]
