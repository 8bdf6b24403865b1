"""One child process: bytes in, lines out, and its certain end.

Called by `connect.py` for servers and by `install.py` for installers. Reads without re-joining,
caps a line and the whole output, keeps the end of stderr, and ends the process group on every
path, whether or not its leader lives.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
from collections import deque
from typing import TYPE_CHECKING

from generator.crawl import process
from generator.crawl.descriptors import listener
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

    def __init__(self, started: process.Process, limits: Limits) -> None:
        self._process, self._limits = started, limits
        self._loop = asyncio.get_running_loop()
        self._lines: deque[bytes] = deque()
        self._partial: list[bytes] = []
        self._partial_bytes = self._queued = self._line_count = 0
        self._ready: asyncio.Future[None] | None = None
        self._eof = self._paused = self._is_ending = False
        self._stderr = b""
        self.received = 0
        self.failure: Failure | None = None
        self._in, self._out, self._err = started.stdin, started.stdout, started.stderr
        self._watch = started.watch
        self._has_ended = self._is_writing = False
        self._awaited: asyncio.Future[None] | None = None
        self._listener = listener(self._loop)
        self._listener.add(self._out, self._read_stdout)
        self._listener.add(self._err, self._read_stderr)
        if self._watch >= 0:
            self._listener.add(self._watch, self._noticed_end)

    def _noticed_end(self) -> None:
        """End the output soon after the process, though another one may still hold the pipe."""
        self._watch = self._listener.close(self._watch)
        self._has_ended = True
        _set(self._awaited)
        if not self._is_ending:
            self._loop.call_later(_LAST_WORDS_SECONDS, self._end_output)

    def _end_output(self) -> None:
        if self._paused and not self._is_ending:
            # Lines wait to be read, and behind them the last words in the pipe.
            self._loop.call_later(_LAST_WORDS_SECONDS, self._end_output)
            return
        if self._out >= 0 and not self._eof:
            self._read_stdout()
        self._finish()

    @property
    def process_id(self) -> int:
        """Return the id of the process, the leader of its group."""
        return self._process.id

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
        return self._process.popen.poll()

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
            self._ready = self._loop.create_future()
            await self._ready
        line = self._lines.popleft()
        self._queued -= len(line)
        if self._paused and self._queued < _QUEUE_BYTES // 2:
            self._paused = False
            self._listener.add(self._out, self._read_stdout)
        return line

    async def write(self, data: bytes) -> None:
        """Write to stdin, one message at a time; waits while the process does not read.

        Raises:
            BrokenPipeError: the process closed its input.
        """
        view = memoryview(data)
        self._is_writing = True
        try:
            while view:
                if self._in < 0:
                    raise BrokenPipeError
                try:
                    view = view[os.write(self._in, view) :]
                except BlockingIOError:
                    await self._writable()
        finally:
            self._is_writing = False

    def write_if_room(self, data: bytes) -> None:
        """Write a short line to stdin, or nothing where it does not fit at once."""
        if self._in < 0 or self._is_writing or len(data) > select.PIPE_BUF:
            return
        with contextlib.suppress(OSError):
            os.write(self._in, data)

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
        """Close stdin, wait a moment, kill the whole group, close our ends and reap.

        What it still prints is not read any more.
        """
        self._is_ending = True
        self._close_stdin()
        self._listener.remove(self._out)
        self._listener.remove(self._err)
        try:
            await self._wait(self._limits.end_seconds)
        finally:
            self.kill()

    def kill(self) -> None:
        """Kill the group at once and close every pipe; safe to call twice."""
        if self.process_id not in _RUNNING:
            return
        self._is_ending = True
        self._close_stdin()
        self._watch = self._listener.close(self._watch)
        self._out = self._listener.close(self._out)
        self._err = self._listener.close(self._err)
        self._process.end()
        _RUNNING.discard(self.process_id)
        self._finish()

    async def _wait(self, seconds: float) -> None:
        if self._has_ended:
            return
        if self._watch >= 0:
            self._awaited = self._loop.create_future()
            timer = self._loop.call_later(seconds, _set, self._awaited)
            try:
                await self._awaited
            finally:
                timer.cancel()
            return
        deadline = self._loop.time() + seconds
        # Systems without process descriptors: the end of a process is no event of their loops.
        while self.exit_code is None and self._loop.time() < deadline:  # noqa: ASYNC110  # as said
            await asyncio.sleep(_POLL_SECONDS)

    def _close_stdin(self) -> None:
        if self._in >= 0:
            if self._is_writing:
                self._loop.remove_writer(self._in)
            os.close(self._in)
            self._in = -1

    def _read_stdout(self) -> None:
        block = self._read(self._out)
        if block is None:
            return
        if not block:
            if self._partial:
                self._push(b"".join(self._partial))
                self._partial.clear()
            self._listener.remove(self._out)
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
            self._listener.remove(self._out)

    def _read_stderr(self) -> None:
        block = self._read(self._err)
        if block:
            self._stderr = (self._stderr + block)[-4 * self._limits.stderr_bytes :]
        elif block is not None:
            self._listener.remove(self._err)

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
            _set(self._ready)

    def _fail(self, reason: str) -> None:
        self.failure = self.failure or Failure(State.TOO_LARGE, reason)
        self._lines.clear()
        self._listener.remove(self._out)
        self._listener.remove(self._err)
        self._finish()

    def _finish(self) -> None:
        self._eof = True
        _set(self._ready)


def _set(future: asyncio.Future[None] | None) -> None:
    if future is not None and not future.done():
        future.set_result(None)


def start(argv: Sequence[str], env: Mapping[str, str], cwd: str, limits: Limits) -> Child:
    """Start a process in its own session, with pipes and nothing inherited.

    Raises:
        OSError: the program cannot be started.
    """
    started = process.start(argv, env, cwd)
    _RUNNING.add(started.id)
    return Child(started, limits)


def running() -> frozenset[int]:
    """Return the ids of the processes that run now; every other child of ours is an orphan."""
    return frozenset(_RUNNING)
