"""A content-addressed store on a device: `objects/<sha256>`, and manifests that name them.

    <root>/objects/<sha256>            content, under its final name only when its hash is right
    <root>/index/<sha256>              where its chunks begin, so that new files are made of them
    <root>/incoming/<sha256>.part      content on its way, which an interrupted push continues
    <root>/incoming/<sha256>.*         pieces on their way, and what is being made of them
    <root>/deployments/<key>/<name>    links to objects, under the names that a bundle gives them
    <root>/deployments/<key>.json      what the deployment holds, written last
    <root>/users/<host>/<key>          who uses it, and since when

Nothing on the device but toybox is needed. One run at a time may write; the caller holds the lock.
"""

from sideload.stages._objects.removal import remove_deployment, remove_unnamed
from sideload.stages._objects.storing import Stored, store
from sideload.stages._objects.survey import present

__all__ = ["Stored", "present", "remove_deployment", "remove_unnamed", "store"]
