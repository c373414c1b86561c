"""What happens in the twenty days: which site shows something else than its shop, and when our own line is out.

An end lies more than seven days after every birth of the same operator but the successor's, so that nobody else can be taken for it
(the predecessor rule looks from 30 days before a birth to 7 days after it).
"""

from churnwatch.demo.model import Phase

LAST = 10_000  # a day after every demo
# Our own fault: every name, the canaries too, answers with the provider's page. Two days: without the canaries ends would be confirmed.
OUTAGE_DAYS = (5, 6)
PHASES = (
    Phase("green-door", 8, LAST, "suspended"),  # taken down; back as red-lantern-goods on day 12
    Phase("copper-leaf", 8, 10, "blocked"),
    Phase("slate-intermediates", 10, 10, "server_error"),
    Phase("northpier-lab", 12, LAST, "nxdomain"),  # taken down; back as pierside-supply on day 15
    Phase("lanshan-huagong", 12, 12, "refused"),  # one dead look is no end
    Phase("mango-research", 13, 16, "parked"),
    Phase("graywing-bulk", 16, LAST, "seized"),
)


def state_of(site: str, born: int, day: int) -> str:
    """The outcome word that a visit of that day should end in, `unborn` before the site exists, `portal` in our own outage."""
    if day < born:
        return "unborn"
    if day in OUTAGE_DAYS:
        return "portal"
    return next((phase.state for phase in PHASES if phase.site == site and phase.first_day <= day <= phase.last_day), "live")
