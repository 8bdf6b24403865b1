"""A command to the argument list that runs it isolated: bubblewrap, limits, nothing inherited.

Called by `install.py` (network on, a writable prefix) and `connect.py` (network off, everything
read-only). Inside, every path is neutral: a server sees /opt/server, /opt/python and /home/user,
never a path, an environment variable or a process of the crawling machine.
"""

from __future__ import annotations

import functools
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.crawl.limits import Limits

BWRAP, NONE = "bwrap", "none"
ISOLATIONS = (BWRAP, NONE)
HOME = "/home/user"
WORK = f"{HOME}/work"
PREFIX = "/opt/server"
PYTHON = "/opt/python"
NODE = "/opt/node"
INSTALLER = "/opt/installer"

_PATH = f"{NODE}/bin:/usr/local/bin:/usr/bin:/bin"
_SYSTEM = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_ETC = (
    # Certificates only: beside them lie private keys.
    *("/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/pki/tls/certs", "/etc/pki/ca-trust"),
    *("/etc/ca-certificates", "/etc/alternatives", "/etc/ld.so.cache"),
)
_NETWORK = ("/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/hosts")
_PASSWD = f"root:x:0:0::/root:/bin/sh\nuser:x:1000:1000::{HOME}:/bin/sh\n"


# bwrap keeps its own descriptors 0 to 2 open for as long as it runs, so a server that closes its
# output would not be noticed. Through descriptors that bwrap closes, it is.
_ASIDE = " 3<&0 4>&1 </dev/null >/dev/null"
_BACK = " <&3 >&4 3<&- 4>&-"
_NICE = 5
"""So that busy servers do not keep the crawler from its deadlines where no control group does."""


@dataclass(frozen=True, slots=True)
class Bind:
    """A folder or file of the machine, and where a sandboxed process sees it."""

    source: str
    target: str
    writable: bool = False


@dataclass(frozen=True, slots=True)
class Sandbox:
    """How processes are isolated on this machine; `scratch` holds the few files they see."""

    isolation: str
    scratch: Path

    @property
    def is_isolated(self) -> bool:
        """Return whether processes run inside a sandbox."""
        return self.isolation == BWRAP

    def command(
        self,
        argv: Sequence[str],
        binds: Sequence[Bind],
        limits: Limits,
        *,
        network: bool,
        work: str,
        joins: Sequence[str] = (),
    ) -> list[str]:
        """Return the full argument list; without isolation only the limits are added.

        `joins` are the files of control groups that the process enters before anything else.
        """
        if not self.is_isolated:
            return [*_entering(joins), "/bin/sh", "-c", _ulimits(limits), "sh", *argv]
        limited = ["/bin/sh", "-c", _ulimits(limits) + _BACK, "sh", *argv]
        words = list(_bwrap_words(limits.temporary_bytes, self.scratch, network=network))
        for bind in binds:
            words += ["--bind" if bind.writable else "--ro-bind", bind.source, bind.target]
        return [*_entering(joins, _ASIDE), *words, "--chdir", work, "--", *limited]


@functools.cache
def _bwrap_words(size: int, scratch: Path, *, network: bool) -> tuple[str, ...]:
    """Return what is the same for every server of a run."""
    # The environment is not among the words: `ps` shows them to every user of the machine.
    words = [_bwrap(), "--unshare-all"]
    words += ["--share-net"] if network else []
    words += ["--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    words += _no_further_namespaces()
    words += ["--uid", "1000", "--gid", "1000", "--hostname", "sandbox"]
    words += ["--ro-bind", "/usr", "/usr", *_system(), "--proc", "/proc", "--dev", "/dev"]
    for folder in ("/dev/shm", "/tmp", HOME):  # noqa: S108  # private tmpfs inside the sandbox
        words += ["--size", str(size), "--tmpfs", folder]
    for path in (*_ETC, *(_NETWORK if network else ())):
        words += ["--ro-bind-try", path, path]
    return (*words, "--ro-bind", _passwd(scratch), "/etc/passwd", "--dir", WORK)


@functools.cache
def _passwd(scratch: Path) -> str:
    """Return the one list of users that every sandbox of a run sees."""
    path = scratch / "passwd"
    if not path.exists():
        scratch.mkdir(parents=True, exist_ok=True)
        path.write_text(_PASSWD)
    return str(path)


def _entering(joins: Sequence[str], aside: str = "") -> list[str]:
    enter = "".join(f"echo $$ > {shlex.quote(path)}; " for path in joins)
    nice = "" if joins else f"nice -n {_NICE} "
    return ["/bin/sh", "-c", f'{enter}exec {nice}"$@"{aside}', "sh"]


@functools.lru_cache
def _ulimits(limits: Limits) -> str:
    # Data, not address space: Node reserves far more than it uses. Values the system refuses to
    # raise are left as they are. `file` is in blocks of 512 bytes, `data` in KiB.
    wishes = (
        f"-d {limits.data_bytes // 1024}",
        f"-t {limits.cpu_seconds}",
        f"-f {limits.file_bytes // 512}",
        "-c 0",
        "-n 4096",
    )
    return "".join(f"ulimit {wish} 2>/dev/null; " for wish in wishes) + 'exec "$@"'


@functools.cache
def _bwrap() -> str:
    return shutil.which("bwrap") or "bwrap"


@functools.cache
def _system() -> tuple[str, ...]:
    words: list[str] = []
    for name in _SYSTEM:
        path = Path(name)
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), name]
        elif path.is_dir():
            words += ["--ro-bind", name, name]
    return tuple(words)


@dataclass(frozen=True, slots=True)
class Runtime:
    """An interpreter outside /usr: where it is, and where a sandboxed process sees it."""

    prefix: str
    seen: str

    def binds(self, sandbox: Sandbox) -> tuple[Bind, ...]:
        """Return what a sandbox must bind; nothing for what it shows anyway."""
        hidden = sandbox.is_isolated and not _is_system(self.prefix)
        return (Bind(self.prefix, self.seen),) if hidden else ()

    def path(self, sandbox: Sandbox, *parts: str) -> str:
        """Return a path below the prefix as a process of this sandbox sees it."""
        root = self.seen if self.binds(sandbox) else self.prefix
        return "/".join((root, *parts))


def _is_system(path: str) -> bool:
    return path == "/usr" or path.startswith("/usr/")


def python_runtime(prefix: str = sys.base_prefix) -> Runtime:
    """Return a Python installation, by default the one below our own environment."""
    return Runtime(prefix, PYTHON)


@functools.cache
def node_runtime() -> Runtime | None:
    """Return the Node installation on the path, None when there is none."""
    node = shutil.which("node")
    return None if node is None else Runtime(str(Path(node).resolve().parent.parent), NODE)


def environment(sandbox: Sandbox, home: str, extra: Mapping[str, str]) -> dict[str, str]:
    """Return the whole environment of a process: neutral values and what is declared."""
    node = node_runtime()
    base = {
        "PATH": _PATH if sandbox.is_isolated or node is None else f"{node.prefix}/bin:{_PATH}",
        "HOME": HOME if sandbox.is_isolated else home,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "dumb",
        "NO_COLOR": "1",
        "CI": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
    }
    if sandbox.is_isolated:
        base |= {"USER": "user", "LOGNAME": "user", "TMPDIR": "/tmp"}  # noqa: S108  # its own tmpfs
        # A Python of its own prefix finds its shared library there; nothing else is in the folder.
        base["LD_LIBRARY_PATH"] = f"{PYTHON}/lib"
    else:
        base["TMPDIR"] = home
    return base | dict(extra)


@functools.cache
def _no_further_namespaces() -> tuple[str, ...]:
    """Return the words that keep a server from making user namespaces, where bwrap knows them."""
    words = ("--unshare-user", "--disable-userns")
    probe = ["bwrap", "--unshare-all", *words, "--ro-bind", "/", "/", "true"]
    try:
        done = subprocess.run(probe, capture_output=True, timeout=10, check=False)  # noqa: S603  # fixed words
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return () if done.returncode else words


def why_unavailable() -> str:
    """Return why bubblewrap cannot isolate here, empty when it can."""
    program = shutil.which("bwrap")
    if program is None:
        return "bubblewrap is not installed (Debian and Fedora call the package bubblewrap)"
    probe = [program, "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/"]
    probe += ["--proc", "/proc", "--dev", "/dev", "true"]
    try:
        done = subprocess.run(probe, capture_output=True, timeout=10, check=False)  # noqa: S603  # fixed words
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap does not run here: {error}"
    said = done.stderr.decode(errors="replace").strip()[:200]
    return f"namespaces are not permitted here ({said})" if done.returncode else ""
