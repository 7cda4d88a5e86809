"""Earmark: a folder of labelled sounds in; a classifier that can be trusted and shipped out."""

__version__ = "0.1.0"
