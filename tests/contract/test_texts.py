"""Any text comes back as it went in, byte for byte, whatever it looks like to a database, an index or a terminal."""

from __future__ import annotations

import random
import unicodedata
from typing import List

import pytest

from engram import EngramClient

from .doors import START, Door

HOSTILE = [
    "'; DROP TABLE memories; --",
    '" OR ""="',
    "Robert'); DELETE FROM spaces WHERE ('1'='1",
    "%s %d {} {0} %(name)s ${HOME} $(id) `id`",
    "NEAR(cat dog, 5) AND cat* NOT \"dog\" OR col:x ^y -z +w",
    "cat\" OR *",
    "* ? [a-z] (a|b)+ \\d{2,} .*",
    "\0",
    "a\0b",
    "".join(map(chr, range(0x20))) + "\x7f\x80\x85\x9f",
    "line\r\nline\nline\rline\u2028line\u2029line\x0bline\x0cline",
    " leading and trailing ",
    "   ",
    "\t",
    "\n",
    "\ufeffbyte order mark",
    "\ufffe\uffff\ufdd0",
    "\U0010ffff\U000e0001\ue000",
    "e\u0301 \u00e9 \u0065\u0301 a\u0328\u0301 a\u0301\u0328",
    "\u1112\u1161\u11ab \ud55c",
    "z" + "\u0300\u0301\u0302" * 500,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f1f5\U0001f1f9 \U0001f44d\U0001f3fd \u2764\ufe0f",
    "\u202eright to left\u202c \u2066isolated\u2069 \u200f\u200e\u061c",
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 123 \u0627\u0644\u0639\u0627\u0644\u0645",
    "日本語のテキスト。中文文本，한국어 텍스트",
    "ǅ ŉ ß ﬁ İ ı K Å ſ ẞ ΐ",
    "١٢٣ ४५६ ② ⅷ ½ ¾",
    "data: [DONE]\n\n",
    'data: {"error": "x"}\n\n',
    '{"content": "x", "type": "done"}',
    "<script>alert(1)</script><!-- ]]> &amp; &#0;",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07",
    "../../../etc/passwd\\..\\..",
    "null",
    "undefined",
    "true",
    "0",
    "-0.0",
    "1e999",
    "NaN",
    "!",
    "…",
    "\u200b",
    "\u00ad",
    "\u0301\u0302",
    "\u0301 lone marks \u0316",
    "e" + "\u0316\u0301\u0327" * 40 + " under marks out of order",
    "\ufdfa \ufdfb \u3316 \u337f signs for whole words",
    "\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e directions that nothing ends",
    "[8 May 2023] [8 May 2023] Ana: Bram: heads in heads",
    "[8 May 2023] Ana: ",
    "8 May to 8 May to 8 May to the week before the week before last",
    "Ana's Bram's Ana's cat's",
    "\U0001f1e6 \U0001f3fb \u20e3 \ufe0f halves of emoji",
    "\u0f71\u0f72\u0f74 \u09cd\u09be \u0dd9\u0dcf vowel signs alone",
]

# Each long in another way: one word, many words, one mark upon another.
LARGE = [
    "x" * 50 * 1024,
    "é" * 25 * 1024,
    "\U0001f642" * 12 * 1024,
    "a " * 25 * 1024,
    "-" * 50 * 1024,
    ("word" * 100 + " ") * 100,
    "7" * 50 * 1024,
    ("1." * 20 + " ") * 500,
    "a\u0301" * 10_000,
    "'" * 10_000,
    "(" * 10_000,
    "." * 10_000 + "!" * 10_000,
    "".join(map(chr, range(0x1F300, 0x1F700))) + "".join(map(chr, range(0x20000, 0x22400))),
    "\u202eab\u202c\u200f" * 4_000,
    "\u0301" * 25 * 1024,
    "\u0316\u0301\u0327\u0328" * 6 * 1024,
    "\ufdfa" * 17 * 1024,
    'NEAR(cat dog, 5) AND cat* NOT "dog" OR col:x ^y -z +w ' * 900,
    "'; DROP TABLE memories; -- " * 1_800,
    "1:" * 25 * 1024,
    "5pm " * 12 * 1024,
    "8 May to " * 5_600,
    "5 days before " * 3_600,
    "Ana's " * 8 * 1024,
    "[8 May 2023] Ana: " * 2_800,
    "C# " * 17 * 1024,
    "My sister Ana is a nurse in Oslo. " * 1_500,
    "[(" * 25 * 1024,
    "\0" * 50 * 1024,
    " ".join(f"word{number}" for number in range(5000)),
]


@pytest.mark.parametrize("text", [*HOSTILE, *LARGE], ids=lambda text: ascii(text)[:40])
def test_a_text_comes_back_byte_for_byte(text: str, engram: EngramClient) -> None:
    stored = engram.store_memory(text, "b")
    assert stored["status"] == "stored" and stored["token_count"] >= 0
    assert engram.get_memory(stored["id"], "b")["content"] == text
    assert engram.list_memories("b")["memories"][0]["content"] == text
    assert engram.store_memory(text, "b").get("merge_reason") == "content_hash"
    updated = engram.update_memory(stored["id"], text + "!", "b")
    assert updated["content"] == text + "!"
    engram.delete_memory(stored["id"], "b")
    assert engram.list_memories("b")["total"] == 0


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_a_text_may_be_asked_and_found_and_streamed(text: str, engram: EngramClient) -> None:
    engram.store_memories([f"the cat says {text}", "the dog says nothing"], "b")
    asked = text[:16_000]
    result = engram.query(asked, buckets=["b"])
    assert result["memories_found"] <= 2
    best = engram.query("cat", buckets=["b"])["explanation"]["retrieved_memories"][0]
    assert best["content"] == f"the cat says {text}"
    buffered = engram.query("what does the cat say?", buckets=["b"])
    *deltas, done = engram.query_stream("what does the cat say?", buckets=["b"])
    assert "".join(delta["content"] for delta in deltas if delta["type"] == "delta") == buffered["answer"]
    assert done["type"] == "done" and done["answer"] == buffered["answer"]
    assert engram.regenerate_profile("b").get("status") == "ready"


def test_a_text_may_describe_a_bucket(engram: EngramClient) -> None:
    made = [engram.create_bucket(f"b{number}", text)["description"] for number, text in enumerate(HOSTILE)]
    assert made == [bucket["description"] for bucket in engram.list_buckets()] == HOSTILE


def test_a_long_text_may_be_asked_about_and_answered_from(engram: EngramClient) -> None:
    engram.store_memories([f"the cat says {text}"[:20_000] for text in LARGE], "b", dedup="off")
    result = engram.query("what does the cat say?", buckets=["b"], top_k=50)
    assert result["memories_found"] == len(LARGE)
    assert engram.query(LARGE[-1][:16_000], buckets=["b"])["memories_found"] >= 1
    assert engram.regenerate_profile("b").get("status") == "ready"


def test_all_of_it_at_once(engram: EngramClient) -> None:
    texts = HOSTILE + LARGE
    engram.store_memories(texts, "b", dedup="off")
    assert [memory["content"] for memory in engram.iter_memories("b", page_size=7)] == texts[::-1]


def random_text(rng: random.Random) -> str:
    """Any characters but halves of pairs, with a liking for the strange."""
    ranges = [(0, 0x7F), (0, 0x2FF), (0x300, 0x36F), (0x590, 0x8FF), (0x2000, 0x2BFF), (0xE000, 0xFFFF)]
    ranges.append((0x10000, 0x10FFFF))
    return "".join(chr(rng.randint(*rng.choice(ranges))) for _ in range(rng.randint(1, 60)))


def test_random_texts_come_back(engram: EngramClient, rng: random.Random) -> None:
    texts = [random_text(rng) for _ in range(150)]
    engram.store_memories(texts, "b", dedup="off")
    assert [memory["content"] for memory in engram.iter_memories("b")] == texts[::-1]
    for text in texts[:40]:
        engram.query(text, buckets=["b"])


def test_texts_are_kept_as_sent_and_not_normalised(engram: EngramClient) -> None:
    """Only names are; a memory is what was said."""
    text = "caf\u00e9 \ufb01"
    forms: List[str] = [unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    assert len(set(forms)) == 4
    engram.store_memories(forms, "b", dedup="off")
    assert [memory["content"] for memory in engram.iter_memories("b")] == forms[::-1]


def test_time_comes_from_the_clock_and_order_from_creation(door: Door) -> None:
    engram = door.client()
    moments = [(0.0, "00:00:00.000"), (0.0014, "00:00:00.001"), (59.9999, "00:00:59.999"), (86_399.0, "23:59:59.000")]
    ids = []
    for number, (seconds, shown) in enumerate(moments):
        door.clock.now = START + seconds
        stored = engram.store_memory(f"fact {number}", "b")
        ids.append(stored["id"])
        assert engram.get_memory(stored["id"], "b")["created_at"] == f"2026-01-01T{shown}Z"
    door.clock.now = START - 3600  # Clocks are set back; what came later still comes later.
    ids.append(engram.store_memory("fact of an hour ago", "b")["id"])
    assert ids == sorted(ids)
    assert [memory["id"] for memory in engram.iter_memories("b")] == ids[::-1]
