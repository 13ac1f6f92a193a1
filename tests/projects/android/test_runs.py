"""An app's sources as they are, against all of Android; run on a JVM, on a little of it."""

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from sideload.host import files
from sideload.languages.kotlin import ADAPTER
from sideload.measure import lines
from sideload.projects import AppModel
from sideload.values import Bindings, Dimension
from tests.bindings import artifacts, kotlin_tools, models
from tests.bindings.binding import of_file
from tests.bindings.file_server import serving
from tests.projects.android.models import model
from tests.projects.android.test_new import made

STUBS = Path(__file__).parent / "stubs"
Given = list[list[models.Array]]


def _real(folder: Path, name: str, path: Path) -> AppModel:
    artifact = of_file(path, models.SIGNATURES[name], "onnxruntime", name)
    folder.mkdir(exist_ok=True)
    bindings = Bindings(
        language="kotlin",
        class_name=ADAPTER.type_name(artifact.model),
        artifact_sha256=artifact.file.sha256,
        files=tuple(files.ref(each) for each in ADAPTER.write(artifact, folder)),
        key="k",
    )
    return AppModel(artifact=artifact, bindings=bindings, context=ADAPTER.context(artifact))


def _given(model: AppModel, runs: Path) -> Given:
    """Lay a sample where the app looks for them; the answers that are right."""
    folder = runs / model.bindings.class_name
    folder.mkdir(parents=True)
    sample = models.inputs(model.artifact.model)
    sizes: dict[str, int] = {}
    for spec, array in zip(model.artifact.signature.inputs, sample, strict=True):
        axes = zip(spec.shape, array.shape, strict=True)
        sizes |= {axis.name: size for axis, size in axes if isinstance(axis, Dimension)}
    for index, array in enumerate(sample):
        (folder / f"in.0.{index}.bin").write_bytes(array.tobytes())
    (folder / "go").write_text(",".join(map(str, sizes.values())) + "\n")
    return [list(models.ANSWERS[model.artifact.model](*sample))]


def _compiled(folder: Path, runtime: Sequence[Path], work: Path) -> list[Path]:
    """The classes of all that is Kotlin in a project, and those of a little of Android."""
    executorch = kotlin_tools.SOURCES / "ExecuTorch.kt"
    sources = [*folder.rglob("*.kt"), *STUBS.glob("*.kt"), executorch]
    against = [*runtime, *kotlin_tools.jars("android"), *kotlin_tools.jars("junit")]
    classes = kotlin_tools.compiled(sources, against, work / "classes")
    java = [*kotlin_tools.SOURCES.glob("android/*.java"), *STUBS.glob("*.java")]
    return [kotlin_tools.compiled_java(java, [classes], work / "phone"), classes]


def _measured(folder: Path, apps: Sequence[AppModel], names: Sequence[str]) -> str:
    """What the app says that measures those models, of all that it has; `run` are its files."""
    project = made(folder, *apps)
    runtime = kotlin_tools.jars("onnxruntime")
    classes = _compiled(project, runtime, folder)
    _zip(project / "sideload-models/src/main", folder / "run/app.zip", compressed=apps[1])
    return kotlin_tools.run(
        "dev.sideload.benchmark.Run",
        [*classes, *runtime],
        [str(folder / "run"), *names],
        folder,
    )


def _zip(module: Path, app: Path, *, compressed: AppModel) -> None:
    """Assets as an app holds them: all but one model are stored as they are."""
    with zipfile.ZipFile(app, "w") as file:
        for path in sorted(module.glob("assets/*/*")):
            is_small = path.name == compressed.artifact.file.path.name
            kind = zipfile.ZIP_DEFLATED if is_small else zipfile.ZIP_STORED
            file.write(path, path.relative_to(module).as_posix(), kind)


def _check(log: lines.Log, folder: Path, right: Given) -> None:
    assert log.complete
    assert not log.torn_lines
    assert len(log.of("iteration")) == 7
    assert log.of("bye")[0]["repeatable"]
    for one in log.of("output"):
        answer = (folder / one["file"]).read_bytes()
        wanted = right[one["sample"]][one["index"]]
        assert sha256(answer).hexdigest() == one["sha256"]
        assert np.allclose(np.frombuffer(answer, wanted.dtype), wanted.ravel(), atol=1e-6)


def test_the_app_compiles_without_a_warning_and_measures_real_models(tmp_path: Path) -> None:
    onnx = {name: models.write_onnx(tmp_path / f"{name}.onnx", name) for name in models.SIGNATURES}
    stored, packed, *others = (_real(tmp_path / name, name, path) for name, path in onnx.items())
    fetched = others[-1].artifact.file.path
    # Its native half is missing here, so it is compiled only.
    other = model(tmp_path / "other", "sentences", "executorch", artifacts.MINILM)
    with serving(fetched.read_bytes()) as server:
        others[-1] = replace(others[-1], address=f"{server.address}/breaks/abc")
        real = {one.bindings.class_name: one for one in (stored, packed, *others)}
        given = {name: _given(one, tmp_path / "run/runs") for name, one in real.items()}
        printed = _measured(tmp_path, [*real.values(), other], list(real))

    for name, right in given.items():
        log = lines.parse(printed.encode(), run=name)
        _check(log, tmp_path / "run/runs" / name, right)
    assert lines.parse(printed.encode(), run="none").of("error")[0]["message"] == (
        'no model called no "such"'
    )
    assert {one.path for one in server.asked} == {f"/breaks/abc/{fetched.name}"}
    copied = {path.name for path in (tmp_path / "run/no_backup").rglob("*.onnx")}
    assert copied == {packed.artifact.file.path.name, fetched.name}
