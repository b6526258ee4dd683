"""Themes of the town: when each opens and closes, when its answer is promised, what is said to it."""

from apps.portal.demo.town.care import CARE
from apps.portal.demo.town.gatherings import GATHERINGS
from apps.portal.demo.town.other_themes import CHILDREN, DRILLS, LIBRARIES, RIVERS
from apps.portal.demo.town.outdoors import OUTDOORS
from apps.portal.demo.town.roads import ROADS
from apps.portal.demo.town.shapes import Theme

LARGE, CHILDRENS, WAITING, LATE, ANSWERED = "demo-kurashi", "demo-kodomo", "demo-toshokan", "demo-mizube", "demo-kunren"
ANNOUNCED = 7  # days before the opening
THEMES = (
    Theme(LARGE, opens=-56, closes=35, reply=65, voices=(*OUTDOORS, *ROADS, *CARE), gatherings=GATHERINGS),
    Theme(CHILDRENS, opens=-25, closes=45, reply=75, voices=CHILDREN),
    Theme(WAITING, opens=-95, closes=-35, reply=20, voices=LIBRARIES),
    Theme(LATE, opens=-145, closes=-80, reply=-12, voices=RIVERS),
    Theme(ANSWERED, opens=-170, closes=-100, reply=-30, voices=DRILLS, answered=40),
)
