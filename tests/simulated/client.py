"""A small adb client that waits for each answer: what the phone's tests look at it with."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils

from sideload.protocols.adb import banner, entries, keys, packets, shell, sync
from sideload.protocols.adb.packets import Header

TIMEOUT_S: Final = 20.0
FEATURES: Final = ("shell_v2", "stat_v2", "ls_v2", "sendrecv_v2", "fixed_push_mkdir", "cmd")
WITH_DELAYED_ACK: Final = (*FEATURES, "delayed_ack")


class GoneError(Exception):
    """The phone has closed the connection."""


class ClosedError(Exception):
    """The phone has closed the stream, or refused to open it."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How a command ended."""

    code: int
    out: bytes
    err: bytes = b""


class Key:
    """A key of 2048 bits, as a client has it."""

    def __init__(self) -> None:
        self._private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def sign(self, token: bytes) -> bytes:
        sha1 = utils.Prehashed(hashes.SHA1())  # noqa: S303 - what adb signs its tokens as
        return self._private.sign(token, padding.PKCS1v15(), sha1)

    @property
    def line(self) -> bytes:
        numbers = self._private.public_key().public_numbers()
        return keys.encode(keys.PublicKey(numbers.n, numbers.e), "tests@here")


class Client:
    """A connection; every method waits for what it needs, and raises where that cannot come."""

    def __init__(
        self,
        address: str,
        *,
        features: Sequence[str] = FEATURES,
        version: int = packets.VERSION,
        max_payload: int = packets.MAX_PAYLOAD,
    ) -> None:
        host, _, port = address.partition(":")
        self.socket = socket.create_connection((host, int(port)), TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.features = features
        self.version = version
        self.max_payload = max_payload
        self.has_delayed_ack = False
        self.banner = banner.Banner(kind="")
        self._agreed = packets.VERSION
        self._last_id = 0

    def close(self) -> None:
        self.socket.close()

    def send(self, command: int, arg0: int, arg1: int, payload: bytes = b"") -> None:
        checksum = packets.checksum(payload) if self._agreed == packets.VERSION_OLD else 0
        self.send_raw(packets.pack_header(command, arg0, arg1, len(payload), checksum) + payload)

    def send_raw(self, data: bytes) -> None:
        self.socket.sendall(data)

    def receive(self) -> tuple[Header, bytes]:
        header = packets.parse_header(self._exactly(packets.HEADER_SIZE))
        payload = self._exactly(header.size)
        is_summed = header.command == packets.CNXN or self._agreed == packets.VERSION_OLD
        if is_summed:
            assert header.checksum == packets.checksum(payload)
        return header, payload

    def _exactly(self, size_bytes: int) -> bytes:
        data = b""
        while len(data) < size_bytes:
            try:
                piece = self.socket.recv(size_bytes - len(data))
            except ConnectionError as error:
                raise GoneError from error
            if not piece:
                raise GoneError
            data += piece
        return data

    def greet(self) -> bytes:
        """Say what this client can do; the token to sign."""
        payload = banner.build("host", features=self.features)
        checksum = packets.checksum(payload)
        self.send_raw(
            packets.pack_header(
                packets.CNXN, self.version, self.max_payload, len(payload), checksum
            )
            + payload
        )
        header, token = self.receive()
        assert (header.command, header.arg0) == (packets.AUTH, packets.TOKEN)
        return token

    def prove(self, kind: int, proof: bytes) -> tuple[Header, bytes]:
        """Show a signature or a key; what the phone says to that."""
        self._agreed = packets.VERSION_OLD  # until more is known, sums do no harm
        self.send(packets.AUTH, kind, 0, proof)
        self._agreed = packets.VERSION
        header, payload = self.receive()
        if header.command == packets.CNXN:
            self._agreed = min(self.version, header.arg0)
            self.max_payload = min(self.max_payload, header.arg1)
            self.banner = banner.parse(payload)
            both = self.banner.features & set(self.features)
            self.has_delayed_ack = "delayed_ack" in both
        return header, payload

    def open(self, service: str) -> "Stream":
        """Open a stream.

        Raises:
            ClosedError: The phone has no such service.
        """
        self._last_id += 1
        window = packets.WINDOW if self.has_delayed_ack else 0
        self.send(packets.OPEN, self._last_id, window, service.encode() + b"\0")
        header, _ = self.receive()
        while header.arg1 != self._last_id:
            header, _ = self.receive()  # of a stream that nobody waits for any more
        if header.command == packets.CLSE:
            raise ClosedError
        assert header.command == packets.OKAY
        return Stream(self, self._last_id, header.arg0)

    def run(self, command: str, stdin: bytes = b"") -> Answer:
        """Run a command with `shell,v2:`."""
        stream = self.open(f"shell,v2,raw:{command}")
        with suppress(ClosedError):  # it may end before it has read anything
            if stdin:
                stream.write(shell.frame(shell.STDIN, stdin))
            stream.write(shell.frame(shell.CLOSE_STDIN))
        reader = shell.FrameReader()
        found: dict[int, bytes] = {shell.STDOUT: b"", shell.STDERR: b""}
        for kind, data in reader.feed(stream.rest()):
            found[kind] = found.get(kind, b"") + data
        return Answer(
            code=shell.exit_code(found[shell.EXIT]),
            out=found[shell.STDOUT],
            err=found[shell.STDERR],
        )

    def exec(self, command: str) -> bytes:
        """All that a command prints with `exec:`."""
        return self.open(f"exec:{command}").rest()

    def push(self, path: str, content: bytes, mode: int = 0o100644) -> str:
        """Store a file; empty, or why the phone did not."""
        stream = self.open("sync:")
        stream.write(sync.send_request(path, mode, is_v2="sendrecv_v2" in self.features))
        chunks = (
            content[at : at + sync.MAX_CHUNK] for at in range(0, len(content), sync.MAX_CHUNK)
        )
        stream.write(b"".join(sync.REQUEST.pack(sync.DATA, len(one)) + one for one in chunks))
        stream.write(sync.done(1_700_000_000))
        return stream.verdict()

    def pull(self, path: str) -> bytes:
        """A file's content.

        Raises:
            OSError: The phone says why not.
        """
        stream = self.open("sync:")
        stream.write(sync.receive_request(path, is_v2="sendrecv_v2" in self.features))
        content = b""
        while True:
            name, number = sync.REQUEST.unpack(stream.exactly(sync.REQUEST.size))
            if name == sync.DONE:
                return content
            data = stream.exactly(number)
            if name == sync.FAIL:
                raise OSError(data.decode())
            content += data

    def stat(self, path: str, name: bytes = sync.LSTAT_V2) -> tuple[entries.Status | None, int]:
        """A file's status, or the phone's `errno`."""
        stream = self.open("sync:")
        stream.write(sync.request(name, path))
        if name == sync.STAT:
            return entries.parse_stat_v1(stream.exactly(entries.STAT_V1_SIZE)), 0
        return entries.parse_stat_v2(stream.exactly(entries.STAT_V2_SIZE))

    def names(self, path: str, name: bytes = sync.LIST_V2) -> set[str]:
        """What is in a folder."""
        stream = self.open("sync:")
        stream.write(sync.request(name, path))
        size = entries.ENTRY_V2_SIZE if name == sync.LIST_V2 else entries.ENTRY_V1_SIZE
        found = set()
        while entry := entries.parse_entry(stream.exactly(size)):
            found.add(entries.parse_name(stream.exactly(entry[1])))
        return found


class Stream:
    """One stream; nothing else may happen on its connection meanwhile."""

    def __init__(self, client: Client, local_id: int, remote_id: int) -> None:
        self.local_id = local_id
        self.remote_id = remote_id
        self._client = client
        self._held = b""
        self._is_closed = False

    def write(self, data: bytes) -> None:
        """Send, and wait until the phone has taken it; what it says meanwhile is kept."""
        for start in range(0, len(data), self._client.max_payload):
            piece = data[start : start + self._client.max_payload]
            self._client.send(packets.WRTE, self.local_id, self.remote_id, piece)
            while self._next() != packets.OKAY:
                pass

    def exactly(self, size_bytes: int) -> bytes:
        """The next bytes that the phone sends."""
        while len(self._held) < size_bytes:
            self._next()
        data, self._held = self._held[:size_bytes], self._held[size_bytes:]
        return data

    def line(self) -> bytes:
        """The next line that the phone sends, with its end."""
        while b"\n" not in self._held:
            self._next()
        return self.exactly(self._held.index(b"\n") + 1)

    def rest(self) -> bytes:
        """All that comes until the phone closes the stream."""
        with suppress(ClosedError):
            while True:
                self._next()
        data, self._held = self._held, b""
        return data

    def verdict(self) -> str:
        """What `sync:` says of a file that was sent: empty, or the reason."""
        name, number = sync.REQUEST.unpack(self.exactly(sync.REQUEST.size))
        return "" if name == sync.OKAY else self.exactly(number).decode()

    def close(self) -> None:
        """Close it from this end."""
        self._client.send(packets.CLSE, self.local_id, self.remote_id)

    def _next(self) -> int:
        if self._is_closed:
            raise ClosedError
        header, payload = self._client.receive()
        if header.arg1 == self.local_id and header.command == packets.CLSE:
            self._is_closed = True
            raise ClosedError
        if header.arg1 == self.local_id and header.command == packets.WRTE:
            self._held += payload
            count = packets.pack_count(len(payload)) if self._client.has_delayed_ack else b""
            self._client.send(packets.OKAY, self.local_id, self.remote_id, count)
        return header.command


@contextmanager
def connected(
    address: str,
    key: Key,
    *,
    features: Sequence[str] = FEATURES,
    version: int = packets.VERSION,
    max_payload: int = packets.MAX_PAYLOAD,
) -> Iterator[Client]:
    """A client that the phone has let in."""
    client = Client(address, features=features, version=version, max_payload=max_payload)
    try:
        token = client.greet()
        header, _ = client.prove(packets.SIGNATURE, key.sign(token))
        if header.command == packets.AUTH:
            header, _ = client.prove(packets.PUBLIC_KEY, key.line + b"\0")
        assert header.command == packets.CNXN
        yield client
    finally:
        client.close()
