"""Sets of nouns that decide what a verb does: each set has one reason, stated beside it.

Read by grammar.py and the rules. All entries are singular and lower case; `singular` in
lexicon.py brings a word of a definition into that form before it is looked up.
"""

from __future__ import annotations

from generator.classify.wordset import word_set

# Reaches people: what is sent cannot be unsent.
MESSAGE = word_set(
    """message email mail sms mms dm call notification tweet post reply broadcast newsletter
    invite invitation alert announcement fax voicemail whatsapp telegram push chat letter
    reminder"""
)
# Moves, commits or prices money when an acting verb governs it.
MONEY = word_set(
    """payment invoice charge refund coupon price order subscription transaction fund money
    payout checkout dispute credit billing purchase promotion discount bill deposit
    withdrawal trade position loan stake bid offer quote receipt"""
)
MONEY_FIRM = word_set(
    """payment refund fund money payout transaction trade stake charge checkout"""
)
# Work that runs: starting it reaches beyond the data.
PROCESS = word_set(
    """process job task workflow pipeline container service session deployment agent execution
    run build server instance vm machine function lambda command script code shell program
    test migration query crawl campaign scan crawler simulation training cluster droplet app
    application emulator simulator device browser recording playback debugger thread pod
    node database dag project sandbox notebook actor stack playbook flow automation scenario
    macro"""
)
RUNNABLE = word_set(
    """command script code shell program workflow pipeline job task function migration build
    test deployment playbook notebook agent macro lambda automation action terminal bash
    python javascript js powershell cypher sparql dag suite crawl actor scenario procedure
    statement mutation transaction sql batch expression snippet tool method operation
    activity intent"""
)
# Asking: running one of these changes nothing.
QUESTION = word_set(
    """query search audit report scan analysis lookup inspection check validation diagnostic
    diagnostics review explain estimate benchmark assessment forecast prediction comparison
    screenshot profile trace lighthouse aggregation select debugger seo accessibility
    performance insight insights calculation inference"""
)
# Leaving a membership loses no data.
MEMBERSHIP = word_set(
    """protection permission role access member label reaction assignee reviewer watcher
    subscription favourite favorite item cart tag follower star bookmark like subscriber
    relation link association dependency sub-issue subissue parent milestone attendee
    participant contact track song watch vote upvote mention reminder filter highlight
    format formatting hold collaborator option sub pin"""
)
# Losing one costs little: the level falls, the category stays.
TRIVIAL = word_set(
    """cache breakpoint draft label cursor selection clipboard temporary temp tmp buffer
    highlight bookmark reaction memory memorie observation entity relation annotation marker
    shortcut favourite favorite console watchpoint pin star preset"""
)
# Losing one loses everything inside it: no discount for a single item.
CATASTROPHIC = word_set(
    """database schema table collection volume disk cluster namespace project repository repo
    organisation organization workspace account user tenant bucket backup instance stack
    environment domain zone vault everything db keyspace server app application site website
    vm machine droplet datastore dataset drive org cloudformation infrastructure graph
    kubernetes snapshot datacenter vpc registry service"""
)
# Permissions, identities and credentials.
PRIVILEGE = word_set(
    """restriction permission role user member membership acl credential ownership owner
    password grant collaborator admin sso oauth principal invitation rbac iam identity
    whitelist"""
)
# Opens something to the network or the public.
EXPOSURE = word_set(
    """firewall dns share sharing public webhook forwarding forward allowlist ip cidr ingress
    domain proxy tunnel port visibility record cors redirect"""
)
# Runs other people's systems: configuration of production.
INFRA = word_set(
    """instance cluster environment env deployment config configuration server bucket database
    vpc network stack service infrastructure node pod route upstream namespace plugin
    gateway certificate ssl loadbalancer balancer volume container registry droplet vm
    function lambda kubernetes k8s image hosting proxy"""
)
# Content that belongs to someone.
PRIVATE = word_set(
    """localstorage sessionstorage cookie message email mail thread conversation chat inbox
    customer contact invoice payment log transcript note attachment dm voicemail recording
    call person people lead deal company patient statement payroll employee follower charge
    refund row record sms meeting appointment prescription diagnosis sample subscriber
    candidate applicant salary timesheet receipt"""
)
SECRET = word_set("secret password credential apikey privatekey")
CODE = word_set(
    """code script shell command javascript python bash powershell program expression"""
)
MEDIA = word_set(
    """effect image video speech music audio voice picture song sound avatar animation photo
    podcast dialogue soundtrack"""
)
# Only text comes back.
TEXT = word_set(
    """spreadsheet signature topic encoding upload histogram text report rule outline type code
    content summary guide guidance documentation template chart graph diagram map plot url
    link qr preview example sample answer hash uuid password id prompt description query sql
    migration snippet schema idea suggestion list recommendation insight title keyword
    headline embedding config yaml json name palette color colour slug random number token"""
)
# Moving on a page or a harmless device, one step at a time.
INTERFACE = word_set(
    """page element tab button dialog form browser key mouse text option url screen"""
)
PHYSICAL = word_set(
    """light lamp thermostat temperature door lock valve vehicle car heating robot oven printer
    fan blind curtain garage gate siren climate motor drone vacuum sprinkler battery charger
    switch brightness"""
)
PHYSICAL_DANGER = word_set(
    """door lock valve vehicle car oven garage gate heating drone motor medical pump sprinkler
    robot"""
)
PEOPLE = word_set("""user member contact recipient customer person people team channel attendee""")
STATE_LOCAL = word_set(
    """read unread done seen option element branch notification tab page frame window view mode
    project session context connection target workspace database branch profile default
    market account setting theme breakpoint cursor selection viewport zoom panel device"""
)
PUBLIC = word_set(
    """issue pull request comment discussion channel tweet post page site blog gist release
    note public review"""
)
UNTRUSTED = word_set(
    """issue comment email mail message ticket log review tweet
    post discussion feed news article html scrape crawl thread notification
    conversation chat inbox transcript"""
)

# Files: private when their content comes back, not when their names are listed.
FILES = word_set("file document attachment pdf")
# What can be told apart from people's own messages and logs by the word in front.
PUBLIC_MODIFIERS = word_set(
    """console commit public docs documentation template error web system type release sample
    price"""
)
# Keys that are credentials, as opposed to keys of a table or a map.
KEY_MODIFIERS = word_set(
    """api ssh access encryption signing private secret auth deploy publishable"""
)

# Words that may end a name although they are also in the server's own name.
THINGS = PRIVATE | FILES | CATASTROPHIC | PRIVILEGE | MESSAGE | MONEY | PROCESS | TEXT | MEDIA
