"""Kotlin to the code that a phone runs, with programs that know nothing of Gradle or of an SDK.

The compiler makes classes; a shrinker leaves out what no model needs, and makes plain classes of
what only newer virtual machines know, because the dexer after it can not.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from sideload.host import files, java, maven

# It is under the GPL: a program beside ours, and nothing of it goes into an app.
SHRINKER: Final = "com.guardsquare:proguard-base:7.7.0"
DEXER: Final = "com.jakewharton.android.repackaged:dalvik-dx:14.0.0_r21"
LIBRARY: Final = "kotlin-stdlib-"
# Lambdas would otherwise be made while the app runs, by what Android does not have.
PLAIN: Final = (
    *("-jvm-target", "1.8", "-Xjdk-release=1.8", "-Xlambdas=class", "-Xsam-conversions=class"),
    *("-no-stdlib", "-no-reflect", "-nowarn"),
)
# Packages of Android that our classes are made from: reading all of it takes far longer.
READ: Final = ("app", "content", "graphics", "os", "text", "util", "view", "widget")
MODULES: Final = ("java.base", "java.logging")
LACKING: Final = (
    "--aar with the library that it lacks; where nothing ever calls for it, -dontwarn in "
    "templates/apps/android/models/consumer-rules.pro.j2"
)
TEMPLATES: Final = "mend the templates in templates/apps/android/ and templates/bindings/kotlin/"
RULES: Final = """-target 1.7
-dontoptimize
-dontobfuscate
-dontpreverify
-dontnote
-dontwarn android.**,java.**,kotlin.**,**.annotation.**,**.annotations.**
-keepattributes Signature,InnerClasses,EnclosingMethod,Exceptions
-keepattributes SourceFile,LineNumberTable
-keep public class * extends android.app.Activity {{ public *; }}
-injars classes
{inputs}
-libraryjars android.jar({packages})
{modules}
-outjars classes.jar
-include rules.pro
"""


def compiled(
    code: Mapping[str, bytes], jars: Sequence[Path], rules: bytes, work: Path, *, min_sdk: int
) -> Path:
    """The code of an app, as a phone has it.

    Args:
        code: Kotlin sources, by names that messages show.
        jars: The classes of its runtimes.
        rules: What must not be left out of it, in the words of shrinkers.
        work: An empty folder for what comes between.
        min_sdk: The oldest Android that is to run it.

    Raises:
        MissingToolError: There is no JDK, or no Maven to fetch the compilers with.
        ToolFailedError: They cannot be fetched, or one of them refuses.
    """
    compiler = maven.fetch([maven.KOTLIN])
    (android,) = maven.fetch([maven.ANDROID])
    library = next(jar for jar in compiler if jar.name.startswith(LIBRARY))
    # Under plain names, no place of this machine can be misread by any of the programs.
    names = [f"library{number}.jar" for number in range(len(jars))]
    for name, jar in zip(
        ("android.jar", "kotlin.jar", *names), (android, library, *jars), strict=True
    ):
        (work / name).symlink_to(jar)
    _kotlin(code, compiler, ["kotlin.jar", "android.jar", *names], work)
    _shrunk(names, rules, work)
    return _dexed(work, min_sdk)


def _kotlin(
    code: Mapping[str, bytes], compiler: Sequence[Path], against: Sequence[str], work: Path
) -> None:
    for name, text in code.items():
        files.write_bytes(work / name, text)
    java.run(
        "the Kotlin compiler",
        "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
        [*PLAIN, "-cp", ":".join(against), "-d", "classes", *code],
        classpath=compiler,
        heap="1g",
        remedy=TEMPLATES,
        cwd=work,
    )


def _shrunk(libraries: Sequence[str], rules: bytes, work: Path) -> None:
    inputs = [f"-injars {name}(!META-INF/**,**.class)" for name in libraries]
    inputs.append("-injars kotlin.jar(kotlin/**.class)")
    for name in MODULES:
        (work / f"{name}.jmod").symlink_to(java.home() / "jmods" / f"{name}.jmod")
    text = RULES.format(
        inputs="\n".join(inputs),
        packages=",".join(f"android/{name}/**.class" for name in READ),
        modules="\n".join(f"-libraryjars {name}.jmod(java/**.class)" for name in MODULES),
    )
    files.write_bytes(work / "rules.pro", rules)
    files.write_text(work / "shrink.pro", text)
    java.run(
        "ProGuard",
        "proguard.ProGuard",
        ["@shrink.pro"],
        classpath=maven.fetch([SHRINKER]),
        heap="2g",
        remedy=LACKING,
        cwd=work,
    )


def _dexed(work: Path, min_sdk: int) -> Path:
    java.run(
        "dx",
        "com.android.dx.command.Main",
        ["--dex", f"--min-sdk-version={min_sdk}", "--output=classes.dex", "classes.jar"],
        classpath=maven.fetch([DEXER]),
        heap="2g",
        remedy=TEMPLATES,
        cwd=work,
    )
    return work / "classes.dex"
