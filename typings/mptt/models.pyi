from typing import Any, ClassVar, Literal

from django.db import models

class TreeForeignKey(models.ForeignKey[Any, Any]): ...

class MPTTModel(models.Model):
    class Meta:
        abstract: ClassVar[bool]

    lft: models.PositiveIntegerField[int, int]
    rght: models.PositiveIntegerField[int, int]
    tree_id: models.PositiveIntegerField[int, int]
    level: models.PositiveIntegerField[int, int]
    def insert_at(
        self,
        target: Any,
        position: Literal["first-child", "last-child", "left", "right"] = ...,
        save: bool = ...,
        allow_existing_pk: bool = ...,
        refresh_target: bool = ...,
    ) -> None: ...
    def move_to(
        self, target: Any, position: Literal["first-child", "last-child", "left", "right"] = ...
    ) -> None: ...
