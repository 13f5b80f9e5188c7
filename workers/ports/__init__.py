"""The outside world, one file a port. A port has the few methods its user needs and follows atomicity:
what must happen together is one method. Each adapter of a port passes the same suite in
tests/contract/. Methods raise the port's own PortError when the world is away.
"""

from workers.ports.dedup import DedupIndex, Judgement, Signature
from workers.ports.ledger import Audit, Begun, Counts, Ledger, Out, Rescue, Settlement, Taken, WorkerBeat
from workers.ports.repeated import RepeatedLine, RepeatedLines
from workers.ports.sources import SourceHour, Sources, SourceStanding, SourceState
from workers.ports.store import Decision, QuarantineRow, Query, Related, Standing, Store, Waiting
from workers.ports.stories import Joined, Profile, StoryIndex, Term, TermKind
from workers.ports.work import Blobs, Broker, Clock, ServerState

__all__ = [
    "Audit",
    "Begun",
    "Blobs",
    "Broker",
    "Clock",
    "Counts",
    "Decision",
    "DedupIndex",
    "Joined",
    "Judgement",
    "Ledger",
    "Out",
    "Profile",
    "QuarantineRow",
    "Query",
    "Related",
    "RepeatedLine",
    "RepeatedLines",
    "Rescue",
    "ServerState",
    "Settlement",
    "Signature",
    "SourceHour",
    "SourceStanding",
    "SourceState",
    "Sources",
    "Standing",
    "Store",
    "StoryIndex",
    "Taken",
    "Term",
    "TermKind",
    "Waiting",
    "WorkerBeat",
]
