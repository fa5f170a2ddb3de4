"""Checks against wire types: what fits passes, what does not is named by its path."""

from __future__ import annotations

from typing import Annotated, Any, Dict, List, Literal, Optional, Tuple, TypedDict, Union

import pytest

from engram.types import JsonObject, JsonValue, QueryBody, StoreMemoriesBody, StoreMemoryBody
from engram.types.limits import Between, IsoMoment, Items, Length, Moment, Plain, Utf8Size
from engram_server.checking import check, compiled, required_keys
from engram_server.wire import ApiError


class Point(TypedDict):
    """Required keys."""

    x: int
    y: Annotated[int, Between(0, 9)]


class Line(TypedDict, total=False):
    """Optional keys."""

    points: Annotated[List[Point], Items(1, 3)]
    name: Optional[Annotated[str, Length(1, 4)]]
    named: Dict[str, Point]


class Circle(TypedDict):
    """Another shape."""

    center: Point
    radius: float


Shape = Union[Point, Circle]

FITS: List[Tuple[Any, List[Any]]] = [
    (str, ["", "a", "\0", "\U0001f642"]),
    (int, [0, -1, 10**100]),
    (float, [0, 1.5, -0.0, 10**100]),
    (bool, [True, False]),
    (None.__class__, [None]),
    (Optional[int], [None, 3]),
    (Literal["a", "b"], ["a", "b"]),
    (List[int], [[], [1, 2]]),
    (Dict[str, int], [{}, {"": 1, "a": 2}]),
    (JsonValue, [None, True, 1, 1.5, "x", [[{}]], {"a": [1, {"b": None}]}]),
    (JsonObject, [{}, {"a": [1, {"b": None}]}]),
    (object, [None, [], "x"]),
    (Annotated[str, Moment()], ["2026-05-08T13:56:00Z"]),
    (Annotated[str, IsoMoment()], ["2026-05-08T13:56:00", "2026-05-08", "2026-05-08T13:56:00.5+02:00"]),
    (Annotated[str, Plain()], ["", "a b", "é\x7f"]),
    (Annotated[int, Between(1, 5)], [1, 5]),
    (Annotated[float, Between(0, 1)], [0, 1, 0.5]),
    (Annotated[str, Length(1, 3)], ["a", "abc", "\U0001f642" * 3]),
    (Annotated[str, Utf8Size(4)], ["", "abcd", "é" * 2, "\U0001f642"]),
    (Annotated[List[int], Items(1, 2)], [[1], [1, 2]]),
    (Union[int, Dict[str, int]], [1, {"a": 1}]),
    (Point, [{"x": -1, "y": 0}, {"x": 1, "y": 9, "unknown": object()}]),
    (Line, [{}, {"name": None}, {"points": [{"x": 1, "y": 1}], "named": {"a": {"x": 1, "y": 1}}}]),
    (Shape, [{"x": 1, "y": 1}, {"center": {"x": 1, "y": 1}, "radius": 1}]),
]


@pytest.mark.parametrize(("annotation", "values"), FITS, ids=lambda value: str(value)[:40])
def test_what_fits_passes(annotation: Any, values: List[Any]) -> None:
    for value in values:
        check(annotation, value)


MISFITS: List[Tuple[Any, Any, str]] = [
    (str, None, "the request body: must be a string, not null"),
    (str, 1, "the request body: must be a string, not a number"),
    (str, [], "the request body: must be a string, not a list"),
    (str, {}, "the request body: must be a string, not an object"),
    (str, False, "the request body: must be a string, not a boolean"),
    (int, 1.0, "the request body: must be an integer, not 1.0"),
    (int, 2.5e100, "the request body: must be an integer, not 2.5e+100"),
    (int, True, "the request body: must be an integer, not a boolean"),
    (int, "1", "the request body: must be an integer, not a string"),
    (float, True, "the request body: must be a number, not a boolean"),
    (float, "1", "the request body: must be a number, not a string"),
    (bool, 1, "the request body: must be a boolean, not a number"),
    (bool, None, "the request body: must be a boolean, not null"),
    (Optional[int], "x", "the request body: must be an integer, not a string"),
    (Literal["a", "b"], "c", "the request body: must be one of 'a', 'b', not 'c'"),
    (Literal["a"], None, "the request body: must be one of 'a', not None"),
    (Literal["a"], ["a"], "the request body: must be one of 'a', not ['a']"),
    (Literal["a"], "x" * 10_000, "the request body: must be one of 'a', not '" + "x" * 39),
    (List[int], [1, "x"], "[1]: must be an integer, not a string"),
    (List[int], {}, "the request body: must be a list, not an object"),
    (List[int], "12", "the request body: must be a list, not a string"),
    (Dict[str, int], {"a": 1, "b": None}, "b: must be an integer, not null"),
    (Dict[str, int], [], "the request body: must be an object, not a list"),
    (JsonObject, [], "the request body: must be an object, not a list"),
    (Annotated[int, Between(1, 5)], 0, "the request body: must be from 1 to 5, not 0"),
    (Annotated[int, Between(1, 5)], 6, "the request body: must be from 1 to 5, not 6"),
    (Annotated[int, Between(1, 5)], 10**4000, "the request body: must be from 1 to 5, not 1" + "0" * 39),
    (Annotated[float, Between(0, 1e9)], 1e300, "the request body: must be from 0 to 1e+09, not 1e+300"),
    (
        Annotated[int, Between(-(2**53), 2**53)],
        2**60,
        f"the request body: must be from -{2**53} to {2**53}, not {2**60}",
    ),
    (Annotated[float, Between(0.5, 1.5)], 2, "the request body: must be from 0.5 to 1.5, not 2"),
    (Annotated[int, Between(1, 5)], "x", "the request body: must be an integer, not a string"),
    (Annotated[str, Length(1, 3)], "", "the request body: must not be empty"),
    (Annotated[str, Length(1, 3)], "abcd", "the request body: must have at most 3 characters; it has 4"),
    (
        Annotated[str, Moment()],
        "2026-05-08T13:56:00",
        "the request body: must be a moment with its offset from UTC, such as 2026-05-08T13:56:00Z: its offset from UTC"
        " is missing",
    ),
    (Annotated[str, Plain()], "a\0b", "the request body: must not hold control characters"),
    (
        Annotated[str, IsoMoment()],
        "soon",
        "the request body: must be a moment such as 2026-05-08T13:56:00Z, not 'soon'",
    ),
    (Point, {}, "x: is required"),
    (Point, {"y": 1}, "x: is required"),
    (Point, {"x": 1, "y": 10}, "y: must be from 0 to 9, not 10"),
    (Point, None, "the request body: must be an object, not null"),
    (Line, {"points": []}, "points: must not be empty"),
    (Line, {"points": [{"x": 1, "y": 1}, {"x": 1, "y": "z"}]}, "points[1].y: must be an integer, not a string"),
    (Line, {"named": {"a b": {"x": 1}}}, "named.a b.y: is required"),
    (Line, {"name": ""}, "name: must not be empty"),
    (Shape, {"x": "a", "y": 1, "radius": 1}, "x: must be an integer, not a string"),
    (Shape, {"center": 1, "radius": 1}, "center: must be an object, not a number"),
    (Shape, {"center": {"x": 1, "y": 1}}, "x: is required"),
    (Shape, {}, "x: is required"),
    (Shape, 7, "the request body: must be an object, not a number"),
    (Union[int, Dict[str, int]], {"a": "x"}, "a: must be an integer, not a string"),
    (Union[int, Dict[str, int]], "x", "the request body: must be an integer, not a string"),
]


@pytest.mark.parametrize(("annotation", "value", "message"), MISFITS, ids=lambda value: str(value)[:40])
def test_what_does_not_fit_is_a_422_that_says_where_and_why(annotation: Any, value: Any, message: str) -> None:
    with pytest.raises(ApiError) as caught:
        check(annotation, value)
    assert (caught.value.status, caught.value.code) == (422, "invalid_field")
    assert caught.value.message == message
    field = message.partition(": ")[0]
    assert caught.value.details["field"] == ("" if field == "the request body" else field)


@pytest.mark.parametrize(
    ("annotation", "value", "message", "details"),
    [
        (Annotated[str, Utf8Size(4)], "é" * 3, "the request body: must have at most 4 bytes of UTF-8", {"field": ""}),
        (Annotated[List[int], Items(0, 2)], [1, 2, 3], "the request body: must have at most 2 items; it has 3",
         {"field": ""}),
        (List[List[Annotated[str, Utf8Size(1)]]], [[], ["a", "ab"]], "[1][1]: must have at most 1 bytes of UTF-8",
         {"field": "[1][1]", "index": 1}),
    ],
)  # fmt: skip
def test_what_is_too_large_is_a_413(annotation: Any, value: Any, message: str, details: Any) -> None:
    with pytest.raises(ApiError) as caught:
        check(annotation, value)
    assert (caught.value.status, caught.value.code) == (413, "too_large")
    assert (caught.value.message, caught.value.details) == (message, details)


@pytest.mark.parametrize("length", range(60, 70))
@pytest.mark.parametrize("char", ["x", "é", "€", "\U0001f642"])
def test_the_quick_way_to_measure_agrees_with_the_long_one(length: int, char: str) -> None:
    text = char * length
    fits = len(text.encode()) <= 128
    if fits:
        check(Annotated[str, Utf8Size(128)], text)
    else:
        with pytest.raises(ApiError):
            check(Annotated[str, Utf8Size(128)], text)


def test_the_first_bad_item_of_a_batch_is_named_by_its_index() -> None:
    body = {"memories": [{"content": "x"}, {"content": ""}, {"content": 7}]}
    with pytest.raises(ApiError) as caught:
        check(Union[StoreMemoryBody, StoreMemoriesBody], body)
    assert caught.value.details == {"field": "memories[1].content", "index": 1}


def test_required_keys_are_those_of_the_whole_family() -> None:
    assert required_keys(StoreMemoryBody) == {"content"}
    assert required_keys(QueryBody) == {"query"}


def test_a_check_is_compiled_once() -> None:
    assert compiled(QueryBody) is compiled(QueryBody)


def test_a_value_of_many_items_costs_no_recursion() -> None:
    check(List[int], [1] * 100_000)
