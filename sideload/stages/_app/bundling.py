"""A bundle whose runner is an app: one APK with one model."""

from collections.abc import Sequence
from typing import Final

from sideload import projects
from sideload.errors import AbiError
from sideload.projects.android.apk import Packaging
from sideload.stages import apk, bind
from sideload.stages._app.installing import APK
from sideload.stages._items import Item
from sideload.stages._memory import Look
from sideload.values import Apk, Artifact, Bundle, PayloadFile

# What a target's `run` says where it is not the shell.
APP: Final = "app"


def check(items: Sequence[Item]) -> None:
    """Refuse, before anything is exported, what no app can be made of or with.

    Raises:
        SideloadError: As `stages.apk` says.
    """
    wanted = [item for item in items if item.target.run == APP]
    if wanted:
        apk.check(wanted, Packaging())


def look(item: Item, artifact: Artifact, abi: str) -> Look[Bundle]:
    """The bundle, if nothing that its APK depends on has changed.

    Raises:
        SideloadError: As `stages.apk` says.
    """
    language = projects.get(item.target.platform).language
    if bind.look(item, artifact, language).value is None:
        return Look(value=None, why=apk.NEEDED)
    found = apk.look([(item, artifact)], Packaging())
    return Look(value=_bundle(artifact, abi, found.value) if found.value else None, why=found.why)


def bundle(item: Item, artifact: Artifact, abi: str) -> Bundle:
    """An app that measures this artifact, for devices of this instruction set.

    Raises:
        AbiError: The runtime's library for Android has no native code for it.
        SideloadError: As `stages.apk` says.
    """
    made = apk.apk([(item, artifact)], Packaging())
    if made.abis and abi not in made.abis:
        raise AbiError(
            f"the app has native code for {' and '.join(made.abis)}, and the device needs {abi}",
            remedy="sideload bundle --apk --aar FILE, with the runtime's own library for Android; "
            "put it into aars/ to stay",
        )
    return _bundle(artifact, abi, made)


def _bundle(artifact: Artifact, abi: str, made: Apk) -> Bundle:
    return Bundle(
        artifact=artifact,
        abi=abi,
        command=(),
        environment={},
        payload=(PayloadFile(name=APK, file=made.file),),
        key=made.key,
        app=made,
    )
