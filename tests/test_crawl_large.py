"""A crawl that is larger than the disk or the memory: packages go, results are not kept."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import yaml
from test_crawl import ZOO, crawl

from generator.crawl.plan import Target, spread
from generator.model import Package, Remote, ServerSpec

if TYPE_CHECKING:
    from pathlib import Path


def installed(cache: Path, name: str) -> Path:
    """Make what an installation of a PyPI package looks like in the cache."""
    prefix = cache / "packages" / f"pypi-{name}-none@1.0.0"
    venv = [sys.executable, "-m", "venv", "--without-pip", str(prefix / "venv")]
    subprocess.run(venv, check=True)
    site = next((prefix / "venv" / "lib").glob("python*/site-packages"))
    (site / f"{name}-1.0.0.dist-info").mkdir()
    entry = f"[console_scripts]\n{name} = {name}:main\n"
    (site / f"{name}-1.0.0.dist-info" / "entry_points.txt").write_text(entry)
    program = f"import runpy, sys\nsys.argv[1:] = ['good']\nrunpy.run_path({str(ZOO)!r}, "
    (prefix / "venv" / "bin" / name).write_text(f"{program}run_name='__main__')\n")
    report = {"install": [{"metadata": {"name": name, "version": "1.0.0"}}]}
    (prefix / "report.json").write_text(json.dumps(report))
    return prefix


def declared(content: Path, slug: str, name: str) -> None:
    """Write the spec of a server in a PyPI package."""
    package = {
        "registryType": "pypi",
        "identifier": name,
        "version": "1.0.0",
        "transport": {"type": "stdio"},
    }
    (content / "servers").mkdir(parents=True, exist_ok=True)
    text = {"title": slug, "packages": [package], "catalogue": {"domain": "test"}}
    (content / "servers" / f"{slug}.yaml").write_text(yaml.safe_dump(text))


def test_packages_go_when_nobody_needs_them_any_more(tmp_path: Path) -> None:
    """With --discard-packages the second server still finds the package, the next run does not."""
    content, cache = tmp_path / "content", tmp_path / "cache"
    prefix, other = installed(cache, "acme-demo"), installed(cache, "acme-other")
    declared(content, "first", "acme-demo")
    declared(content, "second", "acme-demo")
    free = ("--all", "--isolation", "none", "--yes", "--jobs", "1")
    kept = crawl(content, *free)
    assert (kept.returncode, prefix.exists()) == (0, True), kept.stdout + kept.stderr
    done = crawl(content, *free, "--discard-packages")
    assert "2 servers of 2 observed, 4 tools" in done.stdout, done.stdout + done.stderr
    assert (prefix.exists(), other.exists()) == (False, True)


def test_servers_of_one_host_are_far_apart() -> None:
    """Those of other hosts do not wait behind a host with many; packages keep their order."""
    urls = ["https://a.org/1", "https://A.org/2", "https://a.org/3", "https://b.org/1"]
    targets = [Target(ServerSpec(url, ""), remote=Remote("sse", url, ())) for url in urls]
    assert [one.slug for one in spread(targets)] == [urls[0], urls[3], urls[1], urls[2]]
    packages = [Target(ServerSpec(str(n), ""), package=Package("npm", str(n))) for n in range(3)]
    assert [one.slug for one in spread(packages)] == ["0", "1", "2"]
