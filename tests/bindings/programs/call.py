"""Call generated classes as a stranger's program would: `call.py FOLDER`, told by `calls.json`.

Each call names a binding, a class, a model file and an `.npz` of inputs in order; answers are
written beside it. What does not depend on the runtime is checked by its own tests.
"""

import importlib
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np


def frozen(array: Any) -> Any:  # noqa: ANN401 - numpy's own
    """The same values, read-only and not in one piece, as a caller may well have them."""
    wide = np.repeat(array, 2, axis=-1)[..., ::2] if array.ndim else array
    wide.flags.writeable = False
    return wide


def shared(one: Any, two: Any) -> bool:  # noqa: ANN401 - an array or a number
    return isinstance(one, np.ndarray) and np.may_share_memory(one, two)


def call(folder: Path, wanted: dict[str, str]) -> None:
    kind = getattr(importlib.import_module(wanted["module"]), wanted["class"])
    with np.load(wanted["inputs"]) as stored:
        inputs = [stored[name] for name in stored.files]
    with kind(wanted["model"], threads=1) as model:
        first = astuple(model.predict(*map(frozen, inputs)))
        with ThreadPoolExecutor(4) as pool:
            others = list(pool.map(lambda _: astuple(model.predict(*inputs)), range(20)))
    # What has no axes comes as a plain number.
    for answer in (answer for answer in first if isinstance(answer, np.ndarray)):
        assert answer.flags.owndata
        assert answer.flags.writeable
    for other in others:
        assert all(np.array_equal(one, two) for one, two in zip(first, other, strict=True))
        assert not any(shared(one, two) for one, two in zip(first, other, strict=True))
    np.savez(folder / f"{wanted['module']}-answers.npz", *first)


def main(folder: Path) -> None:
    sys.path.insert(0, str(folder))
    for wanted in json.loads((folder / "calls.json").read_text(encoding="utf-8")):
        try:
            call(folder, wanted)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test wants to see it
            sys.stdout.write(f"{wanted['module']}: {type(error).__name__}: {error}\n")
    leaked = sorted(name for name in sys.modules if name.partition(".")[0] == "sideload")
    sys.stdout.write(f"modules of sideload: {leaked}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
