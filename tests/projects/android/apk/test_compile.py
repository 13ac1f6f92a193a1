"""What goes into the compilers, and what they say of it."""

from pathlib import Path

import pytest

from sideload.errors import ToolFailedError
from sideload.host import files
from sideload.projects.android.apk import _compile, _rules
from tests.projects.android.apk import aars

# As the libraries of runtimes and of Kotlin have them.
RULES = b"""
# What native code calls.
-keep,allowobfuscation @interface com.facebook.proguard.annotations.DoNotStrip
-keep @com.facebook.proguard.annotations.DoNotStrip class *
-keepclassmembers class * {
    @com.facebook.proguard.annotations.DoNotStrip *; # each of them
    native <methods>;
    public <init>(int[], ...);
}
-keepattributes *Annotation*,Signature
-if class a.B$* { !static <fields>; }
-keep class a.B
-dontwarn javax.annotation.**, java.lang.instrument.*
"""


def test_what_a_library_wants_to_be_kept_is_kept() -> None:
    kept = _rules.harmless(RULES).decode().splitlines()

    assert kept == [
        "-keep,allowobfuscation @interface com.facebook.proguard.annotations.DoNotStrip",
        "-keep @com.facebook.proguard.annotations.DoNotStrip class *",
        (
            "-keepclassmembers class * { @com.facebook.proguard.annotations.DoNotStrip *; "
            "native <methods>; public <init>(int[], ...); }"
        ),
        "-keepattributes *Annotation*,Signature",
        "-if class a.B$* { !static <fields>; }",
        "-keep class a.B",
        "-dontwarn javax.annotation.**, java.lang.instrument.*",
    ]


@pytest.mark.parametrize(
    "rules",
    [
        b"-printusage /home/somebody/.profile",
        b"-keep class A {}-printmapping /tmp/x",
        b"-keep class A { *; }\t-dump x",
        b"-dontwarn a.B,-outjars x.jar",
        b"-keep class A#\n-injars /etc",
        b"-include ../../secret",
        b"-dontwarn a.B @/etc/passwd",
        b"@/etc/passwd",
        b"-keep class A '-printseeds' /tmp/x",
        b"-dontshrink -optimizationpasses 100 -target 21 -forceprocessing",
        b"-\xff\xfe",
    ],
)
def test_a_library_cannot_have_files_of_this_machine_read_or_written(rules: bytes) -> None:
    words = _rules.harmless(rules).split()

    assert {word for word in words if word.startswith(b"-")} <= {b"-keep", b"-dontwarn"}
    assert not any(sign in _rules.harmless(rules) for sign in (b"/", b"'", b'"'))


def test_a_mistake_in_a_template_is_shown_with_its_line(tmp_path: Path) -> None:
    aars.has_tools()
    name = "app/src/main/kotlin/dev/sideload/benchmark/Mine.kt"

    with pytest.raises(ToolFailedError, match=rf"{name}:2:\d+: error: ") as caught:
        _compile.compiled({name: b"package dev\nfun mine( = 1\n"}, [], b"", tmp_path, min_sdk=26)

    assert "the Kotlin compiler failed" in caught.value.problem
    assert "templates/apps/android/" in caught.value.remedy


def test_a_library_that_needs_another_one_is_not_put_into_an_app_without_it(
    tmp_path: Path,
) -> None:
    aars.has_tools()
    source = "package a; public class Needs { dev.missing.Thing[] things; }"
    thing = aars.javac("package dev.missing; public class Thing {}", "Thing", tmp_path / "thing")
    jar = aars.javac(source, "Needs", tmp_path / "needs", thing)
    work = files.new_folder(tmp_path / "work")

    with pytest.raises(
        ToolFailedError, match=r"a\.Needs: can't find .* dev\.missing\.Thing"
    ) as caught:
        _compile.compiled({"A.kt": b"package a\n"}, [jar], b"-keep class a.**", work, min_sdk=26)

    assert "--aar" in caught.value.remedy
