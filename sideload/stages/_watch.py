"""Every device that can be seen from here, the simulated ones among them, once or continually."""

import queue
from collections.abc import Callable, Generator, Iterator
from functools import partial
from threading import Event, Thread
from typing import Final, TypeAlias

from sideload import platforms, simulated, transports
from sideload.stages import _ways
from sideload.values import Device

Seen: TypeAlias = tuple[tuple[str, Device], ...]
Source: TypeAlias = Callable[[Event], Iterator[Seen]]
News: TypeAlias = "queue.Queue[tuple[int, Seen | BaseException]]"

_PERIOD_S: Final = 1.0
# What a source may still be waiting for when it is told to stop; it is then left to itself.
_STOPPED_WITHIN_S: Final = 0.5


def seen(platform: str) -> Seen:
    """Every device once, with the name of the transport by which it is reached."""
    return _ways.distinct((*_simulated(platform), *_ways.attached(platform)))


def changes(platform: str) -> Generator[Seen, None, None]:
    """The same now, and again after each change, for as long as anybody asks.

    Each source is watched in a thread, so that a slow one does not hold up the others.
    """
    names = platforms.get(platform).transports
    sources = [partial(_simulated_again, platform), *(partial(_attached, name) for name in names)]
    news: News = queue.Queue()
    stop = Event()
    threads = [
        Thread(target=_tell, args=(source, stop, at, news), daemon=True)
        for at, source in enumerate(sources)
    ]
    for thread in threads:
        thread.start()
    try:
        yield from _merged(news, len(sources))
    finally:
        stop.set()
        for thread in threads:
            thread.join(_STOPPED_WITHIN_S)


def _tell(source: Source, stop: Event, at: int, news: News) -> None:
    try:
        for found in source(stop):
            news.put((at, found))
    except BaseException as error:  # noqa: BLE001 - raised again where the news are read
        news.put((at, error))


def _merged(news: News, count: int) -> Iterator[Seen]:
    """What all sources see together, once each has said something, and when that changes."""
    known: dict[int, Seen] = {}
    shown: Seen | None = None
    while True:
        at, found = news.get()
        if isinstance(found, BaseException):
            raise found
        known[at] = found
        if len(known) < count:
            continue
        together = _ways.distinct(entry for key in sorted(known) for entry in known[key])
        if together != shown:
            shown = together
            yield together


def _attached(name: str, stop: Event) -> Iterator[Seen]:
    for found in transports.get(name).changes(stop):
        yield tuple((name, device) for device in found)


def _simulated_again(platform: str, stop: Event) -> Iterator[Seen]:
    while not stop.is_set():
        yield _simulated(platform)
        stop.wait(_PERIOD_S)


def _simulated(platform: str) -> Seen:
    """The simulated phones of this user, whether anybody attached them or not."""
    adapter = platforms.get(platform)
    if not adapter.simulated:
        return ()
    name = adapter.transports[0]
    reach = transports.get(name)
    running = simulated.get(adapter.simulated).running()
    return tuple((name, reach.describe(phone.address)) for phone in running)
