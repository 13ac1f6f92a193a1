import json
from pathlib import Path

import pytest

from sideload import schemes
from sideload.host import discover, targets
from sideload.values import Target

CHECKOUT = Path(__file__).parents[2]
WRITE_IT = (
    "python -c 'from sideload.host import targets; print(end=targets.schema_text())'"
    " > docs/target.schema.json"
)


def test_the_schema_that_editors_use_is_the_one_that_files_are_checked_against() -> None:
    kept = (CHECKOUT / "docs" / "target.schema.json").read_text(encoding="utf-8")

    assert kept == targets.schema_text(), f"write it again: {WRITE_IT}"


def test_the_schema_knows_every_name_and_every_key() -> None:
    properties = targets.schema()["properties"]

    assert properties["platform"]["enum"] == list(discover.names("platforms"))
    assert properties["runtimes"]["items"]["enum"] == list(discover.names("runtimes"))
    assert set(schemes.PRECISIONS) < set(properties["precisions"]["items"]["enum"])
    assert {*properties, "name"} == set(Target.__dataclass_fields__)


@pytest.mark.parametrize("path", sorted((CHECKOUT / "targets").glob("*.yaml")), ids=str)
def test_a_shipped_target_tells_editors_where_the_schema_is(path: Path) -> None:
    first, *_ = path.read_text(encoding="utf-8").splitlines()
    schema = path.parent / first.partition("$schema=")[2]

    assert first.startswith("# yaml-language-server: $schema=")
    assert json.loads(schema.read_text(encoding="utf-8"))["title"] == "sideload target"


def test_the_table_of_keys_is_the_one_in_the_readme() -> None:
    readme = CHECKOUT / "targets" / "README.md"

    assert targets.table() in readme.read_text(encoding="utf-8")
    assert all(f"`{key}`" in targets.table() for key in ("platform", "profile.iterations"))
