"""What a simulated city remembers of one incident: its story, its own chance, and what was done before."""

import random
from dataclasses import dataclass, field

from gridgov.demo.stories import Story
from gridgov.simulation.profile import Habit, Profile

# More refusals than this, and its people give up on it, as they would on the telephone.
MOST_REFUSALS = 12


@dataclass(slots=True)
class Case:
    """One incident on its way; it draws from a chance of its own, so that cases do not sway each other.

    `turn` numbers the looks planned at it, of which only the last is still meant.
    """

    story: Story
    chance: random.Random
    profile: Profile
    incident_id: int = 0
    turn: int = 0
    refusals: int = 0
    done: set[str] = field(default_factory=set)

    def does(self, habit: Habit) -> bool:
        """Draw whether somebody does it this time."""
        return self.chance.random() * 100 < self.profile.habits[habit]

    def once(self, what: str) -> bool:
        """Return whether it has not been done to this case; from now on it has."""
        if what in self.done:
            return False
        self.done.add(what)
        return True

    def does_once(self, habit: Habit) -> bool:
        """Draw only the first time that somebody could do it to this case."""
        return self.once(habit) and self.does(habit)
