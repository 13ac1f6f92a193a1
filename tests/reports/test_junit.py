from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from sideload.reports import junit
from sideload.values import Result
from tests.reports.conftest import PLUGGED_IN, result


def read(found: list[Result]) -> ET.Element:
    return ET.fromstring(junit.results(found))  # noqa: S314 - we wrote it ourselves


def properties(element: ET.Element) -> dict[str, str]:
    found = element.iterfind("properties/property")
    return {each.attrib["name"]: each.attrib["value"] for each in found}


def test_each_device_is_a_suite_and_each_result_a_case(results: list[Result]) -> None:
    root = read([*results, result(device=PLUGGED_IN)])

    simulated, phone = root.findall("testsuite")
    assert root.attrib["tests"] == "7"
    assert simulated.attrib["tests"] == "6"
    assert properties(simulated)["simulated"] == "true"
    assert properties(simulated)["times from"] == "this host's runtime, not a phone's"
    assert properties(phone)["simulated"] == "false"
    assert phone.attrib["name"] == "39111FDJH00ABC (Pixel 8, Android 16, arm64-v8a)"


def test_a_case_has_the_median_as_its_time_and_every_figure() -> None:
    (case,) = read([result()]).iter("testcase")

    assert case.attrib == {
        "classname": "digits.executorch",
        "name": "int8 pt2e_static",
        "time": "0.000127456",
    }
    assert properties(case)["p99"] == "190 µs"
    assert properties(case)["cosine"] == "0.999912"


def test_what_was_not_measured_is_skipped_and_what_is_not_whole_has_failed() -> None:
    made = result()
    assert made.timing is not None
    broken = replace(made, timing=replace(made.timing, complete=False))

    root = read([broken, replace(made, timing=None), made])

    assert (root.attrib["failures"], root.attrib["skipped"]) == ("1", "1")
    assert [[child.tag for child in case][1:] for case in root.iter("testcase")] == [
        ["failure"],
        ["skipped"],
        [],
    ]


@pytest.mark.parametrize(
    "name", ['"><x y="', "]]>", "\x00\x1b[31m", "\ud800", "\ufffe\uffff", "a\nb\tc", "größe 日本"]
)
def test_any_name_gives_a_document_that_can_be_read(name: str) -> None:
    (case,) = read([result(name)]).iter("testcase")

    assert case.attrib["classname"].endswith(".executorch")
    junit.results([result(name)]).encode("utf-8")


def test_nothing_is_a_document_too() -> None:
    assert read([]).attrib["tests"] == "0"
