"""The Kotlin compiler that stays, seen from a test that uses it."""

from pathlib import Path

import pytest

from tests.bindings import kotlin_compiler, kotlin_tools


def test_what_is_wrong_in_one_source_is_not_said_of_the_next(tmp_path: Path) -> None:
    good, bad = tmp_path / "Good.kt", tmp_path / "Bäd name.kt"
    good.write_text("public val answer: Int = 42\n")
    bad.write_text("public val answer: Int = missing\n")
    said = [kotlin_tools.said([one], [], tmp_path / "classes") for one in (bad, good, bad, good)]

    assert said[0] == said[2]
    assert "Bäd name.kt" in said[0]
    assert "unresolved reference 'missing'" in said[0]
    assert (said[1], said[3]) == ("", "")
    assert (tmp_path / "classes" / "GoodKt.class").is_file()


def test_a_compiler_that_ended_is_told_and_the_next_one_is_another(tmp_path: Path) -> None:
    (tmp_path / "kotlin.jar").write_bytes(b"no jar")
    with pytest.raises((AssertionError, BrokenPipeError)):
        kotlin_compiler.compile_([tmp_path / "kotlin.jar"], [])

    good = tmp_path / "Good.kt"
    good.write_text("public val answer: Int = 42\n")

    assert kotlin_tools.said([good], [], tmp_path / "classes") == ""
