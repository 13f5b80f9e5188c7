"""How an aggregator writes the head of a story, as data.

P publisher, T its time, H title, S a section, Y a byline, D a standfirst, B the body. Other characters
stand for themselves. What no layout of the rules was made for belongs here too.
"""

from __future__ import annotations

from typing import Final

KNOWN: Final = {
    "label below": "P\nT\n- P\nH\nB",
    "label below, no gap": "P\nT\n- P\nH\nB",
    "title thrice, bullet": "H\nH\n\nP\n\ntimeT\n\n  • P\n\nH\n\nB",
    "title thrice, two bullets": "H\nH\n\nP\n\ntimeT\n\n  • S\n\n  • P\n\nH\n\nB",
    "picture's address above": "&w=3840&q=100)\nP\nT\n- P\nH\nB",
}
FREE: Final = {
    "publisher · time below": "H\nP · T\nB",
    "time | publisher below": "H\nT | P\nB",
    "publisher, time, title": "P\nT\nH\nB",
    "publisher, time, title in gaps": "P\n\nT\n\nH\n\nB",
    "title, publisher, time": "H\nP\nT\nB",
    "title, publisher, time in gaps": "H\n\nP\n\nT\n\nB",
    "title, time, publisher": "H\nT\nP\nB",
    "title, time, publisher in gaps": "H\n\nT\n\nP\n\nB",
    "time, title, publisher": "T\nH\nP\nB",
    "time, publisher, title": "T\nP\nH\nB",
    "publisher, title, time": "P\nH\nT\nB",
    "publisher, title, time in gaps": "P\n\nH\n\nT\n\nB",
    "glued above": "PT\nH\nB",
    "glued below": "H\nPT\nB",
    "glued below a title twice": "H\n\nH\n\nPT\n\nB",
    "publisher - time above": "P - T\nH\nB",
    "publisher, comma, time": "P, T\nH\nB",
    "byline and time below": "H\nY\nT\nB",
    "publisher, title, byline · time": "P\nH\nY · T\nB",
    "time, then byline": "P\nH\nT\nY\nB",
    "section above": "S\nH\nP · T\nB",
    "standfirst": "H\nD\nP · T\nB",
    "brackets": "H\n(P, T)\nB",
    "arrow": "H\n» P | T\nB",
    "label instead of a line": "H\nT\n- P\nB",
    "time in brackets": "P (T)\nH\nB",
    "upper-case label": "TIME: T\nP\nH\nB",
}
LAYOUTS: Final = KNOWN | FREE
