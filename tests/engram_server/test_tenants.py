"""The cap on requests at once: exact, for each tenant, across threads."""

from __future__ import annotations

import threading

import pytest

from engram_server.tenants import Slots
from engram_server.wire import ApiError


def test_so_many_and_no_more_until_one_is_given_back() -> None:
    slots = Slots(2)
    slots.take(1)
    slots.take(1)
    for _ in range(3):
        with pytest.raises(ApiError) as caught:
            slots.take(1)
        assert (caught.value.status, caught.value.code) == (429, "too_many_requests")
        assert caught.value.headers["Retry-After"].isdigit() and int(caught.value.headers["Retry-After"]) >= 1
        assert caught.value.details == {"max_concurrent": 2}
    slots.give_back(1)
    slots.take(1)
    with pytest.raises(ApiError):
        slots.take(1)


def test_each_tenant_has_its_own() -> None:
    slots = Slots(1)
    slots.take(1)
    slots.take(2)
    slots.give_back(2)
    with pytest.raises(ApiError):
        slots.take(1)
    slots.take(2)


def test_across_threads_the_cap_is_exact() -> None:
    slots, each, rounds = Slots(3), 8, 200
    lock = threading.Lock()
    running, most, refused = 0, 0, 0

    def work() -> None:
        nonlocal running, most, refused
        for _ in range(rounds):
            try:
                slots.take(1)
            except ApiError:
                with lock:
                    refused += 1
                continue
            with lock:
                running += 1
                most = max(most, running)
            with lock:
                running -= 1
            slots.give_back(1)

    threads = [threading.Thread(target=work) for _ in range(each)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most <= 3
    for _ in range(3):
        slots.take(1)
    with pytest.raises(ApiError):
        slots.take(1)
