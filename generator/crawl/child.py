"""One child process: bytes in, lines out, and its certain end.

Called by `connect.py` for servers and by `install.py` for installers. Reads without re-joining,
caps a line and the whole output, keeps the end of stderr, and ends the process group on every
path, whether or not its leader lives.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
from collections import deque
from typing import TYPE_CHECKING

from generator.crawl.descriptors import non_blocking, process_descriptor
from generator.crawl.outcome import Failure
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.crawl.limits import Limits

_BLOCK = 256 * 1024
_POLL_SECONDS = 0.02
_LAST_WORDS_SECONDS = 0.3
_QUEUE_BYTES = 4 * 1024 * 1024
"""Lines waiting to be read; above it the pipe is left full until they are."""


_RUNNING: set[int] = set()


class Child:
    """A running process whose output arrives as lines; made by `start`, finished by `end`."""

    def __init__(self, process: subprocess.Popen[bytes], limits: Limits) -> None:
        self._process, self._limits = process, limits
        self._loop = asyncio.get_running_loop()
        self._lines: deque[bytes] = deque()
        self._partial: list[bytes] = []
        self._partial_bytes = self._queued = self._line_count = 0
        self._ready = asyncio.Event()
        self._eof = self._paused = False
        self._writing = asyncio.Lock()
        self._stderr = b""
        self.received = 0
        self.failure: Failure | None = None
        self._out, self._err, self._in = (
            non_blocking(pipe) for pipe in (process.stdout, process.stderr, process.stdin)
        )
        self._loop.add_reader(self._out, self._read_stdout)
        self._loop.add_reader(self._err, self._read_stderr)
        self._ended = asyncio.Event()
        self._watch = process_descriptor(process.pid)
        if self._watch >= 0:
            self._loop.add_reader(self._watch, self._noticed_end)

    def _noticed_end(self) -> None:
        """End the output soon after the process, though another one may still hold the pipe."""
        self._close_watch()
        self._ended.set()
        self._loop.call_later(_LAST_WORDS_SECONDS, self._end_output)

    def _end_output(self) -> None:
        if self._paused:
            # Lines wait to be read, and behind them the last words in the pipe.
            self._loop.call_later(_LAST_WORDS_SECONDS, self._end_output)
            return
        if self._out >= 0 and not self._eof:
            self._read_stdout()
        self._finish()

    def _close_watch(self) -> None:
        if self._watch >= 0:
            self._loop.remove_reader(self._watch)
            os.close(self._watch)
            self._watch = -1

    @property
    def process_id(self) -> int:
        """Return the id of the process, the leader of its group."""
        return self._process.pid

    def fail(self, failure: Failure) -> None:
        """End the output with a failure that was noticed elsewhere."""
        self.failure = self.failure or failure
        self._finish()

    @property
    def stderr(self) -> str:
        """Return the last few kilobytes of what the process printed to stderr."""
        return self._stderr[-self._limits.stderr_bytes :].decode(errors="replace")

    @property
    def exit_code(self) -> int | None:
        """Return the exit code, negative for a signal, None while it runs."""
        return self._process.poll()

    async def exit_code_soon(self, seconds: float = 0.5) -> int | None:
        """Return the exit code, waiting a moment for a process that closed its output."""
        await self._wait(seconds)
        return self.exit_code

    async def line(self) -> bytes | None:
        """Return the next line without its end, None when the output has ended.

        Raises:
            Failure: a line or the whole output is above its limit.
        """
        while not self._lines:
            if self.failure is not None:
                raise self.failure
            if self._eof:
                return None
            self._ready.clear()
            await self._ready.wait()
        line = self._lines.popleft()
        self._queued -= len(line)
        if self._paused and self._queued < _QUEUE_BYTES // 2:
            self._paused = False
            self._loop.add_reader(self._out, self._read_stdout)
        return line

    async def write(self, data: bytes) -> None:
        """Write to stdin; a process that does not read makes this wait, never block the loop.

        Raises:
            BrokenPipeError: the process closed its input.
        """
        view = memoryview(data)
        async with self._writing:
            while view:
                if self._in < 0:
                    raise BrokenPipeError
                try:
                    view = view[os.write(self._in, view) :]
                except BlockingIOError:
                    await self._writable()

    async def _writable(self) -> None:
        writable = asyncio.Event()
        self._loop.add_writer(self._in, writable.set)
        try:
            await writable.wait()
        finally:
            if self._in >= 0:
                self._loop.remove_writer(self._in)

    async def finished(self) -> int:
        """Return the exit code once the process has ended; output is read and thrown away."""
        while (code := self.exit_code) is None:
            self._lines.clear()
            self._queued = 0
            if self.failure is not None:
                raise self.failure
            await asyncio.sleep(_POLL_SECONDS * 2)
        return code

    async def end(self) -> None:
        """Close stdin, wait a moment, kill the whole group, close our ends and reap."""
        self._close_stdin()
        try:
            await self._wait(self._limits.end_seconds)
        finally:
            self.kill()

    def kill(self) -> None:
        """Kill the group at once and close every pipe; safe to call twice."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._close_stdin()
        self._close_watch()
        for name in ("_out", "_err"):
            descriptor = getattr(self, name)
            if descriptor >= 0:
                self._loop.remove_reader(descriptor)
                setattr(self, name, -1)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1)
        _RUNNING.discard(self._process.pid)
        self._finish()

    async def _wait(self, seconds: float) -> None:
        if self._watch >= 0 or self._ended.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._ended.wait()
            return
        deadline = self._loop.time() + seconds
        # Systems without process descriptors: the end of a process is no event of their loops.
        while self.exit_code is None and self._loop.time() < deadline:  # noqa: ASYNC110  # as said
            await asyncio.sleep(_POLL_SECONDS)

    def _close_stdin(self) -> None:
        if self._in >= 0:
            self._loop.remove_writer(self._in)
            self._in = -1
            if self._process.stdin is not None:
                with contextlib.suppress(OSError):
                    self._process.stdin.close()

    def _read_stdout(self) -> None:
        block = self._read(self._out)
        if block is None:
            return
        if not block:
            if self._partial:
                self._push(b"".join(self._partial))
                self._partial.clear()
            self._loop.remove_reader(self._out)
            self._finish()
            return
        first, *rest = block.split(b"\n")
        self._line_count += len(rest)
        if self._line_count > self._limits.lines:
            self._fail(f"it printed more than {self._limits.lines:,} lines")
            return
        self._partial.append(first)
        self._partial_bytes += len(first)
        for piece in rest:
            self._push(b"".join(self._partial))
            self._partial, self._partial_bytes = [piece], len(piece)
        if self._partial_bytes > self._limits.message_bytes:
            self._partial.clear()
            self._fail(f"one line is longer than {self._limits.message_bytes:,} bytes")
        elif self._queued > _QUEUE_BYTES and not self._eof:
            self._paused = True
            self._loop.remove_reader(self._out)

    def _read_stderr(self) -> None:
        block = self._read(self._err)
        if block:
            self._stderr = (self._stderr + block)[-4 * self._limits.stderr_bytes :]
        elif block is not None:
            self._loop.remove_reader(self._err)

    def _read(self, descriptor: int) -> bytes | None:
        try:
            block = os.read(descriptor, _BLOCK)
        except BlockingIOError:
            return None
        except OSError:
            return b""
        self.received += len(block)
        if self.received > self._limits.server_bytes:
            self._fail(f"it printed more than {self._limits.server_bytes:,} bytes")
        return block

    def _push(self, line: bytes) -> None:
        if line and not line.isspace():
            self._lines.append(line)
            self._queued += len(line)
            self._ready.set()

    def _fail(self, reason: str) -> None:
        self.failure = self.failure or Failure(State.TOO_LARGE, reason)
        self._lines.clear()
        if self._out >= 0:
            self._loop.remove_reader(self._out)
        if self._err >= 0:
            self._loop.remove_reader(self._err)
        self._finish()

    def _finish(self) -> None:
        self._eof = True
        self._ready.set()


def start(argv: Sequence[str], env: Mapping[str, str], cwd: str, limits: Limits) -> Child:
    """Start a process in its own session, with pipes and nothing inherited.

    Raises:
        OSError: the program cannot be started.
    """
    process = subprocess.Popen(  # noqa: S603  # the command was shown or reviewed, see crawler.md
        list(argv),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(env),
        cwd=cwd,
        start_new_session=True,
        bufsize=0,
    )
    _RUNNING.add(process.pid)
    return Child(process, limits)


def running() -> frozenset[int]:
    """Return the ids of the processes that run now; every other child of ours is an orphan."""
    return frozenset(_RUNNING)
