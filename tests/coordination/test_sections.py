"""The parts of a markdown text by their headings."""

from __future__ import annotations

import random

import pytest

from engram_server.domains.coordination.sections import appended, body, find, replaced


def _body(text: str, heading: str) -> "str | None":
    part = find(text, heading)
    return None if part is None else body(text, part)


@pytest.mark.parametrize(
    ("text", "heading", "expected"),
    [
        ("# A\nx\n# B\ny", "A", "x"),
        ("# A\nx\n# B\ny", "# B", "y"),
        ("# A\nx", "## A", None),
        ("# A", "A", ""),
        ("# A\n## B\nx\n### C\ny\n## D\nz", "B", "x\n### C\ny"),
        ("## A ##\nx", "A", "x"),
        ("# A\none\n# A\ntwo", "A", "one"),
        ("#A\nx", "A", None),
        ("####### A\nx", "A", None),
        ("text", "A", None),
        ("", "A", None),
        ("```\n# A\n```\n# A\nx", "A", "x"),
        ("~~~\n```\n# A\n~~~\n# A\nx", "A", "x"),
        ("````\n```\n# A\n````\n# A\nx", "A", "x"),
        ("```\n# A\nnever closed", "A", None),
        ("# A\r\nx\r\n# B\r\n", "A", "x\r"),
        ("# C#\nx", "C#", "x"),
        ("# C#\nx", "C", None),
        ("# #\nx", "#", "x"),
        ("## A ##\nx", "## A ##", "x"),
        ("# A\nx", "A #", "x"),
    ],
)
def test_a_section_is_found_by_its_heading(text: str, heading: str, expected: "str | None") -> None:
    assert _body(text, heading) == expected


@pytest.mark.parametrize(
    ("text", "heading", "new", "expected"),
    [
        ("", "A", "x", "## A\nx\n"),
        ("top\n", "# A", "x", "top\n\n# A\nx\n"),
        ("# A", "A", "x", "# A\nx\n"),
        ("# A\nold\n\n\n# B\ny\n", "A", "new\n\n", "# A\nnew\n\n# B\ny\n"),
        ("# A\nold\n# B\ny\n", "A", "", "# A\n\n# B\ny\n"),
        ("# A\nold\n# B\ny", "B", "z", "# A\nold\n# B\nz\n"),
    ],
)
def test_a_section_is_replaced(text: str, heading: str, new: str, expected: str) -> None:
    assert replaced(text, heading, new) == expected


def test_editing_one_section_leaves_the_others_alone(rng: random.Random) -> None:
    names = ["Alpha", "Beta", "Gamma", "Delta"]
    for _ in range(300):
        lines = []
        for name in rng.sample(names, rng.randint(0, 4)):
            lines += [f"## {name}", *rng.choices(["text", "", "- item", "```", "`#`"], k=rng.randint(0, 4))]
            lines += ["```"] * (lines.count("```") % 2)
        text = "\n".join(lines)
        chosen = rng.choice(names)
        before = {name: _body(text, name) for name in names}
        after = replaced(text, chosen, "new\n")
        more = appended(text, chosen, "more")
        for name in names:
            if name == chosen:
                assert _body(after, name) == "new"
                assert _body(more, name) == (f"{before[name]}\nmore" if before[name] else "more")
            elif before[name] is not None:
                assert _body(after, name) == before[name] == _body(more, name)
            else:
                assert _body(after, name) is None


@pytest.mark.parametrize("heading", ["A", "A #", "# A #", "C#", "#", "##", "####### A", "```", "A\tB", " A "])
def test_what_was_added_under_a_heading_is_found_under_it(heading: str) -> None:
    once = replaced("top\n", heading, "x")
    assert _body(once, heading) == "x"
    assert replaced(once, heading, "x") == once


@pytest.mark.parametrize("text", ["#" * 60_000, "# A" + " #" * 30_000 + "x", "# " * 30_000, "#" + " " * 60_000, "`" * 60_000, "# \n" * 20_000])
def test_a_strange_text_is_read_at_all(text: str) -> None:
    assert find(text, "A") is None
    assert replaced(text, "A", "x").endswith("x\n")
