"""What each command does: from the words that were typed to the document and text that come out."""

from sideload.commands._end import end, fail
from sideload.commands._machine import clean, devices, doctor, simulate
from sideload.commands._report import report
from sideload.commands._road import road, typed

__all__ = [
    "clean",
    "devices",
    "doctor",
    "end",
    "fail",
    "report",
    "road",
    "simulate",
    "typed",
]
