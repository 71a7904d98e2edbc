"""What a command line may look like: the field table of the command interface, checked strictly."""

import json
import re

from .quantities import PPM, convert, day, instant, kopecks, ppm

ID_MAX = 2**53 - 1
KOPECKS_MAX = 10**12 - 1        # ten digits before the point
MONEY = r"\d{1,10}\.\d\d"
METHODS = ("phone", "card", "account", "wallet")
REASONS = ("voluntary", "expelled", "left_industry", "graduated", "redundancy", "deceased", "other")
CATEGORIES = ("working", "student", "pensioner_nonworking", "temporarily_not_working")
ROLES = ("chair", "deputy", "committee", "audit", "presidium")
KINDS = ("central", "regional", "territorial", "primary")


class Invalid(Exception):
    """A malformed line; the argument is the code."""


def _text(low=1, high=1000):
    def check(value):
        if not isinstance(value, str):
            raise Invalid("wrong_type")
        if not low <= len(value) <= high:
            raise Invalid("bad_value")
    return check


def _inn(value):
    _match(r"\d{10}|\d{12}")(value)
    digits = [int(digit) for digit in value]
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    for place in {10: (9,), 12: (10, 11)}[len(digits)]:
        total = sum(w * d for w, d in zip(weights[-place:], digits))
        if total % 11 % 10 != digits[place]:
            raise Invalid("bad_value")


def _match(pattern):
    compiled = re.compile(pattern)

    def check(value):
        if not isinstance(value, str):
            raise Invalid("wrong_type")
        if not compiled.fullmatch(value):
            raise Invalid("bad_value")
    return check


def _one_of(*words):
    def check(value):
        if not isinstance(value, str):
            raise Invalid("wrong_type")
        if value not in words:
            raise Invalid("bad_value")
    return check


def _integer(low, high):
    def check(value):
        if isinstance(value, bool) or not isinstance(value, int):
            raise Invalid("wrong_type")
        if not low <= value <= high:
            raise Invalid("bad_value")
    return check


def _parsed(parse):
    def check(value):
        if not isinstance(value, str):
            raise Invalid("wrong_type")
        try:
            parse(value)
        except ValueError as error:
            raise Invalid("bad_value") from error
    return check


def _boolean(value):
    if not isinstance(value, bool):
        raise Invalid("wrong_type")


def _list_of(check_item, low, high):
    def check(value):
        if not isinstance(value, list):
            raise Invalid("wrong_type")
        if not low <= len(value) <= high:
            raise Invalid("bad_value")
        for item in value:
            check_item(item)
    return check


def _object(fields):
    return lambda value: check_fields(value, fields)


_id = _integer(1, ID_MAX)
_people = _integer(0, 10_000_000)
_date = _parsed(day)
_month = _match(r"(19|20|21)\d\d-(0[1-9]|1[0-2])")
_instant = _parsed(instant)
_money = _match(MONEY)
_percent = _match(r"\d{1,3}(\.\d{1,4})?")
_word = _match(r"[A-Za-z0-9_-]{1,64}")
_any = _text()

_LINE = {"line": _integer(0, 2**31 - 1), "amount": _money, "tariff?": _any}
_TARIFF = {"code": _any, "percent?": _percent, "fixed?": _money,
           "commission_percent?": _percent, "commission_fixed?": _money}
_MEMBERSHIP = {"member_id": _id, "effective_on": _date, "reason?": _any}
_SUSPENSION = {"partner_id": _id, "effective_on": _date, "reason?": _any}
_WITHDRAWAL = {"withdrawal_id?": _id, "ext_ref?": _any, "member_id?": _id, "request_key?": _any}
_ANSWER = {**_WITHDRAWAL, "processor_ref?": _any, "code?": _any}
_HOLD = {"scope": _one_of("member", "purchase", "destination"), "member_id?": _id,
         "partner_id?": _id, "action_id?": _any, "destination_id?": _word, "rule": _any}

COMMANDS = {
    "register_organization": {
        "organization_id": _id, "kind": _one_of(*KINDS), "parent_id?": _id, "name": _any,
        "district?": _any, "city?": _any, "inn?": _inn, "pilot?": _boolean},
    "admit_member": {
        "member_id": _id, "organization_id": _id, "category": _one_of(*CATEGORIES),
        "admitted_on": _date, "tenure_from?": _date, "sex?": _one_of("f", "m"),
        "birth_date?": _date, "pedagogue?": _boolean, "name?": _any, "phone?": _any,
        "email?": _any},
    "transfer_member": {"member_id": _id, "to_organization_id": _id, "effective_on": _date},
    "change_member_category": {
        "member_id": _id, "category": _one_of(*CATEGORIES), "effective_on": _date},
    "suspend_membership": _MEMBERSHIP,
    "reinstate_membership": _MEMBERSHIP,
    "terminate_membership": {
        "member_id": _id, "reason": _one_of(*REASONS), "effective_on": _date},
    "elect_officer": {"organization_id": _id, "member_id": _id, "role": _one_of(*ROLES),
                      "from": _date, "to?": _date, "full_time?": _boolean},
    "end_officer_term": {"organization_id": _id, "member_id": _id, "role": _one_of(*ROLES),
                         "effective_on": _date},
    "report_headcount": {"organization_id": _id, "as_of": _date, "employees": _people,
                         "pedagogues": _people, "students": _people},
    "pay_dues": {"member_id": _id, "period": _month, "base": _money, "percent": _percent,
                 "amount": _money, "paid_on": _date},
    "issue_card": {"member_id": _id, "number": _match(r"\d{6,20}"),
                   "form": _one_of("virtual", "plastic"), "valid_to?": _date},
    "block_card": {"number": _match(r"\d{6,20}"), "reason?": _any},
    "open_account": {"member_id": _id, "number?": _match(r"\d{6,20}"), "name?": _any},
    "register_partner": {
        "partner_id": _id, "name": _any, "network?": _any, "currency?": _match(r"[A-Z]{3}"),
        "categories?": _list_of(_text(1, 64), 0, 100), "cities?": _list_of(_any, 0, 1000)},
    "publish_terms": {
        "partner_id": _id, "channel": _one_of("online", "offline", "lead"),
        "tariffs": _list_of(_object(_TARIFF), 1, 1000), "freeze_days": _integer(0, 10_000),
        "window_days?": _integer(0, 365), "cap_per_order?": _money, "cap_per_month?": _money,
        "release_policy?": _one_of("auto", "require_approval"), "valid_from": _date,
        "valid_to?": _date},
    "suspend_partner": _SUSPENSION,
    "resume_partner": _SUSPENSION,
    "register_click": {"member_id": _id, "partner_id": _id,
                       "channel?": _one_of("online", "lead"), "click_id?": _word},
    "report_purchase": {
        "partner_id": _id, "action_id": _text(1, 100), "order_id?": _any,
        "status": _one_of("new", "approved", "pending", "declined"), "status_at": _instant,
        "purchase_at": _instant, "click_id?": _word, "card_number?": _match(r"\d{6,20}"),
        "currency?": _match(r"[A-Z]{3}"), "fx_rate?": _match(r"\d{1,6}\.\d{4}"),
        "lines": _list_of(_object(_LINE), 1, 1000), "delivery?": _money, "reason?": _any},
    "open_business_day": {"date": _date},
    "publish_calendar": {"year": _integer(1970, 9999), "days_off": _list_of(_date, 0, 366),
                         "working_weekends": _list_of(_date, 0, 366)},
    "add_destination": {"member_id": _id, "method": _one_of(*METHODS), "value": _text(0),
                        "destination_id?": _word},
    "request_withdrawal": {"member_id": _id, "method": _one_of(*METHODS), "amount": _money,
                           "destination_id?": _word},
    "cancel_withdrawal": _WITHDRAWAL,
    "send_withdrawal": {**_WITHDRAWAL, "processor?": _any},
    "mark_withdrawal_unknown": _WITHDRAWAL,
    "settle_withdrawal": {**_WITHDRAWAL, "processor_ref?": _any, "processor_fee?": _money},
    "reject_withdrawal": _ANSWER,
    "return_withdrawal": _ANSWER,
    "place_hold": _HOLD,
    "lift_hold": _HOLD,
    "adjust_balance": {"member_id": _id, "amount": _match("[+-]?" + MONEY), "reason": _any,
                       "approvers": _list_of(_any, 2, 2)},
}
_ENVELOPE = {"command": _any, "key": _match(r"[\x20-\x7e]{1,128}"), "at": _instant}


def check_fields(value, fields):
    if not isinstance(value, dict):
        raise Invalid("wrong_type")
    for name in value:
        if name not in fields and name + "?" not in fields:
            raise Invalid("unexpected_field")
    for name, check in fields.items():
        bare = name.rstrip("?")
        if bare in value:
            check(value[bare])
        elif bare == name:
            raise Invalid("missing_field")


def _no_duplicates(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise Invalid("duplicate_name")
    return dict(pairs)


def _exactly(cmd, *ways):
    """One of the ways, each a set of fields, is given whole, and nothing of the others."""
    given = {name for way in ways for name in way if name in cmd}
    if given not in [set(way) for way in ways]:
        raise Invalid("unexpected_field" if len(given) > 1 else "missing_field")


def _check_between_fields(cmd):
    name = cmd["command"]
    if name == "register_organization":
        if (cmd["kind"] == "central") == ("parent_id" in cmd):
            raise Invalid("unexpected_field" if "parent_id" in cmd else "missing_field")
    elif name == "elect_officer":
        if day(cmd.get("to", cmd["from"])) < day(cmd["from"]):
            raise Invalid("bad_value")
    elif name == "pay_dues":
        if kopecks(cmd["amount"]) == 0 or ppm(cmd["percent"]) > PPM:
            raise Invalid("bad_value")
    elif name == "report_headcount":
        if cmd["pedagogues"] > cmd["employees"]:
            raise Invalid("bad_value")
    elif name.endswith("_withdrawal") and name != "request_withdrawal" \
            or name == "mark_withdrawal_unknown":
        _exactly(cmd, ("withdrawal_id",), ("ext_ref",), ("member_id", "request_key"))
    elif name in ("place_hold", "lift_hold"):
        wanted = {"member": {"member_id"}, "purchase": {"partner_id", "action_id"},
                  "destination": {"member_id", "destination_id"}}[cmd["scope"]]
        given = {"member_id", "partner_id", "action_id", "destination_id"} & set(cmd)
        if given != wanted:
            raise Invalid("missing_field" if wanted - given else "unexpected_field")
    elif name == "publish_terms":
        for tariff in cmd["tariffs"]:
            _exactly(tariff, ("percent",), ("fixed",))
            _exactly(tariff, ("commission_percent",), ("commission_fixed",))
    elif name == "report_purchase":
        if "click_id" in cmd and "card_number" in cmd:
            raise Invalid("unexpected_field")
        if (cmd.get("currency", "RUB") == "RUB") == ("fx_rate" in cmd):
            raise Invalid("unexpected_field" if "fx_rate" in cmd else "missing_field")
        for line in cmd["lines"] if "fx_rate" in cmd else ():
            if convert(kopecks(line["amount"]), cmd["fx_rate"]) > KOPECKS_MAX:
                raise Invalid("bad_value")
        numbers = [line["line"] for line in cmd["lines"]]
        if len(set(numbers)) != len(numbers):
            raise Invalid("bad_value")


def parse_line(text):
    """A command line as a dict; raises Invalid with the code of what is wrong."""
    try:
        if len(text.encode()) > 2**20:
            raise Invalid("line_too_long")
        cmd = json.loads(text, object_pairs_hook=_no_duplicates)
    except ValueError as error:
        raise Invalid("not_json") from error
    if not isinstance(cmd, dict):
        raise Invalid("wrong_type")
    if "command" not in cmd:
        raise Invalid("missing_field")
    if not isinstance(cmd["command"], str):
        raise Invalid("wrong_type")
    if cmd["command"] not in COMMANDS:
        raise Invalid("unknown_command")
    check_fields(cmd, {**_ENVELOPE, **COMMANDS[cmd["command"]]})
    _check_between_fields(cmd)
    return cmd
