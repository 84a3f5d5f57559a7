"""The import formats. A file in this folder is registered by being here; see `_contract` for what it must hold."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import cast

from styrkedja.intake.formats._contract import Format


@cache
def formats() -> dict[str, Format]:
    """Every format of the folder by its id, in the order of their file names."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    modules = [cast(Format, importlib.import_module(f"{__name__}.{name}")) for name in names]
    return {module.ID: module for module in modules}
