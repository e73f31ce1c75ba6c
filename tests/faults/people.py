"""People at work while everything fails: they report and move cases over HTTP, and send again what got lost.

Each keeps a book of what was sent and what came back, to be held against the database afterwards.
"""

import json
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from uuid import UUID

LIST = "/api/incidents/"
HOST = "127.0.0.1"
TOKEN = "d" * 32
AGAIN_AFTER = 0.2
LONGEST_THOUGHT = 0.3
# What the owner may do next, by state; the words in it are made so that the events name the request.
NEXT = {"dispatched": ("sign",), "signed": ("start", "progress"), "handling": ("progress", "finish")}


@dataclass(slots=True)
class Sent:
    """One request, perhaps sent several times: what came back last, and how often nothing came back."""

    number: str
    verb: str
    status: int = 0
    lost: int = 0


@dataclass(slots=True)
class Book:
    """What one person has sent: reports by their key, with the number they got, and moves by their mark."""

    filed: dict[str, str] = field(default_factory=dict)
    moved: dict[str, Sent] = field(default_factory=dict)
    lost: int = 0
    repeated: int = 0
    unlike: list[str] = field(default_factory=list)


class Person:
    """A grid worker who reports and works until told to stop."""

    def __init__(self, port: int, who: Mapping[str, str], categories: list[str], seed: int) -> None:
        self.book = Book()
        self.done = threading.Event()
        self._port, self._who, self._categories = port, who, categories
        self._rng = random.Random(seed)
        self._known: dict[str, tuple[str, int]] = {}

    def work(self) -> Book:
        """Report and move until told to stop; what has been begun is brought to its end. Returns the book."""
        while not self.done.is_set():
            if self._known and self._rng.random() < 0.6:
                self._move()
            else:
                self._file()
            self.done.wait(self._rng.random() * LONGEST_THOUGHT)
        return self.book

    def _file(self) -> None:
        key = str(UUID(int=self._rng.getrandbits(128), version=4))
        report = {
            "category": self._rng.choice(self._categories),
            "description": f"路灯不亮，已三天 {key}",
            "grid": self._who["grid"],
        }
        _status, body = self._until_answered("POST", LIST, report, {"Idempotency-Key": key})
        number = body.get("number", "")
        self.book.filed[key] = number
        if number:
            self._known[number] = (body["state"], body["version"])
        if self._rng.random() < 0.3:  # the button was pressed twice
            self.book.repeated += 1
            _status, again = self._until_answered("POST", LIST, report, {"Idempotency-Key": key})
            if again.get("number") != number:
                self.book.unlike.append(key)

    def _move(self) -> None:
        number = self._rng.choice(list(self._known))
        state, version = self._known[number]
        if state not in NEXT:
            del self._known[number]
            return
        verb, mark = self._rng.choice(NEXT[state]), f"mark-{self._rng.getrandbits(64):x}"
        sent = self.book.moved[mark] = Sent(number, verb)
        lost = self.book.lost
        sent.status, body = self._until_answered(
            "POST", f"{LIST}{number}/actions/{verb}/", {"note": mark, "version": version}
        )
        sent.lost = self.book.lost - lost
        if "state" not in body:
            _status, body = self._until_answered("GET", f"{LIST}{number}/")
        if "state" in body:
            self._known[number] = (body["state"], body["version"])
        else:
            del self._known[number]

    def _until_answered(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Send until the server says something: no answer and a failure of its own are waited out."""
        while True:
            answer = self._send(method, path, body, headers or {})
            if answer is not None and answer[0] < 500:
                return answer
            self.book.lost += 1
            time.sleep(AGAIN_AFTER)

    def _send(
        self, method: str, path: str, body: Any, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, Any]] | None:
        line = HTTPConnection(HOST, self._port, timeout=20)
        known = {
            "Cookie": f"sessionid={self._who['session']}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/json",
        }
        try:
            line.request(method, path, None if body is None else json.dumps(body), known | dict(headers))
            answer = line.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if answer.status < 500 else {}
        except (OSError, HTTPException):
            return None
        finally:
            line.close()
