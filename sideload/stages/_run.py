"""One run on a device, of a runner or of an app: inputs there, and what it said."""

import contextlib
import secrets
import shlex
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from sideload.errors import DeviceError, RunnerError
from sideload.host import arrays, raw
from sideload.measure import lines, statistics
from sideload.runners import InputFile, RunRequest, arguments
from sideload.stages import _endings
from sideload.stages._app import running
from sideload.stages._outcome import Outcome
from sideload.stages._samples import Answers
from sideload.transports import Completed, Connection, Push
from sideload.values import Apk, Artifact, Bundle, MeasurementPlan

# A runner is silent while it measures, so that printing does not disturb it.
SILENCE_S: Final = 600.0
SHOWN_BYTES: Final = 800


@contextmanager
def run(
    connection: Connection,
    bundle: Bundle,
    *,
    root: str,
    directory: str,
    inputs: Sequence[Answers],
    plan: MeasurementPlan,
    profile: bool = False,
    silence_s: float = SILENCE_S,
) -> Iterator[Outcome]:
    """Run the bundle's program once, or its app.

    Args:
        connection: To the device that has the bundle; no other run may use it meanwhile.
        bundle: What to run.
        root: The store's folder on the device.
        directory: The deployment's folder on the device.
        inputs: For each sample, one array for each input of the signature.
        plan: How often to run.
        profile: Whether this is the operator pass.
        silence_s: How long the runner may say nothing, in seconds.

    Raises:
        RunnerError: It failed, or what it printed cannot be trusted.
        DeviceError: As the connection says.
    """
    run_id = secrets.token_hex(8)
    work = f"{root}/work/{run_id}"
    # Seen from the deployment's folder: a runner's lines then name no place of the device.
    near = f"../../work/{run_id}"
    try:
        samples = _send(connection, bundle.artifact, inputs, work, near)
        request = RunRequest(
            run_id=run_id,
            model=bundle.artifact.file.path.name,
            samples=samples,
            plan=plan,
            outputs=f"{near}/out",
            profile=f"{near}/profile" if profile else None,
        )
        if bundle.app is None:
            done = connection.run(_command(bundle, directory, request), timeout_s=silence_s)
            log = lines.parse(done.stdout, run=run_id)
            _check(done, log)
            yield Outcome(raw=done.stdout, log=log, folder=work, samples=len(inputs))
        else:
            ask = _ask(bundle.app, bundle.artifact, request, inputs, work)
            with running.run(connection, bundle.app, directory, ask, silence_s=silence_s) as (
                raw,
                log,
            ):
                yield Outcome(raw=raw, log=log, folder=work, samples=len(inputs))
    finally:
        # Whatever went wrong first is what the user has to hear, not that this failed too. The
        # phone is ours, so what else is there was left by a run that could not put it away.
        with contextlib.suppress(DeviceError):
            connection.run(f"rm -rf {shlex.quote(f'{root}/work')}")


def _send(
    connection: Connection, artifact: Artifact, inputs: Sequence[Answers], work: str, near: str
) -> tuple[tuple[InputFile, ...], ...]:
    pushes: list[Push] = []
    with tempfile.TemporaryDirectory(prefix="sideload-") as name:

        def given(number: int, position: int, array: arrays.Array) -> InputFile:
            local = Path(name) / f"in.{number}.{position}.bin"
            local.write_bytes(raw.encoded(array))
            pushes.append(Push(local=local, remote=f"{work}/{local.name}"))
            spec = artifact.signature.inputs[position]
            return InputFile(
                name=spec.name,
                file=f"{near}/{local.name}",
                dtype=raw.dtype(array),
                shape=array.shape,
            )

        found = tuple(
            tuple(given(number, position, array) for position, array in enumerate(sample))
            for number, sample in enumerate(inputs)
        )
        connection.push(pushes)
    return found


def _ask(
    app: Apk, artifact: Artifact, request: RunRequest, inputs: Sequence[Answers], work: str
) -> running.Ask:
    return running.Ask(
        run=request.run_id,
        model=app.models[0],
        samples=inputs,
        names=[PurePosixPath(one.file).name for each in request.samples for one in each],
        signature=artifact.signature,
        plan=request.plan,
        work=work,
    )


def _command(bundle: Bundle, directory: str, request: RunRequest) -> str:
    settings = "".join(
        f"{name}={shlex.quote(value.replace('{folder}', directory))} "
        for name, value in bundle.environment.items()
    )
    words = shlex.join([*bundle.command, *arguments(request)])
    return f"cd {shlex.quote(directory)} && {settings}{words}"


def _check(done: Completed, log: lines.Log) -> None:
    """A run counts only if it ended well, said so, and every line arrived."""
    statistics.check(log)
    if done.exit_code != 0 or not log.complete:
        end = (done.stderr or done.stdout)[-SHOWN_BYTES:].decode("utf-8", "backslashreplace")
        what = "ended too early" if done.exit_code == 0 else f"ended with code {done.exit_code}"
        raise RunnerError(
            f"the runner {what} after {len(log.events)} whole and {log.torn_lines} torn lines; "
            f"its last words were:\n{end.strip()}",
            remedy=_endings.remedy(done.exit_code, end),
        )
