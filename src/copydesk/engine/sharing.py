"""Work shared among threads: small statements are planned longer than they run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Thread
from typing import Any, TypeVar

W = TypeVar("W")
T = TypeVar("T")
R = TypeVar("R")


def shared(items: Sequence[T], function: Callable[[W, T], R], workers: Sequence[W]) -> list[R]:
    """Return the results of a function for all items, in their order.

    Each worker has a thread and takes the next item when it is free. The first exception that
    one of them raises is raised again.
    """
    results: list[Any] = [None] * len(items)
    waiting = iter(enumerate(items))
    failed: list[BaseException] = []

    def work(worker: W) -> None:
        try:
            while not failed and (one := next(waiting, None)) is not None:
                results[one[0]] = function(worker, one[1])
        except BaseException as error:
            failed.append(error)

    threads = [Thread(target=work, args=(worker,)) for worker in workers[1:]]
    for thread in threads:
        thread.start()
    work(workers[0])
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return results
