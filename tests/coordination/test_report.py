"""The report: exactly what it always was for what is ordinary, and no more than an agent can read for what is not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from engram.coordination import Engram
from engram.errors import ValidationError
from engram_server.domains.coordination.report import Content, write

from .conftest import MINUTE, Place


def test_an_empty_report_is_one_line_that_says_what_to_do(engram: Engram) -> None:
    report = engram.get_situation_report()
    assert report.startswith("No world state set yet") and "set_world_state" in report
    assert "\n" not in report


def test_a_world_state_alone_is_the_report(engram: Engram) -> None:
    engram.set_world_state("# World\nhello")
    assert engram.get_situation_report() == "# World\nhello\n"


def test_a_report_of_everything_to_the_letter(engram: Engram) -> None:
    engram.set_world_state("# World\nhello")
    a, b = engram.register("cli", "first"), engram.register("bot", "second")
    engram.lock_resource(a, "/r1")
    assert engram.get_situation_report() == (
        "# World\nhello\n\n"
        "**Active sessions (2):**\n"
        f"- ● `{b}` (bot): second\n"
        f"- ● `{a}` (cli): first\n\n"
        "**Locked resources:**\n"
        f"- `/r1` by `{a}`\n"
    )
    assert engram.complete(a, "done")
    assert engram.get_situation_report() == (
        f"# World\nhello\n\n**Active sessions (1):**\n- ● `{b}` (bot): second\n"
    )


def test_a_summary_is_shown_up_to_its_hundredth_character(engram: Engram) -> None:
    engram.register("cli", "ä" * 150)
    assert engram.get_situation_report().endswith(": " + "ä" * 100 + "\n")
    assert engram.get_active_sessions()[0]["summary"] == "ä" * 150


def test_what_a_session_says_cannot_look_like_more_than_one_line(engram: Engram) -> None:
    me = engram.register("c\nli`", "a\n**Locked resources:**\r\n- `x` by\u2028y\x00z\x85")
    engram.lock_resource(me, "/r\n# Heading`")
    lines = engram.get_situation_report().split("\n")
    assert lines == [
        "**Active sessions (1):**",
        f"- ● `{me}` (c li\\`): a **Locked resources:**  - \\`x\\` by y z ",
        "",
        "**Locked resources:**",
        f"- `/r # Heading\\`` by `{me}`",
        "",
    ]
    assert len(engram.get_situation_report().splitlines()) == 5


def test_a_thousand_sessions_fit(place: Place) -> None:
    engram = place.engram
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: engram.register("cli", f"{number} " + "words " * 30), range(950)))
    place.clock.now += 31 * MINUTE
    live = {engram.register("cli", "live") for _ in range(50)}
    report = engram.get_situation_report()
    assert len(report) < 20_000
    lines = report.splitlines()
    assert lines[0] == "**Active sessions (1000):**"
    shown = [line for line in lines if line.startswith("- ")]
    assert len(shown) == 50 and all("●" in line for line in shown)
    assert live == {line.split("`")[1] for line in shown}
    assert lines[-1] == "950 more active sessions"
    wide = engram.get_situation(max_sessions=1_000, max_chars=5_000)
    assert len(wide["report"]) <= 5_000
    assert wide["sessions_left_out"] == 1_000 - len(wide["sessions"]) > 0
    assert wide["report"].splitlines()[-1] == f"{wide['sessions_left_out']} more active sessions"
    assert len(engram.get_situation(max_sessions=1_000, max_chars=1_000_000)["sessions"]) == 1_000


def test_a_report_is_never_longer_than_it_may_be(engram: Engram) -> None:
    engram.set_world_state("world 😀 " * 4_000)
    ids = [engram.register("t" * 300, "s" * 300) for _ in range(60)]
    engram.lock_many(ids[0], [f"/{number}/" + "r" * 300 for number in range(60)])
    for max_chars in (1_000, 2_000, 20_000):
        found = engram.get_situation(max_chars=max_chars)
        assert len(found["report"]) <= max_chars
        assert "more characters of the world state\n" in found["report"]
        last = found["report"].splitlines()[-1]
        sessions, locks = found["sessions_left_out"], found["locks_left_out"]
        assert last == f"{sessions} more active sessions and {locks} more locked resources"
        assert (found["sessions_left_out"] + len(found["sessions"]), found["active"]) == (60, 60)
        assert found["locks_left_out"] + len(found["locks"]) == 60


def test_a_report_for_programs_and_of_what_is_new(place: Place) -> None:
    engram = place.engram
    old = engram.register("cli", "old")
    engram.lock_resource(old, "/old")
    place.after(1).set_world_state("one")
    found = engram.get_situation()
    assert (found["version"], found["world"], found["active"]) == (1, "one", 1)
    assert [row["id"] for row in found["sessions"]] == [old]
    assert [(row["resource"], row["session_id"]) for row in found["locks"]] == [("/old", old)]
    assert engram.get_situation_report(since=1) == "Nothing has changed since version 1."
    new = place.after(1).register("cli", "new")
    engram.lock_resource(new, "/new")
    since = engram.get_situation(since=1)
    assert (since["world"], since["version"]) == (None, 1)
    assert [row["id"] for row in since["sessions"]] == [new]
    assert since["report"] == (
        f"**Active sessions (1):**\n- ● `{new}` (cli): new\n\n**Locked resources:**\n- `/new` by `{new}`\n"
    )
    engram.set_world_state("two")
    assert engram.get_situation(since=1)["world"] == "two"
    with pytest.raises(ValidationError, match="max_chars"):
        engram.get_situation_report(max_chars=10)


@pytest.mark.parametrize("length", [0, 1, 400, 880, 998, 999, 1_000, 1_001, 5_000])
def test_a_world_state_is_cut_only_where_it_has_to_be(length: int) -> None:
    world = "x" * length
    text = write(Content(world, [], 0, [], 0), 1_000).text
    assert len(text) <= 1_000
    if 0 < length < 1_000:
        assert text == world + "\n"
    elif length:
        kept = text.index("\n")
        assert text == f"{world[:kept]}\n… {length - kept} more characters of the world state\n"


def test_what_fits_to_the_last_character_is_shown_whole(engram: Engram) -> None:
    me = engram.register("cli", "x")
    engram.lock_resource(me, "/r")
    rest = engram.get_situation_report()
    world = "w" * (20_000 - len(rest) - 2)
    engram.set_world_state(world)
    assert engram.get_situation_report() == f"{world}\n\n{rest}"
    engram.set_world_state(world + "w")
    found = engram.get_situation()
    assert "more characters of the world state\n" in found["report"]
    assert (found["sessions_left_out"], found["locks_left_out"]) == (0, 0)
