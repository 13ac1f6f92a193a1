import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sideload.reports import html
from sideload.values import Latency, Result
from tests.reports.conftest import PLUGGED_IN, result

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=y>'
VOID = {"meta", "line", "path", "br"}


class Page(HTMLParser):
    """The tags, attributes and text of a page; fails where tags do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag in VOID or self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def with_log(made: Result, path: Path, iterations_ns: list[int]) -> Result:
    warm_up = {"run": "r", "event": "iteration", "phase": "warmup", "index": 0, "ns": 5}
    events = [
        {"run": "r", "event": "iteration", "phase": "warm", "index": index, "ns": ns}
        for index, ns in enumerate(iterations_ns)
    ]
    lines = [f"sideload:1 {json.dumps(event)}" for event in [warm_up, *events]]
    path.write_text("\n".join(["noise", *lines, ""]))
    assert made.timing is not None
    latency = Latency(p50=100, p90=200, p99=300, count=len(iterations_ns))
    return replace(made, timing=replace(made.timing, log=path, latency_ns=latency))


def test_the_page_has_every_figure_and_a_section_for_each_model(results: list[Result]) -> None:
    page = Page(html.results(results))

    assert page.tags.count("h2") == 1 + 1 + 3
    assert all(word in page.text for word in ("digits", "minilm", "mobilenet_v2", "127 µs"))
    assert "SQNR 38.1 dB, on 64 samples: real digits" in page.text


def test_the_page_fetches_nothing_and_runs_nothing(results: list[Result]) -> None:
    page = Page(html.results(results))
    names = {name for name, _ in page.attributes}

    assert not {"src", "href", "srcset", "action", "data"} & names
    assert not any(name.startswith("on") for name in names)
    assert not {"script", "link", "iframe", "img", "object"} & set(page.tags)
    assert "url(" not in html.results(results)
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in page.attributes


def test_a_simulated_phone_is_labelled_wherever_its_times_are(results: list[Result]) -> None:
    simulated = Page(html.results(results))
    real = Page(html.results([result(device=PLUGGED_IN)]))

    assert simulated.words.count("simulated") == 1 + 3 + len(results)
    assert "this host's runtime, not a phone's" in simulated.text
    assert "simulated" not in real.text


def test_names_are_shown_and_never_become_tags() -> None:
    made = result(HOSTILE, HOSTILE, HOSTILE, HOSTILE, device=replace(PLUGGED_IN, model=HOSTILE))
    assert made.timing is not None
    operators = ({"operator": HOSTILE, "backend": HOSTILE, "calls": HOSTILE, "ns": 5},)
    timing = replace(made.timing, operators=operators)

    page = Page(html.results([replace(made, timing=timing)]))

    assert "img" not in page.tags
    assert page.words.count(HOSTILE) >= 5


def test_each_timed_inference_is_a_dot_and_the_warm_up_is_none(tmp_path: Path) -> None:
    made = with_log(result(), tmp_path / "log", [100, 110, 120])

    page = Page(html.results([made]))

    (dots,) = [value for name, value in page.attributes if name == "d"]
    assert dots is not None
    assert dots.count("M") == 3


def test_a_log_that_is_gone_leaves_the_percentiles(tmp_path: Path) -> None:
    made = with_log(result(), tmp_path / "log", [100])
    (tmp_path / "log").unlink()

    page = Page(html.results([made]))

    assert ("d", "") in page.attributes
    assert page.tags.count("line") > 3


def test_what_was_not_measured_has_no_drawing() -> None:
    page = Page(html.results([replace(result(), timing=None)]))

    assert "svg" not in page.tags
    assert "was not measured" in page.text


def test_speed_is_told_beside_float32_of_the_same_runtime() -> None:
    found = [
        result(precision="float32", scheme="float32", scale=3),
        result(),
        result(runtime="onnxruntime", scheme="dynamic"),
    ]

    assert Page(html.results(found)).text.count("× float32") == 1
    assert "3.00× float32" in Page(html.results(found)).text


def test_the_slowest_operators_come_first_with_their_share() -> None:
    made = result()
    assert made.timing is not None
    operators = (
        {"operator": "small", "backend": "portable", "calls": 1, "ns": 1_000},
        {"operator": "large", "backend": "xnnpack", "calls": 2, "ns": 3_000},
        {"operator": "broken", "ns": "many"},
    )
    page = Page(html.results([replace(made, timing=replace(made.timing, operators=operators))]))

    assert page.text.index("large") < page.text.index("small")
    assert "75.0 %" in page.text
    assert "broken" not in page.text


@pytest.mark.parametrize("count", [1, 60])
def test_any_number_of_results_makes_one_page(count: int) -> None:
    found = [result(f"model{number % 7}", scale=number + 1) for number in range(count)]

    assert len(html.results(found)) < 400_000
