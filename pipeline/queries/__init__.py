"""Every reading of the store that an outlet needs, as frozen views."""

from pipeline.queries.alerts import alerts_since, notices_told, rises_told
from pipeline.queries.bills import board, closings_between, ended_between, events_between
from pipeline.queries.curves import curves, drawn_states
from pipeline.queries.documents import bill_names, published_between, recent_documents
from pipeline.queries.momentum import (
    held_between,
    rising,
    states_between,
    tellable_between,
    tides,
)
from pipeline.queries.period import counts_between
from pipeline.queries.sources import brought_since, sources_health
from pipeline.queries.stories import stories_between
from pipeline.queries.views import (
    AlertView,
    BillName,
    BillView,
    ClosingView,
    CountsView,
    DivisionView,
    DocumentView,
    EventView,
    IssueView,
    MomentumView,
    NamedView,
    NextView,
    PastView,
    Register,
    SourceView,
    StepView,
    StoryView,
    ThemeView,
    VoteView,
)
from pipeline.queries.windows import (
    WindowStepView,
    WindowView,
    closed_windows,
    open_windows,
    windows_since,
)

__all__ = [
    "AlertView",
    "BillName",
    "BillView",
    "ClosingView",
    "CountsView",
    "DivisionView",
    "DocumentView",
    "EventView",
    "IssueView",
    "MomentumView",
    "NamedView",
    "NextView",
    "PastView",
    "Register",
    "SourceView",
    "StepView",
    "StoryView",
    "ThemeView",
    "VoteView",
    "WindowStepView",
    "WindowView",
    "alerts_since",
    "bill_names",
    "board",
    "brought_since",
    "closed_windows",
    "closings_between",
    "counts_between",
    "curves",
    "drawn_states",
    "ended_between",
    "events_between",
    "held_between",
    "notices_told",
    "open_windows",
    "published_between",
    "recent_documents",
    "rises_told",
    "rising",
    "sources_health",
    "states_between",
    "stories_between",
    "tellable_between",
    "tides",
    "windows_since",
]
