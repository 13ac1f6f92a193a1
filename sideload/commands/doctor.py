"""The command `doctor`: this machine, and the phone that is meant, line by line."""

from collections.abc import Sequence

from sideload.commands.answer import Answer
from sideload.commands.checks import checks
from sideload.errors import DeviceCommandError, MissingToolError, SideloadError
from sideload.host import console, targets
from sideload.protocols.adb import states
from sideload.reports import document, terminal
from sideload.stages import _device, _ways, checkup
from sideload.values import Check, Target


def doctor(device: str, target: str) -> Answer:
    """Everything that is there or missing; the first thing required decides the exit code.

    Args:
        device: The phone to look at; without it the one that the environment names, or the only one
            attached, or none.
        target: Where its files would be, and which kind of device is meant.

    Raises:
        SideloadError: The target cannot be read.
    """
    here = checks()
    there, failures = _phone(targets.read(target), device)
    missing = [MissingToolError(_problem(each), remedy=each.remedy) for each in _required(here)]
    unfit = [DeviceCommandError(_problem(each), remedy=each.remedy) for each in _required(there)]
    wrong = [*missing, *(failures or unfit)]
    for failure in wrong:
        console.fail(str(failure))
    found = (*here, *there)
    return Answer(document=document.checks(found), text=terminal.checks(found), failures=wrong)


def _required(found: Sequence[Check]) -> list[Check]:
    """What is wrong with something that is not optional."""
    return [each for each in found if not each.ok and not each.needed_for.startswith("(")]


def _problem(check: Check) -> str:
    return f"{check.name}: {check.found or 'missing'}, needed for {check.needed_for}"


def _phone(target: Target, device: str) -> tuple[Sequence[Check], list[SideloadError]]:
    """The checks of the phone, and the error where it does not even let us in."""
    try:
        device = device or _ways.usual(target.platform)
        ready, others = ([device], []) if device else _attached(target)
        if len(ready) == 1:
            return [*checkup.checkup(target, ready[0]), *others], []
        return [_number(ready), *others], []
    except SideloadError as error:
        told = error.problem.splitlines()[0]
        row = Check(name="phone", found=told, ok=False, needed_for="", remedy=error.remedy)
        return [row], [error]


def _attached(target: Target) -> tuple[list[str], list[Check]]:
    """Serial numbers of what can be used, and a row for each that cannot."""
    found = [device for _, device in _ways.attached(target.platform)]
    others = [
        Check(
            name=device.serial,
            found=device.state,
            ok=False,
            needed_for="(using that phone)",
            remedy=states.advice(device.state, device.serial),
        )
        for device in found
        if device.state != states.READY
    ]
    return [device.serial for device in found if device.state == states.READY], others


def _number(ready: Sequence[str]) -> Check:
    return Check(
        name="phone",
        found=f"{len(ready)} attached" if ready else "none attached",
        ok=bool(ready),
        needed_for="(measuring on it)",
        remedy=f"--device {ready[0]}" if ready else _device.ATTACH,
    )
