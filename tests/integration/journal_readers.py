"""The balances of an exported journal, as the programs see them that it was exported for.

Each reader takes a file and returns kopecks, debits - credits, by (account, part): ("2100", "M42")
is member 42's, ("1210", "P7") partner 7's, ("1100", "") an account that is not divided. Zeros are
left out. A program that does not accept the file raises NotAccepted.
"""

import collections
import csv
import decimal
import io
import json
import subprocess

TIMEOUT_S = 300
MEMBERS = {"2100", "2110", "2120", "2130", "1400"}
PARTNERS = {"1200", "1210", "1220", "2210"}


class NotAccepted(Exception):
    """What the program said."""


def run(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8",
                              timeout=TIMEOUT_S, check=False)
    except FileNotFoundError:
        raise SystemExit(f"{command[0]} is not installed, and this test asks it whether it reads "
                         "what we write; tools/setup installs it") from None
    if done.returncode != 0 or done.stderr.strip():
        raise NotAccepted(f"{' '.join(command)}: exit {done.returncode}: {done.stdout[-2000:]}"
                          f"{done.stderr[-2000:]}")
    return done.stdout


def kopecks(text):
    value = decimal.Decimal(text) * 100
    whole = int(value)
    assert whole == value, text
    return whole


def part_of(code, member, partner):
    if code in MEMBERS and member:
        return f"M{member}"
    return f"P{partner}" if code in PARTNERS and partner else ""


def nonzero(rows):
    sums = collections.Counter()
    for key, amount in rows:
        sums[key] += amount
    return {key: amount for key, amount in sums.items() if amount}


def by_journal_name(rows):
    """Rows of ("Liabilities:2100-MemberFrozen:M42", kopecks)."""
    def key(name):
        _, account, *part = name.strip().split(":")
        return account[:4], part[0] if part else ""
    return nonzero((key(name), amount) for name, amount in rows)


def hledger(path):
    run("hledger", "-f", path, "check", "--strict", "ordereddates", "payees")
    table = run("hledger", "-f", path, "balance", "--flat", "--empty", "--no-total", "-O", "csv")
    rows = list(csv.reader(io.StringIO(table)))[1:]
    return by_journal_name((name, kopecks(amount.removesuffix(" RUB"))) for name, amount in rows)


def ledger(path):
    table = run("ledger", "--pedantic", "--check-payees", "-f", path, "balance", "--flat",
                "--empty", "--no-total", "--format", r"%(account)\t%(quantity(amount))\n")
    rows = [line.split("\t") for line in table.splitlines()]
    return by_journal_name((name, kopecks(amount)) for name, amount in rows)


def beancount(path):
    run("bean-check", path)
    table = run("bean-query", "-q", "-f", "csv", path,
                "select account, sum(number) as total group by account")
    rows = list(csv.reader(io.StringIO(table)))[1:]
    return by_journal_name((name, kopecks(amount)) for name, amount in rows)


def csv_rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    assert text.count("\r\n") == text.count("\n"), "RFC 4180 ends lines with CR LF"
    return list(csv.DictReader(io.StringIO(text), strict=True))


def of_csv_rows(rows):
    return nonzero(((row["account"], part_of(row["account"], row["member_id"], row["partner_id"])),
                    kopecks(row["debit"] or "0") - kopecks(row["credit"] or "0"))
                   for row in rows if row["account"])


def comma_separated(path):
    return of_csv_rows(csv_rows(path))


def ndjson_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def ndjson(path):
    sides = []
    for line in ndjson_lines(path):
        sides += [line["opening"]] if "opening" in line else line["postings"]
    return nonzero(((side["account"], part_of(side["account"], side.get("member_id"),
                                              side.get("partner_id"))),
                    kopecks(side.get("debit", "0")) - kopecks(side.get("credit", "0")))
                   for side in sides)


def query(path, sql):
    """Rows of a database as lists of text."""
    return list(csv.reader(io.StringIO(run("sqlite3", "-readonly", "-csv", path, sql))))


def sqlite(path):
    if query(path, "PRAGMA integrity_check") != [["ok"]] or query(path, "PRAGMA foreign_key_check"):
        raise NotAccepted(f"{path} is not whole")
    rows = query(path, "SELECT account, member_id, partner_id, balance_kopecks "
                       "FROM account_balances")
    return nonzero(((code, part_of(code, member, partner)), int(amount))
                   for code, member, partner, amount in rows)


READERS = {"hledger": hledger, "ledger": ledger, "beancount": beancount, "csv": comma_separated,
           "ndjson": ndjson, "sqlite": sqlite}
