#include "engine/ledger/invariants.h"

#include <unordered_map>

#include <fmt/format.h>

namespace kopilka::ledger {
namespace {

using model::Money;

struct Totals {
  Funds funds;
  PartnerMoney partner;
};

base::Int128 balance(const Book& book, Account account) {
  return book.balances.at(static_cast<std::size_t>(account));
}

void expect_total(std::vector<Violation>& found, const Book& book, Account account,
                  base::Int128 sub_accounts) {
  if (balance(book, account) == sub_accounts) return;
  found.push_back({"I-9", fmt::format("account {} differs from the sum of its sub-accounts",
                                      kChart.at(static_cast<std::size_t>(account)).code)});
}

void check_purchases(const Tables& tables, std::vector<Violation>& found) {
  std::unordered_map<model::MemberId, Money> frozen;
  tables.purchases.for_each_loaded([&](model::PurchaseId id, const Purchase& p) {
    if (p.member_side == MemberSide::frozen) frozen[p.member] += p.cashback;
    const auto* action = tables.actions.find({p.partner, p.action_id});
    if (action == nullptr || action->purchase != id)
      found.push_back({"I-7", fmt::format("purchase {} is not the one of its action", id.value())});
    if (p.cashback < Money{} || p.commission < Money{})
      found.push_back({"I-5", fmt::format("purchase {} has a negative sum", id.value())});
    const auto days = p.release_on.in_days() - model::moscow_date(p.facts.purchase_at).in_days();
    if (days < 31 || days > 61)
      found.push_back(
          {"I-6", fmt::format("purchase {} is frozen for {} days", id.value(), days - 1)});
  });
  tables.members.for_each_loaded([&](model::MemberId id, const MemberMoney& money) {
    if (frozen[id] != money.funds.frozen)
      found.push_back({"I-4", fmt::format("member {} has {} frozen, its purchases {}", id.value(),
                                          to_text(money.funds.frozen), to_text(frozen[id]))});
  });
}

void check_book(const Tables& tables, std::vector<Violation>& found) {
  const auto* stored = tables.books.find(kProgramBook);
  const Book book = stored != nullptr ? *stored : Book{};
  base::Int128 sum = 0;
  for (const auto account : book.balances)
    sum += account;
  if (sum != 0) found.push_back({"I-1", "the book's debits and credits differ"});
  base::Int128 frozen = 0, available = 0, reserved = 0, in_flight = 0, debt = 0;
  tables.members.for_each_loaded([&](model::MemberId, const MemberMoney& money) {
    frozen -= money.funds.frozen.in_kopecks();
    available -= money.funds.available.in_kopecks();
    reserved -= money.funds.reserved.in_kopecks();
    in_flight -= money.funds.in_flight.in_kopecks();
    debt += money.funds.debt.in_kopecks();
  });
  expect_total(found, book, Account::member_frozen, frozen);
  expect_total(found, book, Account::member_available, available);
  expect_total(found, book, Account::member_reserved, reserved);
  expect_total(found, book, Account::payouts_in_flight, in_flight);
  expect_total(found, book, Account::member_debt, debt);
  base::Int128 tracked = 0, approved = 0, invoiced = 0, due = 0;
  tables.partners.for_each_loaded([&](model::PartnerId, const PartnerMoney& money) {
    tracked += money.tracked.in_kopecks();
    approved += money.approved.in_kopecks();
    invoiced += money.invoiced.in_kopecks();
    due -= money.due_to_partner.in_kopecks();
  });
  expect_total(found, book, Account::receivable_tracked, tracked);
  expect_total(found, book, Account::receivable_approved, approved);
  expect_total(found, book, Account::receivable_invoiced, invoiced);
  expect_total(found, book, Account::due_to_partner, due);
}

}  // namespace

void check_movement(const Movement& movement, std::vector<Violation>& found) {
  base::Int128 sum = 0;
  for (const auto& posting : movement.postings())
    sum += posting.debit.in_kopecks();
  if (sum != 0) found.push_back({"I-1", "an event's debits and credits differ"});
}

void check_member(model::MemberId id, const MemberMoney& money, std::vector<Violation>& found) {
  const Funds& f = money.funds;
  for (const auto amount : {f.frozen, f.available, f.reserved, f.in_flight, f.debt})
    if (amount < Money{})
      found.push_back({"I-2", fmt::format("member {} has a negative account", id.value())});
  if (f.available > Money{} && f.debt > Money{})
    found.push_back({"I-3", fmt::format("member {} has money and debt at once", id.value())});
  const Money held_by_member = f.frozen + f.available + f.reserved + f.in_flight - f.debt;
  if (money.earned != held_by_member + money.paid_out)
    found.push_back({"I-9", fmt::format("member {} earned {}, but {} is there and {} paid out",
                                        id.value(), to_text(money.earned), to_text(held_by_member),
                                        to_text(money.paid_out))});
}

void check_all(const Tables& tables, std::vector<Violation>& found) {
  tables.members.for_each_loaded(
      [&](model::MemberId id, const MemberMoney& money) { check_member(id, money, found); });
  check_purchases(tables, found);
  check_book(tables, found);
}

}  // namespace kopilka::ledger
