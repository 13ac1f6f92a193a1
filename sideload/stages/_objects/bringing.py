"""One run that brings content to a device: what goes how, whether it fits, whether it is right."""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from sideload.errors import DeviceFullError, HashMismatchError, HostFileError
from sideload.host import chunks, files, quantities
from sideload.stages._objects.delivering import Delivery, Indexes, plan
from sideload.stages._objects.manifest import Stamp
from sideload.stages._objects.naming import name
from sideload.stages._objects.proving import Proof, discard, prove
from sideload.stages._objects.ranges import Held
from sideload.stages._objects.room import Need, make_room
from sideload.stages._objects.survey import Survey
from sideload.stages._objects.uploading import Upload
from sideload.transports import Connection
from sideload.values import PayloadFile

_MAKE_ROOM: Final = "sideload clean --device, or delete something on the phone"


@dataclass(kw_only=True)
class Bringing:
    """What is known on the way.

    `places` are the paths of content that is right, with its hash, and `right` are their stamps
    from before that was proven. Of the hashes in `indexed` an index has come, and of those in
    `leftovers` something may be left in `incoming`.
    """

    connection: Connection
    root: str
    found: Survey
    wanted: Mapping[str, PayloadFile]
    upload: Upload
    right: dict[str, Stamp] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    indexed: list[str] = field(default_factory=list)
    leftovers: set[str] = field(default_factory=set)

    def bring(self, *, keep: Collection[str], budget_bytes: int | None) -> None:
        """Have each wanted object on the device, its content proven."""
        discard(self.connection, self.root, self.found.odd)
        objects, proven = self.found.objects, self.found.proven()
        held = self.wanted.keys() & objects.keys()
        self.upload.skip(sum(self.wanted[sha256].file.size_bytes for sha256 in held))
        self.right = {f"objects/{sha256}": objects[sha256] for sha256 in held & proven}
        doubtful = {f"objects/{sha256}": sha256 for sha256 in held - proven}
        missing = [file for sha256, file in self.wanted.items() if sha256 not in held]
        unindexed = [self.wanted[sha256] for sha256 in held - self.found.indexes.keys()]
        with ThreadPoolExecutor(1) as pool:
            indexes = Indexes(pool, [*missing, *unindexed])
            planned = plan(self.connection, self.root, self.found, missing, indexes)
            deliveries = self._fitting(planned, keep, budget_bytes)
            arrived = self._sent(deliveries, self.found.incoming)
            indexes.wait()
            self.indexed = self.upload.indexes([*missing, *unindexed])
        self._accept({**arrived, **doubtful}, deliveries)

    def named(self, key: str, payload: Sequence[PayloadFile]) -> dict[str, Stamp]:
        """Name everything in the deployment `key`; the stamps of all objects, by hash."""
        moves = {
            place: f"objects/{sha256}"
            for place, sha256 in self.places.items()
            if not place.startswith("objects/")
        }
        moves |= {f"incoming/{sha256}.index": f"index/{sha256}" for sha256 in self.indexed}
        stamps = name(
            self.connection,
            self.root,
            key,
            payload,
            moves=moves,
            leftovers=self.leftovers,
        )
        changed = [
            sha256
            for place, sha256 in self.places.items()
            if sha256 not in stamps or not stamps[sha256].has_content_of(self.right[place])
        ]
        if changed:
            discard(self.connection, self.root, [f"objects/{sha256}" for sha256 in changed])
            raise HashMismatchError(
                f"something on {self.connection.device.serial} changed a file while it was stored:"
                f" {', '.join(self.wanted[sha256].name for sha256 in sorted(changed))}",
                remedy="run the command again; nothing wrong was kept",
            )
        return stamps

    def _fitting(
        self, deliveries: list[Delivery], keep: Collection[str], budget_bytes: int | None
    ) -> list[Delivery]:
        """The same where there is room for it, made if need be; else all sent straight."""
        hashes = {*self.wanted, *_sources(deliveries)}
        need = Need(
            space_bytes=_space(deliveries, self.found),
            hashes=hashes,
            keys=keep,
            budget_bytes=budget_bytes,
        )
        try:
            make_room(self.connection, self.root, self.found, need)
        except DeviceFullError:
            if hashes == self.wanted.keys():
                raise
            # What a file could be made of may have to go for it.
            return self._fitting([Delivery(file=d.file) for d in deliveries], keep, budget_bytes)
        return deliveries

    def _sent(self, deliveries: Sequence[Delivery], incoming: Mapping[str, int]) -> dict[str, str]:
        needed_bytes = _space(deliveries, self.found)
        begun = {path.removeprefix("incoming/")[:64] for path in incoming}
        self.leftovers |= self.wanted.keys() & (begun | {d.sha256 for d in deliveries if d.steps})
        try:
            return self.upload.bring(deliveries, incoming)
        except DeviceFullError as error:
            free = self.found.free_bytes
            available = "unknown" if free is None else quantities.size(free)
            raise DeviceFullError(
                f"{self.connection.device.serial}: {error.problem}"
                f" ({quantities.size(needed_bytes)} needed, {available} available)",
                remedy=_MAKE_ROOM,
            ) from error

    def _accept(self, places: Mapping[str, str], deliveries: Sequence[Delivery]) -> None:
        """Prove what is there; what is wrong is sent once more, straight and from its start."""
        proof = prove(self.connection, self.root, places)
        self._keep(proof, places)
        if not proof.wrong:
            return
        wrong = [self.wanted[places[place]] for place in proof.wrong]
        for file in wrong:
            _check_here(file)
        self._distrust([d for d in deliveries if d.steps and d.file in wrong])
        again = self._sent([Delivery(file=file) for file in wrong], {})
        proof = prove(self.connection, self.root, again)
        self._keep(proof, again)
        if proof.wrong:
            names = ", ".join(sorted(self.wanted[again[place]].name for place in proof.wrong))
            raise HashMismatchError(
                f"{self.connection.device.serial} twice received something else than was sent:"
                f" {names}",
                remedy="try another cable or network, or restart the phone; nothing wrong was kept",
            )

    def _keep(self, proof: Proof, places: Mapping[str, str]) -> None:
        self.right |= proof.right
        self.places |= {place: places[place] for place in proof.right}

    def _distrust(self, deliveries: Sequence[Delivery]) -> None:
        """What was put together is wrong, so an index lies, here or on the device."""
        for sha256 in _sources(deliveries):
            chunks.forget(sha256)
        paths = [f"index/{sha256}" for sha256 in _sources(deliveries)]
        discard(self.connection, self.root, paths)


def _sources(deliveries: Sequence[Delivery]) -> set[str]:
    """The objects of the device that something is to be made of."""
    steps = (step for delivery in deliveries for step in delivery.steps)
    return {step.sha256 for step in steps if isinstance(step, Held)}


def _space(deliveries: Sequence[Delivery], found: Survey) -> int:
    return sum(delivery.space_bytes(found.incoming) for delivery in deliveries)


def _check_here(file: PayloadFile) -> None:
    # Before the phone is blamed: what was sent may not be what was hashed.
    if files.sha256(file.file.path) != file.file.sha256:
        raise HostFileError(
            f"{file.file.path} has changed since it was bundled",
            remedy="run the command again, which bundles it anew",
        )
