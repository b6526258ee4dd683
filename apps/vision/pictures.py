"""Drawings and icons of the site as data: which there are, and which stands for a viewpoint or field by itself."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from apps.core.icons import shapes
from apps.core.types import StrOrPromise

OTHER_ICON = "star"  # of a viewpoint or field that nobody drew one for yet
LICENCE = "CC BY 4.0"  # the terms of use: what the city publishes on this site


@dataclass(frozen=True)
class Drawing:
    """A drawing of the town: `static/img/drawings/<key>.svg`, 640 × 360, without words in it."""

    key: str
    title: StrOrPromise
    alt: StrOrPromise

    @property
    def path(self) -> str:
        """Return its path below `static/`."""
        return f"img/drawings/{self.key}.svg"

    @property
    def file(self) -> Path:
        """Return the file."""
        return Path(settings.BASE_DIR) / "static" / self.path

    @property
    def url(self) -> str:
        """Return the URL of its file."""
        return static(self.path)


DRAWINGS = {
    drawing.key: drawing
    for drawing in (
        Drawing("tamagawa", _("多摩川と鉄橋"), _("多摩川にかかる鉄橋を電車が渡り、土手を人が歩いています。")),
        Drawing("tenjin", _("布田天神の参道"), _("石の鳥居と梅の木の間を、参道が社殿まで続いています。")),
        Drawing("jindaiji", _("深大寺の山門とそば"), _("かやぶきの山門の手前に、ざるそばが置かれています。")),
        Drawing("station", _("駅前と京王線"), _("駅前の広場にバスと人が集まり、地下を電車が走っています。")),
        Drawing("park", _("公園の遊具と木"), _("大きな木のある公園に、すべり台とぶらんこがあります。")),
        Drawing("library", _("図書館と本"), _("本棚の前の机に、開いた本と明かりが置かれています。")),
        Drawing("smartphone", _("スマートフォンと人々"), _("大きなスマートフォンの周りに、様々な年代の人がいます。")),
        Drawing("drill", _("防災訓練"), _("ヘルメットをかぶった人たちが、消火器を使う訓練をしています。")),
        Drawing("farm", _("畑と直売所"), _("うねの並ぶ畑のそばに、野菜の直売所があります。")),
        Drawing("meeting", _("会議の机"), _("机を囲んだ人たちが、付箋の貼られた板を見ながら話しています。")),
    )
}
DEFAULT = "tamagawa"
OF_VIEWPOINT = {
    "children-future": "park",
    "attractive-town": "jindaiji",
    "comfortable-life": "smartphone",
    "diverse-people": "meeting",
}


def drawing_choices() -> list[tuple[str, StrOrPromise]]:
    """Return (key, title) of every drawing, for columns and forms."""
    return [(drawing.key, drawing.title) for drawing in DRAWINGS.values()]


def drawing_for(chosen: str, viewpoint_slug: str = "") -> Drawing:
    """Return the chosen drawing, else the one of the viewpoint, else the default of the site."""
    for key in (chosen, OF_VIEWPOINT.get(viewpoint_slug, "")):
        if key in DRAWINGS:
            return DRAWINGS[key]
    return DRAWINGS[DEFAULT]


def icon_for(kind: str, slug: str) -> str:
    """Return the name of the icon of a viewpoint or field (kind), a star for one that has none of its own."""
    name = f"{kind}-{slug}"
    return name if name in shapes() else OTHER_ICON
