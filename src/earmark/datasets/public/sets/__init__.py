"""The public sets, one a file."""
