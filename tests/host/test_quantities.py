import pytest

from sideload.host import quantities


@pytest.mark.parametrize(
    ("size_bytes", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.00 kB"),
        (38_230, "38.2 kB"),
        (1_430_000, "1.43 MB"),
        (256_000_000, "256 MB"),
        (999_999, "1000 kB"),
        (5 * 10**9, "5.00 GB"),
        (7 * 10**12, "7000 GB"),
    ],
)
def test_sizes_have_three_digits_and_a_decimal_unit(size_bytes: int, said: str) -> None:
    assert quantities.size(size_bytes) == said


@pytest.mark.parametrize(
    ("time_ns", "said"),
    [(0, "0 ns"), (999, "999 ns"), (2_310, "2.31 µs"), (12_345_678, "12.3 ms"), (5e9, "5.00 s")],
)
def test_times_have_the_unit_that_suits(time_ns: float, said: str) -> None:
    assert quantities.duration(time_ns) == said


@pytest.mark.parametrize(
    ("time_s", "said"),
    [
        (0.04, "0.0 s"),
        (3.21, "3.2 s"),
        (99.9, "99.9 s"),
        (125, "2 min 05 s"),
        (3600, "60 min 00 s"),
    ],
)
def test_waiting_is_counted_in_seconds_and_minutes(time_s: float, said: str) -> None:
    assert quantities.seconds(time_s) == said


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [("4 GB", 4_000_000_000), ("500MB", 500_000_000), ("1.5 kB", 1500), ("0.0001 kB", None)]
    + [(text, None) for text in ("", "4", "4 gb", "-1 GB", "1e3 GB", "4 GB ", "٤ GB", "0 GB")],
)
def test_a_size_is_read_as_it_is_written(text: str, size_bytes: int | None) -> None:
    assert quantities.parse_size(text) == size_bytes
