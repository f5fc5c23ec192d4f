"""The house's own rules: what a reader of the repository may rely on, checked over the tracked files."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from scripts.lock import pins, with_constraints

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")

# Where downloads come from is the machine's business, and so is where its folders lie. This file is the only one
# that may name them.
TRACES = {
    "a package index": re.compile(
        r"(?i)pypi\.org|pythonhosted|https?://[^\s\"'<>]+/simple\b|--(extra-)?index-url"
    ),
    "a download address": re.compile(r"https?://[^\s\"'<>]+\.(whl|tgz|tar\.gz)\b"),
    "a path of one machine": re.compile(
        r"(?<![\w.])/(root|work|(home|Users)/(?!ana/)\w+)/|C:\\+Users\\+(?!ana\b)\w"
    ),
    "a writing tool's session": re.compile(
        r"(?i)\bclaude\b|\banthropic\b|/tmp/brief|\bchatgpt\b|\bcopilot\b"
    ),
}


@cache
def tracked() -> tuple[Path, ...]:
    """The files git knows; in an unpacked archive, the files of the folders that git would know."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        found = [
            p
            for room in ("src", "data", "tests", "scripts", "benchmarks", "docs")
            for p in (ROOT / room).rglob("*")
        ]
    return tuple(path for path in found if path.is_file() and "__pycache__" not in path.parts)


@cache
def modules() -> tuple[tuple[Path, ast.Module], ...]:
    """Every module of the package, parsed."""
    package = ROOT / "src" / "casedesk"
    ours = (path for path in tracked() if path.suffix == ".py" and path.is_relative_to(package))
    return tuple((path.relative_to(package), ast.parse(path.read_bytes())) for path in ours)


def text_of(path: Path) -> str:
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8", errors="replace")


@pytest.mark.parametrize("trace", TRACES)
def test_no_tracked_file_names(trace: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in tracked()
        if path != Path(__file__).resolve()
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if TRACES[trace].search(line)
    ]
    assert found == []


def test_no_tracked_file_names_this_checkout() -> None:
    assert [path for path in tracked() if f"{ROOT}/" in text_of(path)] == []


@pytest.mark.parametrize(
    ("trace", "line"),
    [
        ("a package index", "index = https://mirror.example/simple/"),
        ("a download address", "see https://mirror.example/a/b-1.0-py3-none-any.whl"),
        ("a path of one machine", "open('/root/desk.db')"),
        ("a path of one machine", "/home/someone/desk"),
        ("a path of one machine", r"C:\Users\someone\desk"),
        ("a writing tool's session", "see /tmp/brief/A.md"),
    ],
)
def test_the_traces_are_recognised(trace: str, line: str) -> None:
    assert TRACES[trace].search(line)


def test_every_module_says_what_it_is() -> None:
    assert [str(path) for path, tree in modules() if tree.body and not ast.get_docstring(tree)] == []


def test_nothing_below_the_entry_points_reads_a_clock() -> None:
    readers = {
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "time.time",
        "time.time_ns",
        "time.localtime",
    }
    # On SQLite the host's clock is the store's; each unit of work asks it once and hands the answer down.
    entries = {"bootstrap.py", "__main__.py", "store/sqlite.py"}
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules()
        if path.as_posix() not in entries
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ".".join(ast.unparse(node).split(".")[-2:]) in readers
    ]
    assert found == []


def test_only_the_channels_open_an_address() -> None:
    # Import contracts see whole packages from outside; of urllib, `parse` is harmless.
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules()
        if path.parts[0] != "channels"
        for node in ast.walk(tree)
        if (isinstance(node, ast.Import) and any(name.name == "urllib.request" for name in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module in {"urllib.request", "urllib"} and _opens(node))
    ]
    assert found == []


def _opens(node: ast.ImportFrom) -> bool:
    return node.module == "urllib.request" or any(name.name == "request" for name in node.names)


def test_import_contracts_are_kept() -> None:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
        "--no-cache",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_version_stands_in_one_place() -> None:
    version = PYPROJECT["project"]["version"]
    assert importlib.metadata.version("casedesk") == version
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert all(Version(released) <= Version(version) for released in headings[1:])


def test_the_oldest_python_is_the_same_everywhere() -> None:
    oldest = re.match(r">=(\d+)\.(\d+)", PYPROJECT["project"]["requires-python"])
    assert oldest is not None
    assert PYPROJECT["tool"]["mypy"]["python_version"] == ".".join(oldest.groups())
    assert PYPROJECT["tool"]["ruff"]["target-version"] == "py" + "".join(oldest.groups())


def test_pins_are_one_resolution() -> None:
    assert pins(LOCK)
    assert PYPROJECT["tool"]["uv"]["constraint-dependencies"] == pins(LOCK), "Run `just lock`."


def test_every_dependency_is_pinned_within_its_bounds() -> None:
    pinned = {canonicalize_name(r.name): r for r in map(Requirement, pins(LOCK))}
    wanted = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"]["dev"]]
    for requirement in map(Requirement, wanted):
        (pin,) = pinned[canonicalize_name(requirement.name)].specifier
        assert requirement.specifier.contains(pin.version), (
            f"{requirement} is pinned to {pin.version}: run `just lock`."
        )


def test_every_pin_has_hashes_and_no_address() -> None:
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    assert [block for block in blocks if not block.startswith("#") and "--hash=sha256:" not in block] == []
    assert "://" not in LOCK


def test_constraints_are_replaced_and_nothing_else() -> None:
    before = 'a = 1\n\n[tool.uv]\nconstraint-dependencies = ["x[y]==1", "z==2 ; sys_platform == \'win32\'"]\n\n[b]\nc = []\n'
    after = with_constraints(before, ["x==3"])
    assert after == 'a = 1\n\n[tool.uv]\nconstraint-dependencies = [\n    "x==3",\n]\n\n[b]\nc = []\n'
    assert with_constraints(after, []) == "a = 1\n\n[tool.uv]\nconstraint-dependencies = []\n\n[b]\nc = []\n"
    with pytest.raises(ValueError, match="has 0 blocks"):
        with_constraints("a = 1\n", [])
