"""An app that carries models."""

from dataclasses import dataclass

from sideload.values._artifact import FileRef


@dataclass(frozen=True, kw_only=True)
class Apk:
    """An app for Android, ready to be installed.

    `activity` measures the `models`, which are names of classes. `certificate` is the SHA-256 of
    the signer's, in lower-case hex: another one cannot update the app. `notes` are sentences for a
    person.
    """

    file: FileRef
    package: str
    activity: str
    models: tuple[str, ...]
    abis: tuple[str, ...]
    min_sdk: int
    certificate: str
    key: str
    notes: tuple[str, ...] = ()
