"""Statements of a delivery's path, put into the database's words once and run by its driver.

SQLAlchemy's `execute` costs five times what the driver takes for statements as small as these, and
a delivery runs about thirty of them. What they say stays SQLAlchemy's, as do transactions, types
and errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, String, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

_Convert = Callable[[Any], Any]
_NOTHING: Final[Mapping[str, object]] = {}

Row = Mapping[Any, Any]
"""A row by the names of its columns, read by SQLAlchemy or by a Prepared."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """One statement in one database's words, and how values go in and come out."""

    sql: str
    wanted: tuple[str, ...]  # the values it wants, in its order
    positional: bool  # whether it wants them by place or by name
    literals: Mapping[str, object]  # those that the statement itself gives
    written_by: Mapping[str, _Convert]  # by name, where the driver wants another form
    columns: tuple[str, ...]
    read_by: tuple[tuple[int, _Convert], ...]  # by place in the row


class Prepared:
    """A Core statement without expanding parameters. Safe to share between threads."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement: Final = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(
        self, connection: Connection, values: Mapping[str, object] = _NOTHING
    ) -> list[dict[str, Any]]:
        """What it selects, each row by the names of its columns. Raises DBAPIError."""
        said = self._for(connection.dialect)
        with _cursor(connection, said) as cursor:
            cursor.execute(said.sql, _given(said, values))
            found = cursor.fetchall()
        return [_row(said, values) for values in found]

    def write(self, connection: Connection, every: Sequence[Mapping[str, object]]) -> int:
        """Runs it once with each of these; how many rows it touched in all. Raises DBAPIError."""
        said = self._for(connection.dialect)
        with _cursor(connection, said) as cursor:
            if len(every) == 1:
                cursor.execute(said.sql, _given(said, every[0]))
            else:
                cursor.executemany(said.sql, [_given(said, values) for values in every])
            return int(cursor.rowcount)

    def _for(self, dialect: Dialect) -> _Compiled:
        known = self._compiled.get(dialect.name)
        if known is None:
            known = self._compiled[dialect.name] = _compile(self._statement, dialect)
        return known


def in_size(count: int) -> int:
    """The next power of two: a statement is made for each size, and only for these."""
    return 1 << (count - 1).bit_length()


def parameters(name: str, count: int) -> list[BindParameter[str]]:
    """So many texts of an IN (...), called name0, name1 and so on."""
    return [bindparam(f"{name}{number}", type_=String) for number in range(count)]


def numbered(name: str, values: Sequence[str], count: int) -> dict[str, object]:
    """The values of `parameters`; the last one fills up."""
    last = len(values) - 1
    return {f"{name}{number}": values[min(number, last)] for number in range(count)}


def by_key(
    connection: Connection,
    among: Callable[[int], Prepared],
    keys: Sequence[str],
    values: Mapping[str, object] = _NOTHING,
) -> dict[str, dict[str, Any]]:
    """The rows of so many keys, each by its own; `among` gives the statement for as many."""
    if not keys:
        return {}
    most = in_size(len(keys))
    rows = among(most).rows(connection, {**values, **numbered("key", keys, most)})
    return {row["key"]: row for row in rows}


@contextmanager
def _cursor(connection: Connection, said: _Compiled) -> Iterator[DBAPICursor]:
    """The driver's own cursor; what it raises comes out as SQLAlchemy would have raised it."""
    cursor = connection.connection.cursor()
    dialect = connection.dialect
    errors = dialect.loaded_dbapi.Error
    try:
        yield cursor
    except errors as error:
        raise DBAPIError.instance(
            said.sql, None, error, errors, hide_parameters=True, dialect=dialect
        ) from error
    finally:
        cursor.close()


def _compile(statement: ClauseElement, dialect: Dialect) -> _Compiled:
    compiled: Any = statement.compile(dialect=dialect)
    literals, written_by = {}, {}
    for name, bind in compiled.binds.items():
        write = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if not bind.required:
            literals[name] = write(bind.value) if write else bind.value
        elif write:
            written_by[name] = write
    columns = [*getattr(statement, "selected_columns", ())]
    reads = [
        column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
    ]
    return _Compiled(
        sql=compiled.string,
        wanted=tuple(compiled.positiontup or compiled.binds),
        positional=bool(compiled.positional),
        literals=literals,
        written_by=written_by,
        columns=tuple(column.name for column in columns),
        read_by=tuple((place, read) for place, read in enumerate(reads) if read),
    )


def _given(said: _Compiled, values: Mapping[str, object]) -> Any:
    given = {**said.literals, **values}
    for name, write in said.written_by.items():
        given[name] = write(given[name])
    return tuple([given[name] for name in said.wanted]) if said.positional else given


def _row(said: _Compiled, values: Sequence[Any]) -> dict[str, Any]:
    row = [*values]
    for place, read in said.read_by:
        row[place] = read(row[place])
    return dict(zip(said.columns, row, strict=True))
