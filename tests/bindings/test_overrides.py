"""A user's own templates win, and their mistakes are errors with the template's name."""

from pathlib import Path

import pytest

from sideload import languages
from sideload.errors import HostFileError
from sideload.host import places
from tests.bindings.artifacts import ordinary

ARTIFACT = ordinary("onnxruntime")["digits"]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(places.HOME_VARIABLE, str(tmp_path))
    folder = tmp_path / "templates" / "bindings" / "python"
    folder.mkdir(parents=True)
    return folder


def written(folder: Path) -> str:
    return languages.get("python").write(ARTIFACT, folder)[0].read_text(encoding="utf-8")


def test_a_template_of_the_same_name_wins_and_the_others_stay(own: Path, tmp_path: Path) -> None:
    base = "# ours: {{ model.class_name }}\n{% block imports %}{% endblock %}\n"
    (own / "_model.py.j2").write_text(base, encoding="utf-8")

    assert written(tmp_path).splitlines() == ["# ours: Digits", "import importlib"]


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ model.titel }}", "has no attribute 'titel'"),
        ("{{ model.title }}", "prints a text as it is"),
        ("{{ model.title ~ '' }}", "prints a text as it is"),
        ("\n{% for %}", "onnxruntime.py.j2:2: "),
    ],
)
def test_a_mistake_in_it_is_an_error(own: Path, tmp_path: Path, template: str, said: str) -> None:
    (own / "onnxruntime.py.j2").write_text(template, encoding="utf-8")

    with pytest.raises(HostFileError, match=said):
        written(tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_the_context_tells_its_version() -> None:
    assert languages.get("python").context(ARTIFACT)["context_version"] == 1
