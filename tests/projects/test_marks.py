import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sideload.errors import EditedError
from sideload.projects import _marks

OURS = ("one {", "    two", "", "}")
PIECES = st.sampled_from(
    ["\n", "\r\n", "\r", "", " ", "\t", "x", "// é", "\ufeff", "}", "include ':app'", "\u2028"]
)
ANY = st.one_of(
    st.lists(PIECES, max_size=12).map(lambda pieces: "".join(pieces).encode()),
    st.binary(max_size=60),
)


@settings(max_examples=200, deadline=None)
@given(data=ANY, at=st.integers(min_value=0, max_value=20), comment=st.sampled_from(["//", "#"]))
def test_whatever_is_put_into_a_file_comes_out_of_it_to_the_byte(
    data: bytes, at: int, comment: str
) -> None:
    place = min(at, len(_marks.lines(data)))

    changed = _marks.inserted(data, place, OURS, indent="  ", comment=comment)

    assert changed != data
    assert len(_marks.regions(changed, "f")) == 1
    assert _marks.taken(changed, "f") == data


@settings(max_examples=100, deadline=None)
@given(data=ANY)
def test_two_groups_of_lines_come_out_together(data: bytes) -> None:
    twice = _marks.appended(_marks.inserted(data, 0, OURS), ("three",))

    assert len(_marks.regions(twice, "f")) == 2
    assert _marks.taken(twice, "f") == data


def test_lines_are_ended_as_the_file_ends_its_own() -> None:
    changed = _marks.appended(b"a\r\nb", ("c",))

    assert changed.count(b"\r\n") == changed.count(b"\n") == 4
    assert not changed.endswith(b"\n")


def test_what_the_user_writes_around_the_marks_stays() -> None:
    changed = _marks.appended(b"a\n", OURS)

    assert _marks.taken(b"new\n" + changed + b"newer\n", "f") == b"new\na\nnewer\n"


def test_line_ends_that_git_turns_into_others_are_no_edit() -> None:
    changed = _marks.appended(b"a\nb\n", OURS).replace(b"\n", b"\r\n")

    assert _marks.taken(changed, "f") == b"a\r\nb\r\n"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (b"    two", b"    2", "lines 2 to 7"),
        (b"one {\n", b"", "lines 2 to 6"),
        (b"// sideload ends\n", b"", "lines 2 to 6"),
        (b"unbundle (", b"unbundle (0", "lines 2 to 7"),
    ],
)
def test_an_edit_between_the_marks_is_refused_with_its_lines(
    old: bytes, new: bytes, where: str
) -> None:
    edited = _marks.appended(b"a\n", OURS).replace(old, new)

    with pytest.raises(EditedError, match=f"settings.gradle, {where}: somebody changed"):
        _marks.taken(edited, "settings.gradle")


def test_a_last_mark_alone_is_refused_with_its_line() -> None:
    edited = b"\n".join(_marks.appended(b"a\n", OURS).split(b"\n")[2:])

    with pytest.raises(EditedError, match="line 5: somebody changed what was added; their first"):
        _marks.taken(edited, "f")
