"""Which combinations of patterns a text can meet, each with a shortest text that meets just these; pure.

A policy sees a text only through the patterns that mention it. So two texts that meet the same patterns are the same to
it, and one text of each combination, an atom, stands for all. The combinations are found by running all patterns at
once, with the shape of the thing itself, over every kind of character: bit-parallel automata, breadth first, so that
the first text of each combination is a shortest one and none is missed.
Source of the technique: https://doi.org/10.1145/135239.135244 (Baeza-Yates, Gonnet: A New Approach to Text Searching)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from .glob import ANY_ONE, ArnGlob, Glob

CELLS: Final = (
    "xabcdefghijklmnopqrstuvwyz",
    "9081",
    "723456",
    "QABCDEFGHIJKLMNOPRSTUVWXYZ",
    "-.",
    "/",
    ":",
    "_",
    "@=+,",
    "~ ",
)
"""Characters that every set here has or lacks as a whole, in the order in which one stands for all: people read it."""


class Chars(NamedTuple):
    """A set of characters: those of `these`, or all others where `negated`; `one` of them stands for all."""

    these: frozenset[str]
    negated: bool
    one: str

    def has(self, one: str) -> bool:
        """Whether the character is among them."""
        return (one in self.these) is not self.negated


def of_these(these: str) -> Chars:
    """The set of these characters."""
    return Chars(frozenset(these), negated=False, one=next((cell[0] for cell in CELLS if cell[0] in these), min(these)))


ANY: Final = Chars(frozenset(), negated=True, one="x")
NO_COLON: Final = Chars(frozenset(":"), negated=True, one="x")
NO_SLASH: Final = Chars(frozenset("/:"), negated=True, one="x")
DIGIT: Final = of_these("0123456789")
LOWER: Final = of_these("abcdefghijklmnopqrstuvwxyz0123456789")
UPPER: Final = of_these("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
BUCKET: Final = of_these("abcdefghijklmnopqrstuvwxyz0123456789.-")
OLD_BUCKET: Final = of_these("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")
NAME: Final = of_these("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+=,.@-")
"""Characters of the names of users and roles; `*` is none.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""
STANDARD: Final = frozenset({ANY, NO_COLON, NO_SLASH, DIGIT, LOWER, UPPER, BUCKET, OLD_BUCKET, NAME})
"""Sets that are made of whole cells."""


class Many(NamedTuple):
    """Any number of characters of this set."""

    chars: Chars


Token = str | Chars | Many
"""One place of a shape: this character, one of a set, or any number of a set."""
Tokens = tuple[Token, ...]


class TooHard(Exception):
    """The work would pass its limit: no answer but "cannot tell" may come of it."""


class Budget:
    """How many steps may still be taken."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        """Allow so many."""
        self.left = left

    def spend(self, steps: int = 1) -> None:
        """Take so many; raise TooHard where there are none left."""
        self.left -= steps
        if self.left < 0:
            raise TooHard


class Atom(NamedTuple):
    """A text, and the patterns that it meets, bit by bit in the order in which they were given."""

    text: str
    met: int


def literal(text: str) -> Tokens:
    """The shape of this text alone."""
    return tuple(text)


def either_case(text: str) -> Tokens:
    """The shape of this text in upper and lower case."""
    return tuple(of_these(one.lower() + one.upper()) for one in text)


def times(chars: Chars, least: int, *, more: bool = False) -> Tokens:
    """The shape of so many characters, or more."""
    return (chars,) * least + ((Many(chars),) if more else ())


def of_glob(glob: Glob, wild: Chars = ANY) -> Tokens:
    """The shape of what a glob matches, its wildcards standing for these characters."""
    tokens: list[Token] = []
    for place, run in enumerate(glob.runs):
        if place:
            tokens.append(Many(wild))
        tokens.extend(wild if one == ANY_ONE else one for one in run)
    return tuple(tokens)


def of_arn_glob(arn: ArnGlob) -> Tokens:
    """The same of a pattern of ARNs: its wildcards stay within their part, but for the last."""
    *parts, last = arn.parts
    first = [token for part in parts for token in (*of_glob(part, NO_COLON), *literal(":"))]
    return (*first, *of_glob(last))


def atoms(shape: Tokens, patterns: Sequence[Tokens], budget: Budget) -> Iterator[Atom]:
    """One atom for each combination that a text of this shape can meet, the shortest first; raise TooHard."""
    if not patterns:
        yield Atom(shortest(shape), 0)
    elif all(isinstance(token, str) for pattern in patterns for token in pattern):
        yield from _of_texts(shape, ["".join(map(str, pattern)) for pattern in patterns], budget)
    else:
        yield from _Joint(shape, patterns, budget).atoms()


def shortest(shape: Tokens) -> str:
    """A shortest text of this shape."""
    words = [token if isinstance(token, str) else token.one for token in shape if not isinstance(token, Many)]
    return "".join(words)


def _of_texts(shape: Tokens, texts: Sequence[str], budget: Budget) -> Iterator[Atom]:
    """The same where every pattern is a text: it is met by itself alone, and everything else meets none."""
    other = shortest(shape)
    if other in texts:
        yield from _Joint(shape, [literal(text) for text in texts], budget).atoms()
        return
    yield Atom(other, 0)
    for text in dict.fromkeys(texts):
        budget.spend(len(text) + 1)
        if _fits(shape, text):
            yield Atom(text, sum(1 << place for place, one in enumerate(texts) if one == text))


def _fits(shape: Tokens, text: str) -> bool:
    """Whether the text has this shape."""
    places = _passed(shape, {0})
    for one in text:
        moved: set[int] = set()
        for place in places:
            token = shape[place] if place < len(shape) else ""
            if isinstance(token, Many):
                if token.chars.has(one):
                    moved.add(place)
            elif token == one if isinstance(token, str) else token.has(one):
                moved.add(place + 1)
        places = _passed(shape, moved)
    return len(shape) in places


def _passed(shape: Tokens, places: set[int]) -> set[int]:
    """The places, and those behind a star that may stand for nothing."""
    for place in sorted(places):
        end = place
        while end < len(shape) and isinstance(shape[end], Many):
            end += 1
            places.add(end)
    return places


class _Joint:
    """The shape and all patterns as one automaton: a state is a number, one bit for each place in each of them."""

    def __init__(self, shape: Tokens, patterns: Sequence[Tokens], budget: Budget) -> None:
        self._star = self._start = 0
        self._accepts: list[int] = []
        singles: dict[str, int] = {}
        sets: dict[Chars, int] = {}
        bit = 1
        for tokens in (shape, *patterns):
            self._start |= bit
            for token in tokens:
                if isinstance(token, str):
                    singles[token] = singles.get(token, 0) | bit
                elif isinstance(token, Chars):
                    sets[token] = sets.get(token, 0) | bit
                else:
                    sets[token.chars] = sets.get(token.chars, 0) | bit
                    self._star |= bit
                bit <<= 1
            self._accepts.append(bit)
            bit <<= 1
        self._shape = (self._accepts[0] << 1) - 1
        self._finals = sum(self._accepts[1:])
        self._letters = tuple(_kinds(singles, sets).items())
        # A step costs what it takes to join numbers of so many bits.
        places = bit.bit_length()
        self._budget, self._cost = budget, len(self._letters) * (1 + places // 1024)
        budget.spend(places)

    def atoms(self) -> Iterator[Atom]:
        """Walk breadth first; a state from which no pattern can be met any more is followed once only."""
        start = self._closed(self._start)
        came: dict[int, tuple[int, str]] = {start: (-1, "")}
        queue, found = [start], set[int]()
        shape, accept, finals = self._shape, self._accepts[0], self._finals
        for state in queue:
            if state & accept and (state & finals) not in found:
                found.add(state & finals)
                yield Atom(_text(came, state), self._met(state))
            if not state & ~shape and 0 in found:
                continue
            self._budget.spend(self._cost)
            for moved, letter in self._moves(state):
                if moved & shape and moved not in came:
                    came[moved] = (state, letter)
                    queue.append(moved)

    def _moves(self, state: int) -> Iterator[tuple[int, str]]:
        """The next states, each once, with a character that leads there."""
        done = set[int]()
        for bits, letter in self._letters:
            active = state & bits
            if active and active not in done:
                done.add(active)
                yield self._closed((active & self._star) | ((active & ~self._star) << 1)), letter

    def _closed(self, state: int) -> int:
        """The state with every star also passed by."""
        while True:
            passed = state | (state & self._star) << 1
            if passed == state:
                return state
            state = passed

    def _met(self, state: int) -> int:
        return sum(1 << place for place, bit in enumerate(self._accepts[1:]) if state & bit)


def _kinds(singles: Mapping[str, int], sets: Mapping[Chars, int]) -> dict[int, str]:
    """The kinds of characters that are told apart: where each may stand, and one that stands for it."""
    kinds: dict[int, str] = {}
    classes = tuple(sets.items())
    for one in _candidates(singles, sets):
        bits = singles.get(one, 0)
        for chars, places in classes:
            if (one in chars.these) is not chars.negated:
                bits |= places
        kinds.setdefault(bits, one)
    kinds.pop(0, None)
    return kinds


def _candidates(singles: Mapping[str, int], sets: Iterable[Chars]) -> Iterator[str]:
    """Characters among which every kind is: all that are named, and one of each cell that nobody names."""
    named = set(singles).union(*(chars.these for chars in sets if chars not in STANDARD))
    for cell in CELLS:
        yield from next((one for one in cell if one not in named), "")
    yield from sorted(named)
    yield next(one for one in map(chr, range(0x3B1, 0x110000)) if one not in named)


def _text(came: Mapping[int, tuple[int, str]], state: int) -> str:
    letters: list[str] = []
    while state != -1:
        state, letter = came[state]
        letters.append(letter)
    return "".join(reversed(letters))
