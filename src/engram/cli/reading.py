"""A user's own text as memories: what a file says, and where one memory ends and the next begins.

Nothing here prints or sends. A transcript gives one memory a line, notes one a bullet, prose one a paragraph; JSON
Lines are taken as they are.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import Iterator, List

from .failure import CommandError

# Far above any text that a person wrote; a log of this size wants the API and not a demonstration.
MAX_FILE_BYTES = 64 * 1024 * 1024
# Longer paragraphs are cut at the ends of sentences: an answer should cite a passage, not a chapter.
MAX_PARAGRAPH_CHARS = 2_000

_JSON_LINES = (".jsonl", ".ndjson")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_SPEAKER = r"(?:\[[^\]\n]{1,64}\]\s*|\(?\d{1,2}:\d{2}(?::\d{2})?\)?\s+)?[^\W\d_][\w .'’-]{0,40}:\s+\S"
_BULLET = r"(?:[-*+•]|\d{1,3}[.)])\s+\S"
_ITEM = re.compile(rf"\s*(?:{_SPEAKER}|{_BULLET}|\[[^\]\n]{{1,64}}\]\s+\S)")
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def read_memories(path: str) -> List[str]:
    """Return what a file holds, one text a memory, in the order of the file.

    Raises:
        CommandError: the file cannot be read, is not text, is empty, or a line of JSON is not a memory.
    """
    text = _decoded(_read(path), path)
    memories = list(_from_json_lines(text, path) if path.lower().endswith(_JSON_LINES) else from_text(text))
    if not memories:
        raise CommandError(f"{path} is empty: there is nothing to remember in it")
    return memories


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error.strerror}") from None
    if len(data) > MAX_FILE_BYTES:
        raise CommandError(f"{path} has more than {MAX_FILE_BYTES >> 20} MiB; give it in parts")
    return data


def _decoded(data: bytes, path: str) -> str:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if b"\0" in data:
            raise CommandError(f"{path} is not a text file") from None
        line = data.count(b"\n", 0, error.start) + 1
        raise CommandError(f"{path}, line {line}: not UTF-8; save the file as UTF-8 and try again") from None
    if "\0" in text:
        raise CommandError(f"{path} is not a text file")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _from_json_lines(text: str, path: str) -> Iterator[str]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            raise CommandError(f"{path}, line {number}: not JSON") from None
        content = value.get("content") if isinstance(value, dict) else value
        if not isinstance(content, str) or not content.strip():
            raise CommandError(f'{path}, line {number}: want {{"content": "text"}} or "text"')
        yield content


def from_text(text: str) -> Iterator[str]:
    """Yield the memories of a text: lines where they are items of their own, paragraphs elsewhere."""
    blocks = [block for block in _BLANK_LINES.split(text.strip()) if block.strip()]
    # With no blank line in it the file is a list, whatever its lines look like.
    for block in blocks:
        for item in block.split("\n") if len(blocks) == 1 else _items(block):
            words = " ".join(item.split())
            if words:
                yield from _passages(words)


def _items(block: str) -> Iterator[str]:
    """Yield the items of a block; a line that begins none goes on with the one before it."""
    item: List[str] = []
    for line in block.split("\n"):
        if item and _ITEM.match(line):
            yield "\n".join(item)
            item = []
        item.append(line)
    yield "\n".join(item)


def _passages(paragraph: str) -> Iterator[str]:
    """Yield a paragraph whole, or in parts of whole sentences when it is long."""
    passage = ""
    for sentence in _SENTENCE_END.split(paragraph):
        for start in range(0, len(sentence), MAX_PARAGRAPH_CHARS):
            piece = sentence[start : start + MAX_PARAGRAPH_CHARS]
            if passage and len(passage) + 1 + len(piece) > MAX_PARAGRAPH_CHARS:
                yield passage
                passage = ""
            passage = f"{passage} {piece}" if passage else piece
    yield passage
