"""Figures that the project promises; one file per topic, run by `make bench [ONLY=pattern]`."""
