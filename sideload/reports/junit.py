"""Results as JUnit XML, which every CI shows: a suite a device, a case an artifact."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Final
from xml.etree import ElementTree as ET

from sideload.host import neutral
from sideload.reports import _conditions, _figures, _origin
from sideload.values import Device, Result

# What no XML document may hold even as an entity, beside what `neutral` already replaces.
FORBIDDEN: Final = re.compile("[\ufffe\uffff]")


def results(found: Sequence[Result]) -> str:
    """One document; a case's time is its median latency, its figures are properties."""
    root = ET.Element("testsuites", _counts(found) | {"name": "sideload"})
    devices = {result.deployment.device.serial: result.deployment.device for result in found}
    for serial, device in devices.items():
        here = [result for result in found if result.deployment.device.serial == serial]
        root.append(_suite(device, here, found))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _suite(device: Device, here: Sequence[Result], among: Sequence[Result]) -> ET.Element:
    suite = _element("testsuite", _counts(here) | {"name": _origin.device(device)})
    facts = {
        "serial": device.serial,
        "simulated": str(device.simulated).lower(),
        "times from": _origin.times(device),
        "system": device.system,
        "abi": device.abi,
    }
    suite.append(_properties(facts))
    suite.extend(_case(result, among) for result in here)
    return suite


def _case(result: Result, among: Sequence[Result]) -> ET.Element:
    made, timing = result.artifact, result.timing
    p50_ns = timing.latency_ns.p50 if timing else 0
    case = _element(
        "testcase",
        {
            "classname": f"{made.model}.{made.runtime}",
            "name": _figures.precision(made),
            "time": f"{p50_ns / 1e9:.9f}",
        },
    )
    doubts = [doubt.said for doubt in _conditions.doubts_of(timing)] if timing else []
    said = {"doubts": "; ".join(doubts)} if doubts else {}
    case.append(_properties(asdict(_figures.figures(result, among)) | said))
    if timing is None:
        case.append(_element("skipped", {"message": "it was not measured"}))
    elif not timing.complete:
        message = "the log has no end, so its figures are not whole"
        case.append(_element("failure", {"message": message, "type": "RunnerError"}))
    return case


def _counts(found: Iterable[Result]) -> dict[str, str]:
    timings = [result.timing for result in found]
    return {
        "tests": str(len(timings)),
        "failures": str(sum(timing is not None and not timing.complete for timing in timings)),
        "errors": "0",
        "skipped": str(timings.count(None)),
    }


def _properties(facts: Mapping[str, str]) -> ET.Element:
    parent = ET.Element("properties")
    parent.extend(_element("property", {"name": k, "value": v}) for k, v in facts.items())
    return parent


def _element(tag: str, attributes: Mapping[str, str]) -> ET.Element:
    return ET.Element(tag, {name: _allowed(text) for name, text in attributes.items()})


def _allowed(text: str) -> str:
    return FORBIDDEN.sub("\ufffd", neutral.line(text))
