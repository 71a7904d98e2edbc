"""One store: takes command lines in order, answers each, and keeps every entry of the log."""

import json
from collections import defaultdict

from .purchases import Purchases
from .quantities import (day, day_text, instant, moscow_day, moscow_midnight)
from .reads import Reads
from .registry import Registry
from .rules import Refused
from .shapes import Invalid, parse_line
from .withdrawals import Withdrawals

LIABILITIES = ("2100", "2110", "2120", "2130")
MEMBER_ACCOUNTS = LIABILITIES + ("1400",)
KEY_DAYS = 400              # a key is known so long, those of withdrawals and adjustments for life


class Entry:
    """One event: its two times, its name, what it is about, and its postings."""

    __slots__ = ("recorded", "effective", "name", "member", "partner", "purchase", "withdrawal",
                 "moves")

    def __init__(self, recorded, effective, name, about, moves):
        self.recorded = recorded
        self.effective = effective
        self.name = name
        self.member = about.get("member")
        self.partner = about.get("partner")
        self.purchase = about.get("purchase")
        self.withdrawal = about.get("withdrawal")
        self.moves = moves


class World(Registry, Purchases, Withdrawals, Reads):
    """The rules of every command; the state is plain dictionaries, nothing is ever forgotten."""

    def __init__(self):
        self.now = None             # the instant of the line being judged
        self.today = None           # the newest open business day
        self.log = []
        self.by_member = defaultdict(list)
        self.lines = []             # (at, text) of every line, for reads "as it was known"
        self.keys = {}              # key -> (day recorded, command, content, outcome)
        self.balances = defaultdict(int)    # (account, party) -> debits - credits
        self.calendars = {}
        self.init_registry()
        self.init_purchases()
        self.init_withdrawals()

    # Lines ------------------------------------------------------------------------------------

    def submit(self, text):
        """Judges one line; the answer is a dict like the result line of an import."""
        try:
            cmd = parse_line(text)
        except Invalid as error:
            return {"status": "invalid", "code": str(error)}
        key, at = cmd["key"], instant(cmd["at"])
        content = json.dumps({k: v for k, v in cmd.items() if k not in ("key", "at")},
                             sort_keys=True)
        if self._keeps(key):
            _, _, known, outcome = self.keys[key]
            if known != content:
                return {"status": "refused", "code": "key_reused"}
            return {"status": "duplicate", "original": outcome}
        if self.log and at < self.log[-1].recorded:
            return {"status": "invalid", "code": "time_runs_backwards"}
        self.lines.append((at, text))
        return self._judge(cmd, key, at, content)

    def _judge(self, cmd, key, at, content):
        self.now = at
        # A command to open a day is decided before its own time opens any.
        if self.today is None or cmd["command"] != "open_business_day":
            self._open_through(moscow_day(at))
        self.now = at
        try:
            answer = getattr(self, "do_" + cmd["command"])(cmd)
            outcome = {"status": "accepted", **answer}
        except Refused as refusal:
            outcome = {"status": "refused", "code": str(refusal)}
        self._open_through(moscow_day(at))
        self.now = at
        if outcome["status"] == "refused":
            self.record("CommandRefused", at)
        if outcome["status"] in ("accepted", "refused"):
            self.keys[key] = (self.today, cmd["command"], content, outcome)
        return outcome

    def _keeps(self, key):
        if key not in self.keys:
            return False
        recorded_on, command, _, _ = self.keys[key]
        for_life = "withdrawal" in command or command == "adjust_balance"
        return for_life or self.today - recorded_on <= KEY_DAYS

    # Time -------------------------------------------------------------------------------------

    def _open_through(self, last):
        first = last if self.today is None else self.today + 1
        for number in range(first, last + 1):
            self._open(number, moscow_midnight(number))

    def _open(self, number, recorded):
        self.now = recorded
        self.today = number
        self.record("BusinessDayOpened", recorded)
        self.release_due(number)
        self.expire_parked(number)

    def do_open_business_day(self, cmd):
        number, at = day(cmd["date"]), self.now
        if number <= self.today:
            raise Refused("day_already_open")
        if number > moscow_day(at):
            raise Refused("day_not_reached")
        self._open_through(number - 1)
        self._open(number, at if number == moscow_day(at) else moscow_midnight(number))
        return {}

    def do_publish_calendar(self, cmd):
        self.calendars[cmd["year"]] = ({day(d) for d in cmd["days_off"]},
                                       {day(d) for d in cmd["working_weekends"]})
        self.record("CalendarPublished", self.now)
        return {}

    # The log ----------------------------------------------------------------------------------

    def record(self, name, effective, moves=(), **about):
        """Appends an event with its postings: (account, party, debit if > 0 else credit)."""
        moves = [move for move in moves if move[2] != 0]
        assert sum(move[2] for move in moves) == 0, f"I-1: {name} {moves}"
        entry = Entry(self.now, effective, name, about, moves)
        self.log.append(entry)
        if entry.member is not None:
            self.by_member[entry.member].append(entry)
        for account, party, amount in moves:
            self.balances[account, party] += amount
        for party in {p for a, p, _ in moves if a in MEMBER_ACCOUNTS}:
            self._check_member(party)
        return entry

    def _check_member(self, member):
        for account in LIABILITIES:
            assert self.balances[account, member] <= 0, f"I-2: {account} of {member}"
        debt = self.balances["1400", member]
        assert debt >= 0, f"I-2: 1400 of {member}"
        assert debt == 0 or self.balances["2110", member] == 0, f"I-3: {member}"

    def available(self, member):
        return -self.balances["2110", member]

    def debt(self, member):
        return self.balances["1400", member]

    def credit_member(self, member, amount):
        """The postings of a credit: debt is repaid first, the rest becomes available."""
        repaid = min(amount, self.debt(member))
        return [("1400", member, -repaid), ("2110", member, -(amount - repaid))]

    def debit_member(self, member, amount):
        """The postings of money taken back: from available, what is missing becomes debt."""
        taken = min(amount, self.available(member))
        return [("2110", member, taken), ("1400", member, amount - taken)]

    def known_at(self, at):
        """The store as it was believed at an instant: the log up to there, judged again."""
        past = World()
        for moment, text in self.lines:
            if moment <= at:
                past.submit(text)
        if past.today is not None:
            past._open_through(min(self.today, moscow_day(at)))
        return past

    def span_days(self):
        return f"{day_text(moscow_day(self.log[0].recorded))} to {day_text(self.today)}"
