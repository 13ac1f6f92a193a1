import pytest

from sideload.errors import (
    NameError_,
)
from sideload.stages._objects import remove_deployment, store
from sideload.transports import Connection
from sideload.values import PayloadFile
from tests.stages.objects.conftest import ROOT


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "a\nb", "a\\b", " a", "a ", ".hidden", "a\0b", "x" * 256]
)
def test_a_name_that_a_phone_cannot_keep_is_refused(
    connection: Connection, payload: list[PayloadFile], name: str
) -> None:
    bad = PayloadFile(name=name, file=payload[0].file)

    with pytest.raises(NameError_, match="can be called"):
        store(connection, root=ROOT, key="k1", payload=[bad])


@pytest.mark.parametrize("key", ["", "..", "a/b", "$(x)", "a b", "-x", "x" * 200])
def test_a_key_that_could_lead_elsewhere_is_refused(connection: Connection, key: str) -> None:
    with pytest.raises(NameError_, match="key"):
        store(connection, root=ROOT, key=key, payload=[])
    with pytest.raises(NameError_, match="key"):
        remove_deployment(connection, ROOT, key)


def test_two_files_of_one_name_are_refused(
    connection: Connection, payload: list[PayloadFile]
) -> None:
    with pytest.raises(NameError_, match="2 files"):
        store(connection, root=ROOT, key="k1", payload=[payload[0], payload[0]])
