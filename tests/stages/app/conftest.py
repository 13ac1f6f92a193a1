"""A simulated phone, and an app with a model that it can really run."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from sideload import simulated, transports
from sideload.host import arrays, files, targets
from sideload.host.places import HOME_VARIABLE
from sideload.simulated import RunningPhone
from sideload.stages._items import Item
from sideload.transports import Connection, Push
from sideload.values import Apk, Bundle, MeasurementPlan, PayloadFile
from tests.bindings import models
from tests.projects.android.apk import app as apps

REMOTE = "/data/local/tmp/app.apk"


@dataclass(frozen=True, kw_only=True)
class Carried:
    """One artifact, and the app that carries it."""

    item: Item
    bundle: Bundle
    apk: Apk


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project of our own."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(folder))
        yield folder


@pytest.fixture(scope="session")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Carried:
    """Digits, with three samples of which everything is known, in an app."""
    made = apps.made()
    with apps.home(made.project.home):
        lowered = apps.lowered(made.project.home)
    item, artifact = next(pair for pair in lowered if pair[0].runtime == "onnxruntime")
    plan = MeasurementPlan(warmup=2, warmup_ms=0, iterations=7, threads=1, operators=True)
    inputs = models.inputs("digits")[0]
    kept: dict[str, arrays.Array] = {}
    for number in range(len(inputs)):
        sample = inputs[number : number + 1]
        (right,) = models.ANSWERS["digits"](sample)
        kept |= {f"{number}.input.0": sample, f"{number}.host.0": right}
        kept[f"{number}.reference.0"] = right
    place = tmp_path_factory.mktemp("samples") / "samples.npz"
    arrays.save(place, kept)
    artifact = replace(artifact, samples=files.ref(place))
    bundle = Bundle(
        artifact=artifact,
        abi="x86_64",
        command=(),
        environment={},
        payload=(PayloadFile(name="app.apk", file=made.apk.file),),
        key=made.apk.key,
        app=made.apk,
    )
    target = replace(targets.read("android-app"), profile=plan)
    return Carried(item=replace(item, target=target), bundle=bundle, apk=made.apk)


@pytest.fixture(scope="session")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPhone]:
    with simulated.get("android").start(tmp_path_factory.mktemp("apps") / "phone") as running:
        yield running


@pytest.fixture
def connection(phone: RunningPhone) -> Iterator[Connection]:
    with closing(transports.get("adb").connect(phone.address)) as opened:
        yield opened


@pytest.fixture
def pushed(connection: Connection, carried: Carried) -> str:
    """The APK on the phone, not installed; its path there."""
    connection.push([Push(local=carried.apk.file.path, remote=REMOTE)])
    connection.run(f"pm uninstall {carried.apk.package}")
    return REMOTE
