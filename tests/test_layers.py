"""The layer table of the architecture, checked over every import of the package."""

from __future__ import annotations

import ast
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "generator"
BASE = {
    "canonical", "definition", "errors", "latest", "model", "pointers", "schema", "search_words",
    "slugs", "snapshots", "taxonomy", "text", "tokens",
}  # fmt: skip
ROOMS = {"classify", "crawl", "derive", "policy", "render"}
BELOW = BASE | ROOMS | {"content", "executors", "lint", "pipeline", "progress"}
EFFECTS = {"os", "pathlib", "time", "random", "subprocess", "socket", "urllib", "asyncio"}

# layer: (layers it may import besides itself, third-party packages by file pattern)
TABLE: dict[str, tuple[set[str], dict[str, set[str]]]] = {
    "base": (set(), {}),
    "classify": ({"base"}, {}),
    "policy": ({"base"}, {"policy/formats/intercept*.py": {"yaml"}}),
    "derive": ({"base"}, {}),
    "progress": ({"base"}, {}),
    "executors": ({"base"}, {"executors/cluster.py": {"dask", "distributed"}}),
    "content": ({"base"}, {"content*.py": {"yaml"}}),
    "lint": ({"base"}, {}),
    "crawl": (
        {"base"},
        {
            "crawl/*.py": {"httpx"},
            "crawl/connect.py": {"mcp_types"},
            "crawl/envelope.py": {"mcp_types"},
        },
    ),
    "render": (
        {"base"},
        {
            "render/*": {"markupsafe"},
            "render/compiled.py": {"jinja2"},
            "render/html.py": {"jinja2"},
            "render/json_files.py": {"pydantic_core"},
            "render/markdown.py": {"markdown"},
        },
    ),
    "pipeline": (
        {"base", "executors", "progress", "content", "lint", *(ROOMS - {"crawl"})},
        {},
    ),
    "serve": (
        {"base", "pipeline", *BELOW},
        {"serve/catalogue_mcp.py": {"mcp", "mcp_types", "pydantic"}},
    ),
    "cli": ({"base", "serve", *BELOW}, {}),
    "__main__": ({"cli"}, {}),
}  # fmt: skip
PURE = {"base", "classify", "policy", "derive", "lint"}
LAZY = {"dask", "distributed", "mcp", "mcp_types", "pydantic"}
"""Costs a second to import, or is an extra: inside functions only."""
STANDARD = __import__("sys").stdlib_module_names


def layer(module: str) -> str:
    """Return the layer of `classify.rules.mux`, `content_yaml`, `text`."""
    first = module.split(".", maxsplit=1)[0]
    if first in BASE:
        return "base"
    return first.split("_")[0] if first.startswith(("content_", "lint_", "pipeline_")) else first


def files() -> list[Path]:
    """Return every module of the package but the package itself."""
    return [path for path in sorted(ROOT.rglob("*.py")) if path != ROOT / "__init__.py"]


def imports(path: Path) -> list[tuple[str, bool, int]]:
    """Return (dotted name, whether inside a function, line) of each import."""
    found: list[tuple[str, bool, int]] = []

    def walk(node: ast.AST, *, inside: bool) -> None:
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                found.extend((name.name, inside, child.lineno) for name in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{path}: relative import"
                module = str(child.module)
                names = [module] if module != "generator" else []
                names += [f"{module}.{a.name}" for a in child.names if module == "generator"]
                found.extend((name, inside, child.lineno) for name in names)
            walk(child, inside=inside)

    walk(ast.parse(path.read_text("utf-8")), inside=False)
    return found


def wrong(path: Path) -> list[str]:
    """Return what a file imports against the table."""
    relative = path.relative_to(ROOT)
    own = layer(relative.with_suffix("").as_posix().replace("/", "."))
    allowed, third_party = TABLE[own]
    packages = set[str]()
    for pattern, names in third_party.items():
        packages |= names if fnmatch(relative.as_posix(), pattern) else set()
    found = []
    for name, inside, line in imports(path):
        first, _, rest = name.partition(".")
        reason = ""
        if first == "generator":
            target = layer(rest) if rest else "base"
            ok = target == own or target in allowed or name == "generator.__version__"
            reason = "" if ok else f"{own} may not import {target}"
        elif first in STANDARD:
            reason = f"{own} is pure" if own in PURE and first in EFFECTS else ""
        elif first not in packages:
            reason = f"{own} may not import the package {first}"
        elif first in LAZY and not inside:
            reason = "import it inside the function that needs it"
        if reason:
            found.append(f"{relative}:{line}: {name}: {reason}")
    return found


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_import_goes_down(path: Path) -> None:
    """A module imports its own layer and those below it, and no package of another room."""
    assert wrong(path) == []


def test_only_the_command_line_prints() -> None:
    """`print` and `sys.exit` stand in cli/ and nowhere else."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in files()
        if "cli" not in path.parts and path.name != "__main__.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "sys.exit", "exit")
    ]
    assert found == []


def test_a_pure_room_that_reads_the_disk_is_found(tmp_path: Path) -> None:
    """The walk sees imports on any level of a file, type-checking blocks included."""
    bad = tmp_path / "bad.py"
    bad.write_text("import os\ndef f():\n    from generator.render import html\n")
    assert imports(bad) == [("os", False, 1), ("generator.render", True, 3)]
