"""Modules as they are read: parsed, with what they import, and the small questions that any rule asks of a tree.

Nothing here touches the file system but `load`, so that a rule can be shown a snippet.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Dict, Iterator, List, Mapping, NamedTuple, Optional, Union

FunctionNode = Union[ast.FunctionDef, ast.AsyncFunctionDef]


class Module(NamedTuple):
    """One module of ours: its dotted name (a package has its own name) and its text."""

    name: str
    is_package: bool
    source: str
    tree: ast.Module

    def at(self, node: ast.AST, words: str) -> str:
        """Return a sentence that begins with the place of `node`."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}: {words}"


Modules = Mapping[str, Module]


class Import(NamedTuple):
    """One imported module, by its full name."""

    target: str
    node: ast.stmt
    in_function: bool
    #: Under `if TYPE_CHECKING:`, which names a type and runs nothing.
    for_types: bool


def module(name: str, source: str, is_package: bool = False) -> Module:
    """Parse one module; syntax that Python 3.9 does not know is a SyntaxError."""
    return Module(name, is_package, source, ast.parse(source, feature_version=(3, 9)))


def load(*packages: Path) -> Dict[str, Module]:
    """Parse every module of the packages in these folders."""
    found = {}
    for package in packages:
        for path in sorted(package.rglob("*.py")):
            parts = (package.name, *path.relative_to(package).with_suffix("").parts)
            is_package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if is_package else parts)
            found[name] = module(name, path.read_text(encoding="utf-8"), is_package)
    return found


def inside(name: str, package: str) -> bool:
    """Say whether a module is a package or in it."""
    return name == package or name.startswith(package + ".")


def functions(tree: ast.AST) -> Iterator[FunctionNode]:
    """Yield all functions, those within others too."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def imports(of: Module, modules: Modules) -> Iterator[Import]:
    """Yield what a module imports; `from package import x` names `package.x` where that is a module."""
    lazy = {id(node) for function in functions(of.tree) for node in ast.walk(function)}
    checks = (n for n in ast.walk(of.tree) if isinstance(n, ast.If) and last_name(n.test) == "TYPE_CHECKING")
    for_types = {id(node) for check in checks for branch in check.body for node in ast.walk(branch)}
    for node in ast.walk(of.tree):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = absolute(of, node)
            targets = [f"{base}.{a.name}" if f"{base}.{a.name}" in modules else base for a in node.names]
        else:
            continue
        for target in dict.fromkeys(targets):
            yield Import(target, node, id(node) in lazy, id(node) in for_types)


def absolute(of: Module, node: ast.ImportFrom) -> str:
    """Return the full name of what stands after `from`."""
    if not node.level:
        return node.module or ""
    parts = of.name.split(".")
    anchor = parts[: len(parts) - node.level + (1 if of.is_package else 0)]
    return ".".join(anchor + ([node.module] if node.module else []))


def of_package(modules: Modules, package: str) -> List[Module]:
    """Return the modules of one package."""
    return [of for of in modules.values() if inside(of.name, package)]


def first_target(node: ast.stmt) -> Optional[ast.expr]:
    """Return what an assignment without an annotation assigns to."""
    return node.targets[0] if isinstance(node, ast.Assign) else None


def last_name(node: Optional[ast.AST]) -> Optional[str]:
    """Return `c` for `c`, `a.b.c`, `a["c"]` and calls of them."""
    if isinstance(node, ast.Call):
        return last_name(node.func)
    if isinstance(node, ast.Subscript):
        index: ast.AST = node.slice
        return str(index.value) if isinstance(index, ast.Constant) else last_name(node.value)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None
