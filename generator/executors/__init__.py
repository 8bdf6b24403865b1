"""Work on many independent tasks: in this process, in several, or on a cluster.

Called by the pipeline and the command line. `open_executor` gives a
`concurrent.futures.Executor`; `run_unordered` feeds any such executor with a bounded number of
tasks and yields what they return. What every task needs is sent once, with
`share`:

    with open_executor(address, jobs) as executor:
        book = share(executor, rulebook)
        for part in run_unordered(executor, rate, batches, given=(book,)):
            ...                              # rate(rulebook, batch) -> part

A task is any value that pickles, and so is a result; `function` is found by its module and name.
Neither the executor nor the order in which tasks end may change a result.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from generator.executors.own import ExecutorError, Serial
from generator.executors.tasks import renew, rest, run_few, run_unordered, share

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

__all__ = [
    "ExecutorError",
    "open_executor",
    "renew",
    "rest",
    "run_few",
    "run_unordered",
    "share",
]

_SCHEMES = ("dask", "dask+tls")


@contextmanager
def open_executor(address: str = "", jobs: int = 0) -> Iterator[Executor]:
    """Open what tasks run on, and end it on every path.

    An empty address means this machine: one process for `jobs` 1, several for more, one for each
    core for 0. `dask://HOST:PORT` is the scheduler of a Dask cluster (`dask+tls://` with the
    certificates of Dask's own configuration); `jobs` says nothing there.

    Raises:
        ExecutorError: the address has no known form, or the cluster cannot be used; says why.
    """
    scheme, separator, place = address.partition("://")
    if not address:
        executor: Executor = _local(jobs)
    elif separator and scheme in _SCHEMES and place:
        from generator.executors.cluster import Cluster  # noqa: PLC0415  # an optional extra

        executor = Cluster.connect(place, is_encrypted=scheme == "dask+tls")
    else:
        raise ExecutorError(f"the executor expected dask://HOST:PORT, got {address!r}")
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        raise
    executor.shutdown(wait=True, cancel_futures=True)


def _local(jobs: int) -> Executor:
    jobs = jobs or os.cpu_count() or 1
    if jobs == 1:
        return Serial()
    from generator.executors.processes import Processes  # noqa: PLC0415  # costs 20 ms to import

    return Processes(jobs)
