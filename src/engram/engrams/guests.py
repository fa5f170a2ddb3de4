"""Functions that users bring: which keywords they take, and calling them whether they are asynchronous or not."""

from __future__ import annotations

import inspect
from typing import Awaitable, Callable, Dict, Mapping, TypeVar, Union

T = TypeVar("T")

Guest = Callable[..., Union[object, Awaitable[object]]]
"""A function of a user, asynchronous or plain."""


def taken(function: Guest, offered: Mapping[str, T]) -> Dict[str, T]:
    """Return what a function takes of what it is offered by keyword: what it names, or all if it has `**kwargs`."""
    parameters = inspect.signature(function).parameters.values()
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return dict(offered)
    by_keyword = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    named = {parameter.name for parameter in parameters if parameter.kind in by_keyword}
    return {name: value for name, value in offered.items() if name in named}


async def called(function: Guest, *args: object, **kwargs: object) -> object:
    """Return what a function returns, awaited if it has to be. A plain function holds up the event loop."""
    result = function(*args, **kwargs)
    return await result if inspect.isawaitable(result) else result
