"""One run at a time on one phone, whichever host it comes from: a lock on the phone itself.

A shell on the phone holds it for as long as the connection lives. The kernel lets go of it when
that shell dies: with the connection, with adbd, with the phone. So a lock is never left behind.
"""

import json
import secrets
import shlex
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

from sideload.errors import (
    DeviceBusyError,
    DeviceCommandError,
    DeviceError,
    DeviceFullError,
    DeviceGoneError,
)
from sideload.host import clock, console, machine, neutral
from sideload.transports import Connection, Held

ANSWER_S: Final = 30.0
WAIT_S: Final = 1800.0
_SHOWN: Final = 300
_TEXTS: Final = ("user", "host", "since", "doing")
_GOT: Final = b"got"
_HELD: Final = b"held "
_NONE: Final = b"no flock"
_FULL: Final = "No space left on device"
# Only this shell keeps the lock's descriptor: when it is killed, nothing else holds on to it. The
# last word keeps a shell from making room for `cat` altogether.
_HOLD: Final = "printf '%s %s\\n' $$ {owner} >lock.owner; echo got; cat >/dev/null 9>&-; :"
# Android's shell gives no descriptor above 2 to a program that is not handed it: hence `9>&9`.
_FLOCK: Final = (
    "mkdir -p {root} && cd {root} && exec 9>>lock || exit\n"
    "flock -n 9 9>&9 2>/dev/null\n"
    'case $? in 0) ;; 1) echo "held $(cat lock.owner 2>/dev/null)"; flock 9 9>&9 || exit;;'
    " *) echo no flock; exit;; esac\n" + _HOLD
)
# For phones without flock: a link, which appears at once with what it says: process and boot. Who
# finds its process dead may take it away, after having made a folder that only one can make.
_LINK: Final = (
    """
mkdir -p {root} && cd {root} || exit
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)
me=$$.$boot.{token} told= lost=0
until ln -s "$me" lock.link 2>/dev/null; do
  if ! it=$(readlink lock.link); then
    lost=$((lost + 1)); [ $lost -lt 9 ] || {{ ln -s "$me" lock.link; exit; }}
    continue
  fi
  process=${{it%%.*}} rest=${{it#*.}}
  at=/proc/$process/cmdline
  if [ "${{rest%%.*}}" = "$boot" ] && kill -0 "$process" 2>/dev/null &&
    {{ [ ! -r "$at" ] || grep -q "${{rest#*.}}" "$at"; }}; then
    [ "$told" ] || echo "held $(cat lock.owner 2>/dev/null)"
    told=1
  elif mkdir "lock.broken.$it" 2>/dev/null; then
    [ "$(readlink lock.link)" != "$it" ] || rm -f lock.link
    continue
  fi
  sleep 0.5
done
rmdir lock.broken.* 2>/dev/null
"""
    + _HOLD
    + "\nrm -f lock.link\n"
)


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Who holds a phone; `shell` is the process on the phone that does so for them."""

    shell: int
    user: str
    host: str
    pid: int
    since: str
    doing: str

    def __str__(self) -> str:
        who = f"{self.user}@{self.host}, process {self.pid}"
        return f"{who} ({self.doing}, since {self.since})"


@contextmanager
def locked(
    connection: Connection, root: str, *, doing: str, wait_s: float = WAIT_S
) -> Iterator[None]:
    """Hold the phone's store in `root`; one service, whatever it takes.

    A run that must wait says on the console, once, who holds it; `doing` is what others are told.

    Raises:
        DeviceBusyError: Somebody else still holds it after `wait_s`.
        DeviceCommandError: The folder cannot be used.
        DeviceFullError: There is no room even for an empty file.
        DeviceGoneError: The connection broke.
    """
    with ExitStack() as stack:
        words = {"root": shlex.quote(root), "owner": shlex.quote(_introduction(doing))}
        held = stack.enter_context(connection.hold(_FLOCK.format(**words)))
        said = held.line(ANSWER_S)
        if said == _NONE:
            token = secrets.token_hex(8)
            held = stack.enter_context(connection.hold(_LINK.format(**words, token=token)))
            said = held.line(ANSWER_S)
        if said is not None and said.startswith(_HELD):
            said = _waited(connection, held, said, wait_s)
        if said != _GOT:
            raise _refused(connection, held, said)
        yield


def _waited(connection: Connection, held: Held, said: bytes, wait_s: float) -> bytes | None:
    serial, owner = connection.device.serial, owner_in(said)
    console.say(f"waiting for {serial}: {owner or 'another run'} holds it")
    started_s = clock.monotonic_s()
    try:
        return held.line(wait_s)
    except DeviceGoneError as error:
        if clock.monotonic_s() - started_s < wait_s:
            raise
        remedy = "wait for it to end, or stop that process"
        if owner is not None:
            remedy += f"; if its computer is gone, adb -s {serial} shell kill -9 {owner.shell}"
        raise DeviceBusyError(
            f"{serial} is still in use after {wait_s:g} s: {owner or 'another run'} holds it",
            remedy=remedy,
        ) from error


def _refused(connection: Connection, held: Held, said: bytes | None) -> DeviceError:
    lines = [] if said is None else [said]
    while said is not None and (said := held.line(ANSWER_S)) is not None:
        lines.append(said)
    words = b"\n".join(lines).decode("utf-8", "replace").strip()[:_SHOWN]
    problem = f"{connection.device.serial} cannot be locked: {words or 'it said nothing'}"
    if _FULL in words:
        return DeviceFullError(problem, remedy="delete something on the phone")
    return DeviceCommandError(
        problem, remedy="set device_root in the target to a folder that the shell may write"
    )


def owner_in(said: bytes) -> Owner | None:
    """Who holds it, from what the phone keeps about that; None where that is not to be read."""
    try:
        shell, _, told = said.removeprefix(_HELD).decode("utf-8", "replace").partition(" ")
        known = json.loads(told)
        return Owner(
            shell=int(shell),
            pid=int(known["pid"]),
            **{name: neutral.line(str(known[name]))[:100] for name in _TEXTS},
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _introduction(doing: str) -> str:
    return json.dumps({**machine.whose(), "since": clock.now_utc(), "doing": doing[:100]})
