"""Random changes of training windows: one idea a file, pure functions given a generator."""

from earmark.training.augmentation.between_class import mix_by_level
from earmark.training.augmentation.bin_shift import shift_bins
from earmark.training.augmentation.colour import colour
from earmark.training.augmentation.crop import crop_frames
from earmark.training.augmentation.gain import change_gain
from earmark.training.augmentation.masking import mask_bins, mask_frames
from earmark.training.augmentation.mixup import mix
from earmark.training.augmentation.noise import add_noise
from earmark.training.augmentation.roll import roll
from earmark.training.augmentation.shift import shift_frames
from earmark.training.augmentation.stretch import stretch
from earmark.training.augmentation.tilt import tilt
from earmark.training.augmentation.warp import warp_bins

__all__ = [
    "add_noise",
    "change_gain",
    "colour",
    "crop_frames",
    "mask_bins",
    "mask_frames",
    "mix",
    "mix_by_level",
    "roll",
    "shift_bins",
    "shift_frames",
    "stretch",
    "tilt",
    "warp_bins",
]
