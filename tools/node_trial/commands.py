"""What the trial sends to the nodes, and what must become of each message."""

import dataclasses
import datetime
import json
from collections import Counter

MEMBERS = 20
CASHBACK = 500  # kopecks: 5 % of 100.00
REPEATED_EVERY, APPROVED_EVERY, REFUSED_EVERY, GARBLED_EVERY = 7, 3, 31, 53


@dataclasses.dataclass(frozen=True)
class Message:
    """One record of the feed of commands. Those of one `place` keep their order."""

    place: str
    text: str
    key: str | None  # the command's; nothing: it is no command
    status: str      # what its outcome must say


def _moment(seconds_ago):
    moment = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=seconds_ago)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _message(place, key, status="accepted", **fields):
    return Message(place, json.dumps({"key": key, **fields}), key, status)


def founding():
    """Organisations, a shop, members and their cards, all in one place: their order matters."""
    everyone = [
        dict(command="register_organization", organization_id=1, kind="central", name="Union"),
        dict(command="register_organization", organization_id=2, parent_id=1, kind="primary",
             name="School 7"),
        dict(command="register_partner", partner_id=7, name="Example Shop"),
        dict(command="publish_terms", partner_id=7, channel="offline", valid_from="2019-03-01",
             freeze_days=30,
             tariffs=[{"code": "all", "percent": "5", "commission_percent": "7"}])]
    for member in range(1, MEMBERS + 1):
        everyone += [
            dict(command="admit_member", member_id=member, organization_id=2, category="working",
                 admitted_on="2018-09-01", name=f"Anna Example {member}"),
            dict(command="issue_card", member_id=member, number=_card(member), form="plastic")]
    return [_message("founding", f"founding-{n}", **fields) for n, fields in enumerate(everyone)]


def _card(member):
    return f"{member:08}"


class Purchases:
    """Messages without end: purchases of 100.00 by card, some sent twice, some approved later, and
    now and then what is refused or is no command at all."""

    def __init__(self):
        self._ready = []
        self._count = 0
        self.bought = Counter()  # purchases by member

    def take(self):
        if not self._ready:
            self._ready = self._next_purchase()
        return self._ready.pop(0)

    def _next_purchase(self):
        n = self._count
        self._count += 1
        member = 1 + n % MEMBERS
        self.bought[member] += 1
        place = f"member-{member}"
        fields = dict(command="report_purchase", partner_id=7, action_id=f"A-{n}",
                      purchase_at=_moment(60), card_number=_card(member),
                      lines=[{"line": 1, "amount": "100.00"}])
        new = self._report(place, f"new-{n}", "new", 60, fields)
        made = [new]
        if n % REPEATED_EVERY == 0:
            made.append(dataclasses.replace(new, status="duplicate"))
        if n % APPROVED_EVERY == 0:
            made.append(self._report(place, f"approved-{n}", "approved", 30, fields))
        if n % REFUSED_EVERY == 0:
            made.append(_message(place, f"refused-{n}", "refused", command="issue_card",
                                 member_id=999_999, number="99999999", form="plastic"))
        if n % GARBLED_EVERY == 0:
            made.append(Message(place, f"this is no command, {n}", None, "invalid"))
        return made

    @staticmethod
    def _report(place, key, status, seconds_ago, fields):
        # Not by _message: `status` is a field of the command too.
        text = json.dumps({"key": key, "status": status, "status_at": _moment(seconds_ago),
                           **fields})
        return Message(place, text, key, "accepted")
