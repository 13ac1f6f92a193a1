"""From training code to trusted numbers on the phone on your desk."""

from typing import Final

__version__: Final = "0.1.0"
