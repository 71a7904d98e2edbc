"""What partners send: recording, changing, parking and releasing purchases."""

from collections import defaultdict

from .quantities import (DAY_US, MINUTE_US, convert, day_text, instant, kopecks, money, month,
                         moscow_day, moscow_midnight, ppm, share)
from .rules import Refused, need

STATUS_RANK = {"new": 0, "pending": 1, "approved": 2, "declined": 3}
FUTURE_US = 5 * MINUTE_US
TOO_OLD_DAYS = 365
PARKED_DAYS = 91


class Purchase:
    """One attributed action and what it now stands at."""

    def __init__(self):
        self.approved = False
        self.declined = False
        self.released = False
        self.holds = set()              # rules; "partner" for one that was re-held
        self.base = self.cashback = self.commission = 0
        self.capped = False             # a cap has cut the cashback
        self.late = False               # its release day had come when it was recorded

    def partner_state(self):
        return "declined" if self.declined else "approved" if self.approved else "tracked"

    def member_state(self):
        if self.declined:
            return "clawed_back" if self.released else "cancelled"
        return "released" if self.released else "frozen"

    def receivable(self):
        return "1210" if self.approved else "1200"

    def margin(self):
        return "4100" if self.approved else "2500"


class Purchases:
    def init_purchases(self):
        self.clicks = {}                # click_id -> (member, partner, channel, at)
        self.actions = {}               # (partner, action) -> what the partner last said
        self.purchases = []             # in order of recording
        self.release_queue = defaultdict(list)      # release day -> purchases
        self.parked_queue = defaultdict(list)       # expiry day -> actions
        self.of_month = defaultdict(list)   # (member, partner, month) -> purchases
        self.of_member = defaultdict(list)
        self.member_holds = defaultdict(set)        # member -> rules
        self.destination_holds = defaultdict(set)   # (member, destination) -> rules

    def do_register_click(self, cmd):
        self.member_of(cmd)
        self.partner_of(cmd)
        click_id = cmd.get("click_id", f"click-{len(self.log)}")
        need(click_id not in self.clicks, "click_taken")
        self.clicks[click_id] = (cmd["member_id"], cmd["partner_id"],
                                 cmd.get("channel", "online"), self.now)
        self.record("ClickRegistered", self.now, member=cmd["member_id"])
        return {"result": {"click_id": click_id}}

    # A partner's message ----------------------------------------------------------------------

    def do_report_purchase(self, cmd):
        self.partner_of(cmd)
        action = self.actions.get((cmd["partner_id"], cmd["action_id"]))
        said = {"status": cmd["status"], "at": instant(cmd["status_at"]),
                "sums": {(l["line"], l["amount"], l.get("tariff")) for l in cmd["lines"]
                         if kopecks(l["amount"]) > 0}}
        if action is None:
            action = {"said": None, "purchase": None, "parked": None, "click": None,
                      "card": None}
            self.actions[cmd["partner_id"], cmd["action_id"]] = action
        else:
            verdict = self._against_last(action["said"], said)
            if verdict:
                answer = {"status": verdict}
                if verdict == "duplicate":
                    answer["original"] = action["first"]
                return answer
        if action["purchase"]:
            self._change(action["purchase"], cmd, said)
        else:
            self._judge_afresh(action, cmd)
        action["said"] = said
        action["first"] = {"status": "accepted", "result": self._result(action)}
        return {"result": self._result(action)}

    @staticmethod
    def _against_last(last, said):
        if said["at"] < last["at"]:
            return "stale"
        if said == last:
            return "duplicate"
        if said["at"] == last["at"]:
            if said["status"] == last["status"]:
                raise Refused("status_time_conflict")
            if STATUS_RANK[said["status"]] < STATUS_RANK[last["status"]]:
                return "stale"
        return None

    @staticmethod
    def _result(action):
        purchase = action["purchase"]
        if purchase is None:
            return {"state": "unattributed", "why": action["parked"]["why"]}
        return {"purchase_id": purchase.number, "state": purchase.partner_state(),
                "cashback": money(purchase.cashback), "release_on": day_text(purchase.release_on)}

    # Attribution ------------------------------------------------------------------------------

    def _judge_afresh(self, action, cmd):
        if "click_id" in cmd or "card_number" in cmd:
            action["click"], action["card"] = cmd.get("click_id"), cmd.get("card_number")
        at = instant(cmd["purchase_at"])
        found, why = self._attribute(action, cmd, at)
        about = {"partner": cmd["partner_id"]}
        if why:
            if action["parked"] is None or action["parked"]["expired"]:
                self.parked_queue[self.today + PARKED_DAYS].append(action)
            action["parked"] = {"why": why, "expired": False}
            self.record("PurchaseUnattributed", at, **about)
            action.setdefault("parking", []).append(self.log[-1])
            return
        action["purchase"] = self._record_purchase(cmd, at, found)
        purchase = action["purchase"]
        purchase.click, purchase.card = action["click"], action["card"]
        if purchase.approved:
            self._try_release(purchase)

    def _attribute(self, action, cmd, at):
        if at > self.now + FUTURE_US:
            return None, "future"
        if at < self.now - TOO_OLD_DAYS * DAY_US:
            return None, "too_old"
        bought = moscow_day(at)
        if action["card"]:
            channel = "offline"
            card = self.cards.get(action["card"])
            if card is None:
                return None, "unknown_card"
            if card["blocked_at"] is not None and card["blocked_at"] <= at:
                return None, "blocked_card"
            if all(end is not None and end < bought for end in card["forms"].values()):
                return None, "expired_card"
            member = card["member"]
            terms = self.terms_on(cmd["partner_id"], channel, bought)
        else:
            if action["click"] not in self.clicks:
                return None, "no_click"
            member, partner, channel, clicked = self.clicks[action["click"]]
            if partner != cmd["partner_id"]:
                return None, "wrong_partner"
            terms = self.terms_on(partner, channel, bought)
            window = (terms.window_days if terms else 30) * DAY_US
            if not clicked <= at <= clicked + window:
                return None, "window"
        if self.partner_suspended(cmd["partner_id"], bought):
            return None, "partner_suspended"
        if terms is None:
            return None, "no_terms"
        if not self._tariffs_known(cmd, terms):
            return None, "unknown_tariff"
        if self.members[member].status.at(bought) != "active":
            return None, "not_member"
        return (member, terms), None

    @staticmethod
    def _tariffs_known(cmd, terms):
        return all(line["tariff"] in terms.tariffs if "tariff" in line
                   else len(terms.tariffs) == 1 for line in cmd["lines"])

    # Sums -------------------------------------------------------------------------------------

    def _sums(self, cmd, terms):
        """(base, cashback before caps, commission) of a message."""
        base = cashback = commission = 0
        fixed = set()
        only = next(iter(terms.tariffs))
        for line in cmd["lines"]:
            amount = kopecks(line["amount"])
            if "fx_rate" in cmd:
                amount = convert(amount, cmd["fx_rate"])
            tariff = terms.tariffs[line.get("tariff", only)]
            base += amount
            if "percent" in tariff:
                cashback += share(amount, ppm(tariff["percent"]))
            if "commission_percent" in tariff:
                commission += share(amount, ppm(tariff["commission_percent"]))
            if amount > 0 and tariff["code"] not in fixed:
                fixed.add(tariff["code"])
                cashback += kopecks(tariff.get("fixed", "0.00"))
                commission += kopecks(tariff.get("commission_fixed", "0.00"))
        return base, cashback, commission

    def _capped(self, purchase, cashback):
        """The cashback that the caps leave, in view of the member's other purchases."""
        limit = cashback
        if purchase.terms.cap_order is not None:
            limit = min(limit, purchase.terms.cap_order)
        if purchase.terms.cap_month is not None:
            others = sum(p.cashback for p in self.of_month[purchase.cap_key] if p is not purchase)
            limit = min(limit, max(0, purchase.terms.cap_month - others))
        if purchase.capped:
            limit = min(limit, purchase.cashback)
        return limit

    # Recording --------------------------------------------------------------------------------

    def _record_purchase(self, cmd, at, found):
        purchase = Purchase()
        purchase.member, purchase.terms = found
        purchase.number = len(self.purchases) + 1
        purchase.partner, purchase.action = cmd["partner_id"], cmd["action_id"]
        purchase.at = at
        purchase.currency = (cmd.get("currency", "RUB"), cmd.get("fx_rate"))
        purchase.release_on = moscow_day(at) + purchase.terms.freeze_days + 1
        purchase.approved = cmd["status"] == "approved"
        purchase.declined = cmd["status"] == "declined"
        purchase.late = purchase.release_on <= self.today
        purchase.cap_key = (purchase.member, purchase.partner, month(moscow_day(at)))
        moves = []
        if not purchase.declined:
            base, cashback, commission = self._sums(cmd, purchase.terms)
            left = self._capped(purchase, cashback)
            purchase.capped = left < cashback
            purchase.base, purchase.cashback, purchase.commission = base, left, commission
            moves = self._accrual(purchase, left, commission)
        self.purchases.append(purchase)
        self.of_month[purchase.cap_key].append(purchase)
        self.of_member[purchase.member].append(purchase)
        self.release_queue[purchase.release_on].append(purchase)
        self._event(purchase, "PurchaseRecorded", at, moves)
        return purchase

    def _event(self, purchase, name, effective, moves=()):
        self.record(name, effective, moves, member=purchase.member, partner=purchase.partner,
                    purchase=purchase)

    @staticmethod
    def _accrual(purchase, cashback, commission):
        """Postings that add to the cashback and the commission of a frozen purchase."""
        return [(purchase.receivable(), purchase.partner, commission),
                ("2100", purchase.member, -cashback),
                (purchase.margin(), None, -(commission - cashback))]

    # Changing ---------------------------------------------------------------------------------

    def _change(self, purchase, cmd, said):
        action = self.actions[purchase.partner, purchase.action]
        need(instant(cmd["purchase_at"]) == purchase.at
             and cmd.get("click_id", purchase.click) == purchase.click
             and cmd.get("card_number", purchase.card) == purchase.card
             and (cmd.get("currency", "RUB"), cmd.get("fx_rate")) == purchase.currency,
             "immutable_field")
        need(not purchase.declined, "already_declined")
        need(cmd["status"] == "declined" or self._tariffs_known(cmd, purchase.terms),
             "unknown_tariff")
        effective = max(said["at"], purchase.at)
        if cmd["status"] == "declined":
            self._decline(purchase, effective)
            return
        same_sums = said["sums"] == action["said"]["sums"]
        base, cashback, commission = self._sums(cmd, purchase.terms)
        left = self._capped(purchase, cashback)
        need(not purchase.released or left <= purchase.cashback, "released_amount_up")
        changed = False
        if not same_sums:
            purchase.capped = left < cashback
            self._adjust(purchase, base, left, commission, effective)
            changed = True
        if cmd["status"] == "approved" and not purchase.approved:
            self._approve(purchase, effective)
            changed = True
        elif cmd["status"] == "approved" and "partner" in purchase.holds:
            if not changed:
                self._event(purchase, "PurchaseReaffirmed", effective)
            purchase.holds.discard("partner")
            self._event(purchase, "HoldLifted", effective)
            self._try_release(purchase)
            changed = True
        elif cmd["status"] != "approved" and purchase.approved:
            self._rehold(purchase, effective)
            changed = True
        if not changed:
            self._event(purchase, "PurchaseReaffirmed", effective)

    def _adjust(self, purchase, base, cashback, commission, effective):
        more, paid = cashback - purchase.cashback, commission - purchase.commission
        name = "PurchaseAdjusted"
        if purchase.released:
            moves = [*self.debit_member(purchase.member, -more),
                     (purchase.margin(), None, more - paid),
                     (purchase.receivable(), purchase.partner, paid)]
            name = "CashbackClawedBack" if more < 0 else name
        else:
            moves = self._accrual(purchase, more, paid)
        purchase.base, purchase.cashback, purchase.commission = base, cashback, commission
        self._event(purchase, name, effective, moves)

    def _decline(self, purchase, effective):
        back, paid = purchase.cashback, purchase.commission
        owed = [(purchase.margin(), None, paid - back),
                (purchase.receivable(), purchase.partner, -paid)]
        if purchase.released:
            name, moves = "CashbackClawedBack", self.debit_member(purchase.member, back) + owed
        else:
            name, moves = "PurchaseDeclined", [("2100", purchase.member, back)] + owed
        purchase.declined = True
        purchase.base = purchase.cashback = purchase.commission = 0
        self._event(purchase, name, effective, moves)

    def _move_receivable(self, purchase, approved):
        margin = purchase.commission - purchase.cashback
        before = (purchase.receivable(), purchase.margin())
        purchase.approved = approved
        return [(purchase.receivable(), purchase.partner, purchase.commission),
                (before[0], purchase.partner, -purchase.commission),
                (before[1], None, margin), (purchase.margin(), None, -margin)]

    def _approve(self, purchase, effective):
        purchase.holds.discard("partner")
        self._event(purchase, "PurchaseApproved", effective,
                    self._move_receivable(purchase, True))
        self._try_release(purchase)

    def _rehold(self, purchase, effective):
        purchase.holds.add("partner")
        self._event(purchase, "PurchaseReheld", effective,
                    self._move_receivable(purchase, False))

    # Releasing --------------------------------------------------------------------------------

    def release_due(self, number):
        for purchase in sorted(self.release_queue.pop(number, ()), key=lambda p: p.number):
            self._try_release(purchase)

    def _try_release(self, purchase):
        silent = purchase.terms.auto and not purchase.late
        if (purchase.released or purchase.declined or purchase.holds
                or self.member_holds[purchase.member] or purchase.release_on > self.today
                or not (purchase.approved or silent)):
            return
        purchase.released = True
        moves = [("2100", purchase.member, purchase.cashback),
                 *self.credit_member(purchase.member, purchase.cashback)]
        self._event(purchase, "FreezeExpired",
                    max(moscow_midnight(purchase.release_on), purchase.at), moves)

    def expire_parked(self, number):
        for action in self.parked_queue.pop(number, ()):
            if action["purchase"] is None:
                action["parked"]["expired"] = True
                self.record("PurchaseExpired", self.now)
                action["parking"].append(self.log[-1])

    # Holds ------------------------------------------------------------------------------------

    def do_place_hold(self, cmd):
        rules, purchase = self._hold_target(cmd)
        need(cmd["rule"] not in rules, "already_held")
        rules.add(cmd["rule"])
        self.record("HoldPlaced", self.now, member=purchase.member if purchase
                    else cmd["member_id"])
        return {}

    def do_lift_hold(self, cmd):
        rules, purchase = self._hold_target(cmd)
        need(cmd["rule"] in rules, "not_held")
        rules.discard(cmd["rule"])
        member = purchase.member if purchase else cmd["member_id"]
        self.record("HoldLifted", self.now, member=member)
        for freed in [purchase] if purchase else sorted(
                self.of_member[member], key=lambda p: (p.release_on, p.number)):
            self._try_release(freed)
        return {}

    def _hold_target(self, cmd):
        if cmd["scope"] == "purchase":
            self.partner_of(cmd)
            action = self.actions.get((cmd["partner_id"], cmd["action_id"]))
            need(action and action["purchase"], "purchase_not_found")
            need(not action["purchase"].declined, "wrong_state")
            return action["purchase"].holds, action["purchase"]
        self.member_of(cmd)
        if cmd["scope"] == "member":
            return self.member_holds[cmd["member_id"]], None
        known = self.destinations.get(cmd["member_id"], {})
        need(cmd["destination_id"] in known, "bad_destination")
        return self.destination_holds[cmd["member_id"], cmd["destination_id"]], None

    def held(self, member):
        locked = sum(p.cashback for p in self.of_member[member] if p.released and p.holds)
        return min(locked, self.available(member))
