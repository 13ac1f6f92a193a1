import time
from pathlib import Path

import pytest

from sideload.errors import HostFileError, YamlError
from sideload.host import yamlfile

# Nine aliases of nine aliases of …: a page that unfolds to gigabytes where it is believed.
LAUGHS = "a0: &a0 [ha]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)


def load(path: Path, text: str | bytes) -> yamlfile.Document:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return yamlfile.load(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.yaml"


def test_data_is_plain_and_every_key_and_item_has_its_line(path: Path) -> None:
    document = load(path, "# first\nname: x\nlist:\n  - 1\n  - {deep: yes}\n\nlast: |\n  text\n")

    assert document.data == {"name": "x", "list": [1, {"deep": "yes"}], "last": "text\n"}
    assert document.line(("name",)) == 2
    assert document.line(("list", 0)) == 4
    assert document.line(("list", 1, "deep")) == 5
    assert document.line(("last",)) == 7


def test_the_line_of_what_is_not_there_is_that_of_what_is_around_it(path: Path) -> None:
    document = load(path, "a: 1\nb:\n  c: 1\n")

    assert document.line(("b", "missing", 3)) == 2
    assert document.line(("missing",)) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-7", -7),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("2031-05-04", "2031-05-04"),
        ("12:30:45", "12:30:45"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        (".nan", ".nan"),
        ("'1'", "1"),
        ('"true"', "true"),
    ],
)
def test_only_what_json_has_is_more_than_a_text(path: Path, text: str, value: object) -> None:
    found = load(path, f"a: {text}\n").data["a"]

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: 1\nb:\n\tc: 1\n", 3, "indented with a tab"),
        ("a: 1\n  b: 2\n", 2, "mapping values are not allowed"),
        ("a: 1\nb: &x 2\nc: *x\n", 2, "anchors and aliases are not read: &x"),
        ("a: 1\nb: *x\n", 2, "anchors and aliases are not read: *x"),
        (LAUGHS, 1, "anchors and aliases"),
        ("a: 1\nb: 2\na: 3\n", 3, "'a' is already on line 1"),
        ("a:\n  b: 1\n  b: 2\n", 3, "'b' is already on line 2"),
        ("a: 1\nb: !!python/object/apply:os.system [ls]\n", 2, "tags are not read"),
        ("a: !!str 1\n", 1, "tags are not read"),
        ("a: 1\n---\nb: 1\n", 2, "a second document"),
        ("1: a\n", 1, "a key must be a text"),
        ("true: a\n", 1, "a key must be a text"),
        ("a: 1\n? [b]\n: 1\n", 2, "a key must be a text"),
        ("a: 1\nb: [1\n\n\n", 2, "flow"),
        ("a: 1\nb: 'open\n\n", 2, "quoted scalar"),
        ("a: 1\nb: \x1b[31m\n", 2, r"control character: b: \x1b[31m"),
        ("a: 1\n\x00\n", 2, "control character"),
        ("- " * 51 + "a\n", 1, "deeper than 50"),
        ("[" * 100_000, 1, "nest"),
        ("{a: " * 100_000, 1, "nest"),
        ("@a", 1, "cannot start any token"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_what_is_not_read_is_refused_with_its_line(
    path: Path, text: str, line: int, said: str
) -> None:
    with pytest.raises(YamlError) as caught:
        load(path, text)

    assert f"a.yaml:{line}: " in caught.value.problem
    assert said in caught.value.problem
    assert caught.value.remedy
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: \xff\n", "not UTF-8"),
        ("a: 1\n".encode("utf-16"), "not UTF-8"),
        (b"#" * (2**20 + 1), "larger than 1048576 bytes"),
    ],
    ids=["latin-1", "utf-16", "large"],
)
def test_a_file_that_is_no_short_utf8_text_is_refused(
    path: Path, content: bytes, said: str
) -> None:
    with pytest.raises(HostFileError, match=said):
        load(path, content)


def test_a_byte_order_mark_and_windows_line_ends_are_fine(path: Path) -> None:
    assert load(path, b"\xef\xbb\xbfa: 1\r\nb:\r\n  c: 2\r\n").data == {"a": 1, "b": {"c": 2}}


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_an_empty_file_holds_nothing(path: Path, text: str) -> None:
    assert load(path, text).data is None


def test_the_largest_file_takes_seconds_and_not_minutes(path: Path) -> None:
    started = time.monotonic()
    document = load(path, "a: [" + "1, " * (2**20 // 3 - 10) + "]\n")

    assert len(document.data["a"]) == 2**20 // 3 - 10
    assert time.monotonic() - started < 30
