"""What Maven is asked by: a project that is nothing but what it depends on."""

from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

NAMESPACE: Final = "http://maven.apache.org/POM/4.0.0"
EVERYTHING: Final = "*"


def pom(coordinates: Sequence[str], without: Sequence[str]) -> bytes:
    """The project's text; coordinates are those of `maven.fetch`, and so is `without`."""
    project = ET.Element("project", xmlns=NAMESPACE)
    _tell(project, modelVersion="4.0.0", groupId="sideload", artifactId="fetched", version="1")
    _tell(project, packaging="pom")
    dependencies = ET.SubElement(project, "dependencies")
    for coordinate in coordinates:
        group, artifact, version, *kind = coordinate.split(":")
        one = ET.SubElement(dependencies, "dependency")
        _tell(one, groupId=group, artifactId=artifact, version=version)
        _tell(one, type=kind[0] if kind else "jar")
        left_out = ET.SubElement(one, "exclusions")
        for name in without:
            _tell(ET.SubElement(left_out, "exclusion"), groupId=name, artifactId=EVERYTHING)
    text: bytes = ET.tostring(project, encoding="utf-8", xml_declaration=True)
    return text


def _tell(element: ET.Element, **texts: str) -> None:
    for name, text in texts.items():
        ET.SubElement(element, name).text = text
