"""What this machine has of all that the stages may need."""

from sideload.commands import _packages, _tools
from sideload.values import Check


def checks() -> tuple[Check, ...]:
    """Everything, required or not, in the order in which the road needs it."""
    return (*_packages.checks(), *_tools.checks())
