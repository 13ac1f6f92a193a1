"""What the flags that several commands share mean."""

from typing import Final

HELP: Final = {
    "target": "a name in targets/, or the path of a YAML file",
    "model": "built-in name, file.py:function, Hugging Face folder or id, .pt2, .onnx (repeatable)",
    "runtime": "executorch or onnxruntime (repeatable); else what the target lists",
    "precision": "float32, float16, int8, int4, or a scheme by name (repeatable)",
    "device": "a serial number, ADDRESS:PORT, simulated, all, several with commas, or conditions "
    "such as 'model=Pixel*,sdk>=33' (repeatable); else the only one attached",
    "jobs": "how many phones to work on at once; else what the target says",
    "inputs": "FILE.npz with one array for each input of the model (repeatable)",
    "json": "print one JSON document on stdout, and nothing else there",
    "dry-run": "say what would run and why, and do nothing",
}
