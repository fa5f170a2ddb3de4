"""The program of the page on integrating an engram runs as it stands there, its import lines changed and nothing else.

It is in pieces, as on the page, so that the line that mounts the engram can be swapped for the others of the page.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

from engram.testing import LiveServer

NEURON = '''
import asyncio

# The Neuron gains two keyword-only parameters: recall and imprint.
# The Axon injects them at call time because the Axon was constructed
# with engrams=[EngramBinding(name="ctx", ...)] (see step 2).
#
# Under the hood, recall("ctx", ...) emits a RECALL Signal under the
# current trace_id and awaits the matching RECALLED reply. The Neuron
# stays pure — it never imports the protocol or touches the Synapse.
async def researcher(input, context, *, recall, imprint):
    question = input["question"]

    # 1. Look in shared memory for a prior answer to this exact question.
    prior = await recall("ctx", query={"text": question})
    if prior.hits:
        cached = prior.hits[0].content["answer"]
        return {"answer": cached, "source": "cache"}

    # 2. Compute a "fresh" answer (stubbed for the demo).
    answer = f"Answer to {question!r}: 42"

    # 3. Write it back so the next call hits the cache.
    #    merge_key dedupes by question text so repeated imprints upsert
    #    a single entry per question.
    await imprint(
        "ctx",
        op="upsert",
        entry={"question": question, "answer": answer, "tags": ["qa"]},
        merge_key=f"q:{question}",
        await_ack=True,
        deadline_ms=500,
    )
    return {"answer": answer, "source": "computed"}
'''

IMPORTS = '''
# Three Dendrites, one shared Synapse:
#
#   host         — owns the Engram backend (answers RECALL/IMPRINT)
#   worker       — hosts the Neuron, declares the EngramBinding
#   orchestrator — dispatches TASKs
from engram.engrams import (
    Axon,
    Dendrite,
    EngramBinding,
    InMemoryEngram,
    MemorySynapse,
)
'''

MAIN = '''
async def main():
    synapse = MemorySynapse()
    await synapse.connect()

    # 1. Engram host. engram_id="ctx" is the wire address.
    host = Dendrite(synapse=synapse, namespace="demo",
                    dendrite_id="engram-host", role="worker")
    host.attach_engram(
        InMemoryEngram(engram_id="ctx", engram_kind="context")
    )

    # 2. Worker. The binding maps a local name ("ctx") to the wire
    #    engram_id, so the Neuron addresses memory by a stable local
    #    name — operations repoint the backend without editing Neuron code.
    worker = Dendrite(synapse=synapse, namespace="demo",
                      dendrite_id="worker", role="worker")
    worker.attach_axon(
        Axon(
            neuron_id="researcher",
            neuron_fn=researcher,
            capabilities=["research"],
            engrams=[EngramBinding(name="ctx", engram_id="ctx")],
        )
    )

    orchestrator = Dendrite(synapse=synapse, namespace="demo")

    # Call twice with the same input. The first call computes + imprints;
    # the second call recalls and short-circuits.
    async with host, worker, orchestrator:
        for label in ("first call ", "second call"):
            reply = await orchestrator.dispatch_and_wait(
                neuron="researcher",
                input={"question": "what is the meaning of life?"},
                timeout_s=5.0,
            )
            out = reply.payload["output"]
            print(f"[{label}] {out['source']:>8s} → {out['answer']}")


asyncio.run(main())
'''

PROGRAM = NEURON + IMPORTS + MAIN

IN_MEMORY = '''    host.attach_engram(
        InMemoryEngram(engram_id="ctx", engram_kind="context")
    )
'''
IN_SQLITE = '''    host.attach_engram(SqliteEngram(
        engram_id="ctx",
        engram_kind="context",
        path="./engram.db",
    ))
'''
IN_POSTGRES = '''    host.attach_engram(PostgresEngram(
        engram_id="ctx",
        engram_kind="context",
        dsn="postgresql://user:pass@localhost/cosmo",
    ))
'''
ON_A_SERVER = '''    host.attach_engram(RemoteEngram(
        engram_id="ctx",
        engram_kind="context",
    ))
'''

ANSWER = "Answer to 'what is the meaning of life?': 42"
FIRST_RUN = [f"[first call ] computed → {ANSWER}", f"[second call]    cache → {ANSWER}"]
LATER_RUN = [f"[first call ]    cache → {ANSWER}", f"[second call]    cache → {ANSWER}"]


def _mounting(mount: str) -> str:
    """Return the program with another line that mounts the engram, and the import that this takes.

    It is given the time that a busy machine may need for what is no longer in memory.
    """
    program = PROGRAM
    for line, other in (
        (IN_MEMORY, mount),
        ("    InMemoryEngram,\n", f"    {mount.split('(')[1]},\n"),
        ("deadline_ms=500,", "deadline_ms=60_000,"),
        ("timeout_s=5.0,", "timeout_s=60.0,"),
    ):
        assert program.count(line) == 1
        program = program.replace(line, other)
    return program


def _run(program: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a program as a user does, with every warning an error."""
    (folder / "main.py").write_text(program, encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-W", "error", "main.py"]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


def _lines(program: str, folder: Path) -> List[str]:
    done = _run(program, folder)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout.splitlines()


def test_in_memory(tmp_path: Path) -> None:
    assert _lines(PROGRAM, tmp_path) == FIRST_RUN
    # What was in memory went with the process.
    assert _lines(PROGRAM, tmp_path) == FIRST_RUN


def test_in_a_file(tmp_path: Path) -> None:
    program = _mounting(IN_SQLITE)
    assert _lines(program, tmp_path) == FIRST_RUN
    assert _lines(program, tmp_path) == LATER_RUN


def test_on_a_server(tmp_path: Path, engram_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGRAM_BASE_URL", engram_server.url)
    monkeypatch.setenv("ENGRAM_API_KEY", engram_server.api_key)
    program = _mounting(ON_A_SERVER)
    assert _lines(program, tmp_path) == FIRST_RUN
    assert _lines(program, tmp_path) == LATER_RUN


def test_without_a_driver(tmp_path: Path) -> None:
    done = _run(_mounting(IN_POSTGRES), tmp_path)
    assert done.returncode != 0 and done.stdout == ""
    last = done.stderr.splitlines()[-1]
    assert last.startswith("engram.engrams.errors.EngramUnavailable: engram 'ctx' cannot be opened: ")
    assert "PostgreSQL" in last and "pass" not in last
