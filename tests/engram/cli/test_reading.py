"""Files of every kind become memories, or one clear sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import List

import pytest

from engram.cli.failure import CommandError
from engram.cli.reading import MAX_PARAGRAPH_CHARS, batches, from_text, read_memories
from engram.codec import encode
from engram.types.limits import MAX_BODY_BYTES, MAX_MEMORY_BYTES

TEXTS = [
    ("one line", ["one line"]),
    ("first\nsecond\n", ["first", "second"]),
    ("A wrapped\nparagraph.\n\nAnother one\nof two lines.\n", ["A wrapped paragraph.", "Another one of two lines."]),
    ("  padded  \n\n\n \t\n next ", ["padded", "next"]),
    ("Ana: hello\nBen: hi,\n  how are you?\n\nAna: well", ["Ana: hello", "Ben: hi, how are you?", "Ana: well"]),
    ("intro\n\n[3 May, 9:10 pm] Ana B.: yes\n[9:11] no", ["intro", "[3 May, 9:10 pm] Ana B.: yes", "[9:11] no"]),
    ("list:\n\n- milk\n- bread\n  and butter\n* eggs", ["list:", "- milk", "- bread and butter", "* eggs"]),
    ("steps\n\n1. go\n2) come", ["steps", "1. go", "2) come"]),
    ("Łucja: cześć\n李雷: 你好", ["Łucja: cześć", "李雷: 你好"]),
    ("prose that says 10:30\nin the middle\n\nend", ["prose that says 10:30 in the middle", "end"]),
    ("\n\n", []),
]


@pytest.mark.parametrize(("text", "memories"), TEXTS)
def test_a_text_is_cut_where_its_items_begin(text: str, memories: List[str]) -> None:
    assert list(from_text(text)) == memories


def test_a_long_paragraph_is_cut_at_sentences_and_loses_nothing() -> None:
    sentences = [f"Sentence number {n} says something." for n in range(300)]
    passages = list(from_text(" ".join(sentences)))
    assert len(passages) > 1
    assert all(len(passage) <= MAX_PARAGRAPH_CHARS and passage.endswith(".") for passage in passages)
    assert " ".join(passages).split() == " ".join(sentences).split()


def test_a_sentence_without_end_is_cut_all_the_same() -> None:
    assert [len(passage) for passage in from_text("x" * (2 * MAX_PARAGRAPH_CHARS + 7))] == [2_000, 2_000, 7]


@pytest.mark.parametrize(
    "data",
    [
        "Zoë: ja\n".encode("utf-8"),
        "Zoë: ja\r\n".encode("utf-8-sig"),
        "Zoë: ja\r".encode("utf-16"),
        b"\xfe\xff" + "Zoë: ja".encode("utf-16-be"),
    ],
)
def test_the_encodings_that_editors_save(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes(data)
    assert read_memories(str(file)) == ["Zoë: ja"]


def test_json_lines_are_taken_as_they_are(tmp_path: Path) -> None:
    contents = ["plain\n\nwith a blank line", "  kept  ", "- [x] Ana: ü"]
    file = tmp_path / "turns.JSONL"
    lines = [json.dumps({"content": contents[0], "at": 5}), "", *map(json.dumps, contents[1:])]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert read_memories(str(file)) == contents


JSON_TEXTS = [
    ('{"content": "one"}\n\n{"content": "two"}\n', ["one", "two"]),
    ('"one"\n{"content": "two"}', ["one", "two"]),
    ('["one", {"content": "two"}]', ["one", "two"]),
    ('[\n  {\n    "content": "one"\n  },\n  "two"\n]\n', ["one", "two"]),
    ('{\n  "content": "one"\n}', ["one"]),
    ('{"speaker": "Ana", "content": "one"}\n{"speaker": null, "content": "two"}', ["Ana: one", "two"]),
]


@pytest.mark.parametrize("name", ["notes", "notes.txt", "notes.json", "notes.jsonl"])
@pytest.mark.parametrize(("text", "memories"), JSON_TEXTS)
def test_json_is_read_as_json_whatever_its_name(tmp_path: Path, name: str, text: str, memories: List[str]) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    assert read_memories(str(file)) == memories


@pytest.mark.parametrize("text", ['"Yes," he said.', '"Yes."\nHe left.', "[1]", "17", "{not json}", "null"])
def test_text_that_looks_a_little_like_json_is_text(tmp_path: Path, text: str) -> None:
    file = tmp_path / "notes.txt"
    file.write_text(text, encoding="utf-8")
    assert read_memories(str(file)) == text.split("\n")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n\t\n", "is empty"),
        ("a.jsonl", b"\n", "is empty"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\x00\x00\xff", "not a text file"),
        ("a.txt", b"text\x00more", "not a text file"),
        ("a.txt", b"fine\ncaf\xe9 au lait\n", "line 2: not UTF-8"),
        ("a.txt", b"\xff\xfex", "line 1: not UTF-8"),
        ("a.jsonl", b'"fine"\n{"content": ', "line 2: not JSON"),
        ("a.jsonl", b"[" * 100_000, "line 1: not JSON"),
        ("a.jsonl", b'{"text": "x"}', "line 1: want"),
        ("a.jsonl", b'{"content": 5}', "line 1: want"),
        ("a.jsonl", b'"  "', "line 1: want"),
        ("a.jsonl", b"[1]", "item 1: want"),
        ("a.jsonl", b'{"content": "x", "speaker": 5}', "line 1: want"),
        ("a.json", b"[1", "line 1: not JSON"),
        ("a.txt", b'{"content": "x"}\nand more', "line 2: not JSON"),
        ("a.txt", b'{"speaker": "Ana", "text": "x"}', 'line 1: want {"content": "text"}'),
    ],
)
def test_what_cannot_be_remembered_is_said_in_one_line(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(CommandError, match=message) as caught:
        read_memories(str(file))
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["missing.txt", "."])
def test_a_file_that_cannot_be_opened(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match="cannot read"):
        read_memories(str(tmp_path / name))


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engram.cli.reading.MAX_FILE_BYTES", 1 << 20)
    file = tmp_path / "large.txt"
    file.write_bytes(b"x" * ((1 << 20) + 1))
    with pytest.raises(CommandError, match="more than 1 MiB"):
        read_memories(str(file))


@pytest.mark.parametrize(
    ("texts", "sizes"),
    [
        ([], []),
        (["a"] * 500, [500]),
        (["a"] * 1_201, [500, 500, 201]),
        # A control character is one of six bytes.
        (["\1" * MAX_MEMORY_BYTES] * 40, [15, 15, 10]),
        (["a", "b" * 2_000_000, "c"], [1, 1, 1]),
    ],
)
def test_each_batch_fits_into_one_request(texts: List[str], sizes: List[int]) -> None:
    found = list(batches(texts))
    assert [len(batch) for batch in found] == sizes
    assert [text for batch in found for text in batch] == texts
    assert all(len(encode({"memories": [{"content": text} for text in batch]})) <= MAX_BODY_BYTES for batch in found)
