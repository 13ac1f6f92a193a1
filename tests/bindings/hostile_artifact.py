"""An artifact in which every place that holds text holds a hostile one."""

from dataclasses import replace
from pathlib import Path

from sideload.values import Artifact, Dimension, FileRef, Metric, Signature, TensorSpec
from tests.bindings.artifacts import SHA256, artifact


def hostile(names: tuple[str, ...], runtime: str, model: str) -> Artifact:
    """An artifact with every place that holds text taken by one of `names`."""
    axes = [Dimension(name=name, min=1, max=8) for name in names[:20]]
    inputs = tuple(
        TensorSpec(name=name, dtype="float32", shape=(axes[at % len(axes)], 2))
        for at, name in enumerate(names)
    )
    last = names[-1]
    outputs = (replace(inputs[0], shape=(axes[0], len(names))), *inputs[1:])
    plain = artifact(Signature(inputs=inputs, outputs=outputs, labels=names), runtime, model=model)
    metric = Metric(name=last, reference=1.0, value=0.5, count=2)
    parity = None if plain.parity is None else replace(plain.parity, data=last, metric=metric)
    files = tuple(FileRef(path=Path(name), sha256=SHA256, size_bytes=1) for name in names)
    return replace(
        plain,
        parity=parity,
        scheme=last,
        precision=last,
        extra_files=files,
        versions={runtime: last},
        notes=names,
    )
