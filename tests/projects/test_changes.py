import hashlib
from pathlib import Path, PurePosixPath

import pytest

from sideload.errors import EditedError, HostFileError, ProjectError
from sideload.host import files
from sideload.projects import Change, Changes, _owned, apply, diff

FOLDER = PurePosixPath("ours")


def _tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def _change(path: str, before: bytes | None, after: bytes | None) -> Change:
    return Change(path=PurePosixPath(path), before=before, after=after)


def test_a_diff_shows_texts_line_by_line_and_other_files_by_their_size(tmp_path: Path) -> None:
    model = tmp_path / "model.pte"
    model.write_bytes(b"\0" * 1234)
    changes = Changes(
        root=tmp_path,
        changes=(
            _change("a.txt", b"1\n2", b"1\n3\n"),
            _change("b.txt", None, b"new\n"),
            Change(path=PurePosixPath("m.pte"), before=None, after=files.ref(model)),
        ),
    )

    assert diff(changes) == (
        "--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n 1\n-2\n\\ No newline at end of file\n+3\n"
        "--- /dev/null\n+++ b/b.txt\n@@ -0,0 +1 @@\n+new\n"
        "new file m.pte (1,234 bytes)\n"
    )


def test_changes_are_made_together_and_the_rights_of_files_stay(tmp_path: Path) -> None:
    script = tmp_path / "run"
    script.write_bytes(b"old")
    script.chmod(0o750)

    apply(
        Changes(
            root=tmp_path,
            changes=(_change("run", b"old", b"new"), _change("deep/er/f", None, b"f")),
        )
    )

    assert _tree(tmp_path) == {"run": b"new", "deep/er/f": b"f"}
    assert script.stat().st_mode & 0o777 == 0o750


def test_when_one_change_fails_those_before_it_are_undone(tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "a").write_bytes(b"a")
    (app / "model").write_bytes(b"old model")
    lost = tmp_path / "lost"
    lost.write_bytes(b"lost")
    reference = files.ref(lost)
    lost.unlink()
    before = _tree(app)
    changes = (
        _change("a", b"a", b"b"),
        _change("new/file", None, b"x"),
        Change(path=PurePosixPath("model"), before=files.ref(app / "model"), after=None),
        Change(path=PurePosixPath("lost"), before=None, after=reference),
    )

    with pytest.raises((HostFileError, OSError)):
        apply(Changes(root=app, changes=changes))

    assert _tree(app) == before
    assert not (app / "new").exists()


def test_a_file_that_changed_in_the_meantime_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"edited")

    with pytest.raises(HostFileError, match="changed in this very moment"):
        apply(Changes(root=tmp_path, changes=(_change("a", b"a", b"b"),)))

    assert _tree(tmp_path) == {"a": b"edited"}


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (tmp_path / "outside").write_bytes(b"x")
    (app / "a").symlink_to(tmp_path / "outside")

    with pytest.raises(HostFileError, match="leads out of the project"):
        apply(Changes(root=app, changes=(_change("a", b"x", b"y"),)))


def _put(root: Path, wanted: dict[str, bytes]) -> int:
    changes = _owned.written(root, FOLDER, dict(wanted))
    apply(Changes(root=root, changes=tuple(changes)))
    return len(changes)


def test_a_folder_of_ours_is_written_once_exchanged_and_removed(tmp_path: Path) -> None:
    (tmp_path / "user").write_bytes(b"u")
    before = _tree(tmp_path)

    assert _put(tmp_path, {"a": b"1", "b/c": b"2"}) == 3
    assert _put(tmp_path, {"a": b"1", "b/c": b"2"}) == 0
    assert _put(tmp_path, {"a": b"1", "d": b"3"}) == 3
    assert set(_tree(tmp_path)) == {"user", "ours/.sideload.json", "ours/a", "ours/d"}
    apply(Changes(root=tmp_path, changes=tuple(_owned.removed(tmp_path, FOLDER))))
    assert _tree(tmp_path) == before
    assert not (tmp_path / "ours").exists()


def test_what_a_build_leaves_in_our_folder_stays(tmp_path: Path) -> None:
    _put(tmp_path, {"a": b"1"})
    (tmp_path / "ours" / "build").write_bytes(b"built")

    apply(Changes(root=tmp_path, changes=tuple(_owned.removed(tmp_path, FOLDER))))

    assert _tree(tmp_path) == {"ours/build": b"built"}


def test_an_edited_file_of_ours_is_neither_replaced_nor_removed(tmp_path: Path) -> None:
    _put(tmp_path, {"a": b"1"})
    (tmp_path / "ours" / "a").write_bytes(b"mine")

    with pytest.raises(EditedError, match="ours/a since sideload wrote it"):
        _owned.removed(tmp_path, FOLDER)
    with pytest.raises(EditedError, match="ours/a since sideload wrote it"):
        _put(tmp_path, {"a": b"2"})


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "a").write_bytes(b"mine")

    with pytest.raises(ProjectError, match="was not made by sideload"):
        _put(tmp_path, {"a": b"2"})


@pytest.mark.parametrize("text", ["", "{}", '{"files": []}', '{"files": {"../user": "0"}}'])
def test_a_list_that_is_none_or_leads_elsewhere_is_refused(tmp_path: Path, text: str) -> None:
    _put(tmp_path, {"a": b"1"})
    (tmp_path / "ours" / _owned.LIST).write_text(text)

    with pytest.raises(HostFileError, match="remove the folder"):
        _owned.removed(tmp_path, FOLDER)


def test_an_interrupted_exchange_can_still_be_taken_out(tmp_path: Path) -> None:
    changes = _owned.written(tmp_path, FOLDER, {"a": b"1", "b": b"2"})
    apply(Changes(root=tmp_path, changes=tuple(changes[:2])))

    apply(Changes(root=tmp_path, changes=tuple(_owned.removed(tmp_path, FOLDER))))

    assert _tree(tmp_path) == {}
    assert hashlib.sha256(b"1").hexdigest() in str(changes[0].after)
