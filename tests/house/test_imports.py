"""import-linter needs every protected module by name; this sees to it that the list is complete."""

import tomllib

from django.conf import settings

PROTECTED = ("actions", "forms", "tasks")


def test_each_apps_verbs_and_forms_are_its_own() -> None:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    named = {
        module: contract["allowed_importers"]
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract["type"] == "protected"
        for module in contract["protected_modules"]
    }
    for app in settings.OUR_APPS:
        folder = settings.BASE_DIR.joinpath(*app.split("."))
        for part in PROTECTED:
            if (folder / f"{part}.py").exists() or (folder / part).is_dir():
                assert named.get(f"{app}.{part}") == [app], f"add {app}.{part} to the import-linter contracts"
