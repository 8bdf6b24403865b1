"""The values that travel between the rooms, in the order in which they come into being.

ServerSpec -> Snapshot -> Server, Tool -> Signal, HygieneFinding -> Assessment -> Policy ->
Rendered, DryRun -> ServerEntry -> Index. All are frozen; no dict crosses a boundary but
`JsonObject`, which is raw wire data and appears only in fields that say so. Strings marked (c) are
crawled: hostile text that pages and the command line print through `text.Crawled` only.
"""

from generator.model.catalogue import Index, ServerEntry, ToolEntry
from generator.model.derived import (
    Answer,
    Change,
    EarlierTool,
    Exposure,
    LevelSpan,
    Observation,
    ParameterNote,
    ProfileEffect,
    RelatedAttack,
    ServerSummary,
    Surroundings,
    TimelineRow,
    ToolDetails,
    ToolPolicyFacts,
    ToolSummary,
    Witness,
)
from generator.model.measured import Accuracy, AttackFacts, Measurement, Miss, PolicyRow, RuleFacts
from generator.model.policy import (
    Condition,
    DryRun,
    Limit,
    Policy,
    PolicyLoss,
    PolicyRule,
    Rendered,
    Snippet,
    TargetLoss,
)
from generator.model.prose import AttackEntry, Content, FaqCase, FaqEntry, Prose, Site
from generator.model.quick import all_quick
from generator.model.rating import (
    AppliedOverride,
    Assessment,
    Consideration,
    HygieneFinding,
    Measure,
    MethodAssessment,
    Override,
    Signal,
)
from generator.model.rules import Reference, Rule, RuleExample
from generator.model.snapshot import Attempt, Loss, Protocol, Replaced, Snapshot, Source, ToolDigest
from generator.model.specs import CrawlSettings, OptOut, Package, Remote, ServerSpec, Variable
from generator.model.tools import Annotations, Parameter, Server, Tool
from generator.model.wire import Json, JsonObject

__all__ = [
    "Accuracy",
    "Annotations",
    "Answer",
    "AppliedOverride",
    "Assessment",
    "AttackEntry",
    "AttackFacts",
    "Attempt",
    "Change",
    "Condition",
    "Consideration",
    "Content",
    "CrawlSettings",
    "DryRun",
    "EarlierTool",
    "Exposure",
    "FaqCase",
    "FaqEntry",
    "HygieneFinding",
    "Index",
    "Json",
    "JsonObject",
    "LevelSpan",
    "Limit",
    "Loss",
    "Measure",
    "Measurement",
    "MethodAssessment",
    "Miss",
    "Observation",
    "OptOut",
    "Override",
    "Package",
    "Parameter",
    "ParameterNote",
    "Policy",
    "PolicyLoss",
    "PolicyRow",
    "PolicyRule",
    "ProfileEffect",
    "Prose",
    "Protocol",
    "Reference",
    "RelatedAttack",
    "Remote",
    "Rendered",
    "Replaced",
    "Rule",
    "RuleExample",
    "RuleFacts",
    "Server",
    "ServerEntry",
    "ServerSpec",
    "ServerSummary",
    "Signal",
    "Site",
    "Snapshot",
    "Snippet",
    "Source",
    "Surroundings",
    "TargetLoss",
    "TimelineRow",
    "Tool",
    "ToolDetails",
    "ToolDigest",
    "ToolEntry",
    "ToolPolicyFacts",
    "ToolSummary",
    "Variable",
    "Witness",
]

all_quick(globals()[name] for name in __all__)
