"""Everything Newsmill raises.

NewsmillError
├── SettingsError      the operator's: lists every wrong option at once
├── UsageError         the caller's: a command or request that cannot be carried out as given
├── Refused            the producer's: a document that a door does not take; names the field
├── LedgerFull         the ledger is above its watermark: come again later
├── NoMill             no mill runs in the data folder
└── PortError          the world's: the batch is handed back and comes again
    ├── LedgerError
    ├── BlobMissing    the payload expired, or the work server came back empty
    ├── BlobError
    ├── BrokerError    a message could not be sent; the reconciler sends it again
    ├── IndexFailed
    ├── LinesError     repeated lines can be neither counted nor read
    └── StoreError

A document's own fault is no exception but a model.Quarantine. Any other exception is a bug; the
runner quarantines the one article it happened on.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "BlobError",
    "BlobMissing",
    "BrokerError",
    "IndexFailed",
    "LedgerError",
    "LedgerFull",
    "LinesError",
    "NewsmillError",
    "NoMill",
    "PortError",
    "Refused",
    "SettingsError",
    "StoreError",
    "UsageError",
]


class NewsmillError(Exception):
    pass


class SettingsError(NewsmillError):
    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class UsageError(NewsmillError):
    pass


class Refused(NewsmillError):
    """A document that is not taken in: `field` is what is wrong with it, `status` the HTTP answer."""

    def __init__(self, field: str, message: str, *, status: int = 422) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message
        self.status = status


class LedgerFull(NewsmillError):
    def __init__(self, used: float, retry_after_s: int = 5) -> None:
        super().__init__(f"the ledger is {used:.0%} full; it takes documents again below its watermark")
        self.retry_after_s = retry_after_s


class NoMill(NewsmillError):
    pass


class PortError(NewsmillError):
    pass


class LedgerError(PortError):
    pass


class BlobMissing(PortError):
    pass


class BlobError(PortError):
    pass


class BrokerError(PortError):
    pass


class IndexFailed(PortError):
    pass


class LinesError(PortError):
    pass


class StoreError(PortError):
    pass
