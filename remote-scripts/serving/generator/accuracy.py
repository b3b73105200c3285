"""Accuracy at k: does one of the first k predictions hold a right answer? Every labelled prompt is asked once."""
import itertools
import json
import re

import arrivals
from recorder import Recorder
from sse import is_count, listed, whole
from target import Refused

STEP = -1
PART = re.compile(r"\.([A-Za-z0-9_-]+)|\[([0-9]+|\*)\]|\[\"([^\"\]]+)\"\]")


def parts_of(path):
    """`$.predictions[*].label` as a list of names, places and `*`."""
    parts = []
    at = 1
    while at < len(path):
        match = PART.match(path, at)
        if not path.startswith("$") or match is None:
            raise Refused("input.invalid", "predictions: %s is no path like $.predictions[*].label" % path)
        name, place, quoted = match.groups()
        parts.append(name or quoted or ("*" if place == "*" else int(place)))
        at = match.end()
    return parts


def follow(value, parts):
    """Every text that the path leads to, in order."""
    found = [value]
    for part in parts:
        reached = []
        for one in found:
            if part == "*" and isinstance(one, list):
                reached.extend(one)
            elif isinstance(part, int) and isinstance(one, list) and part < len(one):
                reached.append(one[part])
            elif isinstance(one, dict) and part in one:
                reached.append(one[part])
        found = reached
    flat = [item for one in found for item in (one if isinstance(one, list) else [one])]
    return [str(item) for item in flat if isinstance(item, (str, int, float)) and not isinstance(item, bool)]


def of_choices(answer):
    """The texts of the choices, by their index."""
    choices = [choice for choice in listed(answer.get("choices")) if isinstance(choice, dict)]
    choices.sort(key=lambda choice: choice["index"] if is_count(choice.get("index")) else len(choices))
    texts = []
    for choice in choices:
        message = choice.get("message")
        text = message.get("content") if isinstance(message, dict) else choice.get("text")
        texts.append(text if isinstance(text, str) else "")
    return texts


def plain(text):
    """Without case, outer punctuation and doubled blanks."""
    return " ".join(text.casefold().split()).strip(" .,;:!?\"'`()[]*")


MATCHES = {
    "exact": lambda prediction, answer: prediction == answer,
    "normalised": lambda prediction, answer: plain(prediction) == plain(answer),
    "contains": lambda prediction, answer: plain(answer) != "" and re.search(r"(?<!\w)%s(?!\w)" % re.escape(plain(answer)), plain(prediction)) is not None,
}


def answers_of(entry, path, number):
    answers = entry.get("answers", entry.get("answer"))
    answers = [answers] if isinstance(answers, (str, int, float)) else answers
    if not isinstance(answers, list) or not answers:
        raise Refused("input.invalid", 'line %d of %s has no "answers"' % (number, path))
    return [str(answer) for answer in answers]


class Accuracy(object):
    """Labelled prompts, how predictions are read, and what was found."""

    def __init__(self, spec, target, entries):
        self.spec = spec
        self.ks = sorted(set(spec["accuracy_k"]))
        self.answers = [answers_of(entry, spec["labels_file"], number) for number, entry in enumerate(entries, 1)]
        self.parts = None if spec["predictions"] == "choices" else parts_of(spec["predictions"])
        choices = self.ks[-1] if self.parts is None and target.api != "http" else 1
        self.payloads = [target.request(entry["prompt"], False, choices) for entry in entries]
        self.matches = MATCHES[spec["match"]]
        self.hits = dict((k, 0) for k in self.ks)
        self.held = dict((k, 0) for k in self.ks)
        self.answered = 0
        self.unreadable = 0

    def predictions(self, body):
        try:
            answer = json.loads(body.decode("utf-8"), parse_int=whole)
        except (ValueError, RecursionError):
            return []
        if self.parts is None:
            return of_choices(answer) if isinstance(answer, dict) else []
        return follow(answer, self.parts)

    def take(self, number, body):
        if body is None:
            return
        self.answered += 1
        predictions = self.predictions(body)
        if not predictions:
            self.unreadable += 1
        for k in self.ks:
            if len(predictions) >= k:
                self.held[k] += 1
            if any(self.matches(prediction, answer) for prediction in predictions[:k] for answer in self.answers[number]):
                self.hits[k] += 1

    def run(self, load, rate):
        """Asks each once at `rate`; (figures, recorder)."""
        start = load.clock()
        recorder = Recorder(STEP, "accuracy", start)
        numbers = iter(range(len(self.payloads)))

        def make():
            number = next(numbers)
            return self.payloads[number], False, lambda body: self.take(number, body)

        due = itertools.islice(arrivals.offsets(self.spec["arrivals"], rate, "%d/accuracy" % self.spec["seed"]), len(self.payloads))
        load.run(arrivals.starting(start, due), make, recorder, float("inf"), lambda: len(recorder.columns["outcome"]) == len(self.payloads))
        return {
            "headroom": "serving-accuracy", "version": 1, "labelled": len(self.payloads), "answered": self.answered, "unreadable": self.unreadable,
            "predictions": self.spec["predictions"], "match": self.spec["match"], "rate_target": rate,
            "at": [{"k": k, "hits": self.hits[k], "answers_with_k": self.held[k]} for k in self.ks],
            "errors": [{"kind": kind, "error": text, "count": count, "evidence": evidence}
                       for (kind, text), (count, evidence) in sorted(recorder.errors.items())],
        }, recorder
