"""What a rule lets standard.toml say: each setting with its default, what is allowed, and words for people; pure.

Plain classes and descriptors rather than dataclasses, each of which would add half a millisecond to every cold start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Final, Generic, Self, TypeVar, cast, overload

from .checked import Parse, Table, one_of
from .model import Mode

T = TypeVar("T")
TELLING: Final = {mode.value: mode for mode in (Mode.OFF, Mode.NOTIFY)}
"""The modes of a rule that knows no fix."""
MODES: Final = {mode.value: mode for mode in Mode}


class Setting(Generic[T]):
    """One key of a rule's table; `words` say what it means, for the file that `warden standard init` writes."""

    def __init__(self, default: T, parse: Parse[T], words: str) -> None:
        """Take what is used where the file says nothing, and how what it says is read."""
        self.default = default
        self.parse = parse
        self.words = words
        self.name = ""

    def __set_name__(self, owner: type[Settings], name: str) -> None:
        """Take the key's name from the class."""
        self.name = name

    @overload
    def __get__(self, settings: None, owner: type[Settings]) -> Setting[T]: ...
    @overload
    def __get__(self, settings: Settings, owner: type[Settings]) -> T: ...
    def __get__(self, settings: Settings | None, owner: type[Settings]) -> T | Setting[T]:
        """The value in these settings; the setting itself, asked of the class."""
        if settings is None:
            return self
        return cast("T", settings.values[self.name])


class Settings:
    """The table of one rule in standard.toml; a rule without more settings has its mode."""

    __slots__ = ("values",)
    rule: ClassVar[str]
    """The id of the rule, which names the table."""
    mode: Setting[Mode] = Setting(Mode.NOTIFY, one_of(TELLING), '"off" or "notify": it knows no fix')

    def __init__(self, values: Mapping[str, object]) -> None:
        """Take the values that the file gives, parsed, by key."""
        self.values = values

    @classmethod
    def known(cls) -> Iterator[Setting[object]]:
        """Every setting, the mode first."""
        names = dict.fromkeys(name for kind in reversed(cls.__mro__) for name in vars(kind))
        for name in names:
            setting = getattr(cls, name)
            if isinstance(setting, Setting):
                yield setting

    @classmethod
    def read(cls, table: Table) -> Self:
        """Read the table; what is wrong is noted there, and has its default."""
        taken = {key.name: table.take(key.name, key.parse, key.default) for key in cls.known()}
        table.close()
        return cls(taken)


def telling(default: Mode) -> Setting[Mode]:
    """The mode of a rule that knows no fix, with another default."""
    return Setting(default, one_of(TELLING), '"off" or "notify": it knows no fix')


def fixing(default: Mode = Mode.NOTIFY) -> Setting[Mode]:
    """The mode of a rule that knows a fix."""
    return Setting(default, one_of(MODES), '"off", "notify" or "enforce"')
