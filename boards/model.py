"""A board is rows of panels; where they lie is worked out, not written down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from workers.pipeline import PIPELINE

COLUMNS: Final = 24
DATASOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}
TAG: Final = "newsmill"

Json = dict[str, Any]
Kind = Literal["stat", "timeseries", "bargauge", "table"]
Steps = tuple[tuple[float | None, str], ...]  # from this value on, this colour; None: from the beginning

NEUTRAL: Final[Steps] = ((None, "blue"), (0.001, "green"))
ZERO_IS_GOOD: Final[Steps] = ((None, "red"), (0, "green"), (0.5, "red"))


def rising(amber: float, red: float) -> Steps:
    """Good below `amber`."""
    return (None, "green"), (amber, "orange"), (red, "red")


def falling(red: float, amber: float) -> Steps:
    """Bad below `red`, good from `amber` on."""
    return (None, "red"), (red, "orange"), (amber, "green")


@dataclass(frozen=True, slots=True)
class Query:
    expr: str
    legend: str


@dataclass(frozen=True, slots=True)
class Panel:
    """title: a question, or a quantity with its unit. description: what it means, and what to do."""

    title: str
    description: str
    unit: str
    queries: tuple[Query, ...]
    kind: Kind = "timeseries"
    width: int = 12
    steps: Steps = NEUTRAL
    stacked: bool = False
    share: bool = False        # 0..1, shown as percent
    decimals: int | None = None
    words: tuple[tuple[str, str, str], ...] = ()  # (value, word, colour) in place of the number

    @property
    def is_instant(self) -> bool:
        return self.kind != "timeseries"


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    panels: tuple[Panel, ...]
    height: int = 8


@dataclass(frozen=True, slots=True)
class Board:
    uid: str
    title: str
    question: str
    rows: tuple[Row, ...]
    by_step: bool = False  # it has the variable $step

    def to_json(self) -> Json:
        return {
            "uid": self.uid, "title": self.title, "description": self.question, "tags": [TAG], "schemaVersion": 41,
            "version": 1, "editable": False, "graphTooltip": 1, "refresh": "10s", "timezone": "browser",
            "time": {"from": "now-1h", "to": "now"}, "links": _LINKS, "annotations": {"list": [_ALERTS]},
            "templating": {"list": [_DATASOURCES, *([_STEPS] if self.by_step else [])]},
            "panels": list(_placed(self.rows)),
        }


_LINKS: Final[Sequence[Json]] = [{
    "type": "dashboards", "title": "Newsmill", "tags": [TAG], "asDropdown": False, "includeVars": True,
    "keepTime": True, "targetBlank": False, "icon": "external link", "tooltip": "", "url": "",
}]
_ALERTS: Final[Json] = {
    "name": "Critical alerts", "datasource": DATASOURCE, "enable": True, "iconColor": "red",
    "expr": 'ALERTS{alertstate="firing", severity="critical"}',
}
_DATASOURCES: Final[Json] = {
    "name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus", "hide": 0,
    "includeAll": False, "multi": False, "current": {"text": "Prometheus", "value": "prometheus"},
}
_STEPS: Final[Json] = {
    "name": "step", "label": "Step", "type": "query", "datasource": DATASOURCE,
    "query": {"query": "label_values(newsmill_workers, step)", "refId": "step"},
    "definition": "label_values(newsmill_workers, step)", "refresh": 2, "sort": 0, "hide": 0, "includeAll": True,
    "multi": True, "current": {"text": ["All"], "value": ["$__all"]},
}


def _placed(rows: Sequence[Row]) -> Iterator[Json]:
    """Panels flow from left to right, each row of them as high as the row says."""
    number, y = 0, 0
    for row in rows:
        number += 1
        yield {"id": number, "type": "row", "title": row.title, "collapsed": False, "panels": [],
               "gridPos": {"x": 0, "y": y, "w": COLUMNS, "h": 1}}
        x, y = 0, y + 1
        for panel in row.panels:
            if x + panel.width > COLUMNS:
                x, y = 0, y + row.height
            number += 1
            yield _panel(panel, number, {"x": x, "y": y, "w": panel.width, "h": row.height})
            x += panel.width
        y += row.height


def _panel(panel: Panel, number: int, place: Json) -> Json:
    return {
        "id": number, "type": panel.kind, "title": panel.title, "description": panel.description,
        "datasource": DATASOURCE, "gridPos": place,
        "fieldConfig": {"defaults": _field(panel), "overrides": _coloured(panel)},
        "options": _OPTIONS[panel.kind],
        "targets": [_target(panel, query, ref) for ref, query in zip("ABCDEFGH", panel.queries, strict=False)],
        **({"transformations": _TABLE} if panel.kind == "table" else {}),
    }


def _field(panel: Panel) -> Json:
    field: Json = {
        "unit": panel.unit, "noValue": "nothing yet", "min": 0 if panel.steps is not ZERO_IS_GOOD else None,
        "color": {"mode": "palette-classic" if panel.kind == "timeseries" else "thresholds"},
        "thresholds": {"mode": "absolute", "steps": [{"color": c, "value": v} for v, c in panel.steps]},
        "decimals": panel.decimals, "max": 1 if panel.share else None,
        "mappings": [{"type": "value", "options": {
            value: {"text": word, "color": colour, "index": index}
            for index, (value, word, colour) in enumerate(panel.words)
        }}] if panel.words else None,
        "custom": _drawn(panel) if panel.kind == "timeseries" else None,
    }
    return {name: value for name, value in field.items() if value is not None}


def _drawn(panel: Panel) -> Json:
    has_limits = panel.steps is not NEUTRAL
    return {
        "drawStyle": "line", "lineWidth": 1, "fillOpacity": 60 if panel.stacked else 10, "showPoints": "never",
        "spanNulls": False, "lineInterpolation": "linear",
        "stacking": {"group": "A", "mode": "normal" if panel.stacked else "none"},
        "thresholdsStyle": {"mode": "dashed" if has_limits else "off"},
    }


def _target(panel: Panel, query: Query, ref: str) -> Json:
    target: Json = {"refId": ref, "datasource": DATASOURCE, "expr": query.expr, "legendFormat": query.legend}
    if panel.is_instant:
        target |= {"instant": True, "range": False}
    if panel.kind == "table":
        target["format"] = "table"
    return target


# one colour a name on every board; the text of a legend may go on after it
COLOURS: Final[dict[str, dict[str, str]]] = {
    "{{outcome}}": {"stored": "green", "duplicate": "blue", "quarantined": "red"},
    "{{step}}": dict(zip(PIPELINE, ("blue", "green", "yellow", "purple", "orange"), strict=True)),
    "{{state}}": {"silent": "red", "normal": "green", "learning": "blue"},
}


def _coloured(panel: Panel) -> list[Json]:
    if panel.kind != "timeseries":
        return []
    legends = " ".join(query.legend for query in panel.queries)
    names = {name: colour for label, named in COLOURS.items() if label in legends for name, colour in named.items()}
    return [
        {"matcher": {"id": "byRegexp", "options": f"/^{name}( |$)/"},
         "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": colour}}]}
        for name, colour in names.items()
    ]


_REDUCED: Final[Json] = {"calcs": ["lastNotNull"], "fields": "", "values": False}
_OPTIONS: Final[dict[Kind, Json]] = {
    "stat": {"reduceOptions": _REDUCED, "colorMode": "background", "graphMode": "none", "justifyMode": "auto",
             "textMode": "auto", "orientation": "auto"},
    "bargauge": {"reduceOptions": _REDUCED, "displayMode": "basic", "orientation": "horizontal",
                 "showUnfilled": True, "valueMode": "color"},
    "timeseries": {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
                   "tooltip": {"mode": "multi", "sort": "desc"}},
    "table": {"showHeader": True, "cellHeight": "sm"},
}
_TABLE: Final[Sequence[Json]] = [
    {"id": "organize", "options": {"excludeByName": {"Time": True, "Value": True}, "indexByName": {},
                                   "renameByName": {"alertname": "alert"}}},
]
