"""Draw static/root/favicon.ico from static/img/mark.svg, with the chromium that the tests use."""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from tests.browser.portal_process import CHROMIUM_FLAGS  # noqa: E402

MARK = PROJECT / "static" / "img" / "mark.svg"
ICON = PROJECT / "static" / "root" / "favicon.ico"
SIZES = (16, 32, 48)
PAGE = "<style>body {{ margin: 0 }} svg {{ display: block; width: {size}px; height: {size}px }}</style>{mark}"


def main() -> None:
    """Photograph the mark in each size, without a ground, and put the pictures into one file."""
    pictures = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
        for size in SIZES:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(PAGE.format(size=size, mark=MARK.read_text(encoding="utf-8")))
            pictures.append(Image.open(BytesIO(page.screenshot(omit_background=True))))
        browser.close()
    ICON.parent.mkdir(parents=True, exist_ok=True)
    *smaller, largest = pictures
    largest.save(ICON, sizes=[(size, size) for size in SIZES], append_images=smaller)


if __name__ == "__main__":
    main()
