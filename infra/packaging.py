"""What a function's package holds: the modules its handler imports, directly or not, their data, and bytecode.

No container engine: grimp finds the modules, `uv` fetches the wheels of the target platform. Every folder is named
after the hash of what went into it, so an unchanged one is found, not rebuilt, and equal inputs give equal bytes.
"""

import ast
import compileall
import hashlib
import importlib.util
import json
import marshal
import py_compile
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / ".build"
OURS = ("functions", "ishtirak")
PYTHON = "3.13"
#: The 3.13 runtime stands on Amazon Linux 2023, whose glibc is 2.34; newer wheels (pikepdf) ask for 2.28.
PLATFORM = "aarch64-manylinux_2_28"
#: Files beside the modules that a reached package needs at run time: statute tables, texts.
DATA_SUFFIXES = frozenset({".json"})
#: `bin` holds scripts that name the builder's interpreter; the rest is never imported.
PRUNED_FOLDERS = frozenset({"__pycache__", "tests", "test", "bin"})
PRUNED_SUFFIXES = frozenset({".pyi", ".c", ".h", ".pyx", ".pxd", ".md", ".rst"})
#: importlib.metadata reads versions from METADATA; entry points are looked up by name.
KEPT_METADATA = frozenset({"METADATA", "entry_points.txt"})
#: Part of every folder's hash: raise it when this file changes what it writes.
FORMAT_VERSION = "4"


#: What may begin with a docstring.
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class PackagingError(RuntimeError):
    """A package cannot be built as asked; the message says what is missing."""


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph(*OURS, cache_dir=None, exclude_type_checking_imports=True)


def function_names() -> list[str]:
    """Every function of the repository, by its folder."""
    return sorted(path.parent.name for path in (ROOT / "functions").glob("*/settings.py"))


def modules_of(function: str) -> list[str]:
    """Every first-party module the function's entry imports, directly or not, with the packages around them."""
    entry = f"functions.{function}.main"
    if entry not in _graph().modules:
        raise PackagingError(
            f"functions/{function}/main.py does not exist: {function} has no entry to package"
        )
    reached = {entry} | _graph().find_upstream_modules(entry)
    return sorted(reached | {parent for module in reached for parent in _parents(module)})


def _parents(module: str) -> Iterable[str]:
    parts = module.split(".")
    return (".".join(parts[:length]) for length in range(1, len(parts)))


def files_of(function: str) -> list[Path]:
    """The files of the function's package, relative to the repository: its modules and the data they own."""
    modules = modules_of(function)
    sources = [_source_of(module) for module in modules]
    packages = {
        source.parent for source, module in zip(sources, modules, strict=True) if source.stem != "__init__"
    }
    data = [path for package in packages for path in _data_of(package)]
    return sorted(path.relative_to(ROOT) for path in {*sources, *data})


def _source_of(module: str) -> Path:
    path = ROOT.joinpath(*module.split("."))
    package = path / "__init__.py"
    return package if package.exists() else path.with_suffix(".py")


def _data_of(package: Path) -> Iterable[Path]:
    """Data in the package's own folder tree, except in folders that are packages themselves.

    A function's `events/` are samples for tests and documents, not something it reads.
    """
    if package.is_relative_to(ROOT / "functions"):
        return
    for path in package.iterdir():
        if path.is_file() and path.suffix in DATA_SUFFIXES:
            yield path
        elif path.is_dir() and not (path / "__init__.py").exists() and path.name not in PRUNED_FOLDERS:
            yield from _data_of(path)


def code_of(function: str) -> Path:
    """The folder to deploy as the function's code: first-party files only, as bytecode."""
    contents = {str(path): _as_shipped(ROOT / path) for path in files_of(function)}

    def write(target: Path) -> None:
        for name, content in contents.items():
            copy = target / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)
        _compile_without_docstrings(target, runs_in="/var/task")

    return _build_once(BUILD / "functions" / function, key=_digest(contents), write=write)


def _as_shipped(path: Path) -> bytes:
    """The file's bytes; JSON without the whitespace that is there for readers."""
    content = path.read_bytes()
    if path.suffix != ".json":
        return content
    return json.dumps(json.loads(content), ensure_ascii=False, separators=(",", ":")).encode()


def layer_of(requirements: str) -> Path:
    """The folder of a dependency layer, from `requirements/<name>.txt`; boto3 comes with the runtime."""
    locked = ROOT / "requirements" / f"{requirements}.txt"

    def write(target: Path) -> None:
        _install(locked, target / "python")
        _prune(target)
        _compile(target, runs_in="/opt")

    return _build_once(
        BUILD / "layers" / requirements, key=_digest({"locked": locked.read_bytes()}), write=write
    )


def _digest(contents: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256(f"{FORMAT_VERSION} {PYTHON} {PLATFORM} {sys.version}".encode())
    for name, content in sorted(contents.items()):
        digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def _build_once(parent: Path, *, key: str, write: Callable[[Path], None]) -> Path:
    """`parent/key`, written once; a half-written folder never has that name."""
    target = parent / key
    if target.is_dir():
        return target
    parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=parent))
    try:
        write(draft)
        draft.chmod(0o755)
        draft.rename(target)
    except OSError:
        if not target.is_dir():  # another synthesis was faster, and wrote the same
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _compile_without_docstrings(target: Path, *, runs_in: str) -> None:
    """Bytecode in place of our own modules: a function runs on the one release of Python it was compiled for.

    Docstrings are for readers of the source, which stays in the repository. Not `-OO`: that would drop the assertions,
    too.
    """
    _require_runtime_version()
    for source in sorted(target.rglob("*.py")):
        tree = ast.parse(source.read_bytes())
        for node in ast.walk(tree):
            if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
                node.body[0] = ast.copy_location(ast.Pass(), node.body[0])
        place = f"{runs_in}/{source.relative_to(target)}"
        code = compile(tree, place, "exec", dont_inherit=True)
        source.with_suffix(".pyc").write_bytes(_unchecked(marshal.dumps(code), source.read_bytes()))
        source.unlink()


def _unchecked(code: bytes, source: bytes) -> bytes:
    """A `.pyc` that is never compared with its source (PEP 552): 0b01 says hash-based and not checked."""
    flags = (0b01).to_bytes(4, "little")
    return importlib.util.MAGIC_NUMBER + flags + importlib.util.source_hash(source) + code


def _require_runtime_version() -> None:
    if not sys.version.startswith(f"{PYTHON}."):
        raise PackagingError(f"bytecode for {PYTHON} cannot be written by Python {sys.version.split()[0]}")


def _compile(target: Path, *, runs_in: str) -> None:
    """Bytecode without time stamps: reproducible, and the runtime's folder is read-only, so none is written there."""
    _require_runtime_version()
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compiled = compileall.compile_dir(
        target, quiet=1, workers=1, stripdir=target, prependdir=runs_in, invalidation_mode=unchecked
    )
    if not compiled:
        raise PackagingError(f"some module under {target} does not compile")


def _install(locked: Path, target: Path) -> None:
    options = ["--quiet", "--no-config", "--no-deps", "--require-hashes", "--no-compile"]
    options += ["--only-binary", ":all:", "--python-version", PYTHON, "--python-platform", PLATFORM]
    options += ["--target", str(target), "--requirements", str(locked)]
    done = subprocess.run(
        [_uv(), "pip", "install", *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PackagingError(f"uv could not install {locked.name} for {PLATFORM}:\n{done.stderr}")


def _uv() -> str:
    ours = ROOT / ".tools" / "bin" / "uv"
    found = str(ours) if ours.exists() else shutil.which("uv")
    if not found:
        raise PackagingError("uv is missing: run `make setup` first")
    return found


def _prune(target: Path) -> None:
    for path in sorted(target.rglob("*"), key=lambda path: -len(path.parts)):
        if path.is_dir():
            if path.name in PRUNED_FOLDERS:
                shutil.rmtree(path)
        elif path.parent.name.endswith(".dist-info"):
            if path.name not in KEPT_METADATA:
                path.unlink()
        elif path.suffix in PRUNED_SUFFIXES or path.name in {"py.typed", ".lock"}:
            path.unlink()
    for path in sorted(target.rglob("*"), key=lambda path: -len(path.parts)):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
