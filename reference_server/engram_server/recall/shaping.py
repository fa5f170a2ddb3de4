"""Answers as JSON: the caller's schema filled from what was recalled. Pure, deterministic, nothing made up.

The subset of JSON Schema: `type` (one or a list), `properties`, `required`, `items`, `minItems`, `maxItems`, `enum`,
`const`, `anyOf`, and `$ref` within the document. What else a schema says is left to whoever reads the value. A string
becomes the sentence that fits its name, its description and the question best; a number the one that stands nearest
to those words. What no sentence supports is left out, and where it is required the whole is `None`.
"""

from __future__ import annotations

import json
import re
from typing import Callable, Dict, FrozenSet, Iterator, List, NamedTuple, Optional, Sequence, Union

from engram.types import JsonObject, JsonValue

from ..text.stopwords import NEGATIONS
from ..text.terms import index_term, terms
from ..text.tokens import estimate_tokens
from ..text.words import words
from .numbers import nearest_number
from .passages import Material, Passage, evidence, passages
from .synthesis import synthesise

# A schema may refer to itself; nobody reads an answer deeper than this.
_MAX_DEPTH = 8
# A schema whose branches all refer to each other asks for no more work than this many parts.
_MAX_PARTS = 500
_MAX_ITEMS = 10
# A property's own word counts like the whole question, whose words all properties share.
_OWN_WORD = 1.0
# What fits less than this share of the best sentence is no item of a list.
_LEAST_SHARE = 0.5


_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class _Missing:
    """What a part becomes when nothing recalled fills it. JSON's null is a value, and this is not."""


_MISSING = _Missing()
_Filled = Union[JsonValue, _Missing]


class _Wish(NamedTuple):
    """What one part of the schema should be about, and the sentences to take it from."""

    #: Index terms of the names and descriptions on the way to this part.
    own: FrozenSet[str]
    passages: Sequence[Passage]
    depth: int


def shape(material: Material, schema: Optional[JsonObject], *, max_tokens: int) -> JsonValue:
    """Return the answer as JSON, or None when a required part cannot be filled or the text is over `max_tokens`.

    Without a schema it is `{"answer": ..., "citations": [...]}` with the ids of the memories quoted.
    """
    if schema is None:
        return _plain(material, max_tokens)
    if material.telling:
        # The parts of a schema ask for more than the question does.
        material = material._replace(telling={one.memory.id for one in material.ranked})
    value = _Filler(schema, material).fill(schema, _Wish(frozenset(), passages(material), 0))
    if isinstance(value, _Missing) or estimate_tokens(as_text(value)) > max_tokens:
        return None
    return value


def as_text(value: JsonValue) -> str:
    """Return the text of a shaped answer, the one that `max_tokens` was held against."""
    return json.dumps(value, ensure_ascii=False)


def _plain(material: Material, max_tokens: int) -> JsonValue:
    budget = max_tokens
    while budget > 0:
        answer = synthesise(material, max_tokens=budget)
        value: JsonObject = {"answer": answer.text, "citations": list(answer.cited_ids)}
        over = estimate_tokens(as_text(value)) - max_tokens
        if over <= 0:
            return value
        budget -= over
    return None


class _Filler:
    """Fills the parts of one schema."""

    def __init__(self, root: JsonObject, material: Material) -> None:
        self._root = root
        self._material = material
        self._parts = 0
        self._by_type: Dict[str, Callable[[JsonObject, _Wish], _Filled]] = {
            "object": self._object,
            "array": self._array,
            "string": self._string,
            "number": self._number,
            "integer": self._integer,
            "boolean": self._boolean,
            "null": lambda schema, wish: None,
        }

    def fill(self, schema: JsonValue, wish: _Wish) -> _Filled:
        """Return the value of one part, `_MISSING` when nothing recalled supports one."""
        self._parts += 1
        if self._parts > _MAX_PARTS or wish.depth > _MAX_DEPTH:
            return _MISSING
        if not isinstance(schema, dict):
            return self._string({}, wish) if schema is True else _MISSING
        deeper = wish._replace(own=wish.own | _terms_of(schema.get("description")), depth=wish.depth + 1)
        if "$ref" in schema:
            return self.fill(self._referred(schema["$ref"]), deeper)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._one_of(schema["enum"], deeper)
        branches = schema.get("anyOf")
        if isinstance(branches, list):
            return self._first(sorted(branches, key=_is_null), deeper)
        kinds = schema.get("type", _kind_without_type(schema))
        if isinstance(kinds, list):
            return self._first([{**schema, "type": kind} for kind in sorted(kinds, key=lambda k: k == "null")], deeper)
        fill = self._by_type.get(kinds) if isinstance(kinds, str) else None
        return fill(schema, deeper) if fill else _MISSING

    def _first(self, branches: Sequence[JsonValue], wish: _Wish) -> _Filled:
        filled = (self.fill(branch, wish) for branch in branches)
        return next((value for value in filled if not isinstance(value, _Missing)), _MISSING)

    def _referred(self, reference: JsonValue) -> JsonValue:
        """Return what a reference within the document points to, False (which nothing fills) for any other."""
        node: JsonValue = self._root
        if not isinstance(reference, str) or not reference.startswith("#"):
            return False
        for step in filter(None, reference[1:].split("/")):
            if not isinstance(node, dict):
                return False
            node = node.get(step.replace("~1", "/").replace("~0", "~"), False)
        return node

    def _object(self, schema: JsonObject, wish: _Wish) -> _Filled:
        properties, required = schema.get("properties"), schema.get("required")
        if not isinstance(properties, dict):
            properties = {}
        value: JsonObject = {}
        for name, part in properties.items():
            filled = self.fill(part, wish._replace(own=wish.own | _terms_of(name)))
            if not isinstance(filled, _Missing):
                value[name] = filled
        if isinstance(required, list) and any(isinstance(name, str) and name not in value for name in required):
            return _MISSING
        return value

    def _array(self, schema: JsonObject, wish: _Wish) -> _Filled:
        items = schema.get("items", True)
        fewest, most = schema.get("minItems", 0), schema.get("maxItems", _MAX_ITEMS)
        most = min(most, _MAX_ITEMS) if isinstance(most, int) else _MAX_ITEMS
        value: List[JsonValue] = []
        for passage in self._fitting(wish):
            if len(value) >= most:
                break
            filled = self.fill(items, wish._replace(passages=[passage]))
            if not isinstance(filled, _Missing) and filled not in value:
                value.append(filled)
        return _MISSING if isinstance(fewest, int) and len(value) < fewest else value

    def _string(self, schema: JsonObject, wish: _Wish) -> _Filled:
        return next((passage.text for passage in self._by_fit(wish)), _MISSING)

    def _number(self, schema: JsonObject, wish: _Wish) -> _Filled:
        return next((int(number) if number.is_integer() else number for number in self._numbers(wish)), _MISSING)

    def _integer(self, schema: JsonObject, wish: _Wish) -> _Filled:
        return next((int(number) for number in self._numbers(wish) if number.is_integer()), _MISSING)

    def _numbers(self, wish: _Wish) -> Iterator[float]:
        for passage in self._by_fit(wish):
            number = nearest_number(passage.text, wish.own, self._material.shares)
            if number is not None:
                yield number

    def _boolean(self, schema: JsonObject, wish: _Wish) -> _Filled:
        """Return whether the best sentence says so or says no; without a sentence about it nobody knows."""
        for passage in self._by_fit(wish):
            if not wish.own or not wish.own.isdisjoint(passage.terms):
                return NEGATIONS.isdisjoint(words(passage.text))
        return _MISSING

    def _one_of(self, values: JsonValue, wish: _Wish) -> _Filled:
        """Return the value whose words stand in the best sentence; null where it is allowed and none does."""
        allowed = values if isinstance(values, list) else []
        stems = {index: _stems(str(value)) for index, value in enumerate(allowed) if value is not None}
        for passage in self._by_fit(wish):
            said = _stems(passage.text)
            for index, wanted in stems.items():
                if wanted and wanted <= said:
                    return allowed[index]
        return None if None in allowed else _MISSING

    def _by_fit(self, wish: _Wish) -> List[Passage]:
        """Return the sentences, the one that fits best first."""
        return sorted(wish.passages, key=lambda passage: (-self._fit(passage, wish), passage.number, passage.start))

    def _fitting(self, wish: _Wish) -> List[Passage]:
        ordered = self._by_fit(wish)
        floor = _LEAST_SHARE * self._fit(ordered[0], wish) if ordered else 0.0
        return [passage for passage in ordered if self._fit(passage, wish) >= floor]

    def _fit(self, passage: Passage, wish: _Wish) -> float:
        own = len(wish.own & passage.terms) * _OWN_WORD
        return own + evidence(passage, self._material) + passage.standing


def _terms_of(name: JsonValue) -> FrozenSet[str]:
    """Return the index terms of a name ("petName", "pet_name") or of a description."""
    if not isinstance(name, str):
        return frozenset()
    return frozenset(terms(_HUMP.sub(" ", name) if name.isidentifier() else name))


def _stems(text: str) -> FrozenSet[str]:
    """Return the stems of `text`, those of stop words too: "no" can be a value."""
    return frozenset(index_term(word) or word for word in words(text))


def _kind_without_type(schema: JsonObject) -> str:
    return "object" if "properties" in schema else "array" if "items" in schema else "string"


def _is_null(schema: JsonValue) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "null"
