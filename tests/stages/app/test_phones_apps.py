"""Apps on a simulated phone, as `pm`, `am` and their friends show them to any client."""

from contextlib import closing
from pathlib import Path

from sideload import simulated, transports
from sideload.simulated.android.apps import natives
from sideload.transports import Connection, Push
from sideload.values import Apk
from tests.stages.app.conftest import Carried

# As it stands in the certificate of a key that is made for debugging.
SIGNER = b"\x13\rAndroid Debug"


def said(connection: Connection, command: str) -> str:
    done = connection.run(command, timeout_s=300)
    return (done.stdout + done.stderr).decode().strip()


def changed(connection: Connection, apk: Apk, tmp_path: Path, old: bytes, new: bytes) -> str:
    """Another APK on the phone, with other bytes in the one place where these are."""
    content = apk.file.path.read_bytes()
    assert content.count(old) == 1
    local = tmp_path / "changed.apk"
    local.write_bytes(content.replace(old, new))
    connection.push([Push(local=local, remote="/data/local/tmp/changed.apk")])
    return "/data/local/tmp/changed.apk"


def test_an_app_is_installed_listed_and_removed(
    connection: Connection, carried: Carried, pushed: str
) -> None:
    package = carried.apk.package

    assert said(connection, f"pm install -r {pushed}") == "Success"
    assert f"package:{package}" in said(connection, "pm list packages").split()
    assert said(connection, f"pm path {package}") == f"package:/data/app/{package}/base.apk"
    assert said(connection, f"pm uninstall {package}") == "Success"
    assert said(connection, f"pm path {package}") == ""
    assert said(connection, f"pm uninstall {package}") == "Failure [DELETE_FAILED_INTERNAL_ERROR]"


def test_an_app_is_installed_from_stdin_and_in_a_session(
    connection: Connection, carried: Carried, pushed: str
) -> None:
    size = carried.apk.file.size_bytes
    assert said(connection, f"cat {pushed} | cmd package install -S {size}") == "Success"

    made = said(connection, "pm install-create -r")
    number = made.partition("[")[2].rstrip("]")
    wrote = said(connection, f"cat {pushed} | pm install-write -S {size} {number} base -")
    assert made.startswith("Success: created install session [")
    assert wrote == f"Success: streamed {size} bytes"
    assert said(connection, f"pm install-commit {number}") == "Success"
    assert said(connection, f"pm install-commit {number}").startswith("Failure [INSTALL_FAILED_INV")


def test_an_app_of_another_signer_does_not_come_over_the_first(
    connection: Connection, carried: Carried, pushed: str, tmp_path: Path
) -> None:
    said(connection, f"pm install {pushed}")
    # A phone would find that the signature does not hold; ours only asks whose it is.
    content = carried.apk.file.path.read_bytes()
    assert SIGNER in content
    local = tmp_path / "other.apk"
    local.write_bytes(content.replace(SIGNER, SIGNER[:-1] + b"h"))
    connection.push([Push(local=local, remote="/data/local/tmp/other.apk")])
    refusal = said(connection, "pm install -r /data/local/tmp/other.apk")

    assert refusal.startswith("Failure [INSTALL_FAILED_UPDATE_INCOMPATIBLE: Existing package")
    assert said(connection, f"pm path {carried.apk.package}") != ""


def test_what_is_no_app_or_not_signed_is_refused(
    connection: Connection, carried: Carried, pushed: str, tmp_path: Path
) -> None:
    del pushed
    unsigned = changed(connection, carried.apk, tmp_path, b"APK Sig Block 42", b"APK Sig Block 43")
    assert "INSTALL_PARSE_FAILED_NO_CERTIFICATES" in said(connection, f"pm install {unsigned}")

    half = carried.apk.file.size_bytes // 2
    torn = f"head -c {half} /data/local/tmp/app.apk | pm install -S {half}"
    assert said(connection, torn).startswith("Failure [INSTALL_FAILED_INVALID_APK: ")


def test_a_phone_that_is_too_old_takes_no_newer_app(carried: Carried, tmp_path: Path) -> None:
    properties = {"ro.build.version.sdk": "21"}
    with (
        simulated.get("android").start(tmp_path / "old", properties=properties) as old,
        closing(transports.get("adb").connect(old.address)) as connection,
    ):
        connection.push([Push(local=carried.apk.file.path, remote="/data/local/tmp/app.apk")])

        refusal = said(connection, "pm install /data/local/tmp/app.apk")

    assert "INSTALL_FAILED_OLDER_SDK: Requires newer sdk version" in refusal


def test_only_what_may_be_debugged_lets_one_in(
    connection: Connection, carried: Carried, pushed: str
) -> None:
    said(connection, f"pm install {pushed}")
    package = carried.apk.package

    assert said(connection, f"run-as {package} ls") == f"run-as: package not debuggable: {package}"
    assert said(connection, "run-as com.none ls") == "run-as: unknown package: com.none"


def test_what_is_not_there_or_not_meant_for_others_does_not_start(
    connection: Connection, carried: Carried, pushed: str
) -> None:
    said(connection, f"pm install {pushed}")
    package = carried.apk.package
    refusal = said(connection, f"am start -W -n {package}/.Nothing")

    assert f"Error: Activity class {{{package}/{package}.Nothing}} does not exist." in refusal
    assert said(connection, "am start -n com.none/.Main").endswith("does not exist.")
    assert (
        said(connection, "am start --ez a maybe com.none/.M")
        == "Error: Invalid boolean value: maybe"
    )


def test_code_for_androids_own_c_library_is_exchanged_for_this_machines(tmp_path: Path) -> None:
    for name in ("libonnxruntime.so", "libonnxruntime4j_jni.so", "libexecutorch.so"):
        (tmp_path / name).write_bytes(b"\x7fELF needs libc.so")
    (tmp_path / "libown.so").write_bytes(b"\x7fELF needs libc.so.6")

    assert natives.fit(tmp_path) == ["libexecutorch.so"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("libonnxruntime.so", "libonnxruntime4j_jni.so", "libown.so"),
    ]
    assert b"libc.so.6" in (tmp_path / "libonnxruntime.so").read_bytes()
