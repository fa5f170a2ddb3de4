"""The world state: every version of it, and changes that ask that nobody was faster."""

from __future__ import annotations

import pickle
import threading
from pathlib import Path
from typing import List

import pytest

from engram.coordination import Engram, VersionConflict
from engram.errors import NotFoundError, ValidationError

from .conftest import Place


def test_what_was_never_set_is_empty_and_version_0(engram: Engram) -> None:
    assert engram.get_world_state() == ""
    record = engram.get_world_state_record()
    assert (record["version"], record["updated_at"], record["content"]) == (0, None, "")
    assert engram.world_state_history() == []
    assert engram.set_world_state("first", if_version=0) == 1
    with pytest.raises(VersionConflict):
        engram.set_world_state("second", if_version=0)


def test_of_two_that_read_one_version_the_second_is_told_what_the_first_wrote(place: Place) -> None:
    one, two = place.engram, place.another()
    for text in "abc":
        one.set_world_state(text)
    assert one.set_world_state("by one", "one", if_version=3) == 4
    with pytest.raises(VersionConflict) as caught:
        two.set_world_state("by two", "two", if_version=3)
    assert (caught.value.version, caught.value.content, caught.value.status) == (4, "by one", 412)
    assert two.set_world_state("last writer wins") == 5
    assert one.get_world_state(4) == "by one"


def test_a_conflict_survives_pickling_with_what_it_tells(engram: Engram) -> None:
    engram.set_world_state("one")
    with pytest.raises(VersionConflict) as caught:
        engram.set_world_state("two", if_version=7)
    assert caught.value.request_id and caught.value.idempotency_key and caught.value.outcome == "rejected"
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (type(copy), copy.version, copy.content, str(copy)) == (VersionConflict, 1, "one", str(caught.value))


def test_sixteen_threads_append_by_compare_and_swap_and_lose_nothing(engram: Engram) -> None:
    def append(name: str) -> None:
        version, content = 0, ""
        for number in range(20):
            while True:
                try:
                    version = engram.set_world_state(f"{content}{name}-{number}\n", if_version=version)
                    content += f"{name}-{number}\n"
                    break
                except VersionConflict as conflict:
                    version, content = conflict.version, conflict.content

    threads = [threading.Thread(target=append, args=(f"t{number}",)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    record = engram.get_world_state_record()
    assert record["version"] == 320
    assert sorted(record["content"].split()) == sorted(f"t{t}-{n}" for t in range(16) for n in range(20))


def test_history_old_versions_diff_and_revert(place: Place) -> None:
    engram = place.engram
    for number, text in enumerate(["one\nsame", "two\nsame", "three\nsame"], 1):
        place.clock.now += 1
        assert engram.set_world_state(text, f"author {number}") == number
    history = engram.world_state_history()
    assert [(row["version"], row["updated_by"], row["size_bytes"]) for row in history] == [
        (3, "author 3", 10),
        (2, "author 2", 8),
        (1, "author 1", 8),
    ]
    assert history[2]["updated_at"] == "2026-01-01T00:00:01.000Z"
    assert len({row["digest"] for row in history}) == 3
    assert [row["version"] for row in engram.world_state_history(1, before=3)] == [2]
    assert engram.get_world_state(version=1) == "one\nsame"
    assert engram.diff(1, 3).splitlines()[2:] == ["@@ -1,2 +1,2 @@", "-one", "+three", " same"]
    assert engram.revert(1, "author 4", if_version=3) == 4
    assert engram.get_world_state() == "one\nsame" == engram.get_world_state(1)
    assert engram.world_state_history(1)[0]["digest"] == history[2]["digest"]
    with pytest.raises(NotFoundError):
        engram.get_world_state(9)
    with pytest.raises(NotFoundError):
        engram.revert(9)


def test_an_empty_world_state_reads_as_unset_and_keeps_its_history(engram: Engram) -> None:
    engram.set_world_state("something")
    assert engram.set_world_state("") == 2
    assert engram.get_situation_report().startswith("No world state set yet")
    assert engram.get_world_state(1) == "something"


def test_documents_are_apart_from_each_other(engram: Engram) -> None:
    assert engram.set_world_state("world") == 1
    assert engram.set_world_state("plan", document="plan", if_version=0) == 1
    assert engram.set_world_state("plan 2", document="plan") == 2
    assert (engram.get_world_state(), engram.get_world_state(document="plan")) == ("world", "plan 2")
    assert [row["version"] for row in engram.world_state_history(document="plan")] == [2, 1]
    assert engram.get_situation_report() == "world\n"


def test_old_versions_are_dropped_where_only_some_are_to_be_kept(tmp_path: Path) -> None:
    with Engram(tmp_path / "e.db", keep_versions=2) as engram:
        for number in range(5):
            engram.set_world_state(str(number))
        assert [row["version"] for row in engram.world_state_history()] == [5, 4]
        assert engram.set_world_state("x") == 6


WORLD = "# World\nabout\n\n## Plan\nstep 1\n\n### Details\nfine\n\n## Risks\n```\n## Plan of nobody\n```\nnone\n"


def test_a_section_is_edited_and_nothing_else(engram: Engram) -> None:
    engram.set_world_state(WORLD)
    plan = engram.get_section("Plan")
    assert (plan["heading"], plan["body"]) == ("## Plan", "step 1\n\n### Details\nfine")
    risks = engram.get_section("## Risks")
    assert risks["body"] == "```\n## Plan of nobody\n```\nnone"
    assert engram.get_section("### Risks")["digest"] == "" == engram.get_section("Plan of nobody")["digest"]
    assert engram.replace_section("Plan", "step 2", "me", if_digest=plan["digest"])["version"] == 2
    assert engram.get_world_state() == WORLD.replace("step 1\n\n### Details\nfine", "step 2")
    assert engram.append_section("Risks", "rain")["body"].endswith("none\nrain")
    assert engram.get_world_state().endswith("```\nnone\nrain\n")
    assert [row["updated_by"] for row in engram.world_state_history()] == [None, "me", None]


def test_two_that_edit_different_sections_do_not_collide_and_one_section_does(place: Place) -> None:
    one, two = place.engram, place.another()
    one.set_world_state(WORLD)
    plan, risks = one.get_section("Plan"), two.get_section("Risks")
    one.replace_section("Plan", "by one", if_digest=plan["digest"])
    two.replace_section("Risks", "by two", if_digest=risks["digest"])
    assert (one.get_section("Plan")["body"], one.get_section("Risks")["body"]) == ("by one", "by two")
    with pytest.raises(VersionConflict) as caught:
        two.replace_section("Plan", "by two", if_digest=plan["digest"])
    assert (caught.value.content, caught.value.version) == ("by one", 3)
    assert caught.value.digest == one.get_section("Plan")["digest"]


def test_a_section_that_is_not_there_is_added(engram: Engram) -> None:
    engram.append_section("Plan", "step 1", if_digest="")
    assert engram.get_world_state() == "## Plan\nstep 1\n"
    engram.append_section("# Top", "x")
    assert engram.get_world_state() == "## Plan\nstep 1\n\n# Top\nx\n"
    with pytest.raises(VersionConflict):
        engram.append_section("Plan", "y", if_digest="")
    for heading in ("two\nlines", "two\u2028lines", "line\n", " ", ""):
        with pytest.raises(ValidationError, match="heading"):
            engram.append_section(heading, "y")


def test_threads_append_to_sections_of_their_own_without_retries(engram: Engram) -> None:
    def append(name: str) -> None:
        for number in range(10):
            engram.append_section(name, str(number))

    names = ["one", "two", "three", "four"]
    threads: List[threading.Thread] = [threading.Thread(target=append, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in names:
        assert engram.get_section(name)["body"].split("\n") == [str(number) for number in range(10)]
