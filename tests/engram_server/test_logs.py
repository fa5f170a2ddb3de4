"""Log lines: one a record, whatever is in it."""

from __future__ import annotations

import json
import logging
import sys
from typing import Iterator, Type

import pytest

from engram_server.logs import OWN, JsonFormatter, TextFormatter, log_to_stderr

HOSTILE = "a\nb\rc\td\x00e\x1b[31mf\x7fg\x85h\u2028i\u2029j é"


def _record(message: str, *, with_traceback: bool = False) -> logging.LogRecord:
    info = None
    if with_traceback:
        try:
            raise ValueError("forged\n2026-01-01T00:00:00.000Z INFO engram_server.access GET / 200")
        except ValueError:
            info = sys.exc_info()
    record = logging.LogRecord("engram_server.access", logging.INFO, "x.py", 1, "said %s", (message,), info)
    record.created, record.msecs = 1_778_248_560.5, 500.9
    return record


def test_text_is_one_line_for_people() -> None:
    line = TextFormatter().format(_record(HOSTILE))
    assert line == (
        "2026-05-08T13:56:00.500Z INFO engram_server.access said "
        "a\\nb\\rc\\td\\x00e\\x1b[31mf\\x7fg\\x85h\\u2028i\\u2029j é"
    )


def test_no_line_of_a_traceback_looks_like_a_record() -> None:
    first, *rest = TextFormatter().format(_record("x", with_traceback=True)).split("\n")
    assert first.endswith(" said x")
    assert len(rest) > 2
    assert all(line.startswith("    ") for line in rest)


def test_json_is_one_object_a_line() -> None:
    line = JsonFormatter().format(_record(HOSTILE))
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line) == {
        "time": "2026-05-08T13:56:00.500Z",
        "level": "info",
        "logger": "engram_server.access",
        "message": f"said {HOSTILE}",
    }


def test_json_holds_a_traceback_too() -> None:
    line = JsonFormatter().format(_record("x", with_traceback=True))
    assert "\n" not in line
    assert "ValueError" in json.loads(line)["traceback"]


@pytest.mark.parametrize("formatter", [TextFormatter, JsonFormatter])
def test_records_without_arguments(formatter: Type[logging.Formatter]) -> None:
    record = logging.LogRecord("engram_server", logging.WARNING, "x.py", 1, "100 %", None, None)
    assert "100 %" in formatter().format(record)


@pytest.fixture
def own_loggers() -> Iterator[None]:
    raises = logging.raiseExceptions
    loggers = [logging.getLogger(name) for name in OWN]
    before = [(logger, logger.handlers, logger.level, logger.propagate) for logger in loggers]
    yield
    logging.raiseExceptions = raises
    for logger, handlers, level, propagate in before:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


@pytest.mark.usefixtures("own_loggers")
def test_what_is_told_of_packets_has_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("json", "warning")
    logging.getLogger("engram_store").info("not this")
    logging.getLogger("engram_store").warning("over its budget")
    line = json.loads(capsys.readouterr().err)
    assert (line["logger"], line["level"], line["message"]) == ("engram_store", "warning", "over its budget")
