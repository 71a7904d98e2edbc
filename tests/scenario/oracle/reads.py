"""What a reader sees, in the shapes of the command line's JSON documents."""

from .quantities import day, day_text, instant_text, money, moscow_day
from .registry import NEVER
from .rules import need
from .shapes import CATEGORIES, ROLES

CHART = ("1100", "1200", "1210", "1220", "1400", "2100", "2110", "2120", "2130", "2200", "2210",
         "2500", "4100", "4200", "5200", "5300", "5500")
MEMBER_SIDE = {"frozen": ("2100", -1), "available": ("2110", -1), "reserved": ("2120", -1),
               "in_flight": ("2130", -1), "debt": ("1400", 1)}
PARTNER_SIDE = {"tracked": ("1200", 1), "approved": ("1210", 1), "invoiced": ("1220", 1),
                "due_to_partner": ("2210", -1)}


class Reads:
    def read_balance(self, member, as_of=None):
        need(member in self.members, "member_not_found")
        sums = self._sums_of(MEMBER_SIDE, member, as_of)
        return {"member_id": member, **{k: money(v) for k, v in sums.items()},
                "held": money(self.held(member))}

    def _sums_of(self, side, party, as_of):
        if as_of is None:
            return {k: sign * self.balances[a, party] for k, (a, sign) in side.items()}
        sums = dict.fromkeys(side, 0)
        for entry in self.log:
            if entry.effective <= as_of:
                for k, v in self._changes(entry, side, party).items():
                    sums[k] += v
        return sums

    @staticmethod
    def _changes(entry, side, party):
        """What one event changed, by the names of a side."""
        changes = dict.fromkeys(side, 0)
        for account, owner, amount in entry.moves:
            for name, (wanted, sign) in side.items():
                if account == wanted and owner == party:
                    changes[name] += sign * amount
        return changes

    def read_partner(self, partner):
        need(partner in self.partners, "partner_not_found")
        sums = self._sums_of(PARTNER_SIDE, partner, None)
        return {"partner_id": partner, **{k: money(v) for k, v in sums.items()}}

    def read_books(self):
        sums = dict.fromkeys(CHART, 0)
        for (account, _), amount in self.balances.items():
            sums[account] += amount
        return {"book": "PROGRAM", "total": money(sum(sums.values())),
                "accounts": [{"account": a, "balance": money(v)} for a, v in sums.items()]}

    def read_statement(self, member, as_of=None):
        need(member in self.members, "member_not_found")
        running = dict.fromkeys(MEMBER_SIDE, 0)
        entries = []
        for entry in self.by_member[member]:
            change = self._changes(entry, MEMBER_SIDE, member)
            if not any(change.values()) or (as_of is not None and entry.effective > as_of):
                continue
            running = {k: running[k] + v for k, v in change.items()}
            entries.append({"recorded_at": instant_text(entry.recorded), "event": entry.name,
                            "effective_at": instant_text(entry.effective),
                            "change": {k: money(v) for k, v in change.items()},
                            "balance": {k: money(v) for k, v in running.items()}})
        return {"member_id": member, "entries": entries}

    def read_purchase(self, partner, action_id):
        need(partner in self.partners, "partner_not_found")
        action = self.actions.get((partner, action_id))
        need(action, "purchase_not_found")
        purchase = action["purchase"]
        if purchase is None:
            parked = action["parked"]
            return {"state": "expired" if parked["expired"] else "unattributed",
                    "why": parked["why"]}
        left = purchase.cashback if purchase.released else 0
        own = [e for e in self.by_member[purchase.member] if e.purchase is purchase]
        history = [{"event": e.name, "recorded_at": instant_text(e.recorded),
                    "effective_at": instant_text(e.effective)}
                   for e in [*action.get("parking", ()), *own]]
        return {"partner_id": partner, "action_id": action_id, "member_id": purchase.member,
                "partner_state": purchase.partner_state(), "held": bool(purchase.holds),
                "member_state": purchase.member_state(), "base": money(purchase.base),
                "cashback": money(purchase.cashback), "commission": money(purchase.commission),
                "released": money(left), "release_on": day_text(purchase.release_on),
                "history": history}

    def read_purchases(self, partner, first=None, last=None):
        need(partner in self.partners, "partner_not_found")
        of = [p for p in self.purchases if p.partner == partner
              and (first is None or first <= moscow_day(p.at))
              and (last is None or moscow_day(p.at) <= last)]
        of.sort(key=lambda p: moscow_day(p.at))     # stable: in the order of recording
        return {"purchases": [{"action_id": p.action} for p in of]}

    def read_withdrawal(self, member, request_key):
        found = self.by_request.get((member, request_key))
        need(found, "withdrawal_not_found")
        return self._withdrawal(found)

    def _withdrawal(self, found):
        now = self.log[-1].recorded
        late = found.state in ("requested", "sent", "unknown") and now > found.due_at
        return {"withdrawal_id": found.number, "member_id": found.member,
                "request_key": found.request_key, "method": found.method, "overdue": late,
                "amount": money(found.amount), "state": found.state,
                "requested_at": instant_text(found.requested_at),
                "due_at": instant_text(found.due_at)}

    def read_withdrawals(self, state=None, overdue=False):
        rows = [self._withdrawal(w) for w in self.withdrawals]
        return {"withdrawals": [r for r in rows if state in (None, r["state"])
                                and (r["overdue"] or not overdue)]}

    def read_organization(self, organization):
        need(organization in self.organizations, "organization_not_found")
        kind, parent = self.organizations[organization]
        shown = {"organization_id": organization, "kind": kind, "parent_id": parent}
        reports = self.headcounts.get(organization)
        if reports:
            latest = max(reports)
            shown["headcount"] = {"as_of": day_text(latest), **reports[latest]}
        today = moscow_day(self.log[-1].recorded)
        terms = [t for t in self.officers.get(organization, ()) if t["from"] <= today <= t["to"]]
        terms.sort(key=lambda t: (ROLES.index(t["role"]), t["from"], t["member"]))
        shown["officers"] = [
            {"member_id": t["member"], "role": t["role"], "from": day_text(t["from"]),
             **({} if t["to"] == NEVER else {"to": day_text(t["to"])}),
             "full_time": t["full_time"], "status": self.members[t["member"]].status.at(today)}
            for t in terms]
        return shown

    def read_member(self, member_id):
        need(member_id in self.members, "member_not_found")
        member, today = self.members[member_id], moscow_day(self.log[-1].recorded)
        return {"member_id": member_id,
                "organization_id": member.organization.at(today) or member.organization.values[0],
                "category": member.category.at(today) or member.category.values[0],
                "status": member.status.at(today) or "not yet admitted",
                "dues": [{"period": period, **paid}
                         for period, paid in sorted(self.dues.get(member_id, {}).items())]}

    def read_roster(self, organization, as_of=None):
        orgs = self.subtree(organization)
        number = moscow_day(self.log[-1].recorded if as_of is None else as_of)
        rows = []
        for member_id, member in sorted(self.members.items()):
            status = member.status.at(number)
            if status in ("active", "suspended") and member.organization.at(number) in orgs:
                rows.append({"member_id": member_id, "status": status,
                             "organization_id": member.organization.at(number),
                             "category": member.category.at(number),
                             "since": day_text(member.admitted_on)})
        return {"organization_id": organization, "as_of": day_text(number), "members": rows}

    def read_statistics(self, organization, as_of=None):
        orgs = self.subtree(organization)
        number = moscow_day(self.log[-1].recorded if as_of is None else as_of)
        first = day(day_text(number)[:4] + "-01-01")
        counts = dict.fromkeys(("joined", "left", "transferred_in", "transferred_out"), 0)
        for member in self.members.values():
            for name, where in self._moves_of(member, first, number):
                if name == "moved":
                    inside = [org in orgs for org in where]
                    counts["transferred_in"] += inside == [False, True]
                    counts["transferred_out"] += inside == [True, False]
                else:
                    counts[name] += where in orgs
        rows = self.read_roster(organization, as_of)["members"]
        members = {"total": len(rows), **{c: sum(r["category"] == c for r in rows)
                                          for c in CATEGORIES}}
        return {"organization_id": organization, "as_of": day_text(number), "members": members,
                **counts, "cashback": self._cashback_of(orgs, number, as_of)}

    def _cashback_of(self, orgs, number, as_of):
        """Of everybody who is on record there for the day, members still or not."""
        sums = dict.fromkeys(MEMBER_SIDE, 0)
        for member_id, member in self.members.items():
            if (member.organization.at(number) or member.organization.values[0]) in orgs:
                for name, amount in self._sums_of(MEMBER_SIDE, member_id, as_of).items():
                    sums[name] += amount
        return {name: money(total) for name, total in sums.items()}

    @staticmethod
    def _moves_of(member, first, last):
        """(joined or left, organisation) and (moved, (from, to)) of a member in a span of days."""
        where = member.organization.at
        for admitted, ended in member.stays:
            if first <= admitted <= last:
                yield "joined", where(admitted)
            if first <= ended <= last:
                yield "left", where(ended)
            for number in range(max(first, admitted + 1), min(last, ended) + 1):
                if where(number) != where(number - 1):
                    yield "moved", (where(number - 1), where(number))
