#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/model/names.h"

namespace kopilka::model {

// Values are stored: append, never renumber.

// Levels of the union's tree, from the top (R9).
enum class OrganizationKind : std::uint8_t { central, regional, territorial, primary };
template <>
inline constexpr std::array<std::string_view, 4> kNames<OrganizationKind>{"central", "regional",
                                                                          "territorial", "primary"};

// C16.
enum class MemberCategory : std::uint8_t {
  working,
  student,
  pensioner_nonworking,
  temporarily_not_working
};
template <>
inline constexpr std::array<std::string_view, 4> kNames<MemberCategory>{
    "working", "student", "pensioner_nonworking", "temporarily_not_working"};

enum class Sex : std::uint8_t { f, m };
template <>
inline constexpr std::array<std::string_view, 2> kNames<Sex>{"f", "m"};

enum class TerminationReason : std::uint8_t {
  voluntary,
  expelled,
  left_industry,
  graduated,
  redundancy,
  deceased,
  other
};
template <>
inline constexpr std::array<std::string_view, 7> kNames<TerminationReason>{
    "voluntary", "expelled", "left_industry", "graduated", "redundancy", "deceased", "other"};

// R7.
enum class OfficerRole : std::uint8_t { chair, deputy, committee, audit, presidium };
template <>
inline constexpr std::array<std::string_view, 5> kNames<OfficerRole>{"chair", "deputy", "committee",
                                                                     "audit", "presidium"};

// R12: two forms of one member may carry the same number.
enum class CardForm : std::uint8_t { virtual_card, plastic };
template <>
inline constexpr std::array<std::string_view, 2> kNames<CardForm>{"virtual", "plastic"};

enum class Channel : std::uint8_t { online, offline, lead };
template <>
inline constexpr std::array<std::string_view, 3> kNames<Channel>{"online", "offline", "lead"};

// C9: whether a partner's silence releases.
enum class ReleasePolicy : std::uint8_t { auto_release, require_approval };
template <>
inline constexpr std::array<std::string_view, 2> kNames<ReleasePolicy>{"auto", "require_approval"};

// The network's word. The order decides between messages of one status_at (domain.md §5).
enum class PurchaseStatus : std::uint8_t { new_purchase, pending, approved, declined };
template <>
inline constexpr std::array<std::string_view, 4> kNames<PurchaseStatus>{"new", "pending",
                                                                        "approved", "declined"};

// Why a purchase could not be attributed, in the order of the checks (domain.md §5).
enum class ParkedWhy : std::uint8_t {
  future,
  too_old,
  no_click,
  wrong_partner,
  window,
  unknown_card,
  blocked_card,
  expired_card,
  partner_suspended,
  no_terms,
  unknown_tariff,
  not_member
};
template <>
inline constexpr std::array<std::string_view, 12> kNames<ParkedWhy>{
    "future",         "too_old",      "no_click",     "wrong_partner",     "window",
    "unknown_card",   "blocked_card", "expired_card", "partner_suspended", "no_terms",
    "unknown_tariff", "not_member"};

// Where a purchase's receivable stands: accounts 1200, 1210, 1220, or paid (then 2210).
enum class Receivable : std::uint8_t { tracked, approved, invoiced, paid };
template <>
inline constexpr std::array<std::string_view, 4> kNames<Receivable>{"tracked", "approved",
                                                                    "invoiced", "paid"};

// Where a purchase's margin stands: 2500 while tracked, 4100 once approved.
enum class Margin : std::uint8_t { deferred, recognised };
template <>
inline constexpr std::array<std::string_view, 2> kNames<Margin>{"deferred", "recognised"};

// R28.
enum class WithdrawalMethod : std::uint8_t { phone, card, account, wallet };
template <>
inline constexpr std::array<std::string_view, 4> kNames<WithdrawalMethod>{"phone", "card",
                                                                          "account", "wallet"};

// domain.md §6; settled late is `settled`.
enum class WithdrawalState : std::uint8_t {
  requested,
  sent,
  unknown,
  settled,
  rejected,
  returned,
  cancelled
};
template <>
inline constexpr std::array<std::string_view, 7> kNames<WithdrawalState>{
    "requested", "sent", "unknown", "settled", "rejected", "returned", "cancelled"};

enum class HoldScope : std::uint8_t { member, purchase, destination };
template <>
inline constexpr std::array<std::string_view, 3> kNames<HoldScope>{"member", "purchase",
                                                                   "destination"};

}  // namespace kopilka::model
