"""The shops, their terms, and what each purchase earns.

CDNOW's amounts are US dollars. Partner 7 takes the same figures as roubles, so that its amounts
look like everyday ones; partner 8 keeps them as dollars, at a made-up rate of the day close to
that of the time in today's roubles.
"""

from clock import DAY_S, date_text, time_text

RECORDS, RECORDS_ABROAD = 7, 8
SHOPS = (
    {"partner_id": RECORDS, "name": "Магазин музыки (пример, суммы как рубли)",
     "categories": ["Книги", "Электроника и бытовая техника"]},
    {"partner_id": RECORDS_ABROAD, "name": "Music shop abroad (sample)", "currency": "USD",
     "categories": ["Книги"]})


def _terms(partner, channel, freeze_days, tariffs, **more):
    return {"partner_id": partner, "channel": channel, "freeze_days": freeze_days,
            "tariffs": [{"code": c, "percent": p, "commission_percent": k}
                        for c, p, k in tariffs], **more}


TERMS = (
    _terms(RECORDS, "online", 30, (("single", "4.30", "6"), ("bundle", "8.50", "10.5"))),
    _terms(RECORDS, "offline", 45, (("standard", "3.98", "5.25"),),
           release_policy="require_approval"),
    _terms(RECORDS_ABROAD, "online", 60, (("standard", "7.49", "9"),), cap_per_order="120.00"))
BY_CHANNEL = {(t["partner_id"], t["channel"]): t for t in TERMS}
MINIMUM = {"phone": 100, "account": 2_000}

RATE_START, RATE_DAY_ZERO = 55_600, 728_987     # 5.5600 on 1996-11-24, slowly up


def money(value):
    return f"{value // 100}.{value % 100:02d}"


def rate_of(day):
    """Roubles for a dollar in ten-thousandths: made up, and the same on every machine."""
    return RATE_START + (day - RATE_DAY_ZERO) * 11 + day * 7919 % 40


def _ppm(percent):
    whole, _, fraction = percent.partition(".")
    return int(whole) * 10_000 + int((fraction + "0000")[:4])


class Purchase:
    """One row: how it was reached, what the shop last said, and whether it was released."""

    def __init__(self, wallet, row, bought, units, amount):
        self.wallet, self.row, self.bought = wallet, row, bought
        self.units, self.amount = units, amount
        self.partner = RECORDS_ABROAD if wallet.shops_abroad else RECORDS
        self.channel = "offline" if wallet.shops_offline else "online"
        self.click_id = None if self.channel == "offline" else f"row{row:06d}"
        self.terms = BY_CHANNEL[self.partner, self.channel]
        self.release_day = bought // DAY_S + self.terms["freeze_days"] + 1
        self.rate = rate_of(bought // DAY_S) if self.partner == RECORDS_ABROAD else None
        self.messages = 0
        self._kept = units
        self._status = None
        self._released = 0          # hundredths that count in the wallet
        self._is_released = False
        self._parked = False

    def sum_left(self):
        return self.amount if self._kept == self.units else self.amount * self._kept // self.units

    def _tariff(self):
        if len(self.terms["tariffs"]) == 1:
            return self.terms["tariffs"][0]
        return self.terms["tariffs"][0 if self.units == 1 else 1]

    def cashback(self):
        """Half a kopeck is rounded up, first in the conversion, then in the percentage."""
        value = self.sum_left()
        if self.rate:
            value = (value * self.rate + 5_000) // 10_000
        value = (value * _ppm(self._tariff()["percent"]) + 500_000) // 1_000_000
        cap = self.terms.get("cap_per_order")
        return min(value, int(cap.replace(".", ""))) if cap else value

    # What the shop says -----------------------------------------------------------------------

    def tell(self, status, kept, now):
        self._status = status
        self._parked = False
        if kept is not None:
            self._kept = kept
        if self._is_released:
            left = 0 if status == "declined" else self.cashback()
            self.wallet.take(self._released - left)
            self._released = left
        elif now // DAY_S >= self.release_day:
            self.release(now // DAY_S)

    def park(self):
        self._parked = True

    def release(self, day):
        """At the end of the freeze: silence is enough unless the terms ask for an approval."""
        silent = self._status == "new" and "release_policy" not in self.terms \
            and day == self.release_day
        if not self._is_released and not self._parked and (self._status == "approved" or silent):
            self._is_released = True
            self._released = self.cashback()
            self.wallet.give(self._released)

    def message(self, status, second, how):
        line = {"line": 1, "amount": money(self.sum_left())}
        if len(self.terms["tariffs"]) > 1:
            line["tariff"] = self._tariff()["code"]
        said = {"partner_id": self.partner, "action_id": f"cdnow-{self.row}",
                "order_id": f"{self.wallet.member}-{date_text(self.bought // DAY_S)}",
                "status": status, "status_at": time_text(second),
                "purchase_at": time_text(self.bought)}
        if not self.click_id:
            said["card_number"] = self.wallet.card_number
        elif not how.get("forget"):
            said["click_id"] = self.click_id
        if self.rate:
            said["currency"] = "USD"
            said["fx_rate"] = f"{self.rate // 10_000}.{self.rate % 10_000:04d}"
        said["lines"] = [line]
        if "reason" in how:
            said["reason"] = how["reason"]
        return said
