#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/ledger/chart.h"
#include "engine/ledger/postings.h"
#include "engine/model/ids.h"

// The chart of accounts as other programs know accounts: with a class, sub-accounts and names.
namespace kopilka::journal {

enum class AccountClass : std::uint8_t { assets, liabilities, income, expenses };
[[nodiscard]] AccountClass class_of(ledger::Account account);
// "Assets": the names that hledger, ledger and beancount expect.
[[nodiscard]] std::string_view name_of(AccountClass account_class);

// Whose sub-accounts an account is divided into (domain.md §7).
enum class KeptPer : std::uint8_t { book, member, partner };
[[nodiscard]] KeptPer kept_per(ledger::Account account);

// An account, or the part of it that is a member's or a partner's.
struct SubAccount {
  ledger::Account account{};
  std::uint64_t owner{0};  // their id, by `kept_per`; 0: the account is not divided
  auto operator<=>(const SubAccount&) const = default;
};

// Where that side of a movement goes.
[[nodiscard]] SubAccount sub_account(const ledger::Movement& movement, ledger::Account account);

[[nodiscard]] std::optional<model::MemberId> member_of(SubAccount part);
[[nodiscard]] std::optional<model::PartnerId> partner_of(SubAccount part);

// "1210"; "receivable, approved".
[[nodiscard]] const ledger::AccountEntry& entry_of(ledger::Account account);
// "Assets:1210-ReceivableApproved": class, code and name.
[[nodiscard]] const std::string& journal_name(ledger::Account account);
// The same with the owner: "Assets:1210-ReceivableApproved:P7",
// "Liabilities:2100-MemberFrozen:M42".
void append_journal_name(SubAccount part, std::string& out);

}  // namespace kopilka::journal

template <>
struct std::hash<kopilka::journal::SubAccount> {
  std::size_t operator()(const kopilka::journal::SubAccount& part) const noexcept {
    constexpr std::uint64_t kAccounts = 32;
    static_assert(kopilka::ledger::kAccountCount <= kAccounts);
    return std::hash<std::uint64_t>{}(part.owner * kAccounts +
                                      static_cast<std::uint64_t>(part.account));
  }
};
