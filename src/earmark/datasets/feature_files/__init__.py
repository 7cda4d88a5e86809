"""Features of a dataset as files: written by extraction, some kinds read back as a dataset."""

from earmark.datasets.feature_files.format import FORMATS, FeatureFormat, FeatureRow

__all__ = ["FORMATS", "FeatureFormat", "FeatureRow"]
