from sideload.protocols.adb import banner
from sideload.protocols.adb.banner import Banner
from tests.protocols.adb.hostile import garbage, mutated

PROPERTIES = {"ro.product.name": "sim", "ro.product.model": "A phone", "ro.product.device": "d"}


def test_a_banner_is_read_as_it_was_written() -> None:
    text = banner.build("device", properties=PROPERTIES, features=["shell_v2", "cmd"])

    read = banner.parse(text + b"\0")

    assert text.startswith(b"device::ro.product.name=sim;")
    assert read == Banner(
        kind="device", properties=PROPERTIES, features=frozenset({"shell_v2", "cmd"})
    )


def test_a_banner_from_before_there_were_features_has_none() -> None:
    read = banner.parse(b"device::ro.product.name=x;ro.product.model=y;\0")

    assert read.features == frozenset()
    assert read.properties["ro.product.model"] == "y"


def test_control_characters_do_not_reach_a_terminal() -> None:
    read = banner.parse(b"device::ro.product.model=\x1b[2Jevil\r\n;features=\x07a")

    assert read.properties["ro.product.model"].isprintable()
    assert all(feature.isprintable() for feature in read.features)


def test_any_bytes_make_a_banner_of_bounded_size() -> None:
    good = banner.build("device", properties=PROPERTIES, features=["shell_v2"])

    for data in (*garbage(300), *mutated(good, 300), b"=;" * (1 << 20), b"", b":::;;==,,"):
        read = banner.parse(data)

        assert sum(map(len, read.properties.values())) <= 16 << 10
