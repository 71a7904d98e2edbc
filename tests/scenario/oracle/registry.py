"""Organisations, members, cards, accounts, partners and terms."""

import re
from bisect import bisect_left, bisect_right

from .quantities import day, days_of_month, kopecks, moscow_day, moscow_midnight, ppm
from .rules import Refused, need

RANK = {"central": 0, "regional": 1, "territorial": 2, "primary": 3}
RATE_PPM_MIN, RATE_PPM_MAX = 10_000, 300_000
FREEZE_DAYS_MIN, FREEZE_DAYS_MAX = 30, 60
NEVER = 10**9               # a day that no term reaches


class Timeline:
    """Values by the day from which they hold; of two on one day the later recorded wins."""

    def __init__(self):
        self.days, self.values = [], []

    def add(self, number, value):
        index = bisect_right(self.days, number)
        self.days.insert(index, number)
        self.values.insert(index, value)

    def forget_from(self, number):
        """Drops what was foreseen for that day and later."""
        index = bisect_left(self.days, number)
        del self.days[index:], self.values[index:]

    def at(self, number):
        index = bisect_right(self.days, number)
        return self.values[index - 1] if index else None

    def latest(self):
        return self.values[-1] if self.values else None


class Member:
    def __init__(self):
        self.status = Timeline()        # active, suspended, terminated
        self.organization = Timeline()
        self.category = Timeline()
        self.stays = []                 # [admitted on, last day or NEVER]
        self.admitted_on = None
        self.name = None
        self.account = False


class Terms:
    def __init__(self, number, cmd):
        self.number = number
        self.tariffs = {t["code"]: t for t in cmd["tariffs"]}
        self.freeze_days = cmd["freeze_days"]
        self.window_days = cmd.get("window_days", 30)
        self.cap_order = kopecks(cmd["cap_per_order"]) if "cap_per_order" in cmd else None
        self.cap_month = kopecks(cmd["cap_per_month"]) if "cap_per_month" in cmd else None
        self.auto = cmd.get("release_policy", "auto") == "auto"
        self.valid_from = day(cmd["valid_from"])
        self.valid_to = day(cmd["valid_to"]) if "valid_to" in cmd else None


def plain_name(text):
    return re.sub(r"\s+", " ", text).strip().casefold().replace("ё", "е")


class Registry:
    def init_registry(self):
        self.organizations = {}     # id -> (kind, parent)
        self.headcounts = {}        # organization -> {day: {employees, pedagogues, students}}
        self.officers = {}          # organization -> [{member, role, from, to, full_time}]
        self.members = {}
        self.dues = {}              # member -> {period: {organization, base, percent, ...}}
        self.cards = {}             # number -> {member, forms, blocked_at}
        self.partners = {}          # id -> suspensions: [first day, day resumed or None]
        self.terms = {}             # (partner, channel) -> [Terms]

    def organization_of(self, cmd, name="organization_id"):
        return self._known(self.organizations, cmd, name, "organization_not_found")

    def member_of(self, cmd):
        return self._known(self.members, cmd, "member_id", "member_not_found")

    def partner_of(self, cmd):
        return self._known(self.partners, cmd, "partner_id", "partner_not_found")

    @staticmethod
    def _known(table, cmd, name, code):
        need(cmd[name] in table, code)
        return table[cmd[name]]

    def do_register_organization(self, cmd):
        if "parent_id" in cmd:
            parent_kind, _ = self.organization_of(cmd, "parent_id")
        need(cmd["organization_id"] not in self.organizations, "already_exists")
        if "parent_id" in cmd:
            need(RANK[parent_kind] < RANK[cmd["kind"]], "parent_not_above")
        self.organizations[cmd["organization_id"]] = (cmd["kind"], cmd.get("parent_id"))
        self.record("OrganizationRegistered", self.now)
        return {}

    def do_report_headcount(self, cmd):
        self.organization_of(cmd)
        number = day(cmd["as_of"])
        self.headcounts.setdefault(cmd["organization_id"], {})[number] = {
            name: cmd[name] for name in ("employees", "pedagogues", "students")}
        self.record("HeadcountReported", moscow_midnight(number))
        return {}

    def do_elect_officer(self, cmd):
        self.organization_of(cmd)
        first = self._active_on(self.member_of(cmd), cmd, "from")
        last = day(cmd["to"]) if "to" in cmd else NEVER
        terms = self.officers.setdefault(cmd["organization_id"], [])
        for term in terms:
            same = cmd["role"] == "chair" or term["member"] == cmd["member_id"]
            if term["role"] == cmd["role"] and same:
                need(last < term["from"] or term["to"] < first, "office_taken")
        terms.append({"member": cmd["member_id"], "role": cmd["role"], "from": first, "to": last,
                      "full_time": cmd.get("full_time", False)})
        self._membership_event("OfficerElected", cmd, first)
        return {}

    def do_end_officer_term(self, cmd):
        self.organization_of(cmd)
        self.member_of(cmd)
        number = day(cmd["effective_on"])
        terms = self.officers.get(cmd["organization_id"], [])
        held = [t for t in terms if t["from"] <= number <= t["to"]
                and (t["member"], t["role"]) == (cmd["member_id"], cmd["role"])]
        need(held, "not_active")
        # It is the first day without the office; on the first day of the term nothing is left.
        held[0]["to"] = number - 1
        terms[:] = [t for t in terms if t["from"] <= t["to"]]
        self._membership_event("OfficerTermEnded", cmd, number)
        return {}

    def do_pay_dues(self, cmd):
        member, paid_on = self.member_of(cmd), day(cmd["paid_on"])
        need(paid_on <= moscow_day(self.now), "day_not_reached")
        days = days_of_month(cmd["period"])
        standing = {member.status.at(number) for number in days}
        if not standing & {"active", "suspended"}:
            raise Refused("not_active" if "terminated" in standing else "date_before_admission")
        paid = self.dues.setdefault(cmd["member_id"], {})
        need(cmd["period"] not in paid, "already_paid")
        paid[cmd["period"]] = {
            "organization_id": member.organization.at(days[-1]),
            **{name: cmd[name] for name in ("base", "percent", "amount", "paid_on")}}
        self._membership_event("DuesPaid", cmd, paid_on)
        return {}

    def do_admit_member(self, cmd):
        kind, _ = self.organization_of(cmd)
        member = self.members.get(cmd["member_id"]) or Member()
        admitted = day(cmd["admitted_on"])
        need(member.status.latest() in (None, "terminated"), "already_exists")
        need(kind == "primary", "not_primary")
        need(day(cmd.get("tenure_from", cmd["admitted_on"])) <= admitted,
             "tenure_after_admission")
        # The day of termination is the last day of membership: it ends on the day after.
        need(not member.status.days or admitted >= member.status.days[-1],
             "date_before_admission")
        self.members[cmd["member_id"]] = member
        member.admitted_on = admitted
        member.stays.append([admitted, NEVER])
        member.name = cmd.get("name", member.name)
        member.status.add(admitted, "active")
        member.organization.forget_from(admitted)
        member.category.forget_from(admitted)
        member.organization.add(admitted, cmd["organization_id"])
        member.category.add(admitted, cmd["category"])
        self._membership_event("MemberAdmitted", cmd, admitted)
        return {}

    def do_transfer_member(self, cmd):
        member, (kind, _) = self.member_of(cmd), self.organization_of(cmd, "to_organization_id")
        number = self._active_on(member, cmd)
        need(kind == "primary", "not_primary")
        need(member.organization.at(number) != cmd["to_organization_id"], "same_organization")
        member.organization.add(number, cmd["to_organization_id"])
        self._membership_event("MemberTransferred", cmd, number)
        return {}

    def do_change_member_category(self, cmd):
        member = self.member_of(cmd)
        number = self._active_on(member, cmd)
        need(member.category.at(number) != cmd["category"], "same_category")
        member.category.add(number, cmd["category"])
        self._membership_event("MemberCategoryChanged", cmd, number)
        return {}

    # The status that counts is that of the command's own day; before the first admission there is
    # none, and then it is the date that is wrong.

    def do_suspend_membership(self, cmd):
        member, status = self._standing(cmd)
        need(status not in ("suspended", "terminated"), "not_active")
        return self._change_status(member, cmd, "suspended", "MembershipSuspended")

    def do_reinstate_membership(self, cmd):
        member, status = self._standing(cmd)
        need(status != "terminated", "not_active")
        need(status != "active", "already_active")
        return self._change_status(member, cmd, "active", "MembershipReinstated")

    def do_terminate_membership(self, cmd):
        member, status = self._standing(cmd)
        need(status != "terminated", "not_active")
        answer = self._change_status(member, cmd, "terminated", "MembershipTerminated", 1)
        member.stays[-1][1] = day(cmd["effective_on"])
        return answer

    def _standing(self, cmd):
        member = self.member_of(cmd)
        return member, member.status.at(day(cmd["effective_on"]))

    def _active_on(self, member, cmd, name="effective_on"):
        number = day(cmd[name])
        need(member.status.at(number) in ("active", None), "not_active")
        need(number >= member.admitted_on, "date_before_admission")
        return number

    def _change_status(self, member, cmd, status, event, delay=0):
        number = day(cmd["effective_on"])
        need(number >= member.status.days[-1], "date_before_admission")
        member.status.add(number + delay, status)
        self._membership_event(event, cmd, number + delay)
        return {}

    def _membership_event(self, name, cmd, number):
        self.record(name, moscow_midnight(number), member=cmd["member_id"])

    def do_issue_card(self, cmd):
        member = self.member_of(cmd)
        card = self.cards.get(cmd["number"])
        need(member.status.at(moscow_day(self.now)) == "active", "not_active")
        if card:
            need(card["member"] == cmd["member_id"], "number_taken")
            need(cmd["form"] not in card["forms"], "already_exists")
        else:
            card = {"member": cmd["member_id"], "forms": {}, "blocked_at": None}
            self.cards[cmd["number"]] = card
        card["forms"][cmd["form"]] = day(cmd["valid_to"]) if "valid_to" in cmd else None
        self.record("CardIssued", self.now, member=cmd["member_id"])
        return {}

    def do_block_card(self, cmd):
        card = self._known(self.cards, cmd, "number", "card_not_found")
        need(card["blocked_at"] is None, "wrong_state")
        card["blocked_at"] = self.now
        self.record("CardBlocked", self.now, member=card["member"])
        return {}

    def do_open_account(self, cmd):
        member = self.member_of(cmd)
        if "number" in cmd:
            card = self._known(self.cards, cmd, "number", "card_not_found")
        need(member.status.at(moscow_day(self.now)) == "active", "not_active")
        need(not member.account, "account_exists")
        if "number" in cmd:
            need(card["member"] == cmd["member_id"], "name_mismatch")
        if "name" in cmd:
            need(plain_name(cmd["name"]) == plain_name(member.name or ""), "name_mismatch")
        member.account = True
        self.record("AccountOpened", self.now, member=cmd["member_id"])
        return {}

    def do_register_partner(self, cmd):
        need(cmd["partner_id"] not in self.partners, "already_exists")
        self.partners[cmd["partner_id"]] = []
        self.record("PartnerRegistered", self.now)
        return {}

    def do_suspend_partner(self, cmd):
        spans = self.partner_of(cmd)
        need(not spans or spans[-1][1] is not None, "not_active")
        spans.append([day(cmd["effective_on"]), None])
        self.record("PartnerSuspended", self.now)
        return {}

    def do_resume_partner(self, cmd):
        spans = self.partner_of(cmd)
        need(spans and spans[-1][1] is None, "already_active")
        spans[-1][1] = day(cmd["effective_on"])
        self.record("PartnerResumed", self.now)
        return {}

    def partner_suspended(self, partner, number):
        return any(first <= number and (resumed is None or number < resumed)
                   for first, resumed in self.partners[partner])

    def do_publish_terms(self, cmd):
        self.partner_of(cmd)
        published = self.terms.setdefault((cmd["partner_id"], cmd["channel"]), [])
        for tariff in cmd["tariffs"]:
            if "percent" in tariff:
                need(RATE_PPM_MIN <= ppm(tariff["percent"]) <= RATE_PPM_MAX,
                     "rate_out_of_bounds")
        need(FREEZE_DAYS_MIN <= cmd["freeze_days"] <= FREEZE_DAYS_MAX, "freeze_out_of_bounds")
        terms = Terms(len(self.log) + 1, cmd)
        need(not published or terms.valid_from >= moscow_day(self.now), "retroactive")
        for other in published:
            first, second = sorted((other, terms), key=lambda t: t.valid_from)
            apart = first.valid_from < second.valid_from and (
                first.valid_to is None or first.valid_to < second.valid_from)
            need(apart, "terms_overlap")
        published.append(terms)
        published.sort(key=lambda t: t.valid_from)
        self.record("TermsPublished", self.now)
        return {"result": {"terms_id": terms.number}}

    def terms_on(self, partner, channel, number):
        """The terms in force on a day: the latest to have begun, unless they have ended."""
        begun = [t for t in self.terms.get((partner, channel), ()) if t.valid_from <= number]
        if not begun or (begun[-1].valid_to is not None and begun[-1].valid_to < number):
            return None
        return begun[-1]

    def subtree(self, root):
        if root not in self.organizations:
            raise Refused("organization_not_found")
        found = {root}
        grown = True
        while grown:
            below = {o for o, (_, parent) in self.organizations.items() if parent in found}
            grown = not below <= found
            found |= below
        return found
