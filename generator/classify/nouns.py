"""Sets of nouns that decide what a verb does: each set has one reason, stated beside it.

Read by grammar.py and the rules. All entries are singular and lower case; `singular` in
lexicon.py brings a word of a definition into that form before it is looked up.
"""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Reaches people: what is sent cannot be unsent.
MESSAGE = _set(
    "message email mail sms mms dm call notification tweet post reply broadcast newsletter invite "
    "invitation alert announcement fax voicemail whatsapp telegram push chat letter reminder"
)
# Moves, commits or prices money when an acting verb governs it.
MONEY = _set(
    "payment invoice charge refund coupon price order subscription transaction fund money payout "
    "checkout dispute credit billing purchase promotion discount bill deposit withdrawal trade "
    "position loan stake bid offer quote receipt"
)
MONEY_FIRM = _set("payment refund fund money payout transaction trade stake charge checkout")
# Work that runs: starting it reaches beyond the data.
PROCESS = _set(
    "process job task workflow pipeline container service session deployment agent execution run "
    "build server instance vm machine function lambda command script code shell program test "
    "migration query crawl campaign scan crawler simulation training cluster droplet app "
    "application emulator simulator device browser recording playback debugger thread pod node "
    "database dag project sandbox notebook actor stack playbook flow automation scenario macro"
)
RUNNABLE = _set(
    "command script code shell program workflow pipeline job task function migration build test "
    "deployment playbook notebook agent macro lambda automation action terminal bash python "
    "javascript js powershell cypher sparql dag suite crawl actor scenario procedure statement "
    "mutation transaction sql batch expression snippet tool method operation activity intent"
)
# Asking: running one of these changes nothing.
QUESTION = _set(
    "query search audit report scan analysis lookup inspection check validation diagnostic "
    "diagnostics review explain estimate benchmark assessment forecast prediction comparison "
    "screenshot profile trace lighthouse aggregation select debugger seo accessibility "
    "performance insight insights calculation inference"
)
# Leaving a membership loses no data.
MEMBERSHIP = _set(
    "label reaction assignee reviewer watcher subscription favourite favorite item cart tag "
    "follower star bookmark like subscriber relation link association dependency sub-issue "
    "subissue parent milestone attendee participant contact track song watch vote upvote mention "
    "reminder filter highlight format formatting hold collaborator option sub pin"
)
# Losing one costs little: the level falls, the category stays.
TRIVIAL = _set(
    "cache breakpoint draft label cursor selection clipboard temporary temp tmp buffer highlight "
    "bookmark reaction memory memorie observation entity relation annotation marker filter "
    "shortcut favourite favorite console watch watchpoint pin star"
)
# Losing one loses everything inside it: no discount for a single item.
CATASTROPHIC = _set(
    "database schema table collection volume disk cluster namespace project repository repo "
    "organisation organization workspace account user tenant bucket backup instance stack "
    "environment domain zone vault everything db keyspace server app application site website "
    "vm machine droplet datastore dataset drive team org group cloudformation infrastructure "
    "graph kubernetes snapshot datacenter topic queue index space droplets vpc registry branch "
    "service resource"
)
# Permissions, identities and credentials.
PRIVILEGE = _set(
    "permission role user member membership acl token credential ownership owner password key "
    "policy secret privilege access grant collaborator admin group sso oauth principal "
    "certificate invitation scope rbac iam ssh login identity whitelist allowlist"
)
# Opens something to the network or the public.
EXPOSURE = _set(
    "firewall dns share sharing public webhook forwarding forward allowlist ip cidr "
    "ingress domain proxy tunnel port visibility record cors redirect"
)
# Runs other people's systems: configuration of production.
INFRA = _set(
    "instance cluster environment env deployment config configuration server bucket database "
    "vpc network stack service infrastructure node pod route upstream namespace plugin gateway "
    "certificate ssl loadbalancer balancer volume container registry droplet vm function lambda "
    "kubernetes k8s image hosting proxy"
)
# Content that belongs to someone.
PRIVATE = _set(
    "message email mail thread conversation chat inbox file document customer contact invoice "
    "payment log transcript note memory memorie calendar event attachment dm voicemail "
    "recording call person people lead deal company patient order transaction statement "
    "bank payroll employee user profile history page comment draft drive photo clipboard "
    "screenshot worklog ticket"
)
SECRET = _set("secret password credential apikey privatekey")
CODE = _set("code script shell command javascript python bash powershell program expression")
MEDIA = _set(
    "image video speech music audio voice picture song sound avatar animation photo "
    "podcast dialogue soundtrack"
)
# Only text comes back.
TEXT = _set(
    "text report rule outline type code content summary guide guidance documentation template "
    "chart graph diagram map plot url link qr preview example sample answer hash uuid password "
    "id prompt description query sql migration snippet schema idea suggestion list "
    "recommendation insight title keyword headline embedding mock config yaml json name "
    "palette color colour slug random number token"
)
# Moving on a page or a harmless device, one step at a time.
INTERFACE = _set("page element tab button dialog form browser key mouse text option url screen")
PHYSICAL = _set(
    "light lamp thermostat temperature door lock valve vehicle car heating robot oven "
    "printer fan blind curtain garage gate siren climate motor drone vacuum sprinkler "
    "battery charger switch brightness"
)
PHYSICAL_DANGER = _set(
    "door lock valve vehicle car oven garage gate heating drone motor medical pump sprinkler robot"
)
PEOPLE = _set("user member contact recipient customer person people team channel attendee")
STATE_LOCAL = _set(
    "tab page frame window view mode project session context connection target "
    "workspace database branch profile default market account setting theme "
    "breakpoint cursor selection viewport zoom panel device"
)
PUBLIC = _set(
    "issue pull request comment discussion channel tweet post page site blog gist "
    "release note public review"
)
UNTRUSTED = _set(
    "web url page website issue comment email mail message ticket log review "
    "search tweet post discussion feed news article html scrape crawl site thread "
    "notification conversation chat inbox transcript"
)
