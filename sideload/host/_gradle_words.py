"""What Gradle says when a build fails, in as many words as a person needs, with what to do."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sideload.host import files

# From the headline to the hints, which are the same for every failure.
WRONG: Final = re.compile(
    r"^\* What went wrong:\s*\n(?P<what>.*?)(?=^\* |\Z)", re.MULTILINE | re.DOTALL
)
LONGEST: Final = 1500
# By a piece of what Gradle, or the Android plugin, says; the first that fits.
REMEDIES: Final[Mapping[str, str]] = {
    "SDK location not found": "export ANDROID_HOME=$HOME/Android/Sdk, or where the SDK is",
    "licences have not been accepted": "{sdk}/cmdline-tools/latest/bin/sdkmanager --licenses",
    "Minimum supported Gradle version is": "gradle wrapper --gradle-version {version}",
    "Android Gradle plugin requires Java": "export JAVA_HOME=, a JDK of {version} or newer",
    "requires JVM": "export JAVA_HOME=, a JDK of {version} or newer",
    "Unsupported class file major version": "export JAVA_HOME=, an older JDK, such as 17",
    "Failed to find target with hash string": "{sdk}/cmdline-tools/latest/bin/sdkmanager "
    "'platforms;android-{version}'",
    "No cached version": "the same command again where the network can be reached",
    "was not found in any of the following sources": "check the network, and that "
    "pluginManagement in the settings names google()",
    "Could not resolve": "check the network, and that the settings name google() "
    "and mavenCentral()",
    "Unresolved reference": "the same `sideload bundle` again, so that classes and app fit",
}
OTHERWISE: Final = "the same build by hand, for all of what it says: gradle --stacktrace"
NUMBER: Final = re.compile(r"\d+(?:\.\d+)*")


def explained(said: str, sdk: Path) -> tuple[str, str]:
    """What went wrong, from all that Gradle said, and what to type about it."""
    told = WRONG.search(said)
    wrong = (told["what"] if told else said).strip()[:LONGEST]
    for piece, remedy in REMEDIES.items():
        at = said.find(piece)
        if at >= 0:
            version = NUMBER.search(said, at + len(piece))
            words = {"sdk": files.shown(sdk), "version": version[0] if version else ""}
            return wrong, remedy.format(**words)
    return wrong, OTHERWISE
