"""Invented names and phone numbers, the same in every load."""

import random
from collections.abc import Iterator, Sequence

import yaml

from gridgov.demo.cities import DATA

# No Chinese mobile number begins with 142: nobody can be called by mistake.
PHONE_PREFIX = "142"


class Names:
    """An endless supply of people: names may repeat as in life, phone numbers do not."""

    def __init__(self, seed: int) -> None:
        """Begin anew; the same seed gives the same people."""
        parts = yaml.safe_load((DATA / "names.yaml").read_text(encoding="utf-8"))
        self._chance = random.Random(seed)
        self._surnames: str = parts["surnames"]
        self._first: str = parts["given_first"]
        self._second: str = parts["given_second"]
        self._serial = seed * 100_000

    def person(self) -> str:
        """Return the next name: three characters mostly, two now and then."""
        pick = self._chance.choice
        given = pick(self._second) if self._chance.random() < 0.12 else pick(self._first) + pick(self._second)
        return pick(self._surnames) + given

    def phone(self) -> str:
        """Return the next phone number."""
        self._serial += self._chance.randint(1, 37)
        return f"{PHONE_PREFIX}{self._serial % 100_000_000:08d}"


def estate_names(first: Sequence[str], second: Sequence[str]) -> Iterator[str]:
    """Yield the names of housing estates, every combination once, neighbours unlike."""
    for step in range(len(second)):
        for number, word in enumerate(first):
            yield word + second[(number + step) % len(second)]
