"""The published client of the hosted API, unchanged, against our server: every verb, streams, retries, errors."""

from __future__ import annotations

import threading
from typing import Any, Callable, Iterator, List

import pytest

from engram.testing import LiveServer, serve
from engram_server.config import Settings
from engram_server.wire import Request, Response

published: Any = pytest.importorskip("lumetra_engram", reason="the published client is in the extra `interop`")

TEXT = "Zoë said: \"it's 5 °C\"\n\U0001f642 \u2028 \0"


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with serve() as running:
        yield running


@pytest.fixture
def client(server: LiveServer) -> Iterator[Any]:
    yield published.EngramClient(base_url=server.url + "/", api_key=server.api_key)
    server.reset()


def test_the_readme_of_the_client_works(client: Any) -> None:
    client.store_memory("User prefers dark mode.", "user-123")
    client.store_memory("User lives in Lisbon.", "user-123")
    result = client.query("What are this user's UI preferences?", buckets=["user-123"])
    assert "dark mode" in result["answer"]
    assert result["usage"]["output_tokens"] > 0
    for row in result["explanation"]["retrieved_memories"]:
        assert row["content"] and row["memory_id"].startswith("mem_") and 0 <= row["raw_score"] <= 1
        assert row["weighted_score"] == row["raw_score"] * row["weight"]


def test_storing_one_and_many(client: Any) -> None:
    one = client.store_memory(TEXT)
    assert one["id"] == one["memory_id"] and one["status"] == "stored" and one["bucket_name"] == "default"
    many = client.store_memories(["a fact", "another fact", "a fact"], "b")["memories"]
    assert [row["status"] for row in many] == ["stored", "stored", "merged"]
    assert many[2]["deduped_into"] == many[0]["id"] and many[2]["similarity_score"] == 1.0
    assert client.store_memory("a fact", "b", dedup="off")["status"] == "stored"
    assert client.list_memories()["memories"][0]["content"] == TEXT


def test_listing_and_deleting(client: Any) -> None:
    ids = [client.store_memory(f"fact number {number}", "a/b c")["id"] for number in range(5)]
    page = client.list_memories("a/b c", limit=2, offset=1)
    assert [row["id"] for row in page["memories"]] == [ids[3], ids[2]]
    assert (page["total"], page["limit"], page["offset"]) == (5, 2, 1)
    assert client.delete_memory(ids[0], "a/b c") is None
    assert client.list_memories("a/b c")["total"] == 4
    assert client.clear_memories("a/b c") == {"success": True, "cleared_count": 4}


def test_buckets(client: Any) -> None:
    made = client.create_bucket("b", "why")
    assert (made["name"], made["bucket_name"], made["description"]) == ("b", "b", "why")
    assert client.create_bucket("c")["description"] is None
    assert [(bucket["name"], bucket["memory_count"]) for bucket in client.list_buckets()] == [("b", 0), ("c", 0)]
    assert client.delete_bucket("b") is None
    assert [bucket["name"] for bucket in client.list_buckets()] == ["c"]


def test_profiles(client: Any) -> None:
    client.store_memory("Ana leads the project Falcon.")
    assert (client.get_profile()["profile"], client.get_profile()["status"]) == (None, "pending")
    made = client.regenerate_profile()
    assert made["status"] == "ready" and made["profile"] and made["n_memories_at_gen"] == 1


def test_every_option_of_a_query(client: Any) -> None:
    client.store_memories(["cat one", "cat two", "cat three"], "a")
    client.store_memories(["cat four", "dog five"], "b")
    result = client.query(
        "cat", buckets=["a", "b", "nobody"], top_k=2, return_explanation=True, max_tokens=30,
        min_similarity_threshold=0.0, min_weighted_score=0.0, top_k_per_bucket={"a": 1}, return_format="json",
        response_schema={"type": "object", "properties": {"animal": {"type": "string"}}},
    )  # fmt: skip
    assert [row["bucket_name"] for row in result["explanation"]["retrieved_memories"]].count("a") == 1
    assert result["memories_found"] == 2 and "answer_json" in result
    assert set(result["explanation"]["profiles"]) == {"a", "b"}
    bare = client.query("cat", buckets=["a"], skip_synthesis=True, return_explanation=False)
    assert bare["answer"] == "" and "explanation" not in bare and bare["memories_found"] == 3


def test_streaming(client: Any) -> None:
    client.store_memories([TEXT + " about the cat", "The cat sleeps on the sofa."], "b")
    *deltas, done = client.query_stream("Where does the cat sleep?", buckets=["b"])
    assert len(deltas) > 1 and {event["type"] for event in deltas} == {"delta"}
    assert done["type"] == "done"
    answer = client.query("Where does the cat sleep?", buckets=["b"])
    assert "".join(event["content"] for event in deltas) == done["answer"] == answer["answer"]
    assert {key: done[key] for key in ("usage", "explanation", "memories_found", "synthesis_usage")} == {
        key: answer[key] for key in ("usage", "explanation", "memories_found", "synthesis_usage")
    }


def test_leaving_a_stream_leaves_nothing_behind(client: Any) -> None:
    client.store_memory("The cat sleeps on the sofa.")
    for _ in range(40):  # More than may run at once.
        stream = client.query_stream("Where does the cat sleep?")
        next(stream)
        stream.close()
    assert client.query("cat")["memories_found"] == 1


ERRORS: List[Any] = [
    (lambda c: c.list_memories("nobody"), 404, "Bucket not found"),
    (lambda c: c.delete_memory("mem_x"), 404, "not found"),
    (lambda c: c.create_bucket("taken"), 409, "Bucket already exists"),
    (lambda c: c.store_memory(""), 422, "content"),
    (lambda c: c.store_memory("x", dedup="maybe"), 422, "dedup"),
    (lambda c: c.store_memory("x" * 70_000), 413, "content"),
    (lambda c: c.store_memory("x" * 9_000_000), 413, "body"),
    (lambda c: c.store_memories(["x"] * 1001), 413, "memories"),
    (lambda c: c.store_memory("x", ""), 400, ""),
    (lambda c: c.store_memory("x", ".."), 400, ""),
    (lambda c: c.clear_memories(".."), 400, ""),
    (lambda c: c.delete_memory("", "taken"), 400, ""),
    (lambda c: c.query("x", min_weighted_score=float("nan")), 400, "NaN"),
    (lambda c: c.query("x", top_k=0), 422, "top_k"),
    (lambda c: list(c.query_stream("")), 422, "query"),
    (lambda c: list(c.query_stream("x", top_k=10**6)), 422, "top_k"),
]


@pytest.mark.parametrize(("call", "status", "words"), ERRORS)
def test_errors_are_shown_as_it_shows_them(call: Callable[[Any], object], status: int, words: str, client: Any) -> None:
    client.create_bucket("taken")
    kept = client.store_memory("kept", "taken")["id"]
    with pytest.raises(published.EngramError) as caught:
        call(client)
    error = caught.value
    assert (error.status, isinstance(error.body, dict)) == (status, True)
    assert words in str(error) and error.body["error"] in str(error) and error.body["code"]
    assert [row["id"] for row in client.list_memories("taken")["memories"]] == [kept]


def test_a_wrong_key_is_a_401(server: LiveServer) -> None:
    client = published.EngramClient(base_url=server.url, api_key="eng_live_nobody")
    for call in (client.list_buckets, lambda: list(client.query_stream("x"))):
        with pytest.raises(published.EngramError, match="Invalid API key") as caught:
            call()
        assert caught.value.status == 401


def test_without_a_required_provider_it_is_a_412() -> None:
    with serve(Settings(db=":memory:", require_provider=True)) as server:
        client = published.EngramClient(base_url=server.url, api_key=server.api_key)
        for call in (
            lambda: client.store_memory("x"),
            lambda: client.query("x"),
            lambda: list(client.query_stream("x")),
        ):
            with pytest.raises(published.EngramError, match="No model provider key configured") as caught:
                call()
            assert caught.value.status == 412
        assert client.query("x", skip_synthesis=True)["answer"] == ""
        assert client.list_buckets() == []


class Crowd:
    """A door's handler that lets requests through one after another: the first ones meet a full house."""

    def __init__(self, handle: Callable[[Request], Response], held: Response) -> None:
        self._handle = handle
        self._held = held
        self.statuses: List[int] = []

    def __call__(self, request: Request) -> Response:
        response = self._handle(request)
        self.statuses.append(response.status)
        if response.status == 429 and not isinstance(self._held.body, bytes):
            self._held.body.close()  # Whoever held the slot leaves when somebody was turned away.
        return response


@pytest.mark.parametrize("stream", [False, True])
def test_over_the_cap_it_waits_as_told_and_gets_through(stream: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait is the client's own `time.sleep`, which is written down here instead of waited for."""
    from engram_server.app import build_app
    from engram_server.doors.http import HttpServer
    from engram_server.keys import DEVELOPMENT_KEY

    app = build_app(Settings(db=":memory:", max_concurrent=1))
    question = b'{"query": "x", "stream": true}'
    held = app.handle(Request("POST", "/v1/query", "", {"authorization": f"Bearer {DEVELOPMENT_KEY}"}, question))
    crowd = Crowd(app.handle, held)
    waited: List[float] = []
    monkeypatch.setattr(published.client.time, "sleep", waited.append)
    with HttpServer(crowd, "127.0.0.1", 0) as server:
        client = published.EngramClient(base_url=server.url, api_key=DEVELOPMENT_KEY)
        result = list(client.query_stream("x")) if stream else client.list_buckets()
        assert result[-1]["type"] == "done" if stream else result == []
    app.close()
    assert waited == [1.0]
    assert crowd.statuses == [429, 200]


def test_many_threads_lose_nothing(server: LiveServer, client: Any) -> None:
    errors: List[BaseException] = []

    def work(worker: int) -> None:
        try:
            for number in range(5):
                client.store_memory(f"fact {number} of worker {worker}", "crowd", dedup="off")
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert client.list_memories("crowd", limit=100)["total"] == 60
