"""Tables of people for tests: whole rows, and the ways in which a row can be wrong."""

import io
from typing import Any

from core.actor import Actor
from organizations.models import User
from residents.models import PeopleImport
from residents.services.import_work import import_step
from residents.services.imports import import_start, import_take
from tests.factories.residents import resident_id

HEADINGS = (
    *("姓名", "身份证号", "性别", "出生日期", "联系电话", "与户主关系", "人口类型", "户号"),
    *("社区", "网格", "楼栋", "单元", "房号", "证件类型", "政治面貌", "入住日期"),
)


def table(*rows: dict[str, str], headings: tuple[str, ...] = HEADINGS, encoding: str = "utf-8") -> bytes:
    lines = [",".join(headings)] + [",".join(row.get(each, "") for each in headings) for row in rows]
    return "\n".join(lines).encode(encoding)


def person(**cells: str) -> dict[str, str]:
    row = {"姓名": "林小明", "身份证号": resident_id(), "联系电话": "13805930001", "与户主关系": "户主"}
    return row | cells


def take(user: User, content: bytes, *, name: str = "people.csv", **more: Any) -> PeopleImport:
    return import_take(actor=Actor.of(user), file_name=name, stream=io.BytesIO(content), **more)


def run(user: User, content: bytes, **more: Any) -> PeopleImport:
    job = take(user, content, **more)
    import_start(actor=Actor.of(user), job_id=job.pk, mapping=job.mapping)
    return finish(job)


def finish(job: PeopleImport) -> PeopleImport:
    while import_step(job.pk):
        pass
    job.refresh_from_db()
    return job


def problems(job: PeopleImport) -> dict[int, list[list[str]]]:
    return dict(job.refusals.order_by("line").values_list("line", "problems"))
