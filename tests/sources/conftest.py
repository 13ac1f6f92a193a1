from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from sideload import sources
from sideload.values import Subject
from tests.sources.families import FAMILIES, save

NET = """
    import torch

    import sideload


    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            torch.manual_seed(0)
            self.layer = torch.nn.Linear(4, 2)
            self.drop = torch.nn.Dropout(0.5)

        def forward(self, image, scale=None):
            answer = self.drop(self.layer(image))
            return answer if scale is None else answer * scale
"""


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[..., Subject]:
    """Load `build` from a file with `Net` in it and the body given, as a user's function."""

    def load(body: str, *, dynamic: bool = True) -> Subject:
        file = tmp_path / "net.py"
        lines = [f"    {line}" for line in dedent(body).strip().splitlines()]
        file.write_text("\n".join([dedent(NET), "", "def build():", *lines, ""]), encoding="utf-8")
        return sources.get("python").load(f"{file}:build", dynamic=dynamic)

    return load


@pytest.fixture(scope="session")
def family(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The spec of a family's folder, saved when it is first asked for."""
    made: dict[str, str] = {}

    def spec(name: str) -> str:
        if name not in made:
            folder = tmp_path_factory.mktemp("family") / name.replace(" ", "_").replace(",", "")
            made[name] = save(FAMILIES[name], folder)
        return made[name]

    return spec


@pytest.fixture(scope="session")
def carried(family: Callable[[str], str]) -> Callable[[str], Subject]:
    """The subject of a family, loaded with open axes when it is first asked for."""
    made: dict[str, Subject] = {}

    def subject(name: str) -> Subject:
        if name not in made:
            made[name] = sources.get("huggingface").load(family(name), dynamic=True)
        return made[name]

    return subject
