"""An APK of the store, installed on the device, and taken away again."""

import re
import shlex
from collections.abc import Mapping
from typing import Final

from sideload.errors import DeviceFullError, InstallError
from sideload.transports import Completed, Connection
from sideload.values import Apk

# Some phones ask their owner, and Google looks at what it has never seen.
TIMEOUT_S: Final = 600.0
APK: Final = "app.apk"
SHOWN_BYTES: Final = 600
_REFUSED: Final = re.compile(r"Failure \[(?P<reason>[A-Z_]+)")
_FULL: Final = "INSTALL_FAILED_INSUFFICIENT_STORAGE"
_OTHERWISE: Final = "adb logcat -d -s PackageManager, which says more"
_REMEDIES: Final[Mapping[str, str]] = {
    _FULL: "sideload clean --device, or delete something on the phone",
    "INSTALL_FAILED_UPDATE_INCOMPATIBLE": "adb uninstall {package}: another key has signed the "
    "one that is there",
    "INSTALL_FAILED_VERSION_DOWNGRADE": "adb uninstall {package}: a newer one is there",
    "INSTALL_FAILED_ALREADY_EXISTS": "adb uninstall {package}",
    "INSTALL_FAILED_OLDER_SDK": "use a newer phone: the app is for Android {sdk} (API) and later",
    "INSTALL_FAILED_NO_MATCHING_ABIS": "use a runtime library that has the phone's instruction "
    "set; the app has {abis}",
    "INSTALL_FAILED_USER_RESTRICTED": "allow installing by USB in the phone's developer options",
    "INSTALL_FAILED_VERIFICATION_FAILURE": "turn off the verification of apps over USB in the "
    "phone's developer options",
    "INSTALL_FAILED_ABORTED": "answer the phone's own question by its button that installs",
    "INSTALL_FAILED_INTERNAL_ERROR": _OTHERWISE,
}


def install(connection: Connection, app: Apk, directory: str) -> None:
    """Have exactly this APK installed; nothing is done where it is.

    Raises:
        InstallError: The device refuses it; with its reason, and what to do.
        DeviceFullError: It has no room for it.
        DeviceError: As the connection says.
    """
    apk = shlex.quote(f"{directory}/{APK}")
    if _is_installed(connection, app):
        return
    # By a pipe: what installs may read less of the phone than we.
    command = f"cat {apk} | cmd package install -r -t -S {app.file.size_bytes}"
    done = connection.run(command, timeout_s=TIMEOUT_S)
    said = _said(done)
    if done.exit_code == 0 and "Success" in said:
        return
    raise _refusal(app, said)


def remove(connection: Connection, app: Apk) -> None:
    """Take the app and its files away.

    Raises:
        DeviceError: As the connection says.
    """
    connection.run(f"pm uninstall {shlex.quote(app.package)}", timeout_s=TIMEOUT_S)


def _is_installed(connection: Connection, app: Apk) -> bool:
    # Split packages have more paths than one, and are none of ours.
    there = f'p=$(pm path {shlex.quote(app.package)}) && sha256sum "${{p#package:}}"'
    done = connection.run(there, timeout_s=TIMEOUT_S)
    return done.exit_code == 0 and done.stdout.split()[:1] == [app.file.sha256.encode()]


def _refusal(app: Apk, said: str) -> InstallError | DeviceFullError:
    found = _REFUSED.search(said)
    reason = found["reason"] if found else ""
    remedy = _REMEDIES.get(reason, _OTHERWISE).format(
        package=app.package, sdk=app.min_sdk, abis=" and ".join(app.abis)
    )
    problem = f"the device does not install the app: {said or 'it said nothing'}"
    kind = DeviceFullError if reason == _FULL else InstallError
    return kind(problem, remedy=remedy)


def _said(done: Completed) -> str:
    text = (done.stdout + b"\n" + done.stderr).decode("utf-8", "backslashreplace")
    return " ".join(text.split())[:SHOWN_BYTES]
