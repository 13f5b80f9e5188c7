"""How the condition `when` of a rule is written.

    "rate cut" and (bank or "central bank") and not title:opinion
    port near/5 (strike or walkout)
    flight and text:/\\b[A-Z]{2}[0-9]{3,4}\\b/

or binds least, then and, not, near/N. A field stands before a word, a phrase, a pattern or a group.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from workers.steps.tag.rules.expression import BadExpression, Either, Every, Near, Node, Not, Pattern, Term
from workers.steps.tag.rules.fields import EVERYWHERE, FIELDS, fields_of
from workers.steps.tag.rules.index import LEAST_PREFIX
from workers.steps.tag.rules.patterns import compile_pattern
from workers.steps.tag.words import Words

MOST_WITHIN: Final = 1000  # words, of near/N
DEEPEST: Final = 50        # groups within groups

_TOKEN: Final = re.compile(
    r"(?P<group>[()])"
    r'|(?P<phrase>["“”„][^"“”„]*(?:["“”„]|(?P<unclosed>\Z)))'
    r"|(?P<pattern>/(?:[^/\\]|\\.)+/i?(?=[\s()]|\Z))"
    r"|(?P<field>[A-Za-z_]+):(?!//)"
    r"|(?P<near>near(?:/(?P<within>\d*))?(?=[\s()\"“„]|\Z))"
    r'|(?P<word>[^\s()"“”„]+)',
    re.I | re.S,
)
_OPERATORS: Final = ("and", "or", "not")


Number = Callable[[tuple[str, ...], bool], int]  # (folded words, whether a prefix) -> number of the phrase


def parse(when: str, number: Number, fields: tuple[str, ...]) -> Node:
    """fields: where a word without a field is looked for. Raises BadExpression."""
    return _Parser(when, number, fields).whole()


def term(written: str, at: int, number: Number, fields: tuple[str, ...]) -> Term:
    """A word or a phrase; with a * at its end, what begins so. Raises BadExpression."""
    words = tuple(Words.of(written).folded)
    if not words:
        raise BadExpression(at, f"{written!r} holds no word")
    star = written.find("*")
    if star < 0:
        return Term(number(words, False), fields)
    if star != len(written.rstrip()) - 1:
        raise BadExpression(at + star, "a * stands only at the end, where a word may go on", "write each form")
    if len(words[-1]) < LEAST_PREFIX:
        raise BadExpression(at, f"{written!r}: at least {LEAST_PREFIX} letters stand before a *")
    return Term(number(words, True), fields)


def closest(name: str, known: tuple[str, ...]) -> str:
    """A hint, empty when nothing is like it."""
    found = get_close_matches(name.lower(), known, 1, 0.6)
    return f"did you mean {found[0]}?" if found else ""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # group, phrase, pattern, field, near, word, operator, end
    text: str
    at: int
    within: int = 0

    @property
    def starts_an_operand(self) -> bool:
        return self.kind in ("phrase", "pattern", "field", "word") or self.text in ("(", "not")


class _Parser:
    def __init__(self, when: str, number: Number, fields: tuple[str, ...]) -> None:
        self._tokens = list(_tokens(when))
        self._number = number
        self._fields = [fields]
        self._next = 0

    def whole(self) -> Node:
        node = self._or()
        if self._token.text == ")":
            raise BadExpression(self._token.at, "this ) closes nothing", "remove it, or add the ( that it closes")
        return node

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._token
        self._next += token.kind != "end"
        return token

    def _take_if(self, text: str) -> bool:
        taken = self._token.kind == "operator" and self._token.text == text
        self._next += taken
        return taken

    def _or(self) -> Node:
        nodes = [self._and()]
        while self._take_if("or"):
            nodes.append(self._and())
        return nodes[0] if len(nodes) == 1 else Either(tuple(nodes))

    def _and(self) -> Node:
        nodes = [self._not()]
        while self._take_if("and"):
            nodes.append(self._not())
        token = self._token
        if token.starts_an_operand:
            raise BadExpression(
                token.at, f"nothing joins {token.text!r} to what is before it",
                "write and, or, near/5 between the two, or double quotes around a phrase",
            )
        return nodes[0] if len(nodes) == 1 else Every(tuple(sorted(nodes, key=_holds_pattern)))

    def _not(self) -> Node:
        return Not(self._not()) if self._take_if("not") else self._near()

    def _near(self) -> Node:
        at = self._token.at
        node = self._operand()
        while self._token.kind == "near":
            near = self._take()
            right_at = self._token.at
            right = self._operand()
            for side, where in ((node, at), (right, right_at)):
                if not _can_be_near(side):
                    raise BadExpression(where, "near takes words, phrases and groups of them joined by or")
            node = Near(node, right, near.within)
        return node

    def _operand(self) -> Node:
        token = self._take()
        if token.kind == "field":
            return self._in_field(token)
        if token.text == "(":
            return self._group(token)
        if token.kind == "pattern":
            return Pattern(compile_pattern(token.text, token.at), self._fields[-1])
        if token.kind in ("word", "phrase"):
            quotes = token.kind == "phrase"
            return term(token.text.strip('"“”„'), token.at + quotes, self._number, self._fields[-1])
        said = "the end" if token.kind == "end" else repr(token.text)
        hint = "put it in double quotes to look for the word" if token.kind in ("operator", "near") else ""
        raise BadExpression(token.at, f"a word, a phrase or a ( should stand here, not {said}", hint)

    def _in_field(self, token: _Token) -> Node:
        try:
            self._fields.append(fields_of(token.text.lower()))
        except KeyError:
            known = (EVERYWHERE, *FIELDS)
            hint = closest(token.text, known) or f"known are {', '.join(known)}"
            raise BadExpression(token.at, f"there is no field {token.text!r}", hint) from None
        node = self._operand()
        self._fields.pop()
        return node

    def _group(self, opening: _Token) -> Node:
        if len(self._fields) > DEEPEST:
            raise BadExpression(opening.at, f"groups are nested more than {DEEPEST} deep")
        self._fields.append(self._fields[-1])
        node = self._or()
        self._fields.pop()
        if self._take().text != ")":
            raise BadExpression(opening.at, "this ( is never closed", "add the ) that closes it")
        return node


def _tokens(when: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(when):
        kind, text, within = str(match.lastgroup), match[0], 0
        if match["unclosed"] is not None:
            raise BadExpression(match.start(), "this quotation mark is never closed")
        if kind == "field":
            text = match["field"]
        elif match["near"]:
            kind, within = "near", _within(match)
        elif kind == "word" and text.lower() in _OPERATORS:
            kind, text = "operator", text.lower()
        yield _Token(kind, text, match.start(), within)
    yield _Token("end", "", len(when.rstrip()))


def _within(match: re.Match[str]) -> int:
    within = int(match["within"] or 0)
    if not 1 <= within <= MOST_WITHIN:
        raise BadExpression(match.start(), f"{match[0]!r} must say within how many words", "write near/5")
    return within


def _can_be_near(node: Node) -> bool:
    return isinstance(node, Term | Near) or (isinstance(node, Either) and all(map(_can_be_near, node.nodes)))


def _holds_pattern(node: Node) -> bool:
    if isinstance(node, Every | Either):
        return any(map(_holds_pattern, node.nodes))
    return _holds_pattern(node.node) if isinstance(node, Not) else isinstance(node, Pattern)
