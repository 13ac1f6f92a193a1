from pathlib import Path

import pytest

from sideload.errors import HostFileError
from sideload.host import render


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SIDELOAD_HOME", str(tmp_path))
    folder = tmp_path / "templates" / "bindings"
    folder.mkdir(parents=True)
    return folder


def test_blocks_leave_no_blank_lines_and_the_last_line_end_stays(own: Path) -> None:
    (own / "a.j2").write_text(
        "{% for n in given %}\n    {% if n %}\n    {{ n }}\n{% endif %}\n{% endfor %}\n"
    )

    assert render.text("bindings/a.j2", {"given": [1, 0, 2]}) == "    1\n    2\n"


def test_source_code_is_written_as_it_is_and_html_is_escaped(own: Path) -> None:
    (own / "a.j2").write_text("{{ given }}")

    assert render.text("bindings/a.j2", {"given": "a < 'b'"}) == "a < 'b'"
    assert render.text("bindings/a.j2", {"given": "a < 'b'"}, html=True) == "a &lt; &#39;b&#39;"


def test_filters_are_given_by_the_caller(own: Path) -> None:
    (own / "a.j2").write_text("{{ 'x' | twice }}")

    chosen = render.template("bindings/a.j2", filters={"twice": lambda text: text * 2})

    assert chosen.render() == "xx"


def test_a_template_of_the_user_wins_over_the_shipped_one(own: Path) -> None:
    (own.parent / "reports").mkdir()
    (own.parent / "reports" / "results.html.j2").write_text("mine")

    assert render.text("reports/results.html.j2", {}) == "mine"


def test_a_template_may_extend_another_one(own: Path) -> None:
    (own / "_base.j2").write_text("{% block a %}{% endblock %}!")
    (own / "a.j2").write_text('{% extends "bindings/_base.j2" %}{% block a %}x{% endblock %}')

    assert render.text("bindings/a.j2", {}) == "x!"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ missing }}", "'missing' is undefined"),
        ("{{ given.missing }}", "no attribute 'missing'"),
        ("{% if %}", "a.j2:1: Expected an expression"),
        ("line\n{{ 'x' | no_filter }}", "a.j2:2: No filter named"),
        ('{% extends "bindings/none.j2" %}', "bindings/none.j2"),
        ("{{ range(3) }}", "'range' is undefined"),
    ],
)
def test_a_wrong_template_is_named_with_what_is_wrong(own: Path, source: str, said: str) -> None:
    (own / "a.j2").write_text(source)

    with pytest.raises(HostFileError, match=said):
        render.text("bindings/a.j2", {"given": "x"})


@pytest.mark.parametrize("name", ["none.j2", "../secret", "/etc/passwd", "a/../../x"])
def test_there_is_no_template_outside_the_folders(own: Path, name: str) -> None:
    (own.parents[1] / "secret").touch()

    with pytest.raises(HostFileError, match="there is no template") as caught:
        render.template(name)

    assert str(own.parents[0]) in caught.value.remedy
