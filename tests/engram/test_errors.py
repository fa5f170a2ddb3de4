"""The tree of errors: complete, picklable, and chosen by status."""

from __future__ import annotations

import copy
import pickle
from typing import Iterator, Type

import pytest

import engram
from engram import errors
from engram.errors import EngramError, StreamInterruptedError, class_for_status, outcome_of_status, words_of_body
from engram.types import JsonValue


def _tree(of: Type[EngramError]) -> Iterator[Type[EngramError]]:
    yield of
    for child in of.__subclasses__():
        # The faces have children of their own, which are theirs to test.
        if child.__module__ == errors.__name__:
            yield from _tree(child)


TREE = sorted(set(_tree(EngramError)), key=lambda kind: kind.__name__)


def test_the_tree_is_drawn_in_the_docstring_and_exported() -> None:
    drawn = {line.split()[1] for line in (errors.__doc__ or "").splitlines() if line.strip().startswith(("|-", "`-"))}
    assert drawn | {"EngramError"} == {kind.__name__ for kind in TREE} <= set(engram.__all__)


@pytest.mark.parametrize("kind", TREE)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_error_pickles_with_all_it_knows(kind: Type[EngramError], protocol: int) -> None:
    error = kind(
        "HTTP 409: it is there", 409, {"error": "it is there"}, code="taken", request_id="req_1", attempts=3,
        outcome="rejected",
    )  # fmt: skip
    error.idempotency_key = "key-1"
    if isinstance(error, StreamInterruptedError):
        error.text = "half an ans"
    for twin in (pickle.loads(pickle.dumps(error, protocol)), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is kind
        assert str(twin) == str(error) == "HTTP 409: it is there"
        assert vars(twin) == vars(error)
        assert twin.args == error.args


@pytest.mark.parametrize("kind", TREE)
def test_every_error_can_be_made_as_the_published_client_makes_its_own(kind: Type[EngramError]) -> None:
    error = kind("Engram API 500: oh", 500, {"error": "oh"})
    assert (str(error), error.status, error.body) == ("Engram API 500: oh", 500, {"error": "oh"})


def test_the_defaults_claim_nothing() -> None:
    error = EngramError("no answer")
    assert vars(error) == {
        "status": 0, "body": None, "code": "", "request_id": None, "attempts": 0, "outcome": "unknown",
        "idempotency_key": None,
    }  # fmt: skip


def test_a_bad_configuration_is_a_value_error_as_in_the_published_client() -> None:
    assert issubclass(errors.ConfigurationError, ValueError)
    assert issubclass(errors.ValidationError, ValueError)


@pytest.mark.parametrize(
    ("status", "kind", "outcome"),
    [
        (400, errors.ValidationError, "rejected"),
        (401, errors.AuthenticationError, "rejected"),
        (403, errors.PermissionDeniedError, "rejected"),
        (404, errors.NotFoundError, "rejected"),
        (405, errors.EngramError, "rejected"),
        (408, errors.EngramError, "unknown"),
        (409, errors.ConflictError, "rejected"),
        (412, errors.PreconditionFailedError, "rejected"),
        (413, errors.TooLargeError, "rejected"),
        (418, errors.EngramError, "rejected"),
        (422, errors.ValidationError, "rejected"),
        (429, errors.RateLimitError, "rejected"),
        (301, errors.ProtocolError, "rejected"),
        (308, errors.ProtocolError, "rejected"),
        (500, errors.ServerError, "unknown"),
        (502, errors.ServerError, "unknown"),
        (503, errors.ServerError, "rejected"),
        (504, errors.ServerError, "unknown"),
        (507, errors.ServerError, "rejected"),
    ],
)
def test_a_status_has_its_class_and_its_outcome(status: int, kind: Type[EngramError], outcome: str) -> None:
    assert class_for_status(status) is kind
    assert outcome_of_status(status) == outcome


@pytest.mark.parametrize(
    ("body", "words", "code"),
    [
        ({"error": "Bucket not found", "code": "bucket_not_found"}, "Bucket not found", "bucket_not_found"),
        ({"error": "Invalid API key"}, "Invalid API key", ""),
        ({"error": {"message": "no", "code": "bad"}}, "no", "bad"),
        ({"error": {"message": "no", "code": 7}}, "no", ""),
        ({"error": {"why": "no"}}, "{'why': 'no'}", ""),
        ({"message": "no"}, "no", ""),
        ({"error": "x", "code": 42}, "x", ""),
        ("  upstream timeout\n", "upstream timeout", ""),
        (None, "", ""),
        ("x" * 10_000, "x" * 2_000, ""),
        ({"error": "x" * 10_000}, "x" * 2_000, ""),
    ],
)
def test_the_words_are_found_whatever_the_shape(body: JsonValue, words: str, code: str) -> None:
    assert words_of_body(body) == (words, code)
