"""docker-compose.yml holds together: known keys, one image, health checks, volumes, required secrets."""

from pathlib import Path
from typing import Any

import yaml

OURS = {"web", "worker", "beat"}
STORES = {"postgres", "redis"}
TOP_KEYS = {"name", "services", "volumes", "networks", "secrets", "configs"}
SERVICE_KEYS = {
    *(
        "build",
        "cap_drop",
        "command",
        "depends_on",
        "deploy",
        "entrypoint",
        "env_file",
        "environment",
        "expose",
    ),
    *("healthcheck", "image", "init", "labels", "logging", "mem_limit", "networks", "ports", "profiles"),
    *("read_only", "restart", "secrets", "security_opt", "shm_size", "stop_grace_period", "stop_signal"),
    *("tmpfs", "ulimits", "user", "volumes", "working_dir"),
}
HEALTH_KEYS = {"test", "interval", "timeout", "retries", "start_period", "start_interval", "disable"}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
SECRET_WORDS = ("SECRET", "PASSWORD", "KEYS")


def problems(root: Path) -> list[str]:
    """Return what is wrong with the file."""
    path = root / "docker-compose.yml"
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        return [f"docker-compose.yml cannot be read: {error}"]
    services: dict[str, Any] = document.get("services", {})
    found = [
        f"unknown top-level key {key}" for key in document if key not in TOP_KEYS and not key.startswith("x-")
    ]
    found += [f"service {name} is missing" for name in sorted((OURS | STORES) - set(services))]
    images = {service.get("image") for name, service in services.items() if name in OURS}
    if len(images) > 1:
        found.append("web, worker and beat must share one image")
    for name, service in services.items():
        declared = set(document.get("volumes") or {})
        found += [f"{name}: {problem}" for problem in _service(service, set(services), declared)]
    return found


def _service(service: dict[str, Any], names: set[str], volumes: set[str]) -> list[str]:
    found = [f"unknown key {key}" for key in service if key not in SERVICE_KEYS]
    if not {"image", "build"} & set(service):
        found.append("neither image nor build")
    return (
        found
        + _health(service.get("healthcheck"))
        + _dependencies(service.get("depends_on") or {}, names)
        + _volumes(service.get("volumes") or [], volumes)
        + _secrets(service.get("environment") or {})
    )


def _health(check: dict[str, Any] | None) -> list[str]:
    if not check or not check.get("test"):
        return ["no health check"]
    found = [f"unknown health check key {key}" for key in check if key not in HEALTH_KEYS]
    if not isinstance(check["test"], list) or check["test"][0] not in {"CMD", "CMD-SHELL"}:
        found.append("the health check's test must be a list starting with CMD or CMD-SHELL")
    return found


def _dependencies(wanted: dict[str, Any] | list[str], names: set[str]) -> list[str]:
    if isinstance(wanted, list):
        return ["depends_on must name conditions"]
    found = [f"depends on {name}, which is no service" for name in wanted if name not in names]
    for name, rule in wanted.items():
        if rule.get("condition") not in CONDITIONS:
            found.append(f"depends on {name} under an unknown condition")
    return found


def _volumes(mounts: list[str], declared: set[str]) -> list[str]:
    sources = [mount.partition(":")[0] for mount in mounts]
    return [
        f"volume {source} is not declared"
        for source in sources
        if not source.startswith((".", "/")) and source not in declared
    ]


def _secrets(environment: dict[str, Any]) -> list[str]:
    return [
        f"{key} must come from the environment as ${{NAME:?reason}}"
        for key, value in environment.items()
        if any(word in key for word in SECRET_WORDS) and ":?" not in str(value)
    ]
