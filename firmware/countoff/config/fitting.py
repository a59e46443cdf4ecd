"""Fits what a file says into a model, key by key, with a sentence for each that does not fit.

Shared by the configuration and the song files. Pure.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, ValidationError

from countoff.config.problems import Problem, either, quoted
from countoff.core.nearest import nearest_word

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from countoff.config.tables import KeyPath, Table

Fitted = TypeVar("Fitted", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Misfit:
    """A key that does not fit: `kind` is `unknown`, `missing` or `wrong`."""

    key: KeyPath
    kind: Literal["unknown", "missing", "wrong"]
    sentence: str

    def problem(self, table: Table, outcome: str) -> Problem:
        """Return the whole sentence, ending with what is done about it."""
        sentence = f"{self.sentence} {outcome}".rstrip()
        return Problem(table.path, table.line_of(self.key), dotted(self.key), sentence)


def fit(model: type[Fitted], values: dict[str, Any]) -> tuple[Fitted | None, list[Misfit]]:
    """Build `model` from `values`, or return all that keeps it from being built."""
    try:
        return model.model_validate(values), []
    except ValidationError as error:
        misfits: dict[KeyPath, Misfit] = {}
        for fault in error.errors(include_url=False, include_context=False):
            misfit = _misfit(model, values, tuple(fault["loc"]), str(fault["type"]))
            misfits.setdefault(misfit.key, misfit)
        return None, list(misfits.values())


def without(values: dict[str, Any], key: KeyPath) -> dict[str, Any]:
    """Return a copy of `values` that lacks `key`."""
    rest = copy.deepcopy(values)
    table: Any = rest
    for part in key[:-1]:
        table = table[part]
    del table[key[-1]]
    return rest


def value_at(values: dict[str, Any], key: KeyPath) -> Any:  # noqa: ANN401 - whatever the file says
    """Return the value of `key`. Raises KeyError, IndexError or TypeError where there is none."""
    value: Any = values
    for part in key:
        value = value[part]
    return value


def has(values: dict[str, Any], key: KeyPath) -> bool:
    """Return whether `values` hold `key`."""
    try:
        value_at(values, key)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def dotted(key: KeyPath) -> str:
    """Write a key as the file would: `pedals.map.roll`, `section[2].bar` (counted from 1)."""
    text = ""
    for part in key:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def field_at(model: type[BaseModel], key: KeyPath) -> FieldInfo | None:
    """Return the field that `key` names, or None where the model has none."""
    names = [part for part in key if isinstance(part, str)]
    found: FieldInfo | None = None
    table: type[BaseModel] | None = model
    for name in names:
        found = table.model_fields.get(name) if table else None
        if found is None:
            return None
        table = _table_in(found.annotation)
    return found


def allowed(field: FieldInfo) -> str:
    """Say in words what a key may be: `a whole number from 1 to 32`."""
    extra = field.json_schema_extra
    if isinstance(extra, dict) and "allowed" in extra:
        return str(extra["allowed"])
    return _allowed(field.annotation, field.metadata)


def _misfit(model: type[BaseModel], values: dict[str, Any], place: KeyPath, kind: str) -> Misfit:
    if kind == "missing":
        field = field_at(model, place)
        what = f": {field.description}; {allowed(field)}" if field else ""
        return Misfit(place, "missing", f"{dotted(place)} is missing{what}.")
    if kind == "extra_forbidden":
        return Misfit(place, "unknown", _unknown(model, values, place))
    key = _key_in_file(values, place)
    return Misfit(key, "wrong", _wrong(model, values, key))


def _key_in_file(values: dict[str, Any], place: KeyPath) -> KeyPath:
    """Cut from pydantic's place what is not in the file: names of union branches, list items."""
    key: KeyPath = ()
    for part in place:
        if not has(values, (*key, part)):
            break
        key = (*key, part)
    while key and isinstance(key[-1], int):
        key = key[:-1]
    return key


def _unknown(model: type[BaseModel], values: dict[str, Any], key: KeyPath) -> str:
    name = str(key[-1])
    table = key[:-1]
    where = f"[{dotted(table)}]" if table else "the file"
    value = value_at(values, key)
    found = f"[{dotted(key)}]" if isinstance(value, dict) else f"{dotted(key)} = {quoted(value)}"
    parent = model if not table else _table_in(getattr(field_at(model, table), "annotation", None))
    names = list(parent.model_fields) if parent else []
    homes = [
        f"[{section}]"
        for section, field in model.model_fields.items()
        if (inner := _table_in(field.annotation)) and name in inner.model_fields
    ]
    guess = nearest_word(name.lower(), names)
    if homes:
        guess += f" {name} belongs to {either(homes)}."
    guess = guess or f" Known: {', '.join(names)}."
    return f"{found}: {where} has no key {name}.{guess}"


def _wrong(model: type[BaseModel], values: dict[str, Any], key: KeyPath) -> str:
    value = value_at(values, key)
    field = field_at(model, key)
    if field is None:
        return f"{dotted(key)} = {quoted(value)} is not allowed."
    words = _words(field.annotation)
    # Of a list the first that is no word.
    found = value if isinstance(value, list) else [value]
    mistyped = next((item for item in found if isinstance(item, str) and item not in words), "")
    guess = nearest_word(mistyped.lower(), words) if mistyped else ""
    return f"{dotted(key)} = {quoted(value)} is not allowed; it must be {allowed(field)}.{guess}"


def _table_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - annotations have no type
    """Return the model that an annotation holds, alone or as the items of a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        if (found := _table_in(inner)) is not None:
            return found
    return None


def _is_choice(annotation: Any) -> bool:  # noqa: ANN401 - annotations have no type
    return isinstance(annotation, type) and issubclass(annotation, StrEnum)


def _words(annotation: Any) -> list[str]:  # noqa: ANN401 - annotations have no type
    if get_origin(annotation) is Literal:
        return [word for word in get_args(annotation) if isinstance(word, str)]
    if _is_choice(annotation):
        return [choice.value for choice in annotation]
    return [word for inner in get_args(annotation) for word in _words(inner)]


def _allowed(annotation: Any, metadata: list[Any]) -> str:  # noqa: ANN401 - annotations have no type
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        bounds = [bound for item in more for bound in getattr(item, "metadata", [item])]
        return _allowed(inner, [*metadata, *bounds])
    if origin is Literal:
        return either([quoted(word) for word in get_args(annotation)])
    if _is_choice(annotation):
        return either([quoted(word) for word in _words(annotation)])
    if origin in {Union, UnionType}:
        branches = [branch for branch in get_args(annotation) if branch is not NoneType]
        return either([_allowed(branch, metadata) for branch in branches])
    if origin is tuple:
        return f"a list, each item {_allowed(get_args(annotation)[0], [])}"
    if _table_in(annotation) is not None:
        return "a table"
    kinds = {bool: "true or false", str: "text in quotes", int: "a whole number", float: "a number"}
    return kinds.get(annotation, "something else") + _between(metadata)


def _between(metadata: list[Any]) -> str:
    low = next((bound.ge for bound in metadata if isinstance(bound, Ge)), None)
    high = next((bound.le for bound in metadata if isinstance(bound, Le)), None)
    if low is not None and high is not None:
        return f" from {low} to {high}"
    if low is not None:
        return f" of at least {low}"
    return ""
