from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from sideload.host.chunks import Index
from sideload.stages._objects import ranges
from sideload.stages._objects.assembling import copies
from sideload.stages._objects.ranges import BLOCK_BYTES, LEAST_BYTES, PIECE_BYTES, Held, Sent

# Few kinds of chunks, so that files have much in common; sizes on both sides of every border.
SIZES = (1, 4095, 4096, 10_000, 40_000, 70_001, 1_100_000)
kinds = st.integers(0, len(SIZES) - 1)
chunk_lists = st.lists(kinds, max_size=12)


def _content(kind: int) -> bytes:
    """Bytes that tell where they are from."""
    return bytes((kind * 37 + at // 251) % 256 for at in range(min(SIZES[kind], 3000))).ljust(
        SIZES[kind], bytes([kind])
    )


CONTENT = [_content(kind) for kind in range(len(SIZES))]


def _index(name: str, chunks: Sequence[int]) -> Index:
    parts = tuple((bytes([kind] * 8), SIZES[kind]) for kind in chunks)
    return Index(sha256=name * 64, average=16384, chunks=parts)


def _bytes(chunks: Sequence[int]) -> bytes:
    return b"".join(CONTENT[kind] for kind in chunks)


def _copied(line: str, objects: Mapping[str, bytes]) -> bytes:
    """What `dd` or `cat` would give for a line of the recipe."""
    name, *numbers = line.split(" ")
    content = objects[name]
    if not numbers:
        return content
    block, skip, count = map(int, numbers)
    part = content[block * skip : block * (skip + count)]
    assert len(part) == block * count, "it asks for more than there is"
    return part


@given(chunk_lists, st.lists(chunk_lists, max_size=3))
def test_what_is_put_together_is_the_new_file(new: list[int], olds: list[list[int]]) -> None:
    names = "abc"[: len(olds)]
    steps = ranges.steps(_index("f", new), map(_index, names, olds))
    content, sha256 = _bytes(new), "f" * 64
    objects = {f"objects/{name * 64}": _bytes(old) for name, old in zip(names, olds, strict=True)}
    sent = [step for step in steps if isinstance(step, Sent)]
    objects |= {
        next(copies(sha256, step)): content[step.start : step.start + step.size_bytes]
        for step in sent
    }

    made = b"".join(_copied(line, objects) for step in steps for line in copies(sha256, step))

    assert made == content
    assert ranges.sent_bytes(steps) == sum(step.size_bytes for step in sent)


@given(chunk_lists, st.lists(chunk_lists, max_size=3))
def test_ranges_are_whole_blocks_worth_a_program_and_pieces_are_short(
    new: list[int], olds: list[list[int]]
) -> None:
    steps = ranges.steps(_index("f", new), map(_index, "abc", olds))

    held = [step for step in steps if isinstance(step, Held)]
    assert all(step.start % BLOCK_BYTES == step.size_bytes % BLOCK_BYTES == 0 for step in held)
    assert all(step.size_bytes >= LEAST_BYTES for step in held)
    assert all(0 < step.size_bytes <= PIECE_BYTES for step in steps if isinstance(step, Sent))


@given(chunk_lists)
def test_what_is_there_already_in_one_file_costs_no_more_than_its_ends(new: list[int]) -> None:
    steps = ranges.steps(_index("f", new), [_index("a", [0, *new, 3])])

    assert ranges.sent_bytes(steps) < max(LEAST_BYTES + 2 * BLOCK_BYTES, 1)


def test_files_that_were_cut_otherwise_have_nothing_in_common() -> None:
    new = _index("f", [4, 5, 6])
    old = Index(sha256="a" * 64, average=65536, chunks=new.chunks)

    assert ranges.sent_bytes(ranges.steps(new, [old])) == new.size_bytes
