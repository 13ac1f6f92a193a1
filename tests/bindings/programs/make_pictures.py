"""Write MobileNetV2 for both runtimes into a folder, one input, and what each answers in Python.

Without the gates of `export`, which compare it with many pictures: those have tests of their own.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
from executorch.exir import to_edge_transform_and_lower
from executorch.runtime import Runtime
from torch.export import export

from sideload import models


def main(folder: Path) -> None:
    subject = models.get("mobilenet_v2")(dynamic=False)
    pixels = np.ascontiguousarray(subject.evaluation[0]["pixel_values"])
    given = (torch.from_numpy(pixels),)
    assert subject.module is not None
    program = export(subject.module, given)
    lowered = to_edge_transform_and_lower(program, partitioner=[XnnpackPartitioner()])
    (folder / "mobilenet_v2.pte").write_bytes(lowered.to_executorch().buffer)
    written = torch.onnx.export(
        program, input_names=["pixel_values"], output_names=["logits"], opset_version=20
    )
    assert written is not None
    written.save(folder / "mobilenet_v2.onnx")
    loaded = Runtime.get().load_program(folder / "mobilenet_v2.pte")
    method = loaded.load_method("forward")
    assert method is not None
    session = onnxruntime.InferenceSession(folder / "mobilenet_v2.onnx")
    (onnx,) = session.run(None, {"pixel_values": pixels})
    (folder / "pixels").write_bytes(pixels.tobytes())
    (folder / "pte.answer").write_bytes(method.execute(given)[0].numpy().tobytes())
    (folder / "onnx.answer").write_bytes(np.asarray(onnx).tobytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
