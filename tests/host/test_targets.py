import re
import subprocess
import sys
from pathlib import Path

import pytest

from sideload.errors import NameError_, TargetError, UnknownTargetError, YamlError
from sideload.host import targets
from sideload.values import Limits, MeasurementPlan, Target

LEAST = "platform: android\nruntimes: [executorch]\nprecisions: [int8]\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SIDELOAD_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def faults(text: str) -> str:
    path = Path("mine.yaml")
    path.write_text(text)
    with pytest.raises(TargetError) as caught:
        targets.read("./mine.yaml")
    return caught.value.problem


def changed(key: str, value: str) -> str:
    """The least target with one more line, or one replaced."""
    lines = [line for line in LEAST.splitlines() if not line.startswith(f"{key}:")]
    return "\n".join([*lines, f"{key}: {value}", ""])


@pytest.mark.parametrize("name", ["android", "local"])
def test_a_shipped_target_is_whole(name: str) -> None:
    target = targets.read(name)

    assert target.name == name
    assert target.runtimes == ("executorch", "onnxruntime")
    assert target.precisions == ("float32", "int8")
    assert target.models == ("digits", "minilm", "mobilenet_v2")
    assert target.backend == "xnnpack"


def test_the_shipped_target_for_ios_holds_each_model_once() -> None:
    target = targets.read("ios")

    assert (target.platform, target.languages) == ("ios", ("swift",))
    assert len(target.runtimes) == len(target.precisions) == 1


def test_what_a_file_leaves_out_is_as_the_value_has_it(home: Path) -> None:
    (home / "mine.yaml").write_text(LEAST)

    assert targets.read("mine.yaml") == Target(
        name="mine", platform="android", runtimes=("executorch",), precisions=("int8",)
    )


def test_everything_that_is_written_is_read(home: Path) -> None:
    (home / "mine.yaml").write_text(
        "platform: android\nruntimes: [executorch, onnxruntime]\nprecisions: [float32, 8da4w]\n"
        "models: [digits, a/model, file.py:make]\nbackend: vulkan\ndynamic: false\n"
        "languages: [python]\ndevice_root: /data/local/tmp/x y\ndevice_budget: 1.5 GB\n"
        "profile: {warmup: 0, warmup_ms: 1, iterations: 2, threads: 3, operators: false}\n"
        "limits:\n  8da4w: {cosine: 0.9, sqnr_db: 10, metric_loss: 0.05}\n"
    )

    target = targets.read(str(home / "mine.yaml"))

    assert target.models == ("digits", "a/model", "file.py:make")
    assert (target.backend, target.dynamic) == ("vulkan", False)
    assert target.profile == MeasurementPlan(
        warmup=0, warmup_ms=1, iterations=2, threads=3, operators=False
    )
    assert target.limits == {"8da4w": Limits(cosine=0.9, sqnr_db=10.0, metric_loss=0.05)}
    assert target.device_root == "/data/local/tmp/x y"
    assert target.device_budget == "1.5 GB"


def test_a_projects_own_targets_come_beside_the_shipped_ones_and_win(home: Path) -> None:
    (home / "targets").mkdir()
    (home / "targets" / "pixel.yaml").write_text(LEAST)
    (home / "targets" / "local.yml").write_text(LEAST)

    assert targets.names() == ("android", "android-app", "ios", "local", "pixel")
    assert targets.read("pixel").name == "pixel"
    assert targets.read("local").platform == "android"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Andriod", "did you mean 'android'?"),
        ("typo", "use one of android, android-app, ios"),
        ("", "no target called ''"),
        ("../android", "no target file"),
        ("none.yaml", "no target file 'none.yaml'"),
        ("folder.yaml", "no target file"),
        ("a\0/b", "no target"),
        ("x" * 5000 + "/y", "no target"),
        ("\x1b[31m", r"\x1b[31m"),
    ],
)
def test_an_unknown_target_comes_with_the_known_ones(home: Path, name: str, said: str) -> None:
    (home / "folder.yaml").mkdir()

    with pytest.raises(UnknownTargetError) as caught:
        targets.read(name)

    assert said in caught.value.problem
    assert len(caught.value.problem) < 200
    assert "android, android-app, ios, local" in caught.value.remedy


def test_a_file_that_cannot_name_a_folder_is_refused(home: Path) -> None:
    (home / "my target $(x).yaml").write_text(LEAST)

    with pytest.raises(NameError_, match="will not do"):
        targets.read("my target $(x).yaml")


def test_what_is_no_yaml_says_the_line(home: Path) -> None:
    (home / "mine.yaml").write_text("platform: android\nruntimes:\n\t- executorch\n")

    with pytest.raises(YamlError, match=r"mine\.yaml:3: it is indented with a tab"):
        targets.read("mine.yaml")


def test_every_fault_is_reported_at_once_with_its_line() -> None:
    said = faults(
        "platfrom: android\n"
        "runtimes: [onnxrt, executorch, executorch]\n"
        "precisions: [float32, in8]\n"
        "dynamic: yes\n"
        "profile:\n"
        '  warmup: "3"\n'
        "  threads: 1000\n"
        "  thread: 1\n"
        "limits:\n"
        "  int4: {cosine: 2, sqnr_db: 1}\n"
        "device_root: data/x\n"
    )

    assert said.splitlines() == [
        "mine.yaml is not a valid target",
        "  mine.yaml:1: platform: it is missing",
        "  mine.yaml:1: platfrom: unknown key; did you mean 'platform'?",
        "  mine.yaml:2: runtimes.0: no runtime called 'onnxrt'; did you mean 'onnxruntime'?",
        "  mine.yaml:2: runtimes.2: 'executorch' is listed twice",
        "  mine.yaml:3: precisions.1: no precision or scheme called 'in8'; did you mean 'int8'?",
        '  mine.yaml:4: dynamic: it should be a valid boolean, not "yes"',
        '  mine.yaml:6: profile.warmup: it should be a valid integer, not "3"',
        "  mine.yaml:7: profile.threads: it should be less than or equal to 256, not 1000",
        "  mine.yaml:8: profile.thread: unknown key; did you mean 'threads'?",
        "  mine.yaml:10: limits.int4.cosine: it should be less than or equal to 1, not 2",
        "  mine.yaml:10: limits.int4.metric_loss: it is missing",
        "  mine.yaml:10: limits.int4: precisions does not list 'int4'; use one of float32, in8",
        "  mine.yaml:11: device_root: 'data/x' must be absolute: it starts with no /",
    ]


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("platform", "windows", "no platform called 'windows'"),
        ("platform", "3", "valid string, not 3"),
        ("runtimes", "executorch", 'valid list, not "executorch"'),
        ("runtimes", "[]", "it is empty"),
        ("precisions", "[]", "it is empty"),
        ("precisions", "[qdq_static]", "a scheme of onnxruntime, which runtimes does not list"),
        ("precisions", "[weight_only_int8]", "weight_only_int8 is refused: weight-only linear"),
        ("runtimes", "[onnxruntime]\nbackend: coreml", "coreml is for executorch"),
        ("platform", "linux\nbackend: vulkan", "nothing on linux can execute vulkan"),
        ("backend", "coreml", "nothing on android can execute coreml"),
        ("backend", "xnnpak", "did you mean 'xnnpack'?"),
        ("models", "[digitz]", "did you mean 'digits'?"),
        ("models", "[]", "it is empty"),
        ("languages", "[cobol]", "no language called 'cobol'"),
        ("languages", "[]", "it is empty"),
        ("dynamic", "1", "valid boolean, not 1"),
        ("profile", "[1]", "keys and values"),
        ("profile", "{iterations: 0}", "greater than or equal to 1, not 0"),
        ("profile", "{threads: 1.5}", "valid integer, not 1.5"),
        ("limits", "{int8: {cosine: 1e999, sqnr_db: 1, metric_loss: 0}}", "finite number"),
        ("device_root", "/", "must name a folder plainly"),
        ("device_budget", "4 gigs", "is no size; write 500 MB or 4 GB"),
        ("device_root", "/data/../system", "must name a folder plainly"),
        ("device_root", "/a//b", "must name a folder plainly"),
        ("device_root", '"/a\\nb"', "must name a folder plainly"),
        ("models", f"[{'digits, ' * 200}]", "it lists too much"),
        ('"\\e[31m\\n"', "1", r"\x1b[31m\n: unknown key"),
    ],
)
def test_a_wrong_value_is_refused(key: str, value: str, said: str) -> None:
    assert said in faults(changed(key, value))


def test_a_runtime_with_nothing_to_do_is_refused() -> None:
    said = faults(
        LEAST.replace("[executorch]", "[executorch, onnxruntime]").replace("int8", "8da4w")
    )

    assert "mine.yaml:2: runtimes.1: onnxruntime has none of the precisions listed" in said


@pytest.mark.parametrize("text", ["", "[1]", "a", "- platform: android\n"])
def test_what_holds_no_keys_is_refused_with_those_it_needs(text: str) -> None:
    assert "platform, runtimes and precisions" in faults(text)


def test_many_faults_are_counted_instead_of_shown() -> None:
    said = faults("".join(f"key{number}: 1\n" for number in range(500)))

    assert "and 463 more" in said
    assert len(said.splitlines()) == 42


@pytest.mark.parametrize("value", ["x" * 100_000, "[" + "executorch, " * 50_000 + "]"])
def test_a_huge_value_gives_a_short_answer(value: str) -> None:
    assert len(faults(changed("runtimes", value))) < 20_000


def test_reading_a_target_imports_no_runtime() -> None:
    code = (
        "import sys; from sideload.host import targets; targets.read('android')\n"
        "print([name for name in ('torch', 'onnxruntime', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ("run: app\n", "languages must list"),
        (
            "run: app\nlanguages: [kotlin]\nrunner: ndk\nrunner_libraries: x\n",
            "an app has no runner",
        ),
        ("run: ap\n", "did you mean 'app'?"),
    ],
)
def test_an_app_measures_only_where_it_can_be_made(tmp_path: Path, changes: str, said: str) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(LEAST + changes)

    with pytest.raises(TargetError, match=re.escape(said)):
        targets.read(str(file))


def test_an_app_is_for_android(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(LEAST.replace("android", "linux") + "run: app\nlanguages: [kotlin]\n")

    with pytest.raises(TargetError, match="app is for the platform android"):
        targets.read(str(file))
