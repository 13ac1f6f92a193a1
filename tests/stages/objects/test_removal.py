from sideload.simulated import RunningPhone
from sideload.stages._objects import present, remove_deployment, remove_unnamed, store
from sideload.stages._objects.survey import FOLDERS
from sideload.transports import Connection
from sideload.values import PayloadFile
from tests.stages.objects.conftest import ROOT, on_host, total


def test_cleaning_removes_what_no_manifest_names_and_nothing_else(
    phone: RunningPhone, connection: Connection, payload: list[PayloadFile]
) -> None:
    root = on_host(phone)
    store(connection, root=ROOT, key="k1", payload=payload[:2])
    store(connection, root=ROOT, key="k2", payload=payload[1:3])
    (root / "objects" / "somebody's file").write_text("keep me")
    (root / "incoming" / f"{'0' * 64}.part").write_bytes(bytes(1000))
    (root / "work").mkdir()

    remove_deployment(connection, ROOT, "k2")
    freed_bytes = remove_unnamed(connection, ROOT)

    assert freed_bytes == payload[2].file.size_bytes + 1000
    assert present(connection, ROOT, ["k1", "k2"]) == {"k1"}
    kept = {file.file.sha256 for file in payload[:2]} | {"somebody's file"}
    assert {path.name for path in (root / "objects").iterdir()} == kept
    assert {path.name for path in root.iterdir()} == set(FOLDERS)
    assert {path.name for path in (root / "deployments").iterdir()} == {"k1", "k1.json"}


def test_a_half_named_deployment_is_cleaned_away(
    phone: RunningPhone, connection: Connection, payload: list[PayloadFile]
) -> None:
    store(connection, root=ROOT, key="k1", payload=payload[:2])
    (on_host(phone) / "deployments/k1.json").unlink()

    freed_bytes = remove_unnamed(connection, ROOT)

    assert freed_bytes == total(payload[:2])
    assert list((on_host(phone) / "deployments").iterdir()) == []
