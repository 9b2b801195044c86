"""Errors as answers: a sentence of what is wrong, as JSON for programs, as a page with a next step for people."""

from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from central.screens import sorry
from wire.web.guard import TooLarge

log = structlog.get_logger()

SENTENCES = {
    400: ("请求的内容不正确，请返回上一页重试。", "the request cannot be read"),
    401: ("没有权限。", "not allowed"),
    403: ("这个操作只能从本系统页面发起，请从首页重新进入。", "not allowed from here"),
    404: ("没有这个页面，请从首页重新进入。", "there is nothing at this address"),
    405: ("这个地址不支持该操作，请从首页重新进入。", "this address does not take this method"),
    413: ("提交的内容太大。", "the body is too large"),
    422: ("提交的内容不完整或不正确，请返回上一页重试。", "the request is not of the contract"),
    503: ("系统暂时不能记录，请稍候再试。", "nothing can be recorded now; ask again later"),
}


def install(app: FastAPI) -> None:
    """Let every error of a request end in an answer."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(TooLarge, _too_large)
    app.add_exception_handler(SQLAlchemyError, _no_database)


def answer(request: Request, status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """Return the answer to a request that is refused; an empty `detail` has the sentence of the status."""
    page, plain = SENTENCES.get(status, SENTENCES[400])
    if 400 <= status < 500:
        request.app.state.centre.counts.bad_requests.inc()
    if request.url.path.startswith("/v1/"):
        return JSONResponse({"detail": detail or plain}, status, headers)
    is_sentence = detail.endswith("。")
    return sorry(request, status, detail if is_sentence else page, "" if is_sentence or status == 422 else detail)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    said = str(error.detail)
    bare = said == HTTPStatus(error.status_code).phrase
    return answer(request, error.status_code, "" if bare else said, dict(error.headers or {}))


def _invalid(request: Request, error: Exception) -> Response:
    """Name the fields; what was in them is not repeated, it may be private."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    wrong = [f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()]
    return answer(request, 422, "; ".join(wrong)[:500])


def _too_large(request: Request, _error: Exception) -> Response:
    return answer(request, 413, "")


def _no_database(request: Request, error: Exception) -> Response:
    log.error("not recorded", why=str(error.__cause__ or error)[:300])
    return answer(request, 503, "")
