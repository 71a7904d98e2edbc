#include "tests/simulation/engine/duel.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/codec/json_text.h"
#include "engine/ledger/invariants.h"

namespace kopilka::simulation {
namespace {

using Difference = std::optional<std::string>;

boost::json::object as_json(const EngineAnswer& answer) {
  return boost::json::parse(
             codec::answer_json({.line = answer.line, .key = answer.key, .answer = answer.answer}))
      .as_object();
}

std::string text_of(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

// What both sides say of a result: instants are compared as instants, ids made by the engine are
// the engine's own.
std::string compare_results(const boost::json::object& engine, const boost::json::object& oracle) {
  for (const auto& field : oracle) {
    const auto* theirs = engine.if_contains(field.key());
    if (theirs == nullptr) return fmt::format("result.{} is missing", std::string(field.key()));
    const bool is_instant = field.key().ends_with("_at");
    const auto ours = boost::json::serialize(field.value());
    const auto other = boost::json::serialize(*theirs);
    const auto instant = [](const boost::json::value& v) {
      return model::parse_instant(std::string_view(v.as_string()));
    };
    const bool same = is_instant ? instant(field.value()) == instant(*theirs) : ours == other;
    if (!same)
      return fmt::format("result.{} is {}, the oracle says {}", std::string(field.key()), other,
                         ours);
  }
  return {};
}

std::string show(const Balance& b) {
  return fmt::format("frozen {} available {} reserved {} in flight {} debt {} held {}", b.frozen,
                     b.available, b.reserved, b.in_flight, b.debt, b.held);
}

std::string show(const PartnerBalance& b) {
  return fmt::format("tracked {} approved {} invoiced {} due {}", b.tracked, b.approved, b.invoiced,
                     b.due_to_partner);
}

Balance balance_of(const ledger::MemberMoney* money) {
  if (money == nullptr) return {};
  const auto& f = money->funds;
  return {f.frozen.in_kopecks(),    f.available.in_kopecks(), f.reserved.in_kopecks(),
          f.in_flight.in_kopecks(), f.debt.in_kopecks(),      held_amount(*money).in_kopecks()};
}

std::string_view name_of(ledger::PartnerSide side) {
  constexpr std::array<std::string_view, 3> names{"tracked", "approved", "declined"};
  return names.at(static_cast<std::size_t>(side));
}
std::string_view name_of(ledger::MemberSide side) {
  constexpr std::array<std::string_view, 4> names{"frozen", "released", "clawed_back", "cancelled"};
  return names.at(static_cast<std::size_t>(side));
}

struct SeenPurchase {
  std::optional<ledger::Purchase> purchase;
  std::optional<ledger::Parked> parked;
  bool member_held{false};
};

Difference differs(const SeenPurchase& seen, const PurchaseView& view) {
  const auto say = [](std::string_view what, const auto& engine, const auto& oracle) {
    return fmt::format("{} is {}, the oracle says {}", what, engine, oracle);
  };
  if (seen.parked) {
    const std::string state = seen.parked->expired ? "expired" : "unattributed";
    if (state != view.state) return say("state", state, view.state);
    if (model::name_of(seen.parked->why) != view.why)
      return say("why", model::name_of(seen.parked->why), view.why);
    return std::nullopt;
  }
  if (!seen.purchase) return "the engine has none";
  const auto& p = *seen.purchase;
  if (view.state != "recorded") return say("state", "recorded", view.state);
  if (name_of(p.partner_side) != view.partner_state)
    return say("partner_state", name_of(p.partner_side), view.partner_state);
  if (name_of(p.member_side) != view.member_state)
    return say("member_state", name_of(p.member_side), view.member_state);
  if (p.holds.empty() == view.held) return say("held", !p.holds.empty(), view.held);
  if (p.base.in_kopecks() != view.base) return say("base", p.base.in_kopecks(), view.base);
  if (p.cashback.in_kopecks() != view.cashback)
    return say("cashback", p.cashback.in_kopecks(), view.cashback);
  if (p.commission.in_kopecks() != view.commission)
    return say("commission", p.commission.in_kopecks(), view.commission);
  return std::nullopt;
}

Oracle::Mode oracle_mode(shard::DayMode mode) {
  return mode == shard::DayMode::live ? Oracle::Mode::live : Oracle::Mode::import;
}
Generator::Stamps stamps(shard::DayMode mode) {
  return mode == shard::DayMode::live ? Generator::Stamps::by_clock : Generator::Stamps::in_line;
}

}  // namespace

std::string describe(const Plan& plan) {
  return fmt::format("--seed={} --lines={} --mode={}{}{}", plan.seed, plan.lines,
                     plan.mode == shard::DayMode::live ? "live" : "import",
                     plan.weather.faults ? " --faults" : "",
                     plan.weather.with_store ? "" : " --no-store");
}

Duel::Duel(const Plan& plan)
    : plan_(plan),
      generator_(plan.seed, stamps(plan.mode)),
      oracle_(oracle_mode(plan.mode)),
      engine_(plan.mode, plan.weather, plan.seed) {}

Difference Duel::fight() {
  Random random(plan_.seed ^ 0xD0E1);
  const bool live = plan_.mode == shard::DayMode::live;
  for (std::uint64_t line = 1; line <= plan_.lines;) {
    // Live, each line has its own moment; in a file several go into one batch.
    const std::uint64_t together = live ? 1 : 1 + random.next() % 12;
    for (std::uint64_t i = 0; i < together && line <= plan_.lines; ++i, ++line) {
      auto text = generator_.next();
      if (live) oracle_.set_clock(generator_.now());
      auto verdict = oracle_.submit(text);
      engine_.submit(line, text);
      expected_.emplace(line, Expected{std::move(text), std::move(verdict)});
    }
    const auto now = live ? model::Instant::micros(generator_.now()) : model::Instant{};
    for (const auto& answer : engine_.drain(now)) {
      if (auto difference = judge(answer)) return difference;
      teach(answer);
    }
    if (auto difference = compare_state())
      return fmt::format("after line {} ({}): {}", line - 1, expected_.rbegin()->second.text,
                         *difference);
  }
  return compare_replay();
}

Difference Duel::judge(const EngineAnswer& answer) {
  const auto& expected = expected_.at(answer.line);
  if (answer.repeated) return judge_repeated(answer, expected);
  const auto json = as_json(answer);
  const auto where = fmt::format("line {} ({})", answer.line, expected.text);
  const auto status = text_of(json, "status");
  const auto code = text_of(json, "code");
  if (status != expected.verdict.status || code != expected.verdict.code)
    return fmt::format("{}: answered {} {} ({}), the oracle says {} {}", where, status, code,
                       text_of(json, "message"), expected.verdict.status, expected.verdict.code);
  const auto* result = json.if_contains("result");
  const auto* original = json.if_contains("original");
  if (original != nullptr) result = original->as_object().if_contains("result");
  if (expected.verdict.result.empty()) return std::nullopt;
  if (result == nullptr) return fmt::format("{}: no result", where);
  const auto difference = compare_results(result->as_object(), expected.verdict.result);
  return difference.empty() ? Difference{} : fmt::format("{}: {}", where, difference);
}

// After a crash a line that was recorded is known by its key; one that recorded nothing must still
// record nothing: its key was free, and another line may have taken it before the crash.
Difference Duel::judge_repeated(const EngineAnswer& answer, const Expected& expected) {
  const auto json = as_json(answer);
  const auto status = text_of(json, "status");
  const auto code = text_of(json, "code");
  const auto& oracle = expected.verdict;
  const bool recorded =
      oracle.status == "accepted" || (oracle.status == "refused" && oracle.code != "key_reused");
  if (status == oracle.status && code == oracle.code) return std::nullopt;
  const bool as_known = status == "duplicate" && recorded &&
                        text_of(json.at("original").as_object(), "status") == oracle.status;
  const bool as_nothing =
      !recorded && (status == "stale" || status == "duplicate" || code == "key_reused" ||
                    (status == "invalid" && code == "time_runs_backwards"));
  if (as_known || as_nothing) return std::nullopt;
  return fmt::format("line {} ({}) given again after a crash: {}, the oracle says {} {}",
                     answer.line, expected.text, boost::json::serialize(json), oracle.status,
                     oracle.code);
}

void Duel::teach(const EngineAnswer& answer) {
  const auto json = as_json(answer);
  const auto* result = json.if_contains("result");
  if (const auto* original = json.if_contains("original"))
    result = original->as_object().if_contains("result");
  if (result == nullptr || !answer.key) return;
  generator_.learn(*answer.key, result->as_object());
  oracle_.learn(*answer.key, result->as_object());
}

Difference Duel::compare_state() {
  const auto broken = oracle_.broken_invariants();
  if (!broken.empty()) return "the oracle itself breaks " + broken.front();
  constexpr std::int64_t kNoDay = -1;
  const auto day = engine_.ask([](const shard::State& s) { return s.view().business_day(); });
  const std::int64_t days = day ? day->in_days() : kNoDay;
  const std::int64_t expected = oracle_.business_day().value_or(kNoDay);
  if (days != expected) return fmt::format("business day {}, the oracle says {}", days, expected);
  if (auto d = compare_headcounts()) return d;
  if (auto d = compare_officers()) return d;
  if (auto d = compare_dues()) return d;
  if (auto d = compare_members()) return d;
  if (auto d = compare_partners()) return d;
  if (auto d = compare_books()) return d;
  if (auto d = compare_purchases()) return d;
  return compare_withdrawals();
}

Difference Duel::compare_headcounts() {
  for (const auto raw : oracle_.organizations()) {
    const model::OrganizationId id{static_cast<std::uint64_t>(raw)};
    const auto seen = engine_.ask([&](const shard::State& s) {
      std::map<Day, Headcount> reports;
      if (const auto* row = s.registry.headcounts.find(id))
        for (const auto& [as_of, people] : row->reports)
          reports[as_of.in_days()] = {people.employees, people.pedagogues, people.students};
      return reports;
    });
    if (seen != oracle_.headcounts(raw))
      return fmt::format("organisation {}: {} headcounts are not the {} of the oracle", raw,
                         seen.size(), oracle_.headcounts(raw).size());
  }
  return std::nullopt;
}

Difference Duel::compare_officers() {
  const auto by_term = [](const TermView& one, const TermView& other) {
    return std::tie(one.role, one.from, one.member) <
           std::tie(other.role, other.from, other.member);
  };
  for (const auto raw : oracle_.organizations()) {
    const model::OrganizationId id{static_cast<std::uint64_t>(raw)};
    auto seen = engine_.ask([&](const shard::State& s) {
      std::vector<TermView> terms;
      if (const auto* row = s.registry.officers.find(id))
        for (const auto& term : row->terms)
          terms.push_back({static_cast<std::int64_t>(term.member.value()),
                           std::string(model::name_of(term.role)), term.from.in_days(),
                           term.to ? std::optional<Day>(term.to->in_days()) : std::nullopt,
                           term.full_time});
      return terms;
    });
    auto expected = oracle_.terms_of_office(raw);
    std::ranges::sort(seen, by_term);
    std::ranges::sort(expected, by_term);
    if (seen != expected)
      return fmt::format("organisation {}: {} terms of office are not the {} of the oracle", raw,
                         seen.size(), expected.size());
  }
  return std::nullopt;
}

Difference Duel::compare_dues() {
  for (const auto raw : oracle_.members()) {
    const model::MemberId id{static_cast<std::uint64_t>(raw)};
    const auto seen = engine_.ask([&](const shard::State& s) {
      std::map<Day, DuesView> payments;
      if (const auto* row = s.registry.dues.find(id))
        for (const auto& paid : row->payments)
          payments[first_day(paid.period).in_days()] = {
              static_cast<std::int64_t>(paid.organization.value()), paid.base.in_kopecks(),
              paid.rate.in_ppm(), paid.amount.in_kopecks(), paid.paid_on.in_days()};
      return payments;
    });
    if (seen != oracle_.dues(raw))
      return fmt::format("member {}: dues of {} months are not those of the {} of the oracle", raw,
                         seen.size(), oracle_.dues(raw).size());
  }
  return std::nullopt;
}

Difference Duel::compare_members() {
  for (const auto raw : oracle_.members()) {
    const model::MemberId id{static_cast<std::uint64_t>(raw)};
    const auto balance =
        engine_.ask([&](const shard::State& s) { return balance_of(s.ledger.members.find(id)); });
    const auto expected = oracle_.balance(raw);
    if (balance != expected)
      return fmt::format("member {}: {}; the oracle says {}", raw, show(balance), show(expected));
  }
  return std::nullopt;
}

Difference Duel::compare_partners() {
  for (const auto raw : oracle_.partners()) {
    const model::PartnerId id{static_cast<std::uint64_t>(raw)};
    const auto balance = engine_.ask([&](const shard::State& s) {
      const auto* row = s.ledger.partners.find(id);
      if (row == nullptr) return PartnerBalance{};
      return PartnerBalance{row->tracked.in_kopecks(), row->approved.in_kopecks(),
                            row->invoiced.in_kopecks(), row->due_to_partner.in_kopecks()};
    });
    if (balance != oracle_.partner_balance(raw))
      return fmt::format("partner {}: {}; the oracle says {}", raw, show(balance),
                         show(oracle_.partner_balance(raw)));
  }
  return std::nullopt;
}

Difference Duel::compare_books() {
  const auto book = engine_.ask([](const shard::State& s) {
    const auto* row = s.ledger.books.find(ledger::kProgramBook);
    return row != nullptr ? *row : ledger::Book{};
  });
  for (const auto& [code, balance] : oracle_.trial_balance())
    for (std::size_t i = 0; i < ledger::kAccountCount; ++i)
      if (ledger::kChart.at(i).code == code &&
          book.balances.at(i) != static_cast<base::Int128>(balance))
        return fmt::format("account {} is {}, the oracle says {}", code,
                           static_cast<std::int64_t>(book.balances.at(i)), balance);
  return std::nullopt;
}

Difference Duel::compare_purchases() {
  for (const auto& [partner, action] : oracle_.actions()) {
    const ledger::ActionKey key{model::PartnerId{static_cast<std::uint64_t>(partner)}, action};
    const auto seen = engine_.ask([&](const shard::State& s) {
      SeenPurchase out;
      const auto* row = s.ledger.actions.find(key);
      if (row == nullptr) return out;
      if (row->purchase)
        if (const auto* p = s.ledger.purchases.find(*row->purchase)) out.purchase = *p;
      if (row->parked)
        if (const auto* p = s.ledger.parked.find(*row->parked)) out.parked = *p;
      return out;
    });
    if (auto d = differs(seen, *oracle_.purchase(partner, action)))
      return fmt::format("purchase {} {}: {}", partner, action, *d);
  }
  return std::nullopt;
}

Difference Duel::compare_withdrawals() {
  for (const auto& [member, key] : oracle_.withdrawals()) {
    const ledger::RequestKey request{model::MemberId{static_cast<std::uint64_t>(member)}, key};
    const auto state = engine_.ask([&](const shard::State& s) -> std::string {
      const auto* link = s.ledger.requests.find(request);
      const auto* row = link != nullptr ? s.ledger.withdrawals.find(link->withdrawal) : nullptr;
      return row != nullptr ? std::string(model::name_of(row->state)) : "none";
    });
    const auto expected = oracle_.withdrawal(member, key)->state;
    if (state != expected)
      return fmt::format("withdrawal {} {} is {}, the oracle says {}", member, key, state,
                         expected);
  }
  return std::nullopt;
}

// The log alone, folded by a reader from nothing, says the same to the byte; and every invariant
// holds over it.
Difference Duel::compare_replay() {
  auto folded = engine_.fold_log();
  const auto fresh =
      state::digest_of(folded.state(), nullptr, shard::kStateName, shard::kStateVersion);
  if (!fresh) return fresh.error().message;
  if (fresh->text() != engine_.digest())
    return fmt::format("the rows' digest is {}, a fresh fold of the log gives {}", engine_.digest(),
                       fresh->text());
  std::vector<ledger::Violation> found;
  ledger::check_all(folded.state().ledger, found);
  std::ranges::move(engine_.audit_log(), std::back_inserter(found));
  if (!found.empty()) return found.front().invariant + ": " + found.front().what;
  return std::nullopt;
}

}  // namespace kopilka::simulation
