"""The house rules hold for both packages, and each rule is shown code that breaks it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Dict, List, Tuple

import pytest

from tests import house, reading

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (ROOT / "src" / "engram", ROOT / "reference_server" / "engram_server")
TOP_LEVEL = frozenset(
    {"pyproject.toml", "src", "reference_server", "tests", "typings", "README.md", "LICENSE", "CHANGELOG.md"}
)
# Calls there must be errors; the ignores prove that they are, so each of them has one reason.
EXPECTED_ERRORS = ROOT / "tests" / "typing_checks" / "api.py"

TYPES_ONLY = "if TYPE_CHECKING:\n"
LONG = "def long() -> None:\n" + "    pass\n" * house.MAX_FUNCTION_LINES
HALF_LONG = "".join(f"def f{n}() -> None:\n" + "    pass\n" * house.MAX_P95_FUNCTION_LINES for n in range(5))

Sources = Dict[str, str]

# Sources that break a rule, each as small as can be.
BROKEN: List[Tuple[house.Rule, Sources]] = [
    (house.server_layers, {"engram_server.text.words": "from engram_server.recall import rank"}),
    (house.server_layers, {"engram_server.recall.rank": "from ..domains import hosted"}),
    (house.server_layers, {"engram_server.domains.hosted": "def f():\n    from ..routes import hosted"}),
    (house.server_layers, {"engram_server.routes.hosted": "from ..app import App"}),
    (house.server_layers, {"engram_server.app": "import engram_server.doors.http"}),
    (house.server_layers, {"engram_server.wire": "from . import text", "engram_server.text": ""}),
    (house.server_layers, {"engram_server.storage.sqlite": "from ..text import words"}),
    (house.server_layers, {"engram_server.doors.http": "from ..cli import main"}),
    (house.server_layers, {"engram_server.domains.hosted": "from ..openapi import document"}),
    (house.storage_users, {"engram_server.routes.hosted": "from ..storage import open_store"}),
    (house.storage_users, {"engram_server.doors.http": "from engram_server.storage.sqlite import Store"}),
    (house.storage_users, {"engram_server.text.words": "import engram_server.storage"}),
    (house.storage_base, {"engram_server.domains.hosted": "import sqlite3"}),
    (house.storage_base, {"engram.client": "def f():\n    from sqlite3 import connect"}),
    (house.storage_base, {"engram.brain.engine.encoder": "import sqlite3"}),
    (house.server_knows_only_types, {"engram_server.app": "from engram.errors import EngramError"}),
    (house.server_knows_only_types, {"engram_server.app": "import engram"}),
    (house.server_knows_only_types, {"engram_server.app": "from engram import client", "engram.client": ""}),
    (house.client_starts_servers_lazily, {"engram.client": "def f():\n    import engram_server"}),
    (house.client_starts_servers_lazily, {"engram.client": f"{TYPES_ONLY}    import engram_server"}),
    (house.client_starts_servers_lazily, {"engram.testing": "from engram_server.app import App"}),
    (house.no_circles, {"engram.a": "from . import b", "engram.b": "from .a import x"}),
    (house.no_circles, {"engram.a": "from .b import x", "engram.b": "def f():\n    import engram.a"}),
    (house.no_circles, {"engram.a": "from .b import x", "engram.b": "from . import c", "engram.c": "import engram.a"}),
    (house.standard_library_only, {"engram.client": "import httpx"}),
    (house.standard_library_only, {"engram.client": "def f():\n    from requests import Session"}),
    (house.sizes, {"engram.a": "x = 1\n" * (house.MAX_MODULE_LINES + 1)}),
    (house.sizes, {"engram.a": LONG}),
    (house.sizes, {"engram.a": HALF_LONG}),
    (house.docstrings, {"engram.a": "x = 1"}),
    (house.docstrings, {"engram.a": "# a comment\nx = 1"}),
    (house.broad_excepts, {"engram.a": "try:\n    f()\nexcept:\n    pass"}),
    (house.broad_excepts, {"engram.a": "try:\n    f()\nexcept Exception:\n    raise"}),
    (house.broad_excepts, {"engram.a": "try:\n    f()\nexcept (OSError, builtins.BaseException) as e:\n    pass"}),
    (house.broad_excepts, {"engram.a": "with contextlib.suppress(Exception):\n    f()"}),
    (house.broad_excepts, {"engram_server.app": "try:\n    f()\nexcept Exception:\n    pass\n" * 2}),
    (house.type_ignores_explained, {"engram.a": "x = f()  # type: ignore"}),
    (house.type_ignores_explained, {"engram.a": "x = f()  # type: ignore[misc]"}),
    (house.type_ignores_explained, {"engram.a": "x = f()  # type: ignore  # the stub is wrong"}),
    (house.type_ignores_rare, {"engram.a": "x = f()  # type: ignore[misc]  # the stub is wrong\n" * 2 + "\n" * 1_000}),
    (house.no_public_any, {"engram.a": "def f(x: Any) -> None: ..."}),
    (house.no_public_any, {"engram.a": "def f(*x: 'Dict[str, Any]') -> None: ..."}),
    (house.no_public_any, {"engram.a": "class C:\n    def __call__(self) -> typing.Any: ..."}),
    (house.no_public_any, {"engram.a": "class C:\n    x: List[Any]"}),
    (house.no_public_any, {"engram.a": "Body = Dict[str, Any]"}),
    (house.constant_sql, {"engram_server.a": "db.execute(f'SELECT {x}')"}),
    (house.constant_sql, {"engram_server.a": "db.execute('SELECT ' + x)"}),
    (house.constant_sql, {"engram_server.a": "db.execute('SELECT %s' % x)"}),
    (house.constant_sql, {"engram_server.a": "db.executemany('SELECT {}'.format(x), rows)"}),
    (house.constant_sql, {"engram_server.a": "def f(sql):\n    db.execute(sql)"}),
    (house.constant_sql, {"engram_server.a": "db.execute('A' if x else y)"}),
    (house.constant_sql, {"engram_server.a": "SQL = make()\ndb.execute(SQL)"}),
    (house.constant_sql, {"engram_server.a": "SQL = f'SELECT {x}'\ndb.execute(SQL)"}),
    (house.constant_sql, {"engram_server.a": "for SQL in parts:\n    db.execute(SQL)"}),
    (house.constant_sql, {"engram_server.a": "STEPS = ('A', *made)\nfor step in STEPS:\n    db.execute(step)"}),
    (house.constant_sql, {"engram_server.a": "from .b import SQL\ndb.execute(SQL)", "engram_server.b": "SQL = make()"}),
    (house.no_numbered_parameters, {"engram_server.storage.a": "db.execute('SELECT ?1', (x,))"}),
    (house.constant_time_keys, {"engram_server.a": "api_key == given"}),
    (house.constant_time_keys, {"engram_server.a": "given != self.secret"}),
    (house.constant_time_keys, {"engram_server.a": "row['key'] == digest(given)"}),
    (house.one_opener, {"engram.a": "self._opener.open(request)", "engram.b": "opener.open(request)"}),
    (house.one_opener, {"engram.a": "urllib.request.urlopen(url)"}),
]

# Sources that a rule must leave alone: the near misses of the table above.
SOUND: List[Tuple[house.Rule, Sources]] = [
    (house.server_layers, {"engram_server.doors.http": "from ..wire import Request\nfrom ..app import App"}),
    (house.server_layers, {"engram_server.domains.hosted": "from ..recall import rank\nfrom . import rules"}),
    (house.server_layers, {"engram_server.cli": "from .doors import http\nfrom .app import App"}),
    (house.storage_users, {"engram_server.domains.hosted": "from ..storage import open_store"}),
    (house.storage_users, {"engram_server.routes.a": f"{TYPES_ONLY}    from ..storage import Writer"}),
    (house.storage_base, {"engram_server.storage.sqlite": "import sqlite3"}),
    (house.storage_base, {"engram.brain.engine.db_introspector": "import sqlite3"}),
    (house.server_knows_only_types, {"engram_server.app": "from engram.types.limits import MAX_TOP_K"}),
    (house.client_starts_servers_lazily, {"engram.testing": "def f():\n    from engram_server.app import App"}),
    (house.client_starts_servers_lazily, {"engram.testing": f"{TYPES_ONLY}    import engram_server"}),
    (house.no_circles, {"engram.a": "from . import b, c", "engram.b": "from .c import x", "engram.c": ""}),
    (house.standard_library_only, {"engram.transport.requests": "import requests\nimport json"}),
    (house.standard_library_only, {"engram.a": f"{TYPES_ONLY}    from typing_extensions import ParamSpec"}),
    (house.sizes, {"engram.a": 'def f() -> None:\n    """One.\n' + "\n" * house.MAX_FUNCTION_LINES + '    """\n'}),
    (house.docstrings, {"engram": ""}),
    (house.broad_excepts, {"engram_server.app": "try:\n    f()\nexcept Exception:\n    pass"}),
    (house.broad_excepts, {"engram.a": "try:\n    f()\nexcept (OSError, ValueError):\n    pass"}),
    (house.type_ignores_explained, {"engram.a": "x = f()  # type: ignore[misc]  # the stub is wrong"}),
    (house.type_ignores_explained, {"engram.a": "x = '# type: ignore'"}),
    (house.no_public_any, {"engram.a": "def _f(x: Any) -> None:\n    y: Any = x"}),
    (house.no_public_any, {"engram.a": "def f(x: 'Company') -> bool: ..."}),
    (house.constant_sql, {"engram_server.a": "_SQL = 'A' 'B'\ndb.execute(_SQL)\ndb.execute('SELECT 1')"}),
    (house.constant_sql, {"engram_server.a": "db.execute('A' if x else 'B')"}),
    (house.constant_sql, {"engram_server.a": "STEPS = ('A', 'B')\nfor step in STEPS:\n    db.execute(step)"}),
    (house.constant_sql, {"engram_server.a": "A = ('A',)\nB = ((*A, 'B'), A)\nfor step in B[n]:\n    db.execute(step)"}),
    (house.constant_sql, {"engram_server.a": "from .b import SQL\ndb.execute(SQL)", "engram_server.b": "SQL = 'A'"}),
    (house.no_numbered_parameters, {"engram_server.storage.a": "db.execute('SELECT ?', (x,))"}),
    (house.constant_time_keys, {"engram_server.a": "key == 'a'\nmonkey == x\nhmac.compare_digest(key, x)"}),
    (house.one_opener, {"engram.a": "opener.open(request)\npath.open()", "engram.b": "open(path)"}),
]


@pytest.fixture(scope="module")
def ours() -> Dict[str, reading.Module]:
    """Both packages, parsed as Python 3.9."""
    return reading.load(*PACKAGES)


def _parsed(sources: Sources) -> Dict[str, reading.Module]:
    return {name: reading.module(name, source) for name, source in sources.items()}


@pytest.mark.parametrize("rule", house.RULES, ids=lambda rule: rule.__name__)
def test_the_packages_keep_the_rule(rule: house.Rule, ours: Dict[str, reading.Module]) -> None:
    violations = list(rule(ours))
    assert not violations, "\n".join(violations)


@pytest.mark.parametrize(("rule", "sources"), BROKEN)
def test_the_rule_catches(rule: house.Rule, sources: Sources) -> None:
    if rule is house.standard_library_only and not house.STANDARD_LIBRARY:
        pytest.skip("Python 3.9 has no list of its own modules; newer ones check this rule")
    assert list(rule(_parsed(sources))) != []


@pytest.mark.parametrize(("rule", "sources"), SOUND)
def test_the_rule_leaves_alone(rule: house.Rule, sources: Sources) -> None:
    assert list(rule(_parsed(sources))) == []


def test_every_rule_is_shown_both_kinds() -> None:
    assert {rule for rule, _ in BROKEN} == set(house.RULES)
    assert {rule for rule, _ in SOUND} | {house.type_ignores_rare} == set(house.RULES)


def test_both_packages_were_read(ours: Dict[str, reading.Module]) -> None:
    """A rule that looks at nothing passes; this says that they did look."""
    assert {"engram", "engram.types.hosted", "engram_server", "engram_server.wire"} <= set(ours)


def test_newer_syntax_than_the_oldest_python_is_caught() -> None:
    with pytest.raises(SyntaxError):
        reading.module("engram.a", "match x:\n    case 1: pass")


def test_the_tests_explain_their_type_ignores() -> None:
    tests = {
        str(path): reading.module(str(path), path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if path != EXPECTED_ERRORS
    }
    assert list(house.type_ignores_explained(tests)) == []


def test_the_top_level_is_fixed() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone: the tracked files are not known")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = {line.split("/")[0] for line in tracked.splitlines()}
    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL
