"""Who is there: versions and features are agreed on, then the client proves that it is trusted."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sideload.errors import ProtocolError
from sideload.protocols.adb import banner, keys, packets
from sideload.simulated.android.phone import Phone

_SHOWN: Final = ("ro.product.name", "ro.product.model", "ro.product.device")
# No client takes less; with a limit of nothing, nothing could ever be sent.
_LEAST_LIMIT: Final = 256


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """What both ends can do; `max_payload` is in bytes, per packet."""

    version: int
    max_payload: int
    has_delayed_ack: bool

    @property
    def has_checksums(self) -> bool:
        """Does every packet carry the sum of its bytes?"""
        return self.version < packets.VERSION_NO_CHECKSUM


class Handshake:
    """The state before a connection is of use; each method gives a packet to send, or none.

    `is_own` says whether the client belongs to whoever started the phone.
    """

    def __init__(self, phone: Phone, is_own: Callable[[], bool]) -> None:
        identity = phone.identity()
        self.is_done = False
        self.agreement = Agreement(
            version=identity.version, max_payload=identity.max_payload, has_delayed_ack=False
        )
        self._identity = identity
        self._phone = phone
        self._is_own = is_own
        self._token = b""

    def connect(self, version: int, max_payload: int, payload: memoryview) -> packets.Packet:
        """The client says what it can do; ask it to sign a token.

        Raises:
            ProtocolError: It can do too little.
        """
        if max_payload < _LEAST_LIMIT:
            raise ProtocolError(
                f"a client takes no more than {max_payload} bytes", remedy=packets.REMEDY
            )
        both = banner.parse(payload).features & set(self._identity.features)
        self.is_done = False
        self.agreement = Agreement(
            version=min(version, self._identity.version),
            max_payload=min(max_payload, self._identity.max_payload),
            has_delayed_ack="delayed_ack" in both,
        )
        return self._challenge()

    def authenticate(self, kind: int, proof: bytes) -> packets.Packet | None:
        """A signature, or a public key to be trusted from now on."""
        refuses = any(fault.refuses_key() for fault in self._phone.faults)
        if kind == packets.SIGNATURE and self._token:
            asks = any(fault.key_delay_s() for fault in self._phone.faults)
            signed = self._phone.keys.signed(self._token, proof, is_known=asks)
            is_trusted = not refuses and signed
            return self._welcome() if is_trusted else self._challenge()
        if kind == packets.PUBLIC_KEY and self._token and not refuses and self._accepts(proof):
            return self._welcome()
        return None  # as if nobody had touched the question on the screen

    def _accepts(self, key: bytes) -> bool:
        # Whoever is let in runs programs with our user's rights, so no other user is.
        return self._is_own() and self._phone.keys.remember(key)

    def _challenge(self) -> packets.Packet:
        self._token = secrets.token_bytes(keys.TOKEN_SIZE)
        return packets.Packet(packets.AUTH, packets.TOKEN, 0, self._token)

    def _welcome(self) -> packets.Packet:
        self.is_done = True
        self._token = b""
        payload = banner.build(
            "device",
            properties={name: self._phone.properties[name] for name in _SHOWN},
            features=self._identity.features,
        )
        return packets.Packet(
            packets.CNXN, self._identity.version, self._identity.max_payload, payload
        )
