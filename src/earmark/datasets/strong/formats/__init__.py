"""Label files: one file of this package is one kind, found by itself."""

from earmark.datasets.strong.formats.format import LABEL_FORMATS, LabelFormat

__all__ = ["LABEL_FORMATS", "LabelFormat"]
