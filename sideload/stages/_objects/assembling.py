"""Put a file together on the device, from parts of what it holds and from pieces that were sent."""

import secrets
from collections.abc import Iterable, Iterator
from typing import Final

from sideload.stages._objects import shell
from sideload.stages._objects.ranges import BLOCK_BYTES, Sent, Step
from sideload.transports import Connection

# A block of this size is copied as fast as any; the borders of a range need the small ones.
_LARGE_BYTES: Final = 1 << 20
_LARGE_BLOCKS: Final = _LARGE_BYTES // BLOCK_BYTES
# Fed the output first, then lines of: file, size of a block, blocks to skip, blocks to copy; or
# a file alone for all of it. Nothing in it is younger than 2015: not even `head -c` is needed.
# `dd` counts on stderr, and says there what is wrong; it is heard only then.
_ASSEMBLE: Final = """
read -r made
while read -r file size skip count; do
  if [ -z "$size" ]; then cat "$file" >&3
  else said=$(dd if="$file" bs="$size" skip="$skip" count="$count" 2>&1 >&3) ||
    { echo "$said" >&2; false; }
  fi || exit 1
done 3>"$made"
""".strip()
# A disk of a slow phone writes this much between two words of it.
_WITHIN_S: Final = 600.0


def piece(sha256: str, step: Sent) -> str:
    """Where a piece of the file of that hash goes, relative to the store."""
    return f"incoming/{sha256}.{step.start}.{step.size_bytes}"


def assemble(connection: Connection, root: str, sha256: str, steps: Iterable[Step]) -> str:
    """Put the file of that hash together; the path, relative to the store, of what came out.

    Raises:
        DeviceFullError: There is no space for it.
        DeviceCommandError: Something that it is made of is not there any more.
    """
    made = f"incoming/{sha256}.{secrets.token_hex(4)}.made"
    lines = [line for step in steps for line in copies(sha256, step)]
    shell.run(
        connection,
        root,
        _ASSEMBLE,
        doing="put a file together",
        lines=[made, *lines],
        timeout_s=_WITHIN_S,
    )
    return made


def copies(sha256: str, step: Step) -> Iterator[str]:
    """The lines for one step."""
    if isinstance(step, Sent):
        yield piece(sha256, step)
        return
    place = f"objects/{step.sha256}"
    at, end = step.start // BLOCK_BYTES, (step.start + step.size_bytes) // BLOCK_BYTES
    first = min(end, -(-at // _LARGE_BLOCKS) * _LARGE_BLOCKS)
    last = max(first, end // _LARGE_BLOCKS * _LARGE_BLOCKS)
    if first > at:
        yield f"{place} {BLOCK_BYTES} {at} {first - at}"
    if last > first:
        large = (first // _LARGE_BLOCKS, (last - first) // _LARGE_BLOCKS)
        yield f"{place} {_LARGE_BYTES} {large[0]} {large[1]}"
    if end > last:
        yield f"{place} {BLOCK_BYTES} {last} {end - last}"
