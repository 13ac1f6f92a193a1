"""Where a device listens: `HOST`, `HOST:PORT` or `[IPV6]:PORT`."""

from typing import Final, NamedTuple

from sideload.errors import NoDeviceError

# What `adb tcpip` uses, and what everybody leaves out.
_PORT: Final = 5555
_MOST_PORT: Final = 65535


class Address(NamedTuple):
    """A host and a TCP port; as text, what adb calls the device."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def parse(text: str) -> Address:
    """Read an address.

    Raises:
        NoDeviceError: This is none.
    """
    host, colon, port = text.strip().rpartition(":")
    if not colon or port.endswith("]") or (":" in host and not host.startswith("[")):
        host, port = text.strip(), str(_PORT)
    host = host.removeprefix("[").removesuffix("]")
    is_number = port.isascii() and port.isdigit() and 0 < int(port) <= _MOST_PORT
    if not host or not is_number or not host.isprintable() or " " in host:
        raise NoDeviceError(
            f"{text!r} is no address of a device", remedy="use HOST:PORT, as in 192.168.1.20:5555"
        )
    return Address(host, int(port))
