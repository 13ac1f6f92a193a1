"""What is pushed is really executed, with the libraries that came with it."""

import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from sideload.simulated import RunningPhone
from tests.requires import require
from tests.simulated.client import Client

FOLDER: Final = "/data/local/tmp/sideload/deployments/it's a model"
LIBRARY: Final = 'const char *answer(void) { return "library %d"; }\n'
RUNNER: Final = """
#include <stdio.h>
#include <stdlib.h>
const char *answer(void);
int main(int argc, char **argv) {
    FILE *model = fopen(argv[argc - 1], "r");
    char text[64] = "";
    if (!model || !fgets(text, sizeof text, model)) { fputs("no model\\n", stderr); return 3; }
    printf("%s %s %s\\n", answer(), text, getenv("SAID") ? getenv("SAID") : "nothing");
    return 0;
}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runner and two versions of the library that it needs."""
    compiler = shutil.which("cc")
    require(compiler is not None, "no C compiler: install gcc or clang")
    folder = tmp_path_factory.mktemp("built")
    (folder / "runner.c").write_text(RUNNER)
    for number in (1, 2):
        (folder / f"answer{number}.c").write_text(LIBRARY % number)
        (folder / str(number)).mkdir()
        library = f"{number}/libanswer.so"
        _build(folder, "-shared", "-fPIC", "-o", library, f"answer{number}.c")
    _build(folder, "-o", "runner", "runner.c", "-L1", "-lanswer")
    return folder


def _build(folder: Path, *arguments: str) -> None:
    subprocess.run(["cc", *arguments], cwd=folder, check=True, timeout=60)


@pytest.fixture
def deployed(built: Path, client: Client) -> Client:
    """A client of a phone that has it all."""
    client.push(f"{FOLDER}/runner", (built / "runner").read_bytes(), 0o100755)
    for number in (1, 2):
        content = (built / str(number) / "libanswer.so").read_bytes()
        client.push(f"{FOLDER}/lib {number}/libanswer.so", content)
    client.push(f"{FOLDER}/m.pte", b"weights")
    return client


def test_a_runner_finds_libraries_and_model_by_the_phones_paths(deployed: Client) -> None:
    folder = shlex.quote(FOLDER)
    for number in (1, 2):
        library = shlex.quote(f"{FOLDER}/lib {number}")
        for model in ("m.pte", "./m.pte", shlex.quote(f"{FOLDER}/m.pte")):
            answer = deployed.run(
                f"cd {folder} && LD_LIBRARY_PATH={library} SAID='a b' ./runner --model {model}"
            )
            assert answer.out == f"library {number} weights a b\n".encode()


def test_a_runner_without_its_library_says_so(deployed: Client) -> None:
    answer = deployed.run(f"cd {shlex.quote(FOLDER)} && ./runner m.pte")

    assert answer.code == 127
    assert b"libanswer.so" in answer.err


def test_a_runner_may_be_reached_over_links(deployed: Client) -> None:
    folder = shlex.quote(FOLDER)
    script = f"""
        cd {folder} && mkdir -p run && cd run && ln -sf ../runner runner
        ln -sf {folder}/m.pte model && ln -sf "../lib 2/libanswer.so" libanswer.so
        LD_LIBRARY_PATH={folder}/run ./runner model
    """

    assert deployed.run(script).out == b"library 2 weights nothing\n"


def test_a_runner_that_fails_is_believed(deployed: Client) -> None:
    folder = shlex.quote(FOLDER)
    answer = deployed.run(f"cd {folder} && LD_LIBRARY_PATH='lib 1' ./runner nothing")

    assert (answer.code, answer.out, answer.err) == (3, b"", b"no model\n")


def test_a_file_that_is_not_executable_is_refused(client: Client) -> None:
    client.push("/data/local/tmp/plain", b"#!/bin/sh\necho ran\n", 0o100644)
    answer = client.run("/data/local/tmp/plain")

    assert answer.code == 126
    assert b"ermission denied" in answer.err


def test_a_binary_of_another_machine_is_refused(client: Client) -> None:
    client.push("/data/local/tmp/other", b"\x7fELF\x02\x01\x01" + bytes(57), 0o100755)

    assert client.run("/data/local/tmp/other").code in {2, 126, 127}


def test_a_shell_script_is_executed(client: Client, phone: RunningPhone) -> None:
    script = b"#!/bin/sh\necho $0 $1; cd /; exit 4\n"
    client.push("/data/local/tmp/script.sh", script, 0o100755)
    for command in ("/data/local/tmp/script.sh x", "sh /data/local/tmp/script.sh x"):
        answer = client.run(command)
        assert (answer.code, answer.out) == (4, b"/data/local/tmp/script.sh x\n")
    assert phone.root.is_dir()
