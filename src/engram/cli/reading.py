"""A user's own text as memories: what a file says, and where one memory ends and the next begins.

Nothing here prints or sends. A transcript gives one memory a line, notes one a bullet, prose one a paragraph. JSON
gives one a record, whatever the file is called, and with the name of its speaker before it.
"""

from __future__ import annotations

import codecs
import json
import re
import sys
from typing import Iterable, Iterator, List, Optional

from .failure import CommandError

# Far above any text that a person wrote; a log of this size wants the API and not a demonstration.
MAX_FILE_BYTES = 64 * 1024 * 1024
# Longer paragraphs are cut at the ends of sentences: an answer should cite a passage, not a chapter.
MAX_PARAGRAPH_CHARS = 2_000

# Few enough that the first lines of a long input are stored soon.
_BATCH_ITEMS = 500
# JSON takes six bytes for a character at most, and a request may have 8 MiB.
_BATCH_CHARS = 1_000_000

#: The path that means standard input.
STANDARD_INPUT = "-"

# A file with such a name that is not JSON is a mistake; one with another name is a text.
_JSON_NAMES = (".json", ".jsonl", ".ndjson")
_NOT_JSON = object()
_WANTED = 'want {"content": "text"}, {"speaker": "name", "content": "text"} or "text"'

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
    """Return what a file (`-`: standard input) holds, one text a memory, in the order of the file.

    Raises:
        CommandError: the file cannot be read, is not text, is empty, or a record of JSON is not a memory.
    """
    name = "standard input" if path == STANDARD_INPUT else path
    text = _decoded(_read(path), name)
    memories = _from_json(text, name)
    if memories is None:
        memories = list(from_text(text))
    if not memories:
        raise CommandError(f"{name} is empty: there is nothing to remember in it")
    return memories


def _read(path: str) -> bytes:
    try:
        if path == STANDARD_INPUT:
            data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
        else:
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


def _from_json(text: str, path: str) -> Optional[List[str]]:
    """Return the memories of JSON lines, or of one JSON array or object; None where the text is something else."""
    whole = _parsed(text)
    if isinstance(whole, list):
        place, values = "item", list(enumerate(whole, start=1))
    elif isinstance(whole, dict):
        place, values = "line", [(1, whole)]
    else:
        place, lines = "line", [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
        values = [(number, _parsed(line)) for number, line in lines]
    # Prose may begin with a quotation, but not with an object.
    sure = path.lower().endswith(_JSON_NAMES) or (values and isinstance(values[0][1], dict))
    if not sure and not all(isinstance(value, (dict, str)) for _, value in values):
        return None
    return [_content(value, f"{path}, {place} {number}") for number, value in values]


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _NOT_JSON


def _content(value: object, where: str) -> str:
    if value is _NOT_JSON:
        raise CommandError(f"{where}: not JSON; {_WANTED} a line, or one array of them")
    record = value if isinstance(value, dict) else {"content": value}
    content, speaker = record.get("content"), record.get("speaker") or ""
    if not isinstance(content, str) or not content.strip() or not isinstance(speaker, str):
        raise CommandError(f"{where}: {_WANTED}")
    return f"{speaker}: {content}" if speaker.strip() else content


def from_text(text: str) -> Iterator[str]:
    """Yield the memories of a text: lines where they are items of their own, paragraphs elsewhere."""
    blocks = [block for block in _BLANK_LINES.split(text.strip()) if block.strip()]
    # With no blank line in it the file is a list, whatever its lines look like.
    for block in blocks:
        for item in block.split("\n") if len(blocks) == 1 else _items(block):
            words = " ".join(item.split())
            if words:
                yield from _passages(words)


def batches(memories: Iterable[str]) -> Iterator[List[str]]:
    """Yield memories in batches, each of which fits into one request."""
    batch: List[str] = []
    chars = 0
    for memory in memories:
        if batch and (len(batch) == _BATCH_ITEMS or chars + len(memory) > _BATCH_CHARS):
            yield batch
            batch, chars = [], 0
        batch.append(memory)
        chars += len(memory)
    if batch:
        yield batch


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
