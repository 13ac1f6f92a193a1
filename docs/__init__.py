"""Documentation; the tables in it are written by `make format` from the code."""
