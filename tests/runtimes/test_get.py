import subprocess
import sys

import pytest

from sideload import runtimes
from sideload.errors import UnknownAdapterError

WITHOUT = """
import sys
from sideload import runtimes
from sideload.errors import MissingPackageError

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[2]:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
try:
    runtimes.get(sys.argv[1])
except MissingPackageError as error:
    print(error.problem, "|", error.remedy)
"""


@pytest.mark.parametrize("name", ["executorch", "onnxruntime"])
def test_a_runtime_is_found_by_the_name_of_its_file(name: str) -> None:
    assert name in runtimes.get(name).packages


def test_an_unknown_runtime_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownAdapterError, match="no runtime called 'litert'") as caught:
        runtimes.get("litert")

    assert "executorch, onnxruntime" in caught.value.remedy


@pytest.mark.parametrize(
    ("runtime", "package"),
    [("executorch", "executorch"), ("executorch", "torch"), ("onnxruntime", "onnx")],
)
def test_a_package_that_is_missing_is_named_with_its_extra(runtime: str, package: str) -> None:
    shown = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WITHOUT, runtime, package],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout

    assert f"the Python package {package!r} is not installed" in shown
    assert f"pip install 'sideload[{runtime}]'" in shown
