"""Destinations, withdrawals, and balances adjusted by hand."""

import re

from .quantities import (DAY_US, MINUTE_US, instant_text, kopecks, moscow_day, moscow_midnight,
                         weekday, day_text)
from .rules import need

MINIMUM = {"phone": 100, "card": 100_000, "account": 2_000, "wallet": 100_000}
WORKING_DAYS = 3
STATES_BEFORE = {"cancelled": ("requested",), "sent": ("requested",), "unknown": ("sent",),
                 "settled": ("sent", "unknown", "rejected"), "rejected": ("sent", "unknown"),
                 "returned": ("settled",)}


class Withdrawal:
    def __init__(self, number, cmd, requested_at, due_at):
        self.number = number
        self.member = cmd["member_id"]
        self.request_key = cmd["key"]
        self.method = cmd["method"]
        self.amount = kopecks(cmd["amount"])
        self.requested_at = requested_at
        self.due_at = due_at
        self.state = "requested"
        self.ext_ref = f"{number:016d}"


def luhn(digits):
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def account_key_holds(bik, account):
    """The check of a Russian account against its bank: weights 7, 1, 3 over 23 digits."""
    head = "0" + bik[4:6] if bik[6:] in ("000", "001", "002") else bik[6:]
    return sum(int(c) * (7, 1, 3)[i % 3] % 10 for i, c in enumerate(head + account)) % 10 == 0


def destination_holds(method, value):
    if method == "phone":
        digits = re.sub(r"[\s()+-]", "", value)
        return bool(re.fullmatch(r"(7|8)?9\d{9}", digits))
    if method == "card":
        digits = re.sub(r"[\s-]", "", value)
        return bool(re.fullmatch(r"\d{13,19}", digits)) and luhn(digits)
    if method == "account":
        match = re.fullmatch(r"(\d{9})/(\d{20})", value)
        return bool(match) and account_key_holds(*match.groups())
    return bool(re.fullmatch(r"[\x20-\x7e]{1,64}", value))


class Withdrawals:
    def init_withdrawals(self):
        self.destinations = {}          # member -> {destination_id: method}, oldest first
        self.withdrawals = []
        self.by_request = {}            # (member, request key) -> withdrawal

    def do_add_destination(self, cmd):
        self.member_of(cmd)
        known = self.destinations.setdefault(cmd["member_id"], {})
        name = cmd.get("destination_id", f"destination-{len(self.log)}")
        need(name not in known, "already_exists")
        need(destination_holds(cmd["method"], cmd["value"]), "bad_destination")
        known[name] = cmd["method"]
        self.record("DestinationAdded", self.now, member=cmd["member_id"])
        return {"result": {"destination_id": name}}

    def do_request_withdrawal(self, cmd):
        member = self.member_of(cmd)
        number, method = cmd["member_id"], cmd["method"]
        amount = kopecks(cmd["amount"])
        need(member.account, "no_account")
        need(amount >= MINIMUM[method], "below_minimum")
        need(self.debt(number) == 0, "member_has_debt")
        destination = self._destination(number, method, cmd.get("destination_id"))
        need(destination, "bad_destination")
        held = self.held(number)
        need(not self.member_holds[number] and not self.destination_holds[number, destination]
             and (held == 0 or amount <= self.available(number) - held), "on_hold")
        need(amount <= self.available(number), "insufficient_funds")
        made = Withdrawal(len(self.withdrawals) + 1, cmd, self.now, self._due(method))
        made.destination = destination
        self.withdrawals.append(made)
        self.by_request[number, cmd["key"]] = made
        self._step(made, "WithdrawalRequested", "requested",
                   [("2110", number, amount), ("2120", number, -amount)])
        return {"result": {"withdrawal_id": made.number, "ext_ref": made.ext_ref,
                           "due_at": instant_text(made.due_at)}}

    def _destination(self, member, method, wanted):
        known = self.destinations.get(member, {})
        if wanted is not None:
            return wanted if known.get(wanted) == method else None
        return next((name for name in reversed(known) if known[name] == method), None)

    def _due(self, method):
        if method == "phone":
            return self.now + 10 * MINUTE_US
        if method in ("card", "wallet"):
            return self.now + DAY_US
        number, left = moscow_day(self.now), WORKING_DAYS
        while left:
            number += 1
            left -= self._works(number)
        return moscow_midnight(number + 1)

    def _works(self, number):
        off, extra = self.calendars.get(int(day_text(number)[:4]), ((), ()))
        return number in extra or (weekday(number) < 5 and number not in off)

    def _step(self, withdrawal, event, state, moves=()):
        withdrawal.state = state
        self.record(event, self.now, moves, member=withdrawal.member, withdrawal=withdrawal)

    def _found(self, cmd, state):
        if "member_id" in cmd:
            self.member_of(cmd)
            found = self.by_request.get((cmd["member_id"], cmd["request_key"]))
        else:
            found = next((w for w in self.withdrawals if w.number == cmd.get("withdrawal_id")
                          or w.ext_ref == cmd.get("ext_ref")), None)
        need(found, "withdrawal_not_found")
        need(found.state in STATES_BEFORE[state], "wrong_state")
        return found

    def do_cancel_withdrawal(self, cmd):
        found = self._found(cmd, "cancelled")
        self._step(found, "WithdrawalCancelled", "cancelled", self._back("2120", found))
        return {}

    def do_send_withdrawal(self, cmd):
        found = self._found(cmd, "sent")
        need(not self.member_holds[found.member]
             and not self.destination_holds[found.member, found.destination], "on_hold")
        self._step(found, "WithdrawalSent", "sent",
                   [("2120", found.member, found.amount), ("2130", found.member, -found.amount)])
        return {}

    def do_mark_withdrawal_unknown(self, cmd):
        found = self._found(cmd, "unknown")
        self._step(found, "WithdrawalOutcomeUnknown", "unknown")
        return {}

    def do_settle_withdrawal(self, cmd):
        found = self._found(cmd, "settled")
        fee = kopecks(cmd.get("processor_fee", "0.00"))
        paid = [("5200", None, fee), ("1100", None, -(found.amount + fee))]
        if found.state == "rejected":
            self._step(found, "WithdrawalSettledAfterRejection", "settled",
                       self.debit_member(found.member, found.amount) + paid)
        else:
            self._step(found, "WithdrawalSettled", "settled",
                       [("2130", found.member, found.amount), *paid])
        return {}

    def do_reject_withdrawal(self, cmd):
        found = self._found(cmd, "rejected")
        self._step(found, "WithdrawalRejected", "rejected", self._back("2130", found))
        return {}

    def do_return_withdrawal(self, cmd):
        found = self._found(cmd, "returned")
        moves = [("1100", None, found.amount), *self.credit_member(found.member, found.amount)]
        self._step(found, "WithdrawalReturned", "returned", moves)
        return {}

    def _back(self, account, found):
        return [(account, found.member, found.amount),
                *self.credit_member(found.member, found.amount)]

    def do_adjust_balance(self, cmd):
        self.member_of(cmd)
        member, amount = cmd["member_id"], kopecks(cmd["amount"])
        need(len(set(cmd["approvers"])) == 2, "approvers_not_different")
        if amount < 0:
            need(-amount <= self.available(member), "insufficient_funds")
            moves = [("2110", member, -amount), ("5500", None, amount)]
        else:
            moves = [("5500", None, amount), *self.credit_member(member, amount)]
        self.record("BalanceAdjusted", self.now, moves, member=member)
        return {}
