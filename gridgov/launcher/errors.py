"""What the launcher says when it cannot go on: one sentence and its cure, never a traceback."""


class LauncherError(Exception):
    """A prerequisite is missing or a server does not start."""

    def __init__(self, problem: str, cure: str = "") -> None:
        super().__init__(f"{problem}\n  Cure: {cure}" if cure else problem)
