"""The main path on any interpreter, without pytest: `PYTHONPATH=src:reference_server python -m tests.smoke`.

A real server process, the client over HTTP, the client in the process. Prints one line a check; fails at the first.
"""

from __future__ import annotations

import os
import platform
import signal
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from typing import Iterator

from engram import EngramClient, EngramError, NotFoundError

# The well-known key of a server that only this machine can reach.
KEY = "eng_test_local_development"
READY = "engram-server ready "
# How long a server may take to drain, by its own promise.
STOP_SECONDS = 5.0
FACTS = ["Ana lives in Lisbon.", "Ben's flight to Lisbon leaves on Friday at nine.", "The cat is called Miso."]


def check(what: str, holds: bool) -> None:
    """Report one check."""
    print(f"{'ok' if holds else 'FAILED'}: {what}", flush=True)
    if not holds:
        sys.exit(1)


@contextmanager
def server() -> Iterator[str]:
    """Run a server process; yield its base URL; end it as a supervisor would and see that it ends well."""
    flags = ["--port", "0", "--db", ":memory:", "--log-level", "warning"]
    command = [sys.executable, "-W", "error", "-m", "engram_server", *flags]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ENGRAM_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            check(f"the server says where it is: {line.strip()!r}", line.startswith(READY + "http://127.0.0.1:"))
            yield line[len(READY) :].strip()
            process.send_signal(signal.SIGTERM)
            check("SIGTERM ends the server with 0", process.wait(STOP_SECONDS) == 0)
            check("nothing else was printed", process.stdout.read() == "")
        finally:
            process.kill()


def exercise(client: EngramClient) -> None:
    """Use the verbs as a program would."""
    stored = client.store_memories(FACTS, "smoke")["memories"]
    check("a batch is stored", [result["status"] for result in stored] == ["stored"] * 3)
    check("the same again is merged", client.store_memory(FACTS[0], "smoke")["status"] == "merged")

    page = client.list_memories("smoke", limit=2)
    check("lists are newest first", [m["content"] for m in page["memories"]] == [FACTS[2], FACTS[1]])
    check("all are counted", page["total"] == 3 and len(list(client.iter_memories("smoke"))) == 3)
    check("the bucket is listed", "smoke" in [bucket["name"] for bucket in client.list_buckets()])

    question = "What is the cat called?"
    result = client.query(question, buckets=["smoke"])
    check(f"a question is answered: {result['answer']!r}", "Miso" in result["answer"])
    best = result["explanation"]["retrieved_memories"][0]
    check("the best memory is the one that says it", best["memory_id"] == stored[2]["memory_id"])
    parts = best["metadata"]["score_parts"]
    check(f"its score is explained: {best['metadata']['why']!r}", sum(parts.values()) == best["raw_score"])

    events = list(client.query_stream(question, buckets=["smoke"]))
    text = "".join(event["content"] for event in events if event["type"] == "delta")
    check("a stream tells the same answer", text == result["answer"] and events[-1]["type"] == "done")

    client.delete_memory(stored[2]["memory_id"], "smoke")
    check("what is deleted is gone", client.list_memories("smoke")["total"] == 2)
    try:
        client.delete_memory(stored[2]["memory_id"], "smoke")
    except NotFoundError as error:
        check(f"an error says what it is: {error}", error.status == 404 and bool(error.request_id))
    else:
        check("deleting twice is an error", False)
    check("a bucket is cleared", client.clear_memories("smoke")["cleared_count"] == 2)


def main() -> None:
    """Run every check."""
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {sys.executable}")
    with server() as url:
        with EngramClient(base_url=url, api_key=KEY) as client:
            exercise(client)
        try:
            EngramClient(base_url=url, api_key="eng_test_wrong").list_buckets()
        except EngramError as error:
            check(f"a wrong key is refused: {error}", error.status == 401)
        else:
            check("a wrong key is refused", False)
    print("in the process:")
    with EngramClient.local() as client:
        exercise(client)


if __name__ == "__main__":
    main()
