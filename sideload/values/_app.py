"""An app that carries models."""

from dataclasses import dataclass

from sideload.values._artifact import FileRef


@dataclass(frozen=True, kw_only=True)
class Apk:
    """An app for Android, ready to be installed.

    `activity` measures the `models`, which are names of classes. `classes` is a jar with what the
    app's code was made from, and runs on a JVM; `dex_sha256` is of that code. `certificate` is the
    SHA-256 of the signer's, in lower-case hex: another one cannot update the app. `notes` are
    sentences for a person.
    """

    file: FileRef
    package: str
    activity: str
    models: tuple[str, ...]
    abis: tuple[str, ...]
    min_sdk: int
    classes: FileRef
    dex_sha256: str
    certificate: str
    key: str
    notes: tuple[str, ...] = ()
