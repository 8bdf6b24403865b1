"""A Package to an Installation in the private cache: npm and PyPI, isolated, scripts off.

Called by `run.py` before a server is started. A prefix is built beside its place and renamed
when it is whole, so that a half-made one is never used. Package scripts and source builds run
only when the spec gives a reason.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from generator.crawl import local, npm, pypi
from generator.crawl.child import start
from generator.crawl.outcome import Failure, stderr_tail
from generator.crawl.sandbox import PREFIX, Bind, environment
from generator.taxonomy import State

if TYPE_CHECKING:
    from types import ModuleType

    from generator.crawl.limits import Limits
    from generator.crawl.sandbox import Sandbox
    from generator.crawl.steps import Step
    from generator.model import Package

_WATCH_SECONDS = 2.0
_WORKING = 4
_UNUSED_DAYS = 30
_TEMPORARY = ".tmp"
"""Beside the package, since unpacking needs more room than a sandbox has in memory."""
_PASSED_ON = (
    *("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "PIP_CERT"),
    *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_DEFAULT_TIMEOUT"),
    *("NPM_CONFIG_REGISTRY", "npm_config_registry", "NPM_CONFIG_CAFILE"),
)
"""How this machine reaches the registries; given to installers, never to servers."""


@dataclass(frozen=True, slots=True)
class Installation:
    """An installed package, ready to start: its command as the sandbox sees it, and its facts."""

    prefix: Path
    version: str
    integrity: str
    argv: tuple[str, ...]
    binds: tuple[Bind, ...]
    scripts: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Installer:
    """Where packages go and under which bounds; one per run."""

    cache: Path
    sandbox: Sandbox
    limits: Limits
    today: str
    force: bool = False
    given: dict[tuple[str, str], set[Path]] = field(default_factory=dict)
    """Prefixes this run used, by registry and identifier."""

    def discard(self, package: Package) -> None:
        """Remove what was installed of a package: no server of this run needs it any more."""
        for prefix in self.given.pop(package.key, ()):
            shutil.rmtree(prefix, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what a killed run left half made, and what nobody started for a month."""
        for folder in self.cache.glob(".partial-*"):
            owner = folder.name.removeprefix(".partial-").partition("-")[0]
            if not (owner.isdecimal() and Path("/proc", owner).exists()):
                shutil.rmtree(folder, ignore_errors=True)
        oldest = time.time() - _UNUSED_DAYS * 86_400
        for folder in self.cache.glob("*@*"):
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)

    async def install(
        self, package: Package, *, scripts: bool, extra: tuple[str, ...] = ()
    ) -> Installation:
        """Return the installation of a package, from the cache when it is there.

        `extra` are requirements beside the package, e.g. `mcp<2`.

        Raises:
            Failure: the package cannot be installed here; the reason says why.
        """
        if package.registry_type == "local":
            program = local.find(package, self.sandbox)
            return Installation(self.cache, "", program.integrity, program.argv, program.binds)
        key = _key(package, extra, scripts=scripts, isolation=self.sandbox.isolation)
        version = package.version or self._latest(key)
        if version and not self.force:
            prefix = self.cache / f"{key}@{_name(version)}"
            found = self._read(prefix, package, extra, scripts=scripts)
            if found is not None:
                return found
        return await self._build(package, key, scripts=scripts, extra=extra)

    async def _build(
        self, package: Package, key: str, *, scripts: bool, extra: tuple[str, ...]
    ) -> Installation:
        partial = self.cache / f".partial-{os.getpid()}-{key}"
        await asyncio.to_thread(shutil.rmtree, partial, ignore_errors=True)
        partial.mkdir(parents=True)
        try:
            await self._run_steps(package, partial, scripts=scripts, extra=extra)
            found = self._read(partial, package, extra, scripts=scripts)
            if found is None:
                raise Failure(
                    State.FAILED_TO_START, f"{package.identifier} installed no program to start"
                )
            await asyncio.to_thread(shutil.rmtree, partial / _TEMPORARY, ignore_errors=True)
            prefix = self.cache / f"{key}@{_name(found.version)}"
            await asyncio.to_thread(shutil.rmtree, prefix, ignore_errors=True)
            partial.rename(prefix)
        finally:
            await asyncio.shield(asyncio.to_thread(shutil.rmtree, partial, ignore_errors=True))
        if not package.version:
            latest = self.cache / f"{key}.latest.json"
            latest.write_text(json.dumps({"version": found.version, "on": self.today}))
        whole = self._read(prefix, package, extra, scripts=scripts)
        return replace(found, prefix=prefix) if whole is None else whole

    async def _run_steps(
        self, package: Package, partial: Path, *, scripts: bool, extra: tuple[str, ...]
    ) -> None:
        kind = _kind(package)
        seconds = self.limits.install_seconds
        try:
            async with asyncio.timeout(seconds):
                target = PREFIX if self.sandbox.is_isolated else str(partial)
                for step in kind.steps(package, target, self.sandbox, scripts=scripts, extra=extra):
                    await self._step(step, partial)
        except TimeoutError:
            raise Failure(
                State.TIMED_OUT, f"installing {package.identifier} took longer than {seconds:g} s"
            ) from None

    async def _step(self, step: Step, partial: Path) -> None:
        binds = (Bind(str(partial), PREFIX, writable=True), *step.binds)
        passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        temporary = partial / _TEMPORARY
        temporary.mkdir(exist_ok=True)
        work = PREFIX if self.sandbox.is_isolated else str(partial)
        places = {"TMPDIR": f"{work}/{_TEMPORARY}", "npm_config_cache": f"{work}/{_TEMPORARY}/npm"}
        env = environment(self.sandbox, str(partial), {**passed, **places, **step.env})
        # Limits of servers do not fit installers: they write large files and use many cores.
        roomy = replace(
            self.limits,
            file_bytes=self.limits.prefix_bytes,
            data_bytes=4 * self.limits.data_bytes,
            cpu_seconds=int(self.limits.install_seconds) * 4,
        )
        argv = self.sandbox.command(step.argv, binds, roomy, network=True, work=work)
        child = start(argv, env, str(partial), roomy)
        watch = asyncio.create_task(self._watch(partial))
        ended = asyncio.create_task(child.finished())
        try:
            await asyncio.wait({watch, ended}, return_when=asyncio.FIRST_COMPLETED)
            if watch.done():
                watch.result()
            code = await ended
        finally:
            watch.cancel()
            ended.cancel()
            child.kill()
        if code:
            said = stderr_tail(child.stderr)
            reason = f"install failed: {said or f'exit code {code}'}"
            raise Failure(State.FAILED_TO_START, reason, step.hint(child.stderr))

    async def _watch(self, partial: Path) -> None:
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            size = await asyncio.to_thread(_size, partial)
            working = await asyncio.to_thread(_size, partial / _TEMPORARY)
            # A resolver that tries many versions unpacks them all beside what it will install.
            if (
                size - working > self.limits.prefix_bytes
                or size > _WORKING * self.limits.prefix_bytes
            ):
                raise Failure(
                    State.TOO_LARGE,
                    f"the installation is larger than {self.limits.prefix_bytes:,} bytes",
                )

    def _latest(self, key: str) -> str:
        try:
            found = json.loads((self.cache / f"{key}.latest.json").read_text())
            return str(found["version"]) if found["on"] == self.today else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def _read(
        self, prefix: Path, package: Package, extra: tuple[str, ...], *, scripts: bool
    ) -> Installation | None:
        if not prefix.is_dir():
            return None
        os.utime(prefix)  # its age says when it was used last
        self.given.setdefault(package.key, set()).add(prefix)
        found = _kind(package).read(prefix, package, self.sandbox)
        if found is None:
            return None
        notes = tuple(f"installed with {words}" for words in extra if ":" not in words)
        return Installation(
            prefix=prefix,
            version=found.version,
            integrity=found.integrity,
            argv=found.argv,
            binds=(Bind(str(prefix), PREFIX), *found.binds),
            scripts=scripts,
            notes=(*notes, *found.notes),
        )


def _kind(package: Package) -> ModuleType:
    kinds = {"npm": npm, "pypi": pypi}
    if package.registry_type not in kinds:
        raise Failure(
            State.NOT_OBSERVED, f"packages of type {package.registry_type} are not started here"
        )
    return kinds[package.registry_type]


def _key(package: Package, extra: tuple[str, ...], *, scripts: bool, isolation: str) -> str:
    words = [package.registry_type, package.identifier, *extra, isolation]
    return _name("-".join([*words, "scripts"] if scripts else words))


def _name(text: str) -> str:
    """Return a file name that no other text has and no path can hide in."""
    return "".join(char if char.isalnum() or char in "-." else f"_{ord(char):x}_" for char in text)


def _size(folder: Path) -> int:
    total = 0
    for root, _, files in os.walk(folder):
        for name in files:
            try:
                total += os.lstat(os.path.join(root, name)).st_blocks * 512  # noqa: PTH118  # hot loop
            except OSError:
                continue
    return total
