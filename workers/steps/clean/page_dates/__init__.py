"""When the article of an HTML page was published, from all that the page tells and shows."""

from workers.steps.clean.page_dates.evidence import Evidence
from workers.steps.clean.page_dates.published import PageDates

__all__ = ["Evidence", "PageDates"]
