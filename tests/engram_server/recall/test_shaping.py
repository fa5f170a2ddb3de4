"""Answers as JSON, with a schema and without."""

from __future__ import annotations

from typing import Optional

import pytest

from engram.types import JsonObject, JsonValue
from engram_server.recall.shaping import as_text, shape
from engram_server.text.tokens import estimate_tokens

from .asking import material

MEMORIES = (
    "[8 May 2023] Caroline: Hey! My cat is called Tom. He is 7 years old and weighs 4.5 kg.",
    "Caroline moved to Boston in June. The rent of the flat is $1,200.",
    "Caroline does not eat meat. She is a vegetarian.",
    "Caroline's favourite colour is green.",
)
QUESTION = "What do we know about Caroline's cat?"


def shaped(schema: Optional[JsonObject], question: str = QUESTION, max_tokens: int = 1_000) -> JsonValue:
    return shape(material(question, *MEMORIES), schema, max_tokens=max_tokens)


def an_object(required: "list[str]", **properties: JsonValue) -> JsonObject:
    return {"type": "object", "properties": dict(properties), "required": list(required)}


def test_without_a_schema() -> None:
    value = shaped(None)
    assert isinstance(value, dict) and list(value) == ["answer", "citations"]
    assert str(value["answer"]).startswith("[8 May 2023] Caroline: … My cat is called Tom. [1]")
    assert isinstance(value["citations"], list) and value["citations"][0] == "mem_1"


def test_nothing_known_is_an_answer_too() -> None:
    assert shaped(None, "flurb") == {
        "answer": "Nothing is known about this: no stored memory answers the question.",
        "citations": [],
    }


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"type": "string", "description": "what the cat is called"}, "My cat is called Tom."),
        ({"type": "integer", "description": "age in years"}, 7),
        ({"type": "number", "description": "how much it weighs"}, 4.5),
        ({"type": "number", "description": "rent of the flat"}, 1200),
        ({"type": "boolean", "description": "eats meat"}, False),
        ({"type": "boolean", "description": "vegetarian"}, True),
        ({"enum": ["red", "green"], "description": "favourite colour"}, "green"),
        ({"enum": ["red", "blue", None], "description": "favourite colour"}, None),
        ({"const": 5}, 5),
        ({"type": "null"}, None),
        ({"type": ["null", "integer"], "description": "years"}, 7),
        ({"anyOf": [{"type": "null"}, {"type": "integer", "description": "years"}]}, 7),
        ({"anyOf": [{"enum": ["red"]}, {"type": "null"}]}, None),
        ({"$ref": "#/$defs/age"}, 7),
        ({"type": "array", "items": {"enum": ["green", "meat"]}}, ["meat", "green"]),
        ({"type": "array", "items": {"enum": ["red"]}}, []),
        ({"type": "array", "items": {"type": "integer"}, "maxItems": 1, "description": "years"}, [7]),
        ({"properties": {"age": {"$ref": "#/$defs/age"}}}, {"age": 7}),
    ],
)
def test_each_kind_of_part(part: JsonObject, expected: JsonValue) -> None:
    schema = an_object(["value"], value=part)
    schema["$defs"] = {"age": {"type": "integer", "description": "age in years"}}
    question = "Tell me everything about Caroline, her cat, flat, rent, meat, colour"
    value = shaped(schema, question)
    assert isinstance(value, dict)
    if part.get("type") == "array" and isinstance(expected, list) and isinstance(value["value"], list):
        assert sorted(map(str, value["value"])) == sorted(map(str, expected))
    else:
        assert value == {"value": expected}


def test_names_alone_tell_what_is_wanted() -> None:
    schema = an_object(
        ["catName", "cat_age_years"],
        catName={"type": "string"},
        cat_age_years={"type": "integer"},
        rent={"type": "number"},
        flurb={"enum": ["x", "y"]},
    )
    assert shaped(schema, "Caroline: cat, flat?") == {
        "catName": "My cat is called Tom.",
        "cat_age_years": 7,
        "rent": 1200,
    }


@pytest.mark.parametrize(
    "part",
    [
        {"enum": ["purple", "orange"]},
        {"enum": []},
        {"enum": "green"},
        {"type": "boolean", "description": "likes jazz"},
        {"type": "array", "items": {"type": "string"}, "minItems": 9},
        {"type": "flurb"},
        {"type": 7},
        {"$ref": "#/$defs/nowhere"},
        {"$ref": "https://schemas.invalid/x"},
        {"$ref": "#/$defs/self"},
        {"anyOf": []},
        False,
        7,
        an_object(["deeper"], deeper={"enum": ["purple"]}),
    ],
)
def test_what_nothing_supports_is_left_out_and_where_required_is_none(part: JsonValue) -> None:
    schema = an_object(["known"], known={"type": "string"}, unknown=part)
    schema["$defs"] = {"self": {"$ref": "#/$defs/self"}}
    value = shaped(schema)
    assert isinstance(value, dict) and list(value) == ["known"]
    assert shaped({**schema, "required": ["known", "unknown"]}) is None


def test_nothing_recalled_fills_nothing() -> None:
    assert shaped(an_object(["a"], a={"type": "string"}), "flurb") is None
    assert shaped(an_object([], a={"type": "string"}), "flurb") == {}


def test_a_schema_that_grows_without_end_does_not() -> None:
    schema = an_object(["next"], next={"$ref": "#"}, other={"$ref": "#"}, third={"anyOf": [{"$ref": "#"}] * 9})
    assert shaped(schema) is None
    many: JsonObject = {f"p{number}": {"type": "integer"} for number in range(2_000)}
    value = shaped(an_object([], **many), max_tokens=100_000)
    assert isinstance(value, dict) and 0 < len(value) < 500


def test_the_cap_holds_for_the_text() -> None:
    schema = an_object(["cat"], cat={"type": "string"})
    needed = estimate_tokens(as_text(shaped(schema)))
    assert shaped(schema, max_tokens=needed) is not None
    assert shaped(schema, max_tokens=needed - 1) is None
    for max_tokens in range(1, 80):
        value = shaped(None, max_tokens=max_tokens)
        assert value is None or estimate_tokens(as_text(value)) <= max_tokens
    assert shaped(None, max_tokens=20) is not None
