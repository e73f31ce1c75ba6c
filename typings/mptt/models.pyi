from typing import Any, Literal

from django.db import models

class TreeForeignKey(models.ForeignKey[Any, Any]): ...

class MPTTModel(models.Model):
    class Meta:
        abstract: bool

    lft: int
    rght: int
    tree_id: int
    level: int
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
