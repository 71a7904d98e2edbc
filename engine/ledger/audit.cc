#include "engine/ledger/audit.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "engine/ledger/audit_parts.h"

namespace kopilka::ledger {
namespace {

using model::Money;
using model::WithdrawalMethod;
using model::WithdrawalState;

// I-5, I-6, I-8 as domain.md has them, in parts per million, days and kopecks.
constexpr std::int64_t kRateMin = 10'000;
constexpr std::int64_t kRateMax = 300'000;
constexpr int kFreezeMin = 30;
constexpr int kFreezeMax = 60;
constexpr std::size_t kTagBytes = 16;  // of whatever cipher sealed it

Money least(WithdrawalMethod method) {
  switch (method) {
    case WithdrawalMethod::phone:
      return Money::kopecks(1'00);
    case WithdrawalMethod::account:
      return Money::kopecks(20'00);
    case WithdrawalMethod::card:
    case WithdrawalMethod::wallet:
      break;
  }
  return Money::kopecks(1'000'00);
}

// How much of a destination may be read before its stars, and after them.
constexpr std::size_t kShownBehind = 4;
std::size_t shown_before(WithdrawalMethod method) {
  switch (method) {
    case WithdrawalMethod::phone:
      return 3;  // +79
    case WithdrawalMethod::card:
      return 6;
    case WithdrawalMethod::account:
      return 10;  // the bank, not the account
    case WithdrawalMethod::wallet:
      break;
  }
  return 0;
}

bool is_mask(WithdrawalMethod method, std::string_view mask) {
  const auto begin = mask.find('*');
  const auto end = mask.find_last_of('*');
  if (begin == std::string_view::npos) return false;
  const auto stars = mask.substr(begin, end + 1 - begin);
  return stars.size() >= 3 && stars.find_first_not_of('*') == std::string_view::npos &&
         begin <= shown_before(method) && mask.size() - end - 1 <= kShownBehind;
}

// Whether bytes can be read as UTF-8 text; what is sealed never can but by an absurd chance.
bool is_text(std::string_view bytes) {
  int follow = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (follow > 0) {
      if ((byte & 0xC0U) != 0x80U) return false;
      --follow;
    } else if (byte >= 0x80U) {
      follow = (byte & 0xE0U) == 0xC0U ? 1 : (byte & 0xF0U) == 0xE0U ? 2 : 3;
      if (byte < 0xC2U || byte > 0xF4U) return false;
    } else if (byte < ' ' || byte == 0x7FU) {
      return false;
    }
  }
  return follow == 0;
}

// Where an event may find a withdrawal, where it leaves it, and how much it says was under way.
struct Turn {
  std::vector<WithdrawalState> from;
  WithdrawalState to{};
  std::optional<Money> amount;
};
template <class E>
Money back(const E& e) {
  return e.to_available + e.to_debt;
}
using enum WithdrawalState;
Turn turn_of(const model::WithdrawalCancelled& e) {
  return {{requested}, cancelled, back(e)};
}
Turn turn_of(const model::WithdrawalSent& e) {
  return {{requested}, sent, e.amount};
}
Turn turn_of(const model::WithdrawalOutcomeUnknown&) {
  return {{sent}, unknown, std::nullopt};
}
Turn turn_of(const model::WithdrawalSettled& e) {
  return {{sent, unknown}, settled, e.amount};
}
Turn turn_of(const model::WithdrawalRejected& e) {
  return {{sent, unknown}, rejected, back(e)};
}
Turn turn_of(const model::WithdrawalSettledAfterRejection& e) {
  return {{rejected}, settled, e.from_available + e.to_debt};
}
Turn turn_of(const model::WithdrawalReturned& e) {
  return {{settled}, returned, back(e)};
}

}  // namespace

void Audit::examine(const registry::Tables& known, const model::Entry& entry, model::Seq first,
                    std::vector<Violation>& found) {
  auto seq = first;
  for (const auto& dated : entry.events) {
    const auto before = found.size();
    const Judged judged{known, seq, entry.recorded_at, found};
    std::visit(PurchaseAudit{*this, judged}, dated.event);
    std::visit(PayoutAudit{*this, judged}, dated.event);
    std::visit(RegisterAudit{*this, judged}, dated.event);
    for (auto i = before; i < found.size(); ++i)
      found[i].what += fmt::format(" (seq {}, {})", seq.value(), model::name_of(dated.event));
    seq = model::next(seq);
  }
}

void PayoutAudit::operator()(const model::WithdrawalRequested& e) const {
  judged.expect(
      e.amount >= least(e.method), "I-8",
      fmt::format("a withdrawal of {} by {}", to_text(e.amount), model::name_of(e.method)));
  audit.withdrawals_[judged.seq.value()] = {e.member, e.amount, requested};
}

template <class E>
void PayoutAudit::turn(const E& e) const {
  const auto it = audit.withdrawals_.find(e.withdrawal.value());
  const auto id = e.withdrawal.value();
  if (it == audit.withdrawals_.end())
    return judged.expect(false, "I-10", fmt::format("withdrawal {} was never requested", id));
  auto& withdrawal = it->second;
  const Turn turn = turn_of(e);
  judged.expect(std::ranges::find(turn.from, withdrawal.state) != turn.from.end(), "I-10",
                fmt::format("withdrawal {} was {}", id, model::name_of(withdrawal.state)));
  judged.expect(e.member == withdrawal.member, "I-10",
                fmt::format("withdrawal {} is of member {}", id, withdrawal.member.value()));
  judged.expect(!turn.amount || *turn.amount == withdrawal.amount, "I-10",
                fmt::format("withdrawal {} is of {}", id, to_text(withdrawal.amount)));
  withdrawal.state = turn.to;
}
template void PayoutAudit::turn(const model::WithdrawalCancelled&) const;
template void PayoutAudit::turn(const model::WithdrawalSent&) const;
template void PayoutAudit::turn(const model::WithdrawalOutcomeUnknown&) const;
template void PayoutAudit::turn(const model::WithdrawalSettled&) const;
template void PayoutAudit::turn(const model::WithdrawalRejected&) const;
template void PayoutAudit::turn(const model::WithdrawalSettledAfterRejection&) const;
template void PayoutAudit::turn(const model::WithdrawalReturned&) const;

void RegisterAudit::operator()(const model::TermsPublished& e) const {
  for (const auto& tariff : e.tariffs)
    judged.expect(!tariff.percent || (tariff.percent->in_ppm() >= kRateMin &&
                                      tariff.percent->in_ppm() <= kRateMax),
                  "I-5", fmt::format("tariff {} is out of bounds", tariff.code));
  judged.expect(e.freeze_days >= kFreezeMin && e.freeze_days <= kFreezeMax, "I-6",
                fmt::format("terms freeze for {} days", e.freeze_days));
}

void RegisterAudit::operator()(const model::MemberAdmitted& e) const {
  using registry::MembershipStatus;
  const auto* member = judged.known.members.find(e.member);
  const auto status = member != nullptr ? on_day(member->statuses, e.admitted_on) : std::nullopt;
  judged.expect(!status || *status == MembershipStatus::terminated, "I-15",
                fmt::format("member {} is on a register already", e.member.value()));
  is_primary(e.organization, e.member);
  if (e.personal) is_sealed(*e.personal, e.member);
}

void RegisterAudit::operator()(const model::MemberTransferred& e) const {
  const auto* member = judged.known.members.find(e.member);
  if (member == nullptr || member->organizations.empty())
    return judged.expect(false, "I-15",
                         fmt::format("member {} is on no register", e.member.value()));
  const auto from = on_day(member->organizations, e.effective_on);
  judged.expect(
      from == e.from, "I-15",
      fmt::format("member {} is not of organisation {} then", e.member.value(), e.from.value()));
  is_primary(e.to, e.member);
}

void RegisterAudit::is_primary(model::OrganizationId id, model::MemberId member) const {
  const auto* organization = judged.known.organizations.find(id);
  judged.expect(
      organization != nullptr && organization->kind == model::OrganizationKind::primary, "I-15",
      fmt::format("organisation {} of member {} is no primary one", id.value(), member.value()));
}

void RegisterAudit::operator()(const model::CardIssued& e) const {
  const auto* card = judged.known.cards.find(e.number);
  judged.expect(card == nullptr || card->forms.empty() || card->member == e.member, "I-14",
                fmt::format("a number of member {} is another's", e.member.value()));
}

void RegisterAudit::operator()(const model::AccountOpened& e) const {
  judged.expect(audit.accounts_.insert(e.member.value()).second, "I-14",
                fmt::format("member {} has an account already", e.member.value()));
}

void RegisterAudit::operator()(const model::DestinationAdded& e) const {
  judged.expect(is_mask(e.method, e.mask), "I-22",
                fmt::format("a destination of member {} is not masked", e.member.value()));
  is_sealed(e.value, e.member);
}

void RegisterAudit::is_sealed(const model::Sealed& sealed, model::MemberId member) const {
  judged.expect(sealed.bytes.size() > kTagBytes && !is_text(sealed.bytes), "I-22",
                fmt::format("personal data of member {} is not sealed", member.value()));
}

}  // namespace kopilka::ledger
