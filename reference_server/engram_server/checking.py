"""Checks a JSON value against a wire type of `engram.types`. Pure; the types are the only schema there is.

A check is compiled once per annotation into a closure. Unknown keys pass: published clients send some. A value
that does not fit raises a 422 (413 for a string that is too long in bytes) that names the field.
"""

from __future__ import annotations

from functools import lru_cache
from typing import (
    Annotated,
    Callable,
    Dict,
    Hashable,
    List,
    Literal,
    Tuple,
    TypedDict,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from engram.types.limits import Between, IsoMoment, Items, JsonSize, Length, Moment, Plain, Utf8Size
from engram.types.wire import JsonObject, JsonValue

from .clock import iso_moment_of, moment_of
from .wire import ApiError, encode_json

Check = Callable[[object], None]


class _Json(TypedDict):
    any: JsonValue
    object: JsonObject


_UNFOLDED = get_type_hints(_Json)
# Both as they are written, and as `get_type_hints` hands them out: unfolded by one level.
JSON_VALUES = (JsonValue, _UNFOLDED["any"])
JSON_OBJECTS = (JsonObject, _UNFOLDED["object"])


class _Misfit(Exception):
    """A value that does not fit; the path grows on the way out."""

    def __init__(self, what: str, status: int = 422) -> None:
        super().__init__(what)
        self.what = what
        self.status = status
        self.path: List[Union[str, int]] = []


def check(annotation: Hashable, value: object, refusal: Tuple[int, str] = (422, "invalid_field")) -> None:
    """Refuse a value that does not fit a wire type, with the status and the code of `refusal`.

    Raises:
        ApiError: that, or 413 `too_large`; `details` holds `field` and, in a batch, `index`.
    """
    try:
        compiled(annotation)(value)
    except _Misfit as misfit:
        field = _spelled(misfit.path)
        details: JsonObject = {"field": field}
        for step in misfit.path:
            if isinstance(step, int):
                details["index"] = step
                break
        status, code = (413, "too_large") if misfit.status == 413 else refusal
        raise ApiError(status, code, f"{field or 'the request body'}: {misfit.what}", details) from None


def _spelled(path: List[Union[str, int]]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


@lru_cache(maxsize=None)
def compiled(annotation: Hashable) -> Check:
    """Return the check of one annotation."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in JSON_VALUES or annotation is object:
        return _anything
    if annotation in JSON_OBJECTS:
        return _of_type(dict, "an object")
    if origin is Annotated:
        return _all_of([compiled(arguments[0]), *(_BOUNDS[type(bound)](bound) for bound in arguments[1:])])
    if origin is Union:
        return _one_of(arguments)
    if origin is Literal:
        return _literal(arguments)
    if origin is list:
        return _list_of(compiled(arguments[0]))
    if origin is dict:
        return _dict_of(compiled(arguments[1]))
    if _is_typed_dict(annotation):
        return _typed_dict(cast(type, annotation))
    return _SCALARS[cast(type, annotation)]


def _is_typed_dict(annotation: object) -> bool:
    return hasattr(annotation, "__required_keys__")


def _anything(value: object) -> None:
    pass


def _of_type(kinds: Union[type, Tuple[type, ...]], name: str) -> Check:
    def fits(value: object) -> None:
        # bool is an int to Python and is not one to JSON.
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
            shown = f"{value!r}" if kinds is int and isinstance(value, float) else _named(value)
            raise _Misfit(f"must be {name}, not {shown}")

    return fits


def _named(value: object) -> str:
    names = {type(None): "null", bool: "a boolean", str: "a string", list: "a list", dict: "an object"}
    return names.get(type(value), "a number")


_SCALARS: Dict[type, Check] = {
    str: _of_type(str, "a string"),
    int: _of_type(int, "an integer"),
    float: _of_type((int, float), "a number"),
    bool: _of_type(bool, "a boolean"),
    type(None): _of_type(type(None), "null"),
}


def _all_of(checks: List[Check]) -> Check:
    def fits(value: object) -> None:
        for one in checks:
            one(value)

    return fits


def _between(bound: Between) -> Check:
    def fits(value: object) -> None:
        if not bound.low <= cast(float, value) <= bound.high:
            raise _Misfit(f"must be from {_exactly(bound.low)} to {_exactly(bound.high)}, not {value!r:.40}")

    return fits


def _exactly(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{number:g}"


def _length(bound: Length) -> Check:
    def fits(value: object) -> None:
        size = len(cast(str, value))
        if size < bound.low:
            raise _Misfit("must not be empty")
        if size > bound.high:
            raise _Misfit(f"must have at most {bound.high} characters; it has {size}")

    return fits


def _items(bound: Items) -> Check:
    def fits(value: object) -> None:
        size = len(cast("List[object]", value))
        if size < bound.low:
            raise _Misfit("must not be empty")
        if size > bound.high:
            raise _Misfit(f"must have at most {bound.high} items; it has {size}", 413)

    return fits


def _utf8_size(bound: Utf8Size) -> Check:
    def fits(value: object) -> None:
        text = cast(str, value)
        # No character takes more than four bytes, so most strings need no encoding to be known short enough.
        if len(text) * 4 > bound.high and len(text.encode("utf-8")) > bound.high:
            raise _Misfit(f"must have at most {bound.high} bytes of UTF-8", 413)

    return fits


def _json_size(bound: JsonSize) -> Check:
    def fits(value: object) -> None:
        size = len(encode_json(value))
        if size > bound.high:
            raise _Misfit(f"must have at most {bound.high} bytes as JSON; it has {size}", 413)

    return fits


def _moment(bound: Moment) -> Check:
    def fits(value: object) -> None:
        try:
            moment_of(cast(str, value))
        except ValueError as error:
            raise _Misfit(str(error)) from None

    return fits


def _plain(bound: Plain) -> Check:
    def fits(value: object) -> None:
        if min(cast(str, value), default=bound.first) < bound.first:
            raise _Misfit("must not hold control characters")

    return fits


def _iso_moment(bound: IsoMoment) -> Check:
    def fits(value: object) -> None:
        try:
            iso_moment_of(cast(str, value))
        except ValueError as error:
            raise _Misfit(str(error)) from None

    return fits


_BOUNDS: Dict[type, Callable[..., Check]] = {
    Between: _between,
    Length: _length,
    Items: _items,
    Utf8Size: _utf8_size,
    JsonSize: _json_size,
    Moment: _moment,
    IsoMoment: _iso_moment,
    Plain: _plain,
}


def _one_of(alternatives: Tuple[object, ...]) -> Check:
    """Return the check of a union: null passes where allowed, objects go by their keys, the rest is tried in turn."""
    if type(None) in alternatives:
        inner = compiled(Union[tuple(a for a in alternatives if a is not type(None))])

        def optional(value: object) -> None:
            if value is not None:
                inner(value)

        return optional
    if all(_is_typed_dict(alternative) for alternative in alternatives):
        return _by_keys([cast(type, alternative) for alternative in alternatives])
    checks = [compiled(alternative) for alternative in alternatives]

    def fits(value: object) -> None:
        misfits = []
        for one in checks:
            try:
                return one(value)
            except _Misfit as misfit:
                misfits.append(misfit)
        # The alternative that got furthest into the value is the one that was meant.
        raise max(misfits, key=lambda misfit: len(misfit.path))

    return fits


def _by_keys(kinds: List[type]) -> Check:
    """Return the check of a union of objects: the one whose required keys are there is meant, else the first."""

    def fits(value: object) -> None:
        present = value.keys() if isinstance(value, dict) else ()
        chosen = next((kind for kind in kinds if required_keys(kind) <= set(present)), kinds[0])
        compiled(chosen)(value)

    return fits


def hints_of(kind: type) -> Dict[str, Hashable]:
    """Return the annotations of a wire type. What any JSON is made of need not be known where the type stands."""
    return get_type_hints(kind, localns={"JsonValue": JsonValue}, include_extras=True)


def required_keys(kind: type) -> "frozenset[str]":
    """Return the keys that an object of a wire type must have."""
    keys: "frozenset[str]" = getattr(kind, "__required_keys__")
    return keys


def _literal(values: Tuple[object, ...]) -> Check:
    def fits(value: object) -> None:
        if value not in values:
            shown = ", ".join(repr(one) for one in values)
            raise _Misfit(f"must be one of {shown}, not {value!r:.40}")

    return fits


def _inside(step: Union[str, int], check: Check, value: object) -> None:
    """Check what stands at one step of a value; a misfit learns where it was."""
    try:
        check(value)
    except _Misfit as misfit:
        misfit.path.insert(0, step)
        raise


def _list_of(item: Check) -> Check:
    def fits(value: object) -> None:
        if not isinstance(value, list):
            raise _Misfit(f"must be a list, not {_named(value)}")
        for index, one in enumerate(value):
            _inside(index, item, one)

    return fits


def _dict_of(item: Check) -> Check:
    def fits(value: object) -> None:
        if not isinstance(value, dict):
            raise _Misfit(f"must be an object, not {_named(value)}")
        for key, one in value.items():
            _inside(key, item, one)

    return fits


def _typed_dict(kind: type) -> Check:
    fields = {name: compiled(hint) for name, hint in hints_of(kind).items()}
    required = required_keys(kind)

    def fits(value: object) -> None:
        if not isinstance(value, dict):
            raise _Misfit(f"must be an object, not {_named(value)}")
        for name, field in fields.items():
            if name in value:
                _inside(name, field, value[name])
            elif name in required:
                missing = _Misfit("is required")
                missing.path.append(name)
                raise missing

    return fits
