"""`python -m gridgov.launcher.probe web|beat`: the health checks of the container image."""

import http.client
import os
import sys
import time
from pathlib import Path

PORT = 8000
BEAT_SAVES_WITHIN_SECONDS = 600  # Celery beat writes its schedule every three minutes


def web_is_ready() -> bool:
    """Tell whether /readyz answers 200, asked under a host name the settings allow."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].lstrip(".")
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
    try:
        line.request("GET", "/readyz", headers={"Host": host})
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def beat_is_ticking(schedule: Path) -> bool:
    """Tell whether beat has saved its schedule lately; the file's suffix is the library's choice."""
    saved = [path.stat().st_mtime for path in schedule.parent.glob(f"{schedule.name}*")]
    return bool(saved) and time.time() - max(saved) < BEAT_SAVES_WITHIN_SECONDS


def main(name: str) -> int:
    """Return 0 where the named part is well."""
    if name == "beat":
        schedule = Path(os.environ.get("DATA_DIR", ".data")) / "beat-schedule"
        return 0 if beat_is_ticking(schedule) else 1
    return 0 if web_is_ready() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "web"))
