from pathlib import Path

import pytest

from sideload import platforms
from sideload.facts import Battery, Cluster, Load, PhoneFacts, Program, Zone
from sideload.measure import conditions
from sideload.platforms._facts.script import SECTIONS

PHONES = Path(__file__).parent / "phones"
NAMES = sorted(file.stem for file in PHONES.glob("*.txt"))


def facts(name: str) -> PhoneFacts:
    return platforms.get("android").facts((PHONES / f"{name}.txt").read_bytes())


def heat(found: PhoneFacts) -> dict[str, float]:
    return {zone.name: zone.celsius for zone in found.zones}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_answers_has_every_section_and_says_that_nobody_recorded_it(name: str) -> None:
    text = (PHONES / f"{name}.txt").read_text()
    marks = [line.split()[-1] for line in text.splitlines() if line.startswith("--- sideload ")]

    assert marks == [*SECTIONS, "end"]
    assert text.startswith("Written after the documented formats; not recorded from a phone.\n")


def test_a_phone_that_answers_everything_is_known_whole() -> None:
    found = facts("pixel_8")

    assert (found.model, found.soc, found.system) == (
        *("Pixel 8", "Google Tensor G3", "Android 15 (API 35)"),
    )
    assert found.kernel == "5.15.148-android14-11-gabcdef123456-ab12345678"
    assert (found.abis, found.page_bytes) == (("arm64-v8a",), 4096)
    assert (found.ram_bytes, found.available_bytes) == (7698320 * 1024, 3204560 * 1024)
    assert (found.thermal_status, found.screen, found.saves_power) == (0, "on", False)
    assert found.battery == Battery(
        percent=82.0, celsius=28.7, status="charging", is_plugged=True, volts=4.215
    )
    assert found.battery.is_charging
    assert (found.free_bytes, found.uptime_s) == (71559180 * 1024, 93211.52)
    assert (found.boot_id[:8], found.clock_s, found.selinux) == (
        *("0f1e2d3c", 1_760_000_000, "Enforcing"),
    )
    assert found.unknown == ("supply",)


def test_cores_come_in_clusters_with_their_kinds_and_frequencies() -> None:
    found = facts("pixel_8")

    assert (found.cores, found.cores_online) == (9, 9)
    assert found.clusters == (
        Cluster(
            cores=(0, 1, 2, 3),
            kind="Cortex-A510",
            max_khz=1_704_000,
            cap_khz=1_704_000,
            now_khz=324_000,
        ),
        Cluster(
            cores=(4, 5, 6, 7),
            kind="Cortex-A715",
            max_khz=2_367_000,
            cap_khz=2_367_000,
            now_khz=402_000,
        ),
        Cluster(
            cores=(8,), kind="Cortex-X3", max_khz=2_914_000, cap_khz=2_914_000, now_khz=500_000
        ),
    )
    assert found.features == (*("neon", "fp16", "dotprod", "bf16", "i8mm", "sve", "sve2"),)


def test_other_load_is_what_happened_between_two_looks_and_by_whom() -> None:
    load = facts("pixel_8").load

    assert load == Load(
        busy=round(27 / 177, 3),
        programs=(
            Program(name="system_server", share=round(16 / 177, 3)),
            Program(name="odd) (name", share=round(2 / 177, 3)),
        ),
        averages=(11.42, 11.1, 10.97),
    )


def test_temperatures_are_those_of_now_without_what_is_no_thermometer() -> None:
    assert heat(facts("pixel_8")) == {
        "VIRTUAL-SKIN": 31.5,
        "battery": 28.7,
        "BIG": 44.0,
        "MID": 42.0,
        "LITTLE": 41.0,
        "G3D": 39.0,
        "TPU": 38.0,
    }


def test_a_phone_in_trouble_says_all_of_it() -> None:
    found = facts("galaxy_s23")

    assert {doubt.kind: doubt.said for doubt in conditions.doubts(found, None)} == {
        "heat": "it throttled (moderate) beforehand",
        "frequency": "cores 3-6 were held at 2.11 of 2.80 GHz beforehand",
        "saver": "its battery saver was on beforehand",
        "battery": "its battery was charged from 14 % beforehand",
        "cores": "1 of its 8 cores was off beforehand",
        "load": "other programs, above all surfaceflinger, used 50 % of its processor beforehand",
        "memory": "only 4 % of its memory was free beforehand",
    }
    assert found.battery.amperes == 0.412
    assert heat(found) == {
        "SKIN": 43.1,
        "BAT": 41.2,
        "AP": 71.0,
        "cpuss-0": 71.0,
        "cpu-1-0-0": 78.0,
        "gpuss-0": 62.0,
        "xo-therm": 43.1,
    }


def test_an_old_phone_is_understood_in_its_own_units() -> None:
    found = facts("android_8")

    assert heat(found) == {
        "tsens_tz_sensor0": 38.0,
        "tsens_tz_sensor1": 41.0,
        "battery": 31.5,
        "pm8953_tz": 37.0,
        "xo_therm": 33.0,
    }
    assert (found.battery.celsius, found.battery.volts) == (31.5, 3.85)
    assert (found.battery.status, found.battery.is_charging) == ("discharging", False)
    assert (found.screen, found.saves_power) == ("off", False)
    assert (found.thermal_status, found.page_bytes, found.load.busy) == (None, None, None)
    assert found.soc == "msm8953"
    assert found.clusters[0].kind == "Kryo 2xx silver"
    assert found.clock_s == 1200


def test_an_emulator_has_no_clusters_and_pages_of_its_own_size() -> None:
    found = facts("emulator")

    assert (found.clusters, found.cores, found.page_bytes) == ((), 4, 16_384)
    assert found.abis == ("x86_64", "arm64-v8a")
    assert found.features == ("avx", "avx2", "fma", "f16c")
    assert found.soc == "AOSP ranchu"
    assert found.battery.volts == 5.0


def test_a_phone_that_refuses_nearly_everything_is_known_by_its_kernel() -> None:
    found = facts("locked_down")

    assert (found.model, found.system, found.abis, found.boot_id) == ("", "", (), "")
    assert found.soc == "MT6785V/CD"
    assert (found.cores, found.cores_online) == (8, 5)
    assert [(c.cores, c.kind) for c in found.clusters] == [
        ((0, 1, 2, 3, 4, 5), "Cortex-A55"),
        ((6, 7), "Cortex-A76"),
    ]
    assert found.available_bytes == 700_000 * 1024
    assert found.battery == Battery(
        percent=97.0, status="not charging", is_plugged=True, volts=4.35, amperes=-5.423
    )
    assert found.zones == (Zone(name="mtktscpu", celsius=45.12),)
    assert (found.thermal_status, found.screen, found.saves_power) == (None, "", None)
    assert (found.free_bytes, found.uptime_s, found.clock_s) == (None, None, None)
    assert "properties" in found.unknown
