#include "engine/journal/accounts.h"

#include <array>
#include <iterator>

#include <fmt/format.h>

namespace kopilka::journal {
namespace {

using ledger::Account;

constexpr bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// "receivable, approved" → "ReceivableApproved": beancount takes neither spaces nor commas.
std::string joined_words(std::string_view name) {
  std::string words;
  bool begins_word = true;
  for (const char c : name) {
    if (is_letter_or_digit(c))
      words.push_back(begins_word && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    begins_word = !is_letter_or_digit(c);
  }
  return words;
}

using Names = std::array<std::string, ledger::kAccountCount>;

Names make_names() {
  Names names;
  for (std::size_t i = 0; i < ledger::kAccountCount; ++i) {
    const auto& entry = ledger::kChart.at(i);
    names.at(i) = fmt::format("{}:{}-{}", name_of(class_of(static_cast<Account>(i))), entry.code,
                              joined_words(entry.name));
  }
  return names;
}

}  // namespace

AccountClass class_of(Account account) {
  switch (entry_of(account).code.front()) {
    case '1':
      return AccountClass::assets;
    case '2':
      return AccountClass::liabilities;
    case '4':
      return AccountClass::income;
    default:
      return AccountClass::expenses;
  }
}

std::string_view name_of(AccountClass account_class) {
  constexpr std::array<std::string_view, 4> kClassNames{"Assets", "Liabilities", "Income",
                                                        "Expenses"};
  return kClassNames.at(static_cast<std::size_t>(account_class));
}

KeptPer kept_per(Account account) {
  switch (account) {
    case Account::member_debt:
    case Account::member_frozen:
    case Account::member_available:
    case Account::member_reserved:
    case Account::payouts_in_flight:
      return KeptPer::member;
    case Account::receivable_tracked:
    case Account::receivable_approved:
    case Account::receivable_invoiced:
    case Account::due_to_partner:
      return KeptPer::partner;
    case Account::bank:
    case Account::suspense:
    case Account::deferred_margin:
    case Account::margin:
    case Account::breakage:
    case Account::payout_fees:
    case Account::write_offs:
    case Account::goodwill:
      break;
  }
  return KeptPer::book;
}

SubAccount sub_account(const ledger::Movement& movement, Account account) {
  const auto kept = kept_per(account);
  if (kept == KeptPer::member && movement.member) return {account, movement.member->value()};
  if (kept == KeptPer::partner && movement.partner) return {account, movement.partner->value()};
  return {account, 0};
}

std::optional<model::MemberId> member_of(SubAccount part) {
  if (part.owner == 0 || kept_per(part.account) != KeptPer::member) return std::nullopt;
  return model::MemberId{part.owner};
}

std::optional<model::PartnerId> partner_of(SubAccount part) {
  if (part.owner == 0 || kept_per(part.account) != KeptPer::partner) return std::nullopt;
  return model::PartnerId{part.owner};
}

const ledger::AccountEntry& entry_of(Account account) {
  return ledger::kChart.at(static_cast<std::size_t>(account));
}

const std::string& journal_name(Account account) {
  static const Names kJournalNames = make_names();
  return kJournalNames.at(static_cast<std::size_t>(account));
}

void append_journal_name(SubAccount part, std::string& out) {
  out += journal_name(part.account);
  if (part.owner == 0) return;
  out += kept_per(part.account) == KeptPer::member ? ":M" : ":P";
  fmt::format_to(std::back_inserter(out), "{}", part.owner);
}

}  // namespace kopilka::journal
