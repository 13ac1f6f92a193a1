"""A real adbd on loopback, without root: Debian's, with files and properties of its own.

with real_adbd(tmp_path) as phone:
    connection = transports.get("adb").connect(phone.address)
"""

from tests.devices.real_adbd.parts import Parts, parts, required
from tests.devices.real_adbd.running import RealPhone, real_adbd

__all__ = ["Parts", "RealPhone", "parts", "real_adbd", "required"]
