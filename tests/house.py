"""The rules of the house as pure functions: modules in, sentences about what breaks a rule out.

Nothing here touches the file system, so that every rule can be shown a snippet that breaks it. Which modules the rules
are asked about, and that each of them can fail, is `test_architecture.py`; how modules are read is `reading.py`.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from typing import Callable, Dict, FrozenSet, Iterable, Iterator, Optional, Set, Tuple

from tests.reading import (
    FunctionNode,
    Module,
    Modules,
    absolute,
    first_target,
    functions,
    imports,
    inside,
    last_name,
    of_package,
)

MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_P95_FUNCTION_LINES = 40
LINES_PER_TYPE_IGNORE = 1_000

# From the top down; a layer may import itself and what stands below it.
LAYERS = ("doors", "app", "routes", "domains", "recall", "text")
# Above every layer: what puts the parts together. Nothing imports these.
COMPOSERS = frozenset({"__main__", "cli", "wsgi"})
# Modules that stand beside a layer: a part of the app, what reads the table of routes, what writes answers.
BESIDE = {"idempotency": "app", "openapi": "routes", "console": "routes", "provider": "recall"}
MAY_USE_STORAGE = frozenset({"app", "idempotency", "domains", "recall", "storage"})
MAY_START_A_SERVER = ("engram.transport.local", "engram.local", "engram.serving", "engram.testing", "engram.cli")
SHARED_WITH_SERVER = "engram.types"
# Modules that may catch everything, with how often.
BROAD_EXCEPT_BOUNDARIES = {"engram_server.app": 1, "engram.aio_crew": 1}
# Third-party packages that are imported only where a user brings them.
_OVER_REQUESTS = "engram.transport.requests"
OPTIONAL_PACKAGES = {
    "langchain_core": "engram.integrations.langchain",
    "pytest": "engram.testing",
    "requests": _OVER_REQUESTS,
    "urllib3": _OVER_REQUESTS,
}
# Empty on Python 3.9, which has no such list.
STANDARD_LIBRARY: FrozenSet[str] = getattr(sys, "stdlib_module_names", frozenset())
SQL_HOME = "engram_server.storage"
_NUMBERED = re.compile(r"\?\d")
# Reads the schema of a database of the user's, which is none of Engram's.
READS_OTHER_DATABASES = "engram.brain.engine.db_introspector"

_BROAD = frozenset({"Exception", "BaseException"})
_EXECUTES = frozenset({"execute", "executemany", "executescript"})
_CONSTANT_NAME = re.compile(r"_?[A-Z][A-Z0-9_]*")
_SECRET_NAME = re.compile(r"(?:.*_)?(?:key|token|secret|password|credential|authorization)", re.IGNORECASE)
_IGNORE = re.compile(r"#\s*type:\s*ignore")
_IGNORE_WITH_CODE = re.compile(r"# type: ignore\[[a-z][a-z\-, ]*\](?P<reason>.*)")
_REASON = re.compile(r"\s*# \w+.*")
Rule = Callable[[Modules], Iterator[str]]


# -- who may import whom


def _part(name: str) -> str:
    """Return the part of the server a module belongs to: `domains` for `engram_server.domains.hosted`."""
    return (name.split(".") + [""])[1]


def _rank(part: str) -> Optional[int]:
    if part in COMPOSERS:
        return -1
    layer = BESIDE.get(part, part)
    return LAYERS.index(layer) if layer in LAYERS else None


def server_layers(modules: Modules) -> Iterator[str]:
    """The server imports downwards only; what is no layer (wire, clock, ids, storage) imports no layer."""
    for of in of_package(modules, "engram_server"):
        rank = _rank(_part(of.name))
        for found in imports(of, modules):
            if not inside(found.target, "engram_server"):
                continue
            target = _rank(_part(found.target))
            if target is not None and (rank is None or target < rank):
                yield of.at(found.node, f"imports upwards: {found.target}")


def storage_users(modules: Modules) -> Iterator[str]:
    """Only the domains and recall talk to storage, and the app builds it; others may name its types."""
    for of in of_package(modules, "engram_server"):
        if _part(of.name) in MAY_USE_STORAGE:
            continue
        for found in imports(of, modules):
            if inside(found.target, SQL_HOME) and not found.for_types:
                yield of.at(found.node, f"talks to storage: {found.target}")


def storage_base(modules: Modules) -> Iterator[str]:
    """SQL lives in storage alone, so nothing else imports a database."""
    for of in modules.values():
        for found in imports(of, modules):
            at_home = inside(of.name, SQL_HOME) or of.name == READS_OTHER_DATABASES
            if found.target.split(".")[0] == "sqlite3" and not at_home:
                yield of.at(found.node, "imports sqlite3 outside of storage")


def server_knows_only_types(modules: Modules) -> Iterator[str]:
    """The server takes from the client package the wire contract and nothing else."""
    for of in of_package(modules, "engram_server"):
        for found in imports(of, modules):
            if inside(found.target, "engram") and not inside(found.target, SHARED_WITH_SERVER):
                yield of.at(found.node, f"imports {found.target}, not {SHARED_WITH_SERVER}")


def client_starts_servers_lazily(modules: Modules) -> Iterator[str]:
    """The client package reaches the server in three named places, and only when called."""
    for of in of_package(modules, "engram"):
        named = any(inside(of.name, place) for place in MAY_START_A_SERVER)
        for found in imports(of, modules):
            loaded = not (found.in_function or found.for_types)
            if inside(found.target, "engram_server") and (loaded or not named):
                yield of.at(found.node, f"imports {found.target}" + (" when loaded" if named else ""))


def no_circles(modules: Modules) -> Iterator[str]:
    """No module imports itself by way of others; an import inside a function counts too."""
    graph = {name: sorted({i.target for i in imports(of, modules)} & set(modules)) for name, of in modules.items()}
    done: Set[str] = set()

    def visit(name: str, path: Tuple[str, ...]) -> Iterator[str]:
        if name in path:
            yield "a circle: " + " -> ".join((*path[path.index(name) :], name))
        elif name not in done:
            for target in graph[name]:
                yield from visit(target, (*path, name))
            done.add(name)

    for name in graph:
        yield from visit(name, ())


def standard_library_only(modules: Modules) -> Iterator[str]:
    """Nothing has to be installed beside the wheel."""
    for of in modules.values():
        for found in imports(of, modules):
            root = found.target.split(".")[0]
            known = root in STANDARD_LIBRARY or not STANDARD_LIBRARY or root in ("engram", "engram_server")
            if not (known or found.for_types or OPTIONAL_PACKAGES.get(root) == of.name):
                yield of.at(found.node, f"imports {root}, which is not in the standard library")


# -- size and shape


def _lines(function: FunctionNode) -> int:
    """Return the length of a function without its docstring."""
    first = function.body[0]
    has_docstring = ast.get_docstring(function, clean=False) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def sizes(modules: Modules) -> Iterator[str]:
    """Modules and functions fit on a page, and nearly all functions on half of one."""
    lengths = []
    for of in modules.values():
        if of.source.count("\n") > MAX_MODULE_LINES:
            yield of.at(of.tree, f"{of.source.count(chr(10))} lines, more than {MAX_MODULE_LINES}")
        for function in functions(of.tree):
            lengths.append(_lines(function))
            if lengths[-1] > MAX_FUNCTION_LINES:
                yield of.at(function, f"{function.name} has {lengths[-1]} lines, more than {MAX_FUNCTION_LINES}")
    p95 = sorted(lengths)[int(len(lengths) * 0.95)] if lengths else 0
    if p95 > MAX_P95_FUNCTION_LINES:
        yield f"one function in twenty has {p95} lines or more, more than {MAX_P95_FUNCTION_LINES}"


def docstrings(modules: Modules) -> Iterator[str]:
    """Every module with anything in it says what lives there."""
    for of in modules.values():
        if of.tree.body and not ast.get_docstring(of.tree):
            yield of.at(of.tree, "does not open with a docstring")


def _broad_catches(of: Module) -> Iterator[ast.AST]:
    for node in ast.walk(of.tree):
        if isinstance(node, ast.ExceptHandler):
            caught = [node.type] if not isinstance(node.type, ast.Tuple) else node.type.elts
            if any(name is None or last_name(name) in _BROAD for name in caught):
                yield node
        elif isinstance(node, ast.Call) and last_name(node.func) == "suppress":
            if any(last_name(name) in _BROAD for name in node.args):
                yield node


def broad_excepts(modules: Modules) -> Iterator[str]:
    """Only a named boundary catches everything; anywhere else that would hide a bug."""
    for of in modules.values():
        caught = list(_broad_catches(of))
        for node in caught[BROAD_EXCEPT_BOUNDARIES.get(of.name, 0) :]:
            yield of.at(node, "catches everything")


# -- types


def _type_ignores(of: Module) -> Iterator[Tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(of.source).readline):
        if token.type == tokenize.COMMENT and _IGNORE.search(token.string):
            yield token.start[0], token.string


def type_ignores_explained(modules: Modules) -> Iterator[str]:
    """A type ignore names its code and its reason: `# type: ignore[code]  # reason`."""
    for of in modules.values():
        for line, comment in _type_ignores(of):
            match = _IGNORE_WITH_CODE.fullmatch(comment)
            if match is None or not _REASON.fullmatch(match["reason"]):
                yield f"{of.name}:{line}: a type ignore without its code or its reason"


def type_ignores_rare(modules: Modules) -> Iterator[str]:
    """At most one type ignore in a thousand lines."""
    ignores = sum(len(list(_type_ignores(of))) for of in modules.values())
    lines = sum(of.source.count("\n") for of in modules.values())
    if ignores * LINES_PER_TYPE_IGNORE > lines:
        yield f"{ignores} type ignores in {lines} lines"


def _annotations(of: Module) -> Iterator[ast.expr]:
    """Yield the annotations and aliases that a user of a module can see."""
    for name, node in _public_nodes(of.tree.body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            a = node.args
            for argument in (*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg):
                if argument is not None and argument.annotation is not None:
                    yield argument.annotation
            if node.returns is not None:
                yield node.returns
        elif isinstance(node, ast.AnnAssign):
            yield node.annotation
        elif isinstance(node, ast.Assign):
            yield node.value


def _public_nodes(body: Iterable[ast.stmt]) -> Iterator[Tuple[str, ast.stmt]]:
    for node in body:
        name = getattr(node, "name", None) or last_name(getattr(node, "target", None) or first_target(node))
        if name is None or (name.startswith("_") and not (name.startswith("__") and name.endswith("__"))):
            continue
        yield name, node
        if isinstance(node, ast.ClassDef):
            yield from _public_nodes(node.body)


def no_public_any(modules: Modules) -> Iterator[str]:
    """What a user of the client sees is typed."""
    for of in of_package(modules, "engram"):
        for annotation in _annotations(of):
            names = [last_name(node) for node in ast.walk(annotation)]
            quoted = [node.value for node in ast.walk(annotation) if isinstance(node, ast.Constant)]
            if "Any" in names or any(isinstance(text, str) and re.search(r"\bAny\b", text) for text in quoted):
                yield of.at(annotation, "Any in a public signature")


# -- safety


def _is_text(node: ast.expr, constants: Set[str]) -> bool:
    """Say whether an expression is text that was fixed when the module was written."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add) and _is_text(node.left, constants) and _is_text(node.right, constants)
    if isinstance(node, ast.IfExp):
        return _is_text(node.body, constants) and _is_text(node.orelse, constants)
    if isinstance(node, (ast.Tuple, ast.List)):
        return all(_is_text(element, constants) for element in node.elts)
    if isinstance(node, ast.Dict):
        return all(_is_text(value, constants) for value in node.values)
    if isinstance(node, (ast.Starred, ast.Subscript)):
        return _is_text(node.value, constants)
    return isinstance(node, ast.Name) and node.id in constants


def _text_constants(of: Module, modules: Modules) -> Set[str]:
    """Return the names in a module that stand for fixed text, its own and those it imports from ours."""
    constants: Set[str] = set()
    for node in of.tree.body:
        if isinstance(node, ast.ImportFrom):
            names = {a.name: a.asname or a.name for a in node.names if _CONSTANT_NAME.fullmatch(a.name)}
            source = modules.get(absolute(of, node)) if names else None
            theirs = _text_constants(source, modules) if source is not None else set()
            constants |= {name for theirs_name, name in names.items() if theirs_name in theirs}
        value = getattr(node, "value", None)
        target = first_target(node) or getattr(node, "target", None)
        if isinstance(target, ast.Name) and _CONSTANT_NAME.fullmatch(target.id):
            if isinstance(value, ast.expr) and _is_text(value, constants):
                constants.add(target.id)
    return constants


def _fixed_in_loops(of: Module, constants: Set[str]) -> Set[str]:
    loops = (node for node in ast.walk(of.tree) if isinstance(node, (ast.For, ast.comprehension)))
    return {
        node.target.id
        for node in loops
        if isinstance(node.target, ast.Name) and _is_text(node.iter, constants)
    }


def constant_sql(modules: Modules) -> Iterator[str]:
    """SQL is a literal or the name of a constant, never put together."""
    for of in modules.values():
        constants = _text_constants(of, modules)
        allowed = constants | _fixed_in_loops(of, constants)
        for node in ast.walk(of.tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr in _EXECUTES and node.args:
                statement = node.args[0]
                if isinstance(statement, ast.BinOp) or not _is_text(statement, allowed):
                    yield of.at(node, "SQL that is not a constant")


def no_numbered_parameters(modules: Modules) -> Iterator[str]:
    """A parameter of SQL has a name or its place: Python 3.12.0 to 3.12.3 takes a number for a name, and warns."""
    for of in modules.values():
        for node in ast.walk(of.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and inside(of.name, SQL_HOME):
                if _NUMBERED.search(node.value):
                    yield of.at(node, "a parameter of SQL with a number")


def constant_time_keys(modules: Modules) -> Iterator[str]:
    """Secrets are compared with `hmac.compare_digest`; a literal is no secret."""
    for of in modules.values():
        for node in ast.walk(of.tree):
            if not (isinstance(node, ast.Compare) and any(isinstance(op, (ast.Eq, ast.NotEq)) for op in node.ops)):
                continue
            sides = [node.left, *node.comparators]
            names = [last_name(side) or "" for side in sides]
            if any(map(_SECRET_NAME.fullmatch, names)) and not any(isinstance(side, ast.Constant) for side in sides):
                yield of.at(node, f"compares {' and '.join(filter(None, names))} with ==")


def one_opener(modules: Modules) -> Iterator[str]:
    """One module of the client opens URLs, so that redirects, schemes and timeouts are decided once."""
    places: Dict[str, str] = {}
    for of in of_package(modules, "engram"):
        for node in ast.walk(of.tree):
            name = last_name(node.func) if isinstance(node, ast.Call) else None
            if name == "urlopen":
                yield of.at(node, "calls urlopen")
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and name == "open":
                if "opener" in (last_name(node.func.value) or "").lower():
                    places[of.name] = of.at(node, "opens URLs")
    if len(places) > 1:
        yield from places.values()


RULES: Tuple[Rule, ...] = (
    server_layers,
    storage_users,
    storage_base,
    server_knows_only_types,
    client_starts_servers_lazily,
    no_circles,
    standard_library_only,
    sizes,
    docstrings,
    broad_excepts,
    type_ignores_explained,
    type_ignores_rare,
    no_public_any,
    constant_sql,
    no_numbered_parameters,
    constant_time_keys,
    one_opener,
)
