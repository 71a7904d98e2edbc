#include "tools/kopilka/explain.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "engine/base/check.h"
#include "engine/base/wide.h"
#include "engine/ledger/earning.h"
#include "engine/model/money.h"
#include "tools/kopilka/shown.h"

namespace kopilka::tools {
namespace {

using model::EarnedLine;
using model::Money;

constexpr std::int64_t kPpm = 1'000'000;
constexpr std::int64_t kTenThousandths = 10'000;

// With a comma, as all numbers for people.
std::string with_comma(std::string text) {
  std::ranges::replace(text, '.', ',');
  return text;
}

// "33,333 → 33,33": a product of kopecks that had to be rounded, and what it was rounded to;
// only the latter where nothing was.
std::string rounded(base::Int128 numerator, std::int64_t denominator) {
  const auto whole = shown_kopecks(model::divide_rounded(numerator, denominator));
  const auto rest = static_cast<std::int64_t>(numerator % denominator);
  if (rest == 0) return whole;
  std::string digits = fmt::format("{}", denominator + (rest < 0 ? -rest : rest)).substr(1);
  digits.erase(digits.find_last_not_of('0') + 1);
  const auto truncated = shown_kopecks(numerator / denominator);
  return fmt::format("{}{} → {}", truncated, digits, whole);
}

std::string line_text(const EarnedLine& line, const ExplainedPurchase& about) {
  auto text = fmt::format("line {}: ", line.line);
  const auto base = line.base.value_or(line.amount);
  const auto& fx = about.purchase.facts.fx_rate;
  if (line.base && fx)
    text += fmt::format("{} {} × {} = {}; ", shown(line.amount),
                        about.purchase.facts.currency.value_or("RUB"), with_comma(to_text(*fx)),
                        rounded(base::Int128{line.amount.in_kopecks()} *
                                    static_cast<std::int64_t>(fx->in_ten_thousandths()),
                                kTenThousandths));
  if (line.rate)
    return text + fmt::format("{} × {} % = {}", shown(base), with_comma(to_text(*line.rate)),
                              rounded(base::Int128{base.in_kopecks()} * line.rate->in_ppm(), kPpm));
  const auto* tariff = ledger::find_tariff(line.tariff, about.terms.tariffs);
  const auto name = tariff != nullptr ? fmt::format(" of tariff {}", tariff->code) : std::string();
  if (line.cashback != Money{})
    return text +
           fmt::format("{}, the fixed sum{}, once for an action", shown(line.cashback), name);
  return text + fmt::format("0,00; the fixed sum{} counts once for an action", name);
}

// What the terms give on these lines, before any cap.
Money earned_of(std::span<const EarnedLine> lines) {
  Money sum;
  for (const auto& line : lines)
    sum += line.cashback;
  return sum;
}

// That a change does not raise what a cap has cut is never seen: such a change moves nothing.
void explain_cap(std::vector<std::string>& out, Money earned, Money cashback,
                 const registry::Terms& terms) {
  if (earned == cashback) return;
  const auto by_order = terms.cap_per_order ? std::min(earned, *terms.cap_per_order) : earned;
  if (cashback == by_order) {
    out.push_back(fmt::format("the terms give at most {} for an order: {} → {}",
                              shown(*terms.cap_per_order), shown(earned), shown(cashback)));
  } else if (terms.cap_per_month) {
    const auto used = *terms.cap_per_month - cashback;
    out.push_back(fmt::format(
        "the terms give at most {} a month; other purchases of this partner in the month stand at "
        "{}{}: {} → {}",
        shown(*terms.cap_per_month), shown(used), cashback == Money{} ? " or more" : "",
        shown(earned), shown(cashback)));
  }
}

void explain_lines(std::vector<std::string>& out, std::span<const EarnedLine> lines,
                   const ExplainedPurchase& about) {
  for (const auto& line : lines)
    out.push_back(line_text(line, about));
  if (lines.size() > 1) out.push_back(fmt::format("sum: {}", shown(earned_of(lines))));
}

std::string credited(Money to_available, Money to_debt) {
  if (to_debt == Money{}) return fmt::format("{} become available", shown(to_available));
  return fmt::format("{} repay debt first, {} become available", shown(to_debt),
                     shown(to_available));
}

std::string taken(Money from_available, Money to_debt) {
  if (to_debt == Money{}) return fmt::format("{} are taken from available", shown(from_available));
  return fmt::format("{} are taken from available, {} become debt", shown(from_available),
                     shown(to_debt));
}

std::string reason_text(const std::optional<std::string>& reason) {
  return reason ? fmt::format(" ({})", *reason) : std::string();
}

class Words {
 public:
  explicit Words(const std::optional<ExplainedPurchase>& about) : about_(about) {}

  std::vector<std::string> take() && { return std::move(out_); }

  void operator()(const model::PurchaseRecorded& event) {
    const auto& terms = about().terms;
    say("bought {} (Moscow) at partner {}, action {}, under terms {} of {}, valid from {}",
        shown(event.purchase_at), event.partner.value(), event.action_id, event.terms.value(),
        model::name_of(event.channel), shown(terms.valid_from));
    if (event.status == model::PurchaseStatus::declined)
      return say("reported as declined: nothing is earned");
    explain_lines(out_, event.lines, about());
    explain_cap(out_, earned_of(event.lines), event.cashback, terms);
    say("frozen {} days, counted from the day after: {} + {} + 1 = {}, 00:00 Moscow{}",
        event.freeze_days, shown(model::moscow_date(event.purchase_at)), event.freeze_days,
        shown(event.release_on),
        event.release_needs_approval ? ", and not before the partner approves" : "");
  }

  void operator()(const model::PurchaseAdjusted& event) {
    say("the partner reported other sums, under the same terms {}", about().purchase.terms.value());
    explain_lines(out_, event.lines, about());
    explain_cap(out_, earned_of(event.lines), event.cashback, about().terms);
    explain_change(event.standing.cashback, event.cashback);
  }

  void operator()(const model::PurchaseDeclined& event) {
    say("the partner declined it{} before it was free: the frozen {} are cancelled",
        reason_text(event.reason), shown(event.standing.cashback));
  }

  void operator()(const model::FreezeExpired& event) {
    say("the freeze is over: {}", credited(event.to_available, event.to_debt));
  }

  void operator()(const model::CashbackClawedBack& event) {
    if (event.status == model::PurchaseStatus::declined) {
      say("the partner declined it{} after it was free", reason_text(event.reason));
    } else {
      say("the partner reported smaller sums after it was free, under the same terms {}",
          about().purchase.terms.value());
      explain_lines(out_, event.lines, about());
      explain_cap(out_, earned_of(event.lines), event.cashback, about().terms);
    }
    explain_change(event.standing.cashback, event.cashback);
    say("{}", taken(event.from_available, event.to_debt));
  }

  void operator()(const model::WithdrawalRequested& event) {
    say("asked for {} to a {} (request {}): reserved until it is sent", shown(event.amount),
        model::name_of(event.method), event.request_key);
  }
  void operator()(const model::WithdrawalCancelled& event) {
    say("cancelled before it was sent: {}", credited(event.to_available, event.to_debt));
  }
  void operator()(const model::WithdrawalSent& event) {
    say("{} went to the processor{}", shown(event.amount), reason_text(event.processor));
  }
  void operator()(const model::WithdrawalSettled& event) {
    say("{} arrived; the processor's fee of {} is not the member's", shown(event.amount),
        shown(event.processor_fee));
  }
  void operator()(const model::WithdrawalRejected& event) {
    say("the processor refused{}: {}", reason_text(event.code),
        credited(event.to_available, event.to_debt));
  }
  void operator()(const model::WithdrawalSettledAfterRejection& event) {
    say("the processor had refused, and paid all the same: {}",
        taken(event.from_available, event.to_debt));
  }
  void operator()(const model::WithdrawalReturned& event) {
    say("the money came back{}: {}", reason_text(event.code),
        credited(event.to_available, event.to_debt));
  }

  void operator()(const model::BalanceAdjusted& event) {
    std::string approvers;
    for (const auto& name : event.approvers)
      approvers += (approvers.empty() ? "" : " and ") + name;
    const bool adds = event.to_available >= Money{};
    say("adjusted by hand ({}), approved by {}: {}", event.reason, approvers,
        adds ? credited(event.to_available, event.to_debt) : taken(-event.to_available, {}));
  }

  // Whatever else there is moves nothing of a member's.
  void operator()(const auto&) {}

 private:
  [[nodiscard]] const ExplainedPurchase& about() const {
    KOPILKA_CHECK(about_.has_value());
    return *about_;
  }

  template <class... Args>
  void say(fmt::format_string<Args...> format, Args&&... args) {
    out_.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  void explain_change(Money before, Money after) {
    say("{} stand now, {} stood before: {}", shown(after), shown(before),
        shown_change(after - before));
  }

  const std::optional<ExplainedPurchase>& about_;
  std::vector<std::string> out_;
};

}  // namespace

std::vector<std::string> explain(const model::Event& event,
                                 const std::optional<ExplainedPurchase>& about) {
  Words words(about);
  std::visit(words, event);
  return std::move(words).take();
}

}  // namespace kopilka::tools
