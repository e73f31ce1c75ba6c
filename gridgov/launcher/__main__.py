"""`python -m gridgov.launcher COMMAND …`, which `./run` calls once the environment is installed."""

import sys

from gridgov.launcher.checks import check
from gridgov.launcher.commands import bench, manage, test
from gridgov.launcher.demo import demo
from gridgov.launcher.errors import LauncherError
from gridgov.launcher.translations import compile_translations

COMMANDS = {"demo": demo, "test": test, "check": check, "bench": bench, "manage": manage}


def main(arguments: list[str]) -> int:
    """Run a command and return its exit code; a LauncherError is told without a traceback."""
    name, *rest = arguments or [""]
    if name == "translations":
        compile_translations()
        return 0
    command = COMMANDS.get(name)
    if command is None:
        print(f"Unknown command {name!r}; known are {', '.join(COMMANDS)}.", file=sys.stderr)
        return 2
    try:
        compile_translations()
        return command(rest)
    except LauncherError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
