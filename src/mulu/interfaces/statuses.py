"""What HTTP calls each error: the errors themselves know nothing of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mulu.errors import Misused, MuluError
from mulu.interfaces.safety import Refused
from mulu.vocabulary import Said

# By the id of what is said. An id that does not stand here is 422 where the question cannot be asked (Misused),
# else 409: what is kept does not allow it now.
STATUS: Mapping[str, int] = {
    # there is no such thing
    "case_unknown": 404,
    "document_unknown": 404,
    "portfolio_unknown": 404,
    "portfolio_record_unknown": 404,
    "store_missing": 404,
    "unknown_page": 404,
    # the question is right and comes at the wrong time
    "not_now": 409,
    # the question of an act on a case is wrong, whatever is kept
    "case_incomplete": 422,
    "future_day": 422,
    "no_address": 422,
    "no_fact": 422,
    "no_person": 422,
    "no_place": 422,
    "no_reason": 422,
    "no_such_answer": 422,
    "no_such_clause": 422,
    "no_such_point": 422,
    "no_such_result": 422,
    "no_such_test": 422,
    "not_a_digest": 422,
    "read_too_early": 422,
    "text_meets": 422,
    # what was handed in cannot be answered or read, whatever is kept
    "certificate_contradicts_itself": 422,
    "certificate_not_canonical": 422,
    "certificate_not_of_its_form": 422,
    "certificate_of_another_key": 422,
    "certificate_weak_key": 422,
    "clause_cannot_apply": 422,
    "clause_unreadable": 422,
    "corrupt_document": 422,
    "document_too_large": 422,
    "encrypted_document": 422,
    "limit_refused": 422,
    "missing_file": 422,
    "no_edition_held": 422,
    "no_text": 422,
    "reading_stopped": 422,
    "not_the_catalogue": 422,
    "ocr_missing": 422,
    "script_shell": 422,
    "signature_does_not_fit": 422,
    "too_many_pages": 422,
    "unknown_kind": 422,
    "unknown_parameter": 422,
    "unreadable_file": 422,
    # the place where things are kept does not answer, or not with what was written
    "broken_course": 503,
    "portfolio_damaged": 503,
    "portfolio_unusable": 503,
    "portfolios_place": 503,
    "store_damaged": 503,
    "store_locked": 503,
    "store_newer": 503,
    "store_not_writable": 503,
    "store_unreachable": 503,
    "store_unusable": 503,
}
_UNKNOWN = "unknown_"  # how the catalogue names what it does not hold: unknown_item_or_code, unknown_edition, …


def worded(error: Exception) -> tuple[Said, int]:
    """What to say of an error, and the status of HTTP. What is unforeseen is told as such, without its text."""
    if isinstance(error, Refused):
        return error.said, error.status
    if isinstance(error, MuluError):
        return error.said, _status(error)
    status = getattr(error, "status_code", 500)
    return {
        400: Said(
            "malformed_form",
            "提交的内容无法读取（表单残缺、字段过多或某一字段过长）。未作任何改动。请返回、刷新页面后再提交。",
            "What was sent cannot be read: the form is broken, has too many fields, or one is too long. Nothing was "
            "changed. Go back, reload the page and send it again.",
        ),
        404: Said("no_such_page", "没有这个地址。", "There is nothing at this address."),
        405: Said("method_not_allowed", "此地址不接受这种请求方法。", "This address does not take that method."),
    }.get(
        status,
        Said(
            "unforeseen",
            "出现未预料的错误。重试之前请先查看轨迹中记录了什么，并运行 mulu doctor。",
            "Something unforeseen went wrong. See in the trail what was recorded before you try again, and run mulu doctor.",
        ),
    ), status


# What is said of the thing that a part of a path names, where it is not there.
_NOT_THERE = {
    "case": "case_unknown",
    "document": "document_unknown",
    "kind": "unknown_paper",
    "name": "unknown_item",
    "part": "unknown_part",
}


def status_at(in_path: Iterable[str], said: Said, status: int) -> int:
    """The status of an error at an address: what is not found is 404 where the path names it, else it is a wrong value."""
    there = tuple(_NOT_THERE[name] for name in in_path if name in _NOT_THERE)
    named_there = said.id.startswith(("store_missing", "no_such_page", "unknown_page", "portfolio_unknown", *there))
    return 422 if status == 404 and not named_there else status


def _status(error: MuluError) -> int:
    if error.said.id in STATUS:
        return STATUS[error.said.id]
    if isinstance(error, Misused):
        return 404 if error.said.id.startswith(_UNKNOWN) else 422
    return 409
