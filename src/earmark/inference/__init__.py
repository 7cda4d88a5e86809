"""Predicting with a saved model: numpy, soundfile or miniaudio, soxr and onnxruntime, no more."""

from earmark.inference.model import Model, Prediction, load

__all__ = ["Model", "Prediction", "load"]
