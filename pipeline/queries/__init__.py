"""Every reading of the store that an outlet needs, as frozen views."""

from pipeline.queries.alerts import alerts_since, notices_told
from pipeline.queries.bills import bills_on_watch, events_between
from pipeline.queries.documents import published_between, recent_documents
from pipeline.queries.momentum import rising, states_between
from pipeline.queries.period import counts_between
from pipeline.queries.sources import brought_since, sources_health
from pipeline.queries.stories import stories_between
from pipeline.queries.views import (
    AlertView,
    BillName,
    BillView,
    CountsView,
    DocumentView,
    EventView,
    IssueView,
    MomentumView,
    Register,
    SourceView,
    StepView,
    StoryView,
    ThemeView,
    VoteView,
)

__all__ = [
    "AlertView",
    "BillName",
    "BillView",
    "CountsView",
    "DocumentView",
    "EventView",
    "IssueView",
    "MomentumView",
    "Register",
    "SourceView",
    "StepView",
    "StoryView",
    "ThemeView",
    "VoteView",
    "alerts_since",
    "bills_on_watch",
    "brought_since",
    "counts_between",
    "events_between",
    "notices_told",
    "published_between",
    "recent_documents",
    "rising",
    "sources_health",
    "states_between",
    "stories_between",
]
