"""Draw the icons of the installed app from static/img/mark.svg, with the chromium that the tests use."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from tests.browser.portal_process import CHROMIUM_FLAGS  # noqa: E402

IMAGES = PROJECT / "static" / "img"
# name, size, part of the size that the mark takes: of a maskable icon a phone cuts off what lies outside a circle
ICONS = (("app-192.png", 192, 1.0), ("app-512.png", 512, 1.0), ("app-maskable-512.png", 512, 0.6))
PAGE = (
    "<style>body {{ margin: 0; display: grid; place-items: center; block-size: {size}px; background: {ground} }}"
    " svg {{ inline-size: {mark_size}px; block-size: {mark_size}px }}</style>{mark}"
)


def main() -> None:
    """Photograph the mark in each size: alone without a ground, and small on white for a phone to cut out."""
    mark = (IMAGES / "mark.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
        for name, size, share in ICONS:
            page = browser.new_page(viewport={"width": size, "height": size})
            ground = "#ffffff" if share < 1 else "transparent"
            page.set_content(PAGE.format(size=size, mark_size=round(size * share), ground=ground, mark=mark))
            page.screenshot(path=IMAGES / name, omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
