"""Pages by name for which something holds: what a restricted person may send, what a browser may keep."""

# What somebody may send whose 投稿 is restricted: nothing that others would read. Taking back, objecting, leaving,
# and what is one's own only; everything else is refused, also at addresses that come later.
RESTRICTED_MAY_SEND = {
    "set_language",
    "portal:profile",
    "portal:delete",
    "portal:notifications_read",
    "portal:stop_digest",
    "consultations:follow",
    "consultations:proposal_like",  # taking one back; a new one is refused by its verb
    "consultations:proposal_withdraw",
    "consultations:proposal_appeal",
    "consultations:comment_withdraw",
    "consultations:comment_appeal",
    "consultations:proposal_report",  # read by the city only
    "consultations:comment_report",
    "consultations:takedown",  # everyone's right, with or without account
    "consultations:guest",
    "consultations:guest_withdraw",
    "consultations:guest_appeal",
    "consultations:guest_restriction",
    "council:challenge_end",
    "council:offer_end",
    "analysis:draw",
    "analysis:viewpoint_draw",
    "operations:job_cancel",
    "admin:logout",
}

# Public pages of which a signed-out browser may keep a copy for a day, to be read without internet.
OFFLINE_PAGES = {
    "portal:home",
    "portal:terms",
    "portal:privacy",
    "portal:contact",
    "portal:policy",
    "portal:vision",
    "portal:viewpoint",
    "portal:field",
    "portal:indicators",
    "portal:indicator",
    "portal:timeline",
    "consultations:list",
    "consultations:consultation",
    "consultations:proposal",
    "consultations:topic",
    "consultations:answers",
    "consultations:result",
    "council:council",
    "council:projects",
    "council:project",
    "council:organization",
    "plans:list",
    "plans:year",
    "plans:sheet",
}
