"""Rules and watchlists of the operator's: words, phrases, near, and, or, not, in any field.

Read in this order: expression.py (what a rule can say), grammar.py (how `when` is written), table.py
(how a rule is written), index.py and rules.py (how thousands are asked at once), places.py and
problems.py (where in the file something is wrong, and how it is said).
"""

from workers.steps.tag.rules.problems import BadRules, Problem, read_rules
from workers.steps.tag.rules.rules import Rules

__all__ = ["BadRules", "Problem", "Rules", "read_rules"]
