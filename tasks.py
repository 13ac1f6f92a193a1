"""`invoke …` in a checkout; the tasks themselves are in `sideload.tasks`."""

from sideload.tasks import namespace

__all__ = ["namespace"]
