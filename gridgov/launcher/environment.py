"""The environment handed to Django outside production: addresses, folders, and keys made once and kept."""

import base64
import os
import secrets
from pathlib import Path

from gridgov.launcher.services import Services


def django_environment(services: Services, data_dir: Path, mode: str) -> dict[str, str]:
    """Return the full environment of a child process; keys and folders the caller set himself win."""
    defaults = {
        "DJANGO_SETTINGS_MODULE": "gridgov.settings",
        "DATA_DIR": str(data_dir),
        "MEDIA_ROOT": str(data_dir / "media"),
        "SECRET_KEY": kept_secret(data_dir / "secret_key", secrets.token_urlsafe(50)),
        "FIELD_KEYS": kept_secret(data_dir / "field_keys", f"d1:{_random_key()}"),
        "INDEX_KEY": kept_secret(data_dir / "index_key", secrets.token_urlsafe(50)),
        "PYTHONUNBUFFERED": "1",
    }
    return defaults | dict(os.environ) | services.environment() | {"GRIDGOV_ENV": mode}


def kept_secret(path: Path, fresh: str) -> str:
    """Return the secret in the file, writing the fresh one (mode 600) where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(fresh)
    return fresh


def _random_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
