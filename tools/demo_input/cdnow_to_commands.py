#!/usr/bin/env python3
"""Turns CDNOW purchases (customer,date,units,amount) into command lines for `kopilka import`.

The purchases are real; everything around them is made up from a seed, the same for the same seed:
who the customers are, how each purchase was reached, approved, returned or declined, and when
money was taken out. Lines leave in the order of their `at`, and every one of them is legal.

Example:
  tools/demo_input/cdnow_to_commands.py tools/demo_input/cdnow_sample.csv > demo.ndjson
  kopilka import demo.ndjson --data demo
"""

import argparse
import csv
import heapq
import json
import sys
from collections import Counter

import chance
import people
import shops
from clock import DAY_S, HOUR_S, MINUTE_S, date_text, day_number, time_text
from wallet import Wallet

COLUMNS = ["customer", "date", "units", "amount"]
DAYS_AFTER_LAST = 100       # the longest freeze and every later return fall within
SETUP_HOUR = 9 * HOUR_S

# What may happen to a purchase, in a thousand.
DECLINED, DECLINED_LATE, RETURNED, RETURNED_LATE = 30, 6, 40, 12
DOUBTED, REPEATED, OVERTAKEN, PARKED, FORGOTTEN = 8, 15, 8, 4, 10
# What may happen to a withdrawal, in a thousand.
CANCELLED, REJECTED, UNKNOWN, SENT_BACK = 15, 20, 15, 15
# What may happen to a member, in a thousand.
TRANSFERRED, NEW_CATEGORY, LEAVES = 15, 10, 20


def read_rows(file):
    """(day, row, customer, units, amount in hundredths) sorted by day; row is the identity."""
    reader = csv.reader(file)
    if next(reader, None) != COLUMNS:
        raise SystemExit(f"expected the columns {','.join(COLUMNS)}")
    rows = []
    for number, (customer, date, units, amount) in enumerate(reader, 1):
        whole, cents = amount.split(".")
        rows.append((day_number(date), number, int(customer), int(units),
                     int(whole) * 100 + int(cents)))
    rows.sort()
    return rows


class Story:
    """Plays the purchases in the order of time and writes what reaches the programme."""

    def __init__(self, rows, seed, out):
        self._rows = rows
        self._draw = chance.Chance(seed)
        self._out = out
        self._encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
        self._agenda = []           # (second, order, what to do then)
        self._order = 0
        self._wallets = {}
        self._first_day_of = {row[2]: row[0] for row in reversed(rows)}
        self._last_row_of = {row[2]: row[1] for row in rows}
        self._last_day = rows[-1][0]
        self._end = self._last_day + DAYS_AFTER_LAST
        self.counts = Counter()

    # Agenda -----------------------------------------------------------------------------------

    def _at(self, second, action, *args):
        self._order += 1
        heapq.heappush(self._agenda, (second, self._order, action, args))

    def _write(self, second, command, key, **fields):
        line = {"command": command, "key": key, "at": time_text(second), **fields}
        self._out.write(self._encode(line) + "\n")
        self.counts[command] += 1

    def _run_before(self, second):
        while self._agenda and self._agenda[0][0] < second:
            now, _, action, args = heapq.heappop(self._agenda)
            action(now, *args)

    def play(self):
        opening = self._rows[0][0] - 40
        self._set_up(opening * DAY_S + SETUP_HOUR, opening)
        for customer, day in sorted(self._first_day_of.items()):
            self._plan_member(customer, day, opening)
        index = 0
        for day in range(opening, self._end):
            while index < len(self._rows) and self._rows[index][0] == day:
                self._plan_purchase(*self._rows[index])
                index += 1
            self._run_before((day + 1) * DAY_S)
        self._write(self._end * DAY_S, "open_business_day", "last-day", date=date_text(self._end))

    # The union and the shops ------------------------------------------------------------------

    def _set_up(self, second, opening):
        for fields in people.organizations():
            self._write(second, "register_organization",
                        f"organization-{fields['organization_id']}", **fields)
        for shop in shops.SHOPS:
            self._write(second, "register_partner", f"partner-{shop['partner_id']}", **shop)
        for terms in shops.TERMS:
            self._write(second, "publish_terms",
                        f"terms-{terms['partner_id']}-{terms['channel']}", **terms,
                        valid_from=date_text(opening))

    # Members ----------------------------------------------------------------------------------

    def _plan_member(self, customer, first_day, opening):
        draw = self._draw.of("member", customer)
        person = people.person(customer, draw)
        wallet = Wallet(person, draw)
        self._wallets[customer] = wallet
        day = max(opening + 1, first_day - 1 - draw.below(30))
        second = day * DAY_S + 10 * HOUR_S + draw.below(6 * HOUR_S)
        self._at(second, self._admit, wallet)
        if draw.below(1000) < TRANSFERRED:
            self._at(self._some_noon(draw, first_day), self._transfer, wallet, draw)
        if draw.below(1000) < NEW_CATEGORY:
            self._at(self._some_noon(draw, first_day), self._change_category, wallet)
        if wallet.has_account:
            later = 45 + draw.below(45)
            self._at((first_day + later) * DAY_S + 12 * HOUR_S + draw.below(8 * HOUR_S),
                     self._consider, wallet)

    def _some_noon(self, draw, first_day):
        days = max(1, self._last_day - first_day)
        return (first_day + 1 + draw.below(days)) * DAY_S + 12 * HOUR_S

    def _admit(self, now, wallet):
        self._write(now, "admit_member", f"admit-{wallet.member}", **wallet.person)
        if wallet.has_card:
            for form in wallet.card_forms:
                self._write(now, "issue_card", f"card-{wallet.member}-{form}",
                            member_id=wallet.member, number=wallet.card_number, form=form)
        if wallet.has_account:
            named = {"number": wallet.card_number, "name": wallet.person["name"]}
            self._write(now, "open_account", f"account-{wallet.member}",
                        member_id=wallet.member, **(named if wallet.has_card else {}))
            for method in ("phone", "account"):
                self._write(now, "add_destination", f"destination-{wallet.member}-{method}",
                            member_id=wallet.member, method=method,
                            value=people.destination(method, wallet.member))

    def _transfer(self, now, wallet, draw):
        target = people.neighbour(wallet.organization, draw)
        if wallet.active and target != wallet.organization:
            wallet.organization = target
            self._write(now, "transfer_member", f"transfer-{wallet.member}",
                        member_id=wallet.member, to_organization_id=target,
                        effective_on=date_text(now // DAY_S))

    def _change_category(self, now, wallet):
        new = "working" if wallet.category != "working" else "temporarily_not_working"
        if wallet.active:
            wallet.category = new
            self._write(now, "change_member_category", f"category-{wallet.member}",
                        member_id=wallet.member, category=new,
                        effective_on=date_text(now // DAY_S))

    # Purchases --------------------------------------------------------------------------------

    def _plan_purchase(self, day, row, customer, units, amount):
        wallet = self._wallets[customer]
        draw = self._draw.of("purchase", row)
        bought = day * DAY_S + 8 * HOUR_S + draw.below(14 * HOUR_S)
        purchase = shops.Purchase(wallet, row, bought, units, amount)
        if purchase.click_id:
            self._at(bought - MINUTE_S - draw.below(40 * MINUTE_S), self._click, purchase)
        told = bought + 5 * MINUTE_S + draw.below(2 * DAY_S)
        approved = told + DAY_S + draw.below(20 * DAY_S)
        self._at(purchase.release_day * DAY_S, self._release, purchase)
        if draw.below(1000) < LEAVES and self._last_row_of[customer] == row:
            self._at(bought + 3 * DAY_S, self._leave, wallet)
        if draw.below(1000) < PARKED and purchase.click_id:
            # The shop forgets the click at first and names it when it approves.
            self._at(told, self._tell, purchase, "new", {"forget": True})
            self._at(approved, self._tell, purchase, "approved", {})
            return
        self._at(told, self._tell, purchase, "new", {})
        fate = draw.below(1000)
        if fate < DECLINED:
            self._at(approved, self._tell, purchase, "declined", {"reason": "order cancelled"})
            return
        if draw.below(1000) < FORGOTTEN:
            return                      # never approved: released by silence, or never
        repeat = draw.below(1000)
        if repeat < REPEATED:
            self._at(told + HOUR_S, self._tell_again, purchase)
        self._at(approved, self._tell, purchase, "approved", {})
        if REPEATED <= repeat < REPEATED + OVERTAKEN:
            self._at(approved + HOUR_S, self._tell_old, purchase, told)
        if draw.below(1000) < DOUBTED and approved + 4 * DAY_S < purchase.release_day * DAY_S:
            self._at(approved + DAY_S, self._tell, purchase, "pending", {})
            self._at(approved + 2 * DAY_S, self._tell, purchase, "approved", {})
        self._plan_return(purchase, approved, fate - DECLINED, draw)

    def _plan_return(self, purchase, approved, fate, draw):
        early = approved + 3 * DAY_S
        late = (purchase.release_day + 1) * DAY_S + draw.below(20 * DAY_S)
        if fate < RETURNED + RETURNED_LATE and purchase.units > 1:
            kept = 1 + draw.below(purchase.units - 1)
            self._at(early if fate < RETURNED else late, self._tell, purchase, "approved",
                     {"kept": kept})
        elif RETURNED + RETURNED_LATE <= fate < RETURNED + RETURNED_LATE + DECLINED_LATE:
            self._at(late, self._tell, purchase, "declined", {"reason": "returned"})

    def _click(self, now, purchase):
        self._write(now, "register_click", f"click-{purchase.row}",
                    member_id=purchase.wallet.member, partner_id=purchase.partner,
                    click_id=purchase.click_id)

    def _tell(self, now, purchase, status, how):
        purchase.tell(status, how.get("kept"), now)
        if how.get("forget"):
            purchase.park()
        purchase.said = purchase.message(status, now, how)
        purchase.messages += 1
        self._write(now, "report_purchase", f"purchase-{purchase.row}-{purchase.messages}",
                    **purchase.said)

    def _tell_again(self, now, purchase):
        self._write(now, "report_purchase", f"purchase-{purchase.row}-again", **purchase.said)

    def _tell_old(self, now, purchase, told):
        self._write(now, "report_purchase", f"purchase-{purchase.row}-old",
                    **purchase.message("new", told, {}))

    @staticmethod
    def _release(now, purchase):
        purchase.release(now // DAY_S)

    def _leave(self, now, wallet):
        wallet.active = False
        self._write(now, "terminate_membership", f"leave-{wallet.member}",
                    member_id=wallet.member, reason="voluntary",
                    effective_on=date_text(now // DAY_S))

    # Withdrawals ------------------------------------------------------------------------------

    def _consider(self, now, wallet):
        """Now and then a member takes out what is there, or a part of it."""
        draw = self._draw.of("withdrawal", wallet.member, now)
        following = now + (20 + draw.below(60)) * DAY_S
        if following < (self._end - 10) * DAY_S:
            self._at(following, self._consider, wallet)
        method = "account" if wallet.available() >= 3_000 and draw.below(2) else "phone"
        amount = wallet.available() if draw.below(3) else wallet.available() // 100 * 100
        if amount < shops.MINIMUM[method]:
            return
        wallet.requests += 1
        key = f"withdrawal-{wallet.member}-{wallet.requests}"
        wallet.take(amount)
        self._write(now, "request_withdrawal", key, member_id=wallet.member, method=method,
                    amount=shops.money(amount))
        named = {"member_id": wallet.member, "request_key": key}
        fate = draw.below(1000)
        if fate < CANCELLED:
            self._at(now + MINUTE_S, self._step, "cancel_withdrawal", key, named, wallet, amount)
            return
        self._at(now + 2 * MINUTE_S, self._step, "send_withdrawal", key,
                 {**named, "processor": f"sample-{method}"}, wallet, 0)
        done = now + (4 * MINUTE_S if method == "phone" else DAY_S + draw.below(DAY_S))
        fee = "0.00" if method == "phone" else "5.00"
        fate -= CANCELLED
        if fate < REJECTED:
            self._at(done, self._step, "reject_withdrawal", key,
                     {**named, "code": "not-in-service"}, wallet, amount)
            return
        if fate < REJECTED + UNKNOWN:
            self._at(done, self._step, "mark_withdrawal_unknown", key, named, wallet, 0)
            done += HOUR_S
        self._at(done, self._step, "settle_withdrawal", key, {**named, "processor_fee": fee},
                 wallet, 0)
        if REJECTED + UNKNOWN <= fate < REJECTED + UNKNOWN + SENT_BACK:
            self._at(done + 2 * DAY_S, self._step, "return_withdrawal", key,
                     {**named, "code": "closed"}, wallet, amount)

    def _step(self, now, command, key, fields, wallet, given_back):
        wallet.give(given_back)
        self._write(now, command, f"{key}-{command.split('_')[0]}", **fields)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="CSV with the columns customer,date,units,amount")
    parser.add_argument("--seed", type=int, default=2019,
                        help="another number makes up another world (%(default)s)")
    parser.add_argument("--output", metavar="FILE",
                        help="where to write; default: standard output")
    args = parser.parse_args()
    with open(args.file, encoding="utf-8", newline="") as file:
        rows = read_rows(file)
    if not rows:
        raise SystemExit(f"{args.file}: no purchases")
    out = open(args.output, "w", encoding="utf-8") if args.output else sys.stdout
    story = Story(rows, args.seed, out)
    story.play()
    if args.output:
        out.close()
    else:
        out.flush()
    for command, count in sorted(story.counts.items()):
        print(f"{count:8d}  {command}", file=sys.stderr)
    print(f"{sum(story.counts.values()):8d}  lines from {len(rows)} purchases", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
