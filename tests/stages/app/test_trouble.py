"""What may go wrong with an app, by a program in place of `am` that starts a few lines of sh."""

import re
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from sideload import simulated
from sideload.errors import DeviceFullError, InstallError, RunnerError
from sideload.measure import lines
from sideload.simulated import RunningPhone
from sideload.stages._app import installing, running, watching
from sideload.stages._app.running import Ask
from sideload.transports import Connection
from sideload.values import MeasurementPlan
from tests.stages.app.conftest import Carried

RUN: Final = "0123456789abcdef"
STORE: Final = "/data/local/tmp/store"
# Says its lines to the log and to its file, as it is told, and then what it is to do.
SCRIPT: Final = """#!/bin/sh
here=${{0%/*}}/../../data
case "$1" in
    force-stop) read -r number <"$here/system/apps/{package}/pid" && kill -9 "$number"; exit 0 ;;
esac
folder="$here/../sdcard/Android/data/{package}/files/sideload/{run}"
mkdir -p "$folder" "$here/system/apps/{package}"
rm -f "$folder"/*
cat >"$here/app.sh" <<'END'
log() {{ printf '01-01 00:00:00.000  1  1 I %-8s: %s\\n' "$1" "$2" >>"$here/misc/logd/main"; }}
both() {{ log sideload "sideload:1 $1"; kept "$1"; }}
kept() {{ printf '%s\\n' "sideload:1 $1" >>"$folder/lines.jsonl"; }}
logged() {{ log sideload "sideload:1 $1"; }}
go() {{ while ! [ -f "$folder/go" ]; do sleep 0.05; done; }}
{body}
END
export here folder
sh "$here/app.sh" -Dsideload.package={package} </dev/null >/dev/null 2>&1 &
echo $! >"$here/system/apps/{package}/pid"
echo "Status: ok"
"""
Scripted = Callable[[str], None]


def event(name: str, fields: str = "") -> str:
    return f"""'{{"run":"{RUN}","event":"{name}"{fields}}}'"""


HELLO: Final = f"both {event('hello')}; both {event('ready')}; go"
LOAD: Final = event("load", ',"ns":5')
BYE: Final = event("bye", ',"counts":{"hello":1,"ready":1,"load":1}')
STAY: Final = "while true; do sleep 0.2; done"


@pytest.fixture
def scripted(
    phone: RunningPhone,
    connection: Connection,
    carried: Carried,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Scripted]:
    """Lets `am` start a program of a few lines, until the test ends."""
    monkeypatch.setattr(watching, "PULSE_S", 0.2)
    place = phone.root / "system/bin/am"
    before = place.read_text("utf-8")

    def write(body: str) -> None:
        # A fault that has just been asked for puts the phone's own programs there again.
        connection.run("true")
        text = SCRIPT.format(package=carried.apk.package, run=RUN, body=body)
        place.write_text(text, encoding="utf-8")

    yield write
    place.write_text(before, encoding="utf-8")


@pytest.fixture
def ran(connection: Connection, carried: Carried, pushed: str) -> Callable[..., lines.Log]:
    """Runs the app once; the log that is believed."""
    directory = pushed.rpartition("/")[0]
    connection.run(f"logcat -c; mkdir -p {STORE}")

    def run(*, silence_s: float = 20.0) -> lines.Log:
        ask = Ask(
            run=RUN,
            model="Digits",
            samples=[],
            names=[],
            signature=carried.bundle.artifact.signature,
            plan=MeasurementPlan(),
            work=STORE,
        )
        with running.run(connection, carried.apk, directory, ask, silence_s=silence_s) as (_, log):
            return log

    return run


def test_a_log_that_is_torn_harms_nothing_where_the_file_is_whole(
    scripted: Scripted, ran: Callable[..., lines.Log]
) -> None:
    torn = """logged '{"run":"0123456789abcdef","event":"lo'"""
    scripted(f"{HELLO}; {torn}; kept {LOAD}; both {BYE}; {STAY}")
    log = ran()

    assert log.complete
    assert log.torn_lines == 0
    assert len(log.of("load")) == 1


def test_a_file_that_is_full_harms_nothing_where_the_log_is_whole(
    scripted: Scripted, ran: Callable[..., lines.Log]
) -> None:
    scripted(f"{HELLO}; logged {LOAD}; logged {BYE}; {STAY}")

    assert ran().complete


def test_what_file_and_log_have_together_is_enough(
    scripted: Scripted, ran: Callable[..., lines.Log]
) -> None:
    scripted(f"{HELLO}; kept {LOAD}; logged {BYE}; {STAY}")

    assert ran().complete


def test_a_phone_that_logs_nothing_of_apps_is_watched_by_the_apps_own_file(
    phone: RunningPhone, scripted: Scripted, ran: Callable[..., lines.Log]
) -> None:
    with simulated.get("android").faulty(phone, "no-app-log"):
        body = f"kept {event('hello')}; kept {event('ready')}; go; kept {LOAD}; kept {BYE}; {STAY}"
        scripted(body)

        assert ran().complete


def test_half_a_log_and_half_a_file_that_lack_the_same_are_not_believed(
    scripted: Scripted, ran: Callable[..., lines.Log]
) -> None:
    scripted(f"{HELLO}; both {BYE}; {STAY}")

    with pytest.raises(RunnerError, match="ended too early, after 3 whole and 0 torn lines"):
        ran()


def test_what_the_app_itself_says_went_wrong_is_told(
    scripted: Scripted, ran: Callable[..., lines.Log]
) -> None:
    said = event("error", ',"kind":"output","code":73,"message":"No space left on device"')
    scripted(f"{HELLO}; both {said}; {STAY}")

    with pytest.raises(RunnerError, match="No space left on device") as caught:
        ran()
    assert caught.value.remedy.startswith("make room on the device")


def test_an_app_that_fails_before_it_is_ready_is_told_too(
    scripted: Scripted, ran: Callable[..., lines.Log]
) -> None:
    said = event("error", ',"kind":"usage","code":64,"message":"no model called Digits"')
    scripted(f"kept {event('hello')}; kept {said}; {STAY}")

    with pytest.raises(RunnerError, match="no model called Digits"):
        ran()


def test_an_app_that_the_memory_killer_ended_comes_with_what_to_do(
    scripted: Scripted, ran: Callable[..., lines.Log]
) -> None:
    killer = "log lowmemorykiller \"Kill 'dev.sideload.benchmark' to free 512 MB\""
    died = "log ActivityManager 'Process dev.sideload.benchmark (pid 1) has died: fg TOP'"
    scripted(f"{HELLO}; both {LOAD}; {killer}; {died}")

    with pytest.raises(RunnerError, match=r"Kill 'dev\.sideload\.benchmark' to free") as caught:
        ran()
    assert "use a smaller model" in caught.value.remedy


def test_an_app_that_is_gone_without_a_word_is_not_waited_for(
    scripted: Scripted, ran: Callable[..., lines.Log]
) -> None:
    scripted(f"{HELLO}; both {LOAD}; sleep 0.5")

    with pytest.raises(RunnerError, match="ended too early, after 3 whole"):
        ran(silence_s=60)


def test_an_app_that_says_nothing_more_is_given_up(
    scripted: Scripted, ran: Callable[..., lines.Log]
) -> None:
    scripted(f"{HELLO}; {STAY}")

    with pytest.raises(RunnerError, match="said nothing for 1 s"):
        ran(silence_s=1)


def test_an_app_that_does_not_start_is_told_in_androids_words(
    phone: RunningPhone, scripted: Scripted, ran: Callable[..., lines.Log]
) -> None:
    scripted("true")
    (phone.root / "system/bin/am").write_text("#!/bin/sh\necho 'Error type 3' >&2\nexit 1\n")

    with pytest.raises(RunnerError, match="the app does not start: Error type 3"):
        ran()


@pytest.mark.parametrize(
    ("reason", "kind", "remedy"),
    [
        ("INSTALL_FAILED_USER_RESTRICTED", InstallError, "allow installing by USB"),
        ("INSTALL_FAILED_UPDATE_INCOMPATIBLE", InstallError, "adb uninstall dev.sideload.benchm"),
        ("INSTALL_FAILED_INSUFFICIENT_STORAGE", DeviceFullError, "sideload clean --device"),
        ("INSTALL_FAILED_OF_TOMORROW", InstallError, "adb logcat -d -s PackageManager"),
    ],
)
def test_a_phone_that_refuses_the_app_says_why_and_what_to_do(  # noqa: PLR0917 - the table
    reason: str,
    kind: type[Exception],
    remedy: str,
    phone: RunningPhone,
    connection: Connection,
    carried: Carried,
    pushed: str,
) -> None:
    with (
        simulated.get("android").faulty(phone, f"install-refused={reason}"),
        pytest.raises(kind, match=re.escape(f"Failure [{reason}: it was asked for]")) as caught,
    ):
        installing.install(connection, carried.apk, pushed.rpartition("/")[0])
    assert getattr(caught.value, "remedy", "").startswith(remedy)
