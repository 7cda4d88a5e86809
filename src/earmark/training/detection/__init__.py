"""Training of detectors: scenes made on the fly, strongly labelled recordings, or both."""
