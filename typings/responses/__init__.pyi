from re import Pattern
from typing import (
    Callable,
    Final,
    Iterable,
    List,
    Literal,
    Mapping,
    NamedTuple,
    Optional,
    Protocol,
    Sequence,
    Tuple,
    Type,
    TypedDict,
    TypeVar,
    Union,
    overload,
)

from requests import PreparedRequest
from requests.models import Response as _Answer
from typing_extensions import ParamSpec, Self, Unpack

from responses import matchers as matchers
from responses import registries as registries
from responses.matchers import _Matcher
from responses.registries import FirstMatchRegistry

_P = ParamSpec("_P")
_R = TypeVar("_R")
_Url = Union[str, Pattern[str]]
_Body = Union[str, bytes, BaseException]
_Headers = Mapping[str, str]
_Callback = Callable[[PreparedRequest], Union[Exception, Tuple[int, _Headers, _Body]]]

class _Answered(TypedDict, total=False):
    json: object
    status: int
    headers: Optional[_Headers]
    content_type: str
    match: Iterable[_Matcher]

class Call(NamedTuple):
    request: PreparedRequest
    # What the caller got: an answer, or the exception that was raised in its place.
    response: Union[_Answer, BaseException]

class CallList(Sequence[Call]):
    @overload
    def __getitem__(self, idx: int) -> Call: ...
    @overload
    def __getitem__(self, idx: slice) -> List[Call]: ...
    def __len__(self) -> int: ...
    def reset(self) -> None: ...

class BaseResponse:
    method: str
    url: _Url
    status: int
    def __init__(
        self,
        method: str,
        url: _Url,
        match_querystring: Optional[bool] = ...,
        match: Iterable[_Matcher] = ...,
        *,
        passthrough: bool = ...,
    ) -> None: ...
    @property
    def call_count(self) -> int: ...
    @property
    def calls(self) -> CallList: ...
    def matches(self, request: PreparedRequest) -> Tuple[bool, str]: ...

# `add` for one method; no function at run time, so it cannot be written as one.
class _AddFor(Protocol):
    def __call__(
        self,
        url: _Url,
        body: _Body = ...,
        adding_headers: Optional[_Headers] = ...,
        **kwargs: Unpack[_Answered],
    ) -> BaseResponse: ...

class RequestsMock:
    def __init__(
        self,
        assert_all_requests_are_fired: bool = ...,
        response_callback: Optional[Callable[[_Answer], _Answer]] = ...,
        passthru_prefixes: Tuple[str, ...] = ...,
        target: str = ...,
        registry: Type[FirstMatchRegistry] = ...,
        *,
        real_adapter_send: Callable[..., _Answer] = ...,
    ) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, type: object, value: object, traceback: object) -> None: ...
    @property
    def calls(self) -> CallList: ...
    @overload
    def activate(self, func: Callable[_P, _R]) -> Callable[_P, _R]: ...
    @overload
    def activate(
        self,
        func: None = ...,
        *,
        registry: Optional[Type[FirstMatchRegistry]] = ...,
        assert_all_requests_are_fired: bool = ...,
    ) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]: ...
    def add(
        self,
        method: Union[str, BaseResponse, None] = ...,
        url: Optional[_Url] = ...,
        body: _Body = ...,
        adding_headers: Optional[_Headers] = ...,
        *args: object,
        **kwargs: Unpack[_Answered],
    ) -> BaseResponse: ...
    def get(
        self,
        url: Optional[_Url] = ...,
        body: _Body = ...,
        adding_headers: Optional[_Headers] = ...,
        *args: object,
        **kwargs: Unpack[_Answered],
    ) -> BaseResponse: ...
    def post(
        self,
        url: Optional[_Url] = ...,
        body: _Body = ...,
        adding_headers: Optional[_Headers] = ...,
        *args: object,
        **kwargs: Unpack[_Answered],
    ) -> BaseResponse: ...
    def add_passthru(self, prefix: _Url) -> None: ...
    def assert_call_count(self, url: str, count: int) -> bool: ...
    def get_registry(self) -> FirstMatchRegistry: ...
    def registered(self) -> List[BaseResponse]: ...
    def reset(self) -> None: ...

DELETE: Final[Literal["DELETE"]]
GET: Final[Literal["GET"]]
PATCH: Final[Literal["PATCH"]]
POST: Final[Literal["POST"]]
PUT: Final[Literal["PUT"]]

mock: RequestsMock
calls: CallList

@overload
def activate(func: Callable[_P, _R]) -> Callable[_P, _R]: ...
@overload
def activate(
    func: None = ...,
    *,
    registry: Optional[Type[FirstMatchRegistry]] = ...,
    assert_all_requests_are_fired: bool = ...,
) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]: ...
def add(
    method: Union[str, BaseResponse, None] = ...,
    url: Optional[_Url] = ...,
    body: _Body = ...,
    adding_headers: Optional[_Headers] = ...,
    *args: object,
    **kwargs: Unpack[_Answered],
) -> BaseResponse: ...

get: _AddFor
post: _AddFor

def add_callback(
    method: str,
    url: _Url,
    callback: _Callback,
    match_querystring: bool = ...,
    content_type: Optional[str] = ...,
    match: Iterable[_Matcher] = ...,
) -> BaseResponse: ...
def assert_call_count(url: str, count: int) -> bool: ...
def registered() -> List[BaseResponse]: ...
def reset() -> None: ...
