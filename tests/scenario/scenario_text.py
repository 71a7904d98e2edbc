"""Reads a scenario file into commands and checks. README.md describes the text."""

import json
import os
import re

INTEGERS = {"organization_id", "parent_id", "to_organization_id", "member_id", "partner_id",
            "withdrawal_id", "freeze_days", "window_days", "employees", "pedagogues", "students",
            "year"}
BOOLEANS = {"pilot", "pedagogue", "full_time"}
TEXT_LISTS = {"categories", "cities", "approvers", "days_off", "working_weekends"}
STATUSES = ("accepted", "duplicate", "stale", "refused", "invalid")
CHECKS = {"balance": 1, "books": 0, "partner": 1, "purchase": 2, "purchases": 1, "withdrawal": 2,
          "withdrawals": 0, "statement": 1, "member": 1, "organization": 1, "roster": 1,
          "statistics": 1}
OPTIONS = ("as_of", "as_known", "fails")
# Which rows of a list are asked for.
CHOICES = {"purchases": ("from", "to"), "withdrawals": ("state", "overdue")}

_TOKEN = re.compile(r'[^\s"]+(?:"[^"]*")?')
_OFFSET = re.compile(r"(Z|[+-]\d\d:\d\d)$")


class ScenarioError(Exception):
    """A line that the format does not allow, with its place."""


class Command:
    """A line to send, and the answer that is expected."""

    def __init__(self, place, text, key):
        self.place, self.text, self.key = place, text, key
        self.status, self.code, self.fields = "accepted", None, {}
        self.original = None        # (status, code) after "duplicate of"
        self.answered = False       # a "=" line was given


class Check:
    """A read, and what it must show."""

    def __init__(self, place, what, words, fields, options, only):
        self.place, self.what, self.words = place, what, words
        self.fields, self.options, self.only = fields, options, only


def complete_time(text):
    """'2019-03-01T12:15' -> '2019-03-01T12:15:00+03:00'; an offset that is given stays."""
    if _OFFSET.search(text):
        return text
    return text + ("+03:00" if text.count(":") == 2 else ":00+03:00")


def tokens_of(text, place):
    rest = _TOKEN.sub("", text).strip()
    if rest:
        raise ScenarioError(f"{place}: cannot read {rest!r}")
    return _TOKEN.findall(text)


def split_field(token, place):
    name, sign, value = token.partition("=")
    if not sign or not re.fullmatch(r"[a-z0-9_.]+", name):
        raise ScenarioError(f"{place}: expected field=value, found {token!r}")
    if value.startswith('"'):
        if len(value) < 2 or not value.endswith('"'):
            raise ScenarioError(f"{place}: a quote is not closed in {token!r}")
        value = value[1:-1]
    return name, value


def _tariff(text):
    code, sums = text.rsplit(":", 1)
    share, commission = sums.split("/")
    tariff = {"code": code}
    for value, percent, fixed in ((share, "percent", "fixed"),
                                  (commission, "commission_percent", "commission_fixed")):
        tariff[percent if value.endswith("%") else fixed] = value.rstrip("%")
    return tariff


def _line(text):
    number, amount, *tariff = text.split(":")
    return {"line": int(number), "amount": amount, **({"tariff": tariff[0]} if tariff else {})}


def typed(name, value, place):
    """The JSON value of a field, by its name."""
    try:
        if name in INTEGERS:
            return int(value)
        if name in BOOLEANS:
            return {"true": True, "false": False}[value]
        if name in TEXT_LISTS:
            return value.split(",") if value else []
        if name == "lines":
            return [_line(item) for item in value.split(",")]
        if name == "tariffs":
            return [_tariff(item) for item in value.split(",")]
        return complete_time(value) if name.endswith("_at") else value
    except (ValueError, KeyError) as error:
        raise ScenarioError(f"{place}: {value!r} does not fit the field {name}") from error


class Parser:
    def __init__(self, folder):
        self.folder = folder
        self.templates = {}
        self.steps = []

    def read(self, path, prefix):
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                self._line(line.strip(), f"{path}:{number}", f"{prefix}-{number}")
        return self.steps

    def _line(self, text, place, key):
        if not text or text.startswith("#"):
            return
        if text.startswith("{"):
            self.steps.append(Command(place, text, json.loads(text).get("key")))
            return
        word, _, rest = text.partition(" ")
        handler = {"include": self._include, "let": self._let, "at": self._command,
                   "raw": self._raw, "=": self._answer, "check": self._check}.get(word)
        if handler is None:
            raise ScenarioError(f"{place}: a line cannot begin with {word!r}")
        handler(rest.strip(), place, key)

    def _include(self, rest, place, _key):
        path = os.path.join(self.folder, rest)
        if not os.path.isfile(path):
            raise ScenarioError(f"{place}: no such file: {rest}")
        self.read(path, rest)

    def _let(self, rest, place, _key):
        name, *fields = tokens_of(rest, place)
        self.templates[name] = self._fields(fields, place)

    def _fields(self, tokens, place):
        fields = {}
        for token in tokens:
            if token.startswith("&"):
                if token[1:] not in self.templates:
                    raise ScenarioError(f"{place}: no earlier 'let {token[1:]}'")
                fields.update(self.templates[token[1:]])
            else:
                name, value = split_field(token, place)
                fields[name] = value
        return fields

    def _command(self, rest, place, key):
        words = tokens_of(rest, place)
        if len(words) < 2:
            raise ScenarioError(f"{place}: 'at' needs a time and a command")
        time, name, *tokens = words
        fields = self._fields(tokens, place)
        key = fields.pop("key", key)
        line = {"command": name, "key": key, "at": complete_time(time),
                **{n: typed(n, v, place) for n, v in fields.items()}}
        self.steps.append(Command(place, json.dumps(line, ensure_ascii=False), key))

    def _raw(self, rest, place, _key):
        self.steps.append(Command(place, rest, None))

    def _answer(self, rest, place, _key):
        last = self.steps[-1] if self.steps else None
        if not isinstance(last, Command) or last.answered:
            raise ScenarioError(f"{place}: '=' must follow the command that it answers")
        status, *tokens = tokens_of(rest, place)
        if status not in STATUSES:
            raise ScenarioError(f"{place}: {status!r} is no status")
        last.answered, last.status = True, status
        words = [t for t in tokens if "=" not in t]
        last.fields = self._fields([t for t in tokens if "=" in t], place)
        if status == "duplicate" and words[:1] == ["of"]:
            last.original = (words[1], words[2] if len(words) > 2 else None)
        elif words:
            last.code = words[0]

    def _check(self, rest, place, _key):
        what, *tokens = tokens_of(rest, place)
        if what not in CHECKS:
            raise ScenarioError(f"{place}: nothing to check is called {what!r}")
        only = tokens[-1:] == ["only"]
        tokens = tokens[:-1] if only else tokens
        words = [t for t in tokens if "=" not in t]
        if len(words) != CHECKS[what]:
            raise ScenarioError(f"{place}: 'check {what}' takes {CHECKS[what]} names")
        fields = self._fields([t for t in tokens if "=" in t], place)
        options = {n: fields.pop(n) for n in OPTIONS if n in fields}
        options.update({n: fields.pop(n) for n in CHOICES.get(what, ()) if n in fields})
        if not fields and not only and "fails" not in options:
            raise ScenarioError(f"{place}: a check must expect something")
        self.steps.append(Check(place, what, words, fields, options, only))


def read_scenario(path):
    """The steps of a scenario file, in order."""
    return Parser(os.path.dirname(path)).read(path, "line")
