"""The name of a library in Maven repositories, and where each kind of repository keeps it."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from sideload.errors import ProjectError


@dataclass(frozen=True, kw_only=True)
class Coordinate:
    """`group:artifact:version:kind`, as Maven writes it."""

    group: str
    artifact: str
    version: str
    kind: str

    @classmethod
    def of(cls, text: str) -> "Coordinate":
        """From `group:artifact:version`, with the kind after it where that is no jar.

        Raises:
            ProjectError: It is nothing of the sort.
        """
        parts = (*text.split(":"), "jar")[:4]
        if (
            len(parts) != len("gavk")
            or not all(parts)
            or {"..", ""} & set("/".join(parts).split("/"))
        ):
            raise ProjectError(
                f"{text!r} names no library", remedy="group:artifact:version, in android.toml"
            )
        group, artifact, version, kind = parts
        return cls(group=group, artifact=artifact, version=version, kind=kind)

    @property
    def file_name(self) -> str:
        """What the file is called, everywhere."""
        return f"{self.artifact}-{self.version}.{self.kind}"

    @property
    def folder(self) -> PurePosixPath:
        """Where it lies in a repository of Maven's."""
        return PurePosixPath(*self.group.split("."), self.artifact, self.version)

    def __str__(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}:{self.kind}"
