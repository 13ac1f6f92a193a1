"""The programs on the phone: toybox's, as far as we use them, and Android's own."""

import hashlib
import os
import re
from pathlib import Path

import pytest

from sideload.simulated import RunningPhone, Simulator
from tests.simulated.client import Client, Key, connected
from tests.simulated.conftest import Connect, Start

TMP = "/data/local/tmp"


def test_properties_are_shown_as_on_android(client: Client) -> None:
    everything = client.run("getprop").out.decode().splitlines()

    assert "[ro.build.version.sdk]: [35]" in everything
    assert all(re.fullmatch(r"\[[^]]+\]: \[.*\]", line) for line in everything)
    assert client.run("getprop ro.build.version.sdk").out == b"35\n"
    assert client.run("getprop ro.not.there").out == b"\n"
    assert client.run("getprop ro.not.there fallback").out == b"fallback\n"


def test_a_property_can_be_set_until_the_phone_starts_again(client: Client) -> None:
    assert client.run("setprop debug.mine 'a = b'; getprop debug.mine").out == b"a = b\n"
    assert client.run("setprop debug.mine 2; getprop debug.mine").out == b"2\n"
    assert client.run("setprop ro.serialno other").code == 1
    assert b"other" not in client.run("getprop ro.serialno").out


@pytest.mark.parametrize(
    "command", ["df", "df /data", "df -k /data", f"df -k {TMP}", "df -h /sdcard"]
)
def test_df_tells_the_space_in_toyboxs_form(command: str, client: Client) -> None:
    title, line = client.run(command).out.decode().splitlines()
    words = line.split()

    assert title.split()[0] == "Filesystem"
    assert title.endswith("Mounted on")
    assert len(words) == 6
    assert re.fullmatch(r"\d+%", words[4])
    assert words[5] == "/data"
    assert "-h" in command or int(words[1]) >= int(words[3]) > 0


def test_df_refuses_what_toybox_does_not_have(client: Client) -> None:
    unknown, missing = client.run("df --output=avail /data"), client.run("df -k /data/nothing")

    assert (unknown.code, missing.code) == (1, 1)
    assert b"Unknown option" in unknown.err
    assert missing.err == b"df: /data/nothing: No such file or directory\n"


def test_stat_prints_what_is_asked_for(client: Client, phone: RunningPhone) -> None:
    client.push(f"{TMP}/measured", b"12345")
    inode = (phone.root / "data/local/tmp/measured").stat().st_ino

    shown = client.run(f"stat -c '%n %s %i %Y %f' {TMP}/measured").out.decode()

    assert shown == f"{TMP}/measured 5 {inode} 1700000000 81b6\n"


def test_hashes_are_true_and_name_the_files_of_the_phone(client: Client) -> None:
    content = os.urandom(100_000)
    client.push(f"{TMP}/a b", content)
    expected = f"{hashlib.sha256(content).hexdigest()}  {TMP}/a b\n".encode()

    assert client.run(f"sha256sum '{TMP}/a b'").out == expected
    assert client.run("sha256sum", content).out[:64] == expected[:64]


def test_a_hard_link_is_refused_like_on_android(client: Client) -> None:
    client.push(f"{TMP}/one", b"1")
    for command in (f"ln {TMP}/one {TMP}/two", f"ln -f {TMP}/one {TMP}/two", f"ln -- {TMP}/one /"):
        answer = client.run(command)
        assert answer.code == 1
        assert b"Permission denied" in answer.err
    assert client.names(TMP) & {"two"} == set()


@pytest.mark.parametrize("options", ["-s", "-sf", "-f -s", "-sfn"])
def test_a_symbolic_link_is_made(options: str, client: Client) -> None:
    client.run(f"mkdir -p {TMP}/objects; echo content > {TMP}/objects/abc; mkdir -p {TMP}/links")
    client.run(f"cd {TMP}/links && rm -f name whole")

    made = client.run(
        f"cd {TMP}/links && ln {options} ../objects/abc name"
        f" && ln {options} {TMP}/objects/abc whole"
    )

    assert made.err == b""
    assert client.run(f"cat {TMP}/links/name {TMP}/links/whole").out == b"content\ncontent\n"
    assert client.pull(f"{TMP}/links/whole") == b"content\n"


def test_files_can_be_joined_moved_and_cut(client: Client) -> None:
    client.push(f"{TMP}/part", b"first half, ")
    answer = client.run(f"cat >> {TMP}/part && mv {TMP}/part {TMP}/joined", b"second half")

    assert answer.code == 0
    assert client.pull(f"{TMP}/joined") == b"first half, second half"
    assert client.run(f"truncate -s 5 {TMP}/joined && cat {TMP}/joined").out == b"first"


def test_memory_and_temperature_can_be_read(client: Client) -> None:
    assert re.search(rb"MemTotal: +\d+ kB", client.run("cat /proc/meminfo").out)
    assert b"MemTotal" in client.pull("/proc/meminfo")
    assert int(client.run("cat /sys/class/thermal/thermal_zone0/temp").out) == 31_000
    assert client.run("cat /sys/class/power_supply/battery/capacity").out == b"100\n"


def test_commands_run_as_the_user_shell(client: Client) -> None:
    assert client.run("id -u; whoami").out == b"2000\nshell\n"
    assert client.run("id").out.startswith(b"uid=2000(shell)")


def test_the_card_is_where_apps_look_for_it(client: Client) -> None:
    client.push("/sdcard/Download/a.txt", b"text")

    assert client.run("cat /storage/emulated/0/Download/a.txt").out == b"text"
    assert client.run("echo $EXTERNAL_STORAGE; cd /sdcard && pwd").out == b"/sdcard\n/sdcard\n"


def test_the_log_is_dumped_written_and_cleared(start: Start, connect: Connect) -> None:
    client = connect(start())
    client.run("log -t mine hello there; log -p e -t other failed; log plain")
    everything = client.run("logcat -d").out.decode().splitlines()

    assert everything[0] == "--------- beginning of main"
    assert re.fullmatch(r"\d\d-\d\d [\d:.]{12} +\d+ +\d+ I adbd    : started", everything[1])
    assert [line.split(": ", 1)[1] for line in everything[2:]] == [
        "hello there",
        "failed",
        "plain",
    ]
    assert client.run("logcat -d -s mine:V").out.decode().count("\n") == 2
    assert client.run("logcat -t 1").out.decode().splitlines()[1].endswith("plain")
    assert client.run("logcat -c; logcat -d").out == b"--------- beginning of main\n"


def test_the_log_is_followed(client: Client, phone: RunningPhone, connect: Connect) -> None:
    stream = client.open("exec:logcat -s live")
    connect(phone).run("log -t dead no; log -t live yes")

    assert stream.line().endswith(b"live    : yes\n")


def test_dumpsys_knows_what_measurements_ask_for(client: Client) -> None:
    assert b"  level: 100\n" in client.run("dumpsys battery").out
    assert b"Thermal Status: 0\n" in client.run("dumpsys thermalservice").out
    assert re.search(rb"Total RAM: \d+kB", client.run("dumpsys meminfo").out)
    assert client.run("dumpsys meminfo com.app").err == b"No process found for: com.app\n"
    assert client.run("dumpsys -l").out.count(b"\n") == 7
    assert client.run("dumpsys nonsense").code == 1


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        ("pm list packages", 0, b"package:com.android.shell\n"),
        ("pm path com.android.shell", 0, b"package:/system/priv-app/Shell/Shell.apk\n"),
        ("cmd package list packages", 0, b"package:com.android.shell\n"),
        ("pm path com.not.there", 1, b""),
        ("pm install /data/local/tmp/a.apk", 1, b"Error: Unable to open file: /data/local/tmp/"),
        ("cmd package install -S 5 </dev/null", 1, b"Failure [INSTALL_FAILED_INVALID_APK: "),
        ("pm uninstall com.app", 1, b"Failure [DELETE_FAILED_INTERNAL_ERROR]"),
        ("am start -n com.app/.Main", 1, b"Starting: Intent { cmp=com.app/.Main }"),
        ("am start -n com.app/.Main --ei a b", 1, b"Error: invalid literal"),
        ("am start", 1, b"Error: Bad component name: "),
        ("am instrument -w com.app", 1, b"INSTRUMENTATION_FAILED: a simulated phone runs"),
        ("am force-stop com.app", 0, b""),
        ("am nonsense", 255, b"Unknown command: nonsense"),
        ("pm", 255, b"Unknown command: "),
        ("cmd nonsense", 20, b"cmd: Can't find service: nonsense"),
        ("wm size", 0, b"Physical size: 1080x2400\n"),
        ("wm density", 0, b"Physical density: 420\n"),
    ],
)
def test_what_is_not_installed_is_told_in_androids_words(
    command: str, code: int, told: bytes, client: Client
) -> None:
    answer = client.run(command)

    assert answer.code == code
    assert (answer.out + answer.err).startswith(told)


def test_only_what_android_has_is_found(client: Client) -> None:
    for name in ("python3", "gcc", "apt-get", "systemctl", "bash", "killall", "reboot"):
        assert client.run(f"command -v {name}").code == 127 or not client.run(f"which {name}").out


def test_a_program_that_was_pushed_stays_when_the_phone_starts_again(
    simulator: Simulator, tmp_path: Path, key: Key
) -> None:
    with simulator.start(tmp_path) as phone, connected(phone.address, key) as client:
        client.push("/system/bin/mine", b"#!/bin/sh\necho mine\n", 0o100755)
        client.push("/system/bin/cat", b"#!/bin/sh\necho broken\n", 0o100755)

    with simulator.start(tmp_path) as phone, connected(phone.address, key) as client:
        assert client.run("mine").out == b"mine\n"
        assert client.run("cat", b"repaired").out == b"repaired"


def test_services_tell_the_state_that_properties_give(client: Client) -> None:
    client.run("setprop sideload.battery.level 12; setprop sideload.screen dozing")
    client.run("setprop sideload.thermal.status 3; setprop sideload.saver 1")

    try:
        assert b"  level: 12\n" in client.run("dumpsys battery").out
        assert b"Thermal Status: 3\n" in client.run("dumpsys -t 5 thermalservice").out
        assert b"mWakefulness=Dozing" in client.run("dumpsys power").out
        assert client.run("dumpsys display").out.endswith(b"  mScreenState=DOZE\n")
        assert client.run("settings get global low_power").out == b"1\n"
        assert client.run("settings get global never_set").out == b"null\n"
    finally:
        client.run("setprop sideload.battery.level 100; setprop sideload.screen on")
        client.run("setprop sideload.thermal.status 0; setprop sideload.saver 0")


def test_what_services_say_is_labelled_as_simulated(client: Client) -> None:
    assert b"technology: simulated" in client.run("dumpsys battery").out
    assert b"mName=simulated-skin" in client.run("dumpsys thermalservice").out
    assert client.run("cat /sys/class/thermal/thermal_zone0/type").out == b"simulated-skin\n"
    assert client.run("dumpsys cpuinfo").out.startswith(b"Load: ")


def test_the_kernels_files_say_what_a_phone_is_started_with(start: Start, connect: Connect) -> None:
    state = {
        "sideload.battery.level": "7",
        "sideload.battery.plugged": "none",
        "sideload.battery.status": "3",
        "sideload.battery.temperature": "415",
        "sideload.thermal.skin": "44",
    }
    client = connect(start(properties=state))
    battery = "/sys/class/power_supply/battery"

    assert client.run(f"cat {battery}/capacity {battery}/status {battery}/temp").out == (
        b"7\nDischarging\n415\n"
    )
    assert client.run("cat /sys/class/power_supply/usb/online").out == b"0\n"
    assert client.run("cat /sys/class/thermal/thermal_zone0/temp").out == b"44000\n"
