#include "tests/scenario/play.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "engine/codec/command_json.h"
#include "engine/codec/json_text.h"
#include "engine/memory/key_vault.h"
#include "engine/memory/state_store.h"
#include "engine/registry/queries.h"
#include "projections/purchases/purchases.h"
#include "projections/rosters/rosters.h"
#include "projections/statements/statements.h"
#include "projections/statistics/statistics.h"
#include "projections/withdrawals/withdrawals.h"

namespace kopilka::scenario {
namespace {

namespace json = boost::json;

template <class T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ","));
}

Shown show_funds(const ledger::Funds& funds, model::Money held) {
  return {{"frozen", to_text(funds.frozen)},     {"available", to_text(funds.available)},
          {"reserved", to_text(funds.reserved)}, {"in_flight", to_text(funds.in_flight)},
          {"debt", to_text(funds.debt)},         {"held", to_text(held)}};
}

std::optional<model::Instant> time_of(const Step& check, std::string_view name) {
  const auto text = field(check, name);
  return text ? model::parse_instant(complete_time(*text)) : std::nullopt;
}

model::MemberId member_id(const Step& check) {
  return model::MemberId{std::stoull(check.words.at(1))};
}

model::OrganizationId organization_id(const Step& check) {
  return model::OrganizationId{std::stoull(check.words.at(1))};
}

std::string events_of(const auto& history) {
  std::vector<std::string> names;
  for (const auto& entry : history)
    names.emplace_back(entry.event);
  return joined(names);
}

// Nothing: the check does not name it.
std::optional<model::Date> date_of(const Step& check, const char* name) {
  const auto text = field(check, name);
  return text ? model::parse_date(*text) : std::nullopt;
}

std::string name_of(registry::MembershipStatus status) {
  constexpr std::array kStatuses{"not yet admitted", "active", "suspended", "terminated"};
  return kStatuses.at(static_cast<std::size_t>(status));
}

// Those in office on the day, in the lists that a check may name.
void show_officers(const registry::Tables& tables, model::OrganizationId id, model::Date on,
                   Shown& out) {
  std::vector<std::string> officers, terms, full_time, statuses;
  const auto* row = tables.officers.find(id);
  for (const auto& term : row != nullptr ? row->terms : std::vector<registry::OfficerTerm>{}) {
    if (!holds_on(term, on)) continue;
    officers.push_back(fmt::format("{}:{}", model::name_of(term.role), term.member.value()));
    terms.push_back(
        fmt::format("{}..{}", to_text(term.from), term.to ? to_text(*term.to) : std::string()));
    full_time.emplace_back(term.full_time ? "true" : "false");
    statuses.push_back(name_of(status_on(*tables.members.find(term.member), on)));
  }
  out["officers"] = joined(officers);
  out["terms"] = joined(terms);
  out["full_time"] = joined(full_time);
  out["statuses"] = joined(statuses);
}

}  // namespace

Play::Play() : random_(1), content_(std::make_shared<memory::MemoryLog>(model::StoreId{1})) {
  app::Pieces pieces;
  pieces.log = std::make_unique<memory::MemoryEventLog>(content_, random_);
  pieces.store = std::make_unique<memory::MemoryStateStore>();
  pieces.vault = std::make_shared<memory::MemoryKeyVault>(1);
  shard::Options options;
  options.loaded_rows_max = 10;  // rows come from the store as often as they can
  options.events_per_flush = 20;
  engine_ = must(app::Engine::open(std::move(pieces), options));
}

json::object Play::send(const std::string& line) {
  auto parsed = codec::parse_command(line, codec::At::required);
  shard::Submission submission{.ticket = ++lines_};
  submission.origin.principal = submission.origin.credential = "operator";
  std::optional<std::string> key;
  if (parsed) {
    key = submission.origin.key = parsed->key;
    submission.at = parsed->at;
    submission.content = std::move(parsed->command);
  } else {
    key = parsed.error().key;
    submission.content = shard::Malformed{parsed.error().code, parsed.error().message};
  }
  must(engine_->submit(std::move(submission)));
  must(engine_->drain({}));
  auto answers = engine_->take_answers();
  if (answers.size() != 1) throw std::runtime_error("not exactly one answer");
  return json::parse(codec::answer_json(
                         {.line = lines_, .key = key, .answer = std::move(answers.front().answer)}))
      .as_object();
}

shard::Follower Play::fold(const Step& check) {
  memory::MemoryEventLog log(content_, random_);
  auto follower = must(shard::Follower::open(nullptr));
  must(follower.catch_up(log, {.seq = {}, .at = time_of(check, "as_known")}));
  return follower;
}

std::vector<ledger::Violation> Play::violations() {
  const auto folded = fold({});
  std::vector<ledger::Violation> found;
  ledger::check_all(folded.state().ledger, found);
  return found;
}

template <class Model>
projections::runtime::Known<Model> Play::known(const Step& check) {
  memory::MemoryEventLog log(content_, random_);
  return must(projections::runtime::fold_as_known<Model>(
      log, {.seq = {}, .recorded_at = time_of(check, "as_known")}));
}

Shown Play::balance(const Step& check) {
  const auto folded = fold(check);
  if (folded.state().registry.members.find(member_id(check)) == nullptr)
    return {{"fails", "member_not_found"}};
  const auto* row = folded.state().ledger.members.find(member_id(check));
  ledger::MemberMoney money = row != nullptr ? *row : ledger::MemberMoney{};
  const auto held = held_amount(money);
  if (const auto at = time_of(check, "as_of")) {
    const auto statements = known<projections::statements::Statements>(check);
    money.funds = must(statements.reader().funds(member_id(check), {.as_of = at})).value();
  }
  return show_funds(money.funds, held);
}

Shown Play::partner(const Step& check) {
  const auto folded = fold(check);
  const model::PartnerId id{std::stoull(check.words.at(1))};
  if (folded.state().registry.partners.find(id) == nullptr) return {{"fails", "partner_not_found"}};
  const auto* row = folded.state().ledger.partners.find(id);
  const ledger::PartnerMoney money = row != nullptr ? *row : ledger::PartnerMoney{};
  return {{"tracked", to_text(money.tracked)},
          {"approved", to_text(money.approved)},
          {"invoiced", to_text(money.invoiced)},
          {"due_to_partner", to_text(money.due_to_partner)}};
}

Shown Play::books(const Step& check) {
  const auto folded = fold(check);
  const auto* row = folded.state().ledger.books.find(ledger::kProgramBook);
  const ledger::Book book = row != nullptr ? *row : ledger::Book{};
  Shown out;
  base::Int128 total = 0;
  for (std::size_t i = 0; i < ledger::kAccountCount; ++i) {
    const auto kopecks = static_cast<std::int64_t>(book.balances.at(i));
    out[std::string(ledger::kChart.at(i).code)] = to_text(model::Money::kopecks(kopecks));
    total += kopecks;
  }
  out["total"] = to_text(model::Money::kopecks(static_cast<std::int64_t>(total)));
  return out;
}

Shown Play::purchase(const Step& check) {
  const auto folded = fold(check);
  const auto statements = known<projections::statements::Statements>(check);
  const model::PartnerId partner_id{std::stoull(check.words.at(1))};
  const auto& tables = folded.state().ledger;
  if (folded.state().registry.partners.find(partner_id) == nullptr)
    return {{"fails", "partner_not_found"}};
  const auto* action = tables.actions.find({partner_id, check.words.at(2)});
  if (action == nullptr) return {{"fails", "purchase_not_found"}};
  if (!action->purchase) {
    const auto* parked = tables.parked.find(*action->parked);
    const auto history = must(statements.reader().parked_history(partner_id, check.words.at(2)));
    return {{"state", parked->expired ? "expired" : "unattributed"},
            {"why", std::string(model::name_of(parked->why))},
            {"events", events_of(history)}};
  }
  const auto* p = tables.purchases.find(*action->purchase);
  constexpr std::array kPartnerSides{"tracked", "approved", "declined"};
  constexpr std::array kMemberSides{"frozen", "released", "clawed_back", "cancelled"};
  const bool released = p->member_side == ledger::MemberSide::released;
  // What was parked came before what was recorded.
  auto history = must(statements.reader().parked_history(partner_id, check.words.at(2)));
  std::ranges::move(must(statements.reader().purchase_history(*action->purchase)),
                    std::back_inserter(history));
  return {{"partner_state", kPartnerSides.at(static_cast<std::size_t>(p->partner_side))},
          {"member_state", kMemberSides.at(static_cast<std::size_t>(p->member_side))},
          {"held", p->holds.empty() ? "false" : "true"},
          {"base", to_text(p->base)},
          {"cashback", to_text(p->cashback)},
          {"commission", to_text(p->commission)},
          {"released", to_text(released ? p->cashback : model::Money{})},
          {"release_on", to_text(p->release_on)},
          {"member_id", std::to_string(p->member.value())},
          {"state", "nothing"},
          {"events", events_of(history)}};
}

Shown Play::purchases(const Step& check) {
  const auto folded = fold(check);
  const model::PartnerId partner{std::stoull(check.words.at(1))};
  if (folded.state().registry.partners.find(partner) == nullptr)
    return {{"fails", "partner_not_found"}};
  const auto listed = known<projections::purchases::Purchases>(check);
  const auto entries = must(listed.reader().purchases(
      partner, {.from = date_of(check, "from"), .to = date_of(check, "to")}));
  std::vector<std::string> actions;
  for (const auto& entry : entries)
    actions.push_back(folded.state().ledger.purchases.find(entry.purchase)->action_id);
  Shown out{{"count", std::to_string(entries.size())}, {"actions", joined(actions)}};
  for (const auto* name : {"from", "to"})
    if (const auto day = field(check, name)) out[name] = *day;
  return out;
}

Shown Play::withdrawal(const Step& check) {
  const auto folded = fold(check);
  const auto& tables = folded.state().ledger;
  const auto* link = tables.requests.find({member_id(check), check.words.at(2)});
  if (link == nullptr) return {{"fails", "withdrawal_not_found"}};
  const auto* w = tables.withdrawals.find(link->withdrawal);
  return {{"state", std::string(model::name_of(w->state))},
          {"method", std::string(model::name_of(w->method))},
          {"amount", to_text(w->amount)},
          {"requested_at", to_text(w->requested_at)},
          {"due_at", to_text(w->due_at)},
          {"overdue",
           projections::withdrawals::is_overdue(w->state, w->due_at, folded.head().recorded_at)
               ? "true"
               : "false"}};
}

Shown Play::withdrawals(const Step& check) {
  const auto listed = known<projections::withdrawals::Withdrawals>(check);
  const auto state = field(check, "state");
  const bool overdue = field(check, "overdue") == "true";
  projections::withdrawals::Filter filter;
  if (state) filter.state = model::from_name<model::WithdrawalState>(*state);
  if (overdue) filter.overdue_at = listed.at.recorded_at;
  Shown out{{"count", std::to_string(must(listed.reader().list(filter)).size())}};
  if (state) out["state"] = *state;
  if (overdue) out["overdue"] = "true";
  return out;
}

Shown Play::statement(const Step& check) {
  const auto statements = known<projections::statements::Statements>(check);
  const auto entries = must(statements.reader().entries(
      member_id(check), {.clocks = {.as_of = time_of(check, "as_of")}}));
  ledger::Funds running;
  for (const auto& entry : entries) {
    running = projections::statements::sum(running, entry.change);
    if (running != entry.balance) throw std::runtime_error("the running balances do not add up");
  }
  return {{"count", std::to_string(entries.size())}, {"events", events_of(entries)}};
}

Shown Play::member(const Step& check) {
  const auto folded = fold(check);
  const auto& tables = folded.state().registry;
  const auto* row = tables.members.find(member_id(check));
  if (row == nullptr) return {{"fails", "member_not_found"}};
  const auto on = model::moscow_date(folded.head().recorded_at);
  std::vector<std::string> periods, amounts, paid_on, organizations;
  if (const auto* dues = tables.dues.find(member_id(check)))
    for (const auto& payment : dues->payments) {
      periods.push_back(to_text(payment.period));
      amounts.push_back(to_text(payment.amount));
      paid_on.push_back(to_text(payment.paid_on));
      organizations.push_back(std::to_string(payment.organization.value()));
    }
  return {{"organization_id", std::to_string(organization_on(*row, on).value())},
          {"category", std::string(model::name_of(category_on(*row, on)))},
          {"status", name_of(status_on(*row, on))},
          {"periods", joined(periods)},
          {"amounts", joined(amounts)},
          {"paid_on", joined(paid_on)},
          {"organizations", joined(organizations)}};
}

Shown Play::organization(const Step& check) {
  const auto folded = fold(check);
  const auto& tables = folded.state().registry;
  const auto* row = tables.organizations.find(organization_id(check));
  if (row == nullptr) return {{"fails", "organization_not_found"}};
  Shown out{{"kind", std::string(model::name_of(row->kind))}};
  show_officers(tables, organization_id(check), model::moscow_date(folded.head().recorded_at), out);
  if (row->parent) out["parent_id"] = std::to_string(row->parent->value());
  const auto* headcounts = tables.headcounts.find(organization_id(check));
  if (headcounts == nullptr || headcounts->reports.empty()) return out;
  const auto& [as_of, people] = headcounts->reports.back();
  out["headcount.as_of"] = to_text(as_of);
  out["headcount.employees"] = std::to_string(people.employees);
  out["headcount.pedagogues"] = std::to_string(people.pedagogues);
  out["headcount.students"] = std::to_string(people.students);
  return out;
}

model::Date Play::day_of(const Step& check) {
  const auto at = time_of(check, "as_of");
  return model::moscow_date(at ? *at : fold(check).head().recorded_at);
}

Shown Play::roster(const Step& check) {
  const auto rosters = known<projections::rosters::Rosters>(check);
  const auto found = must(rosters.reader().roster(organization_id(check), day_of(check)));
  if (!found) return {{"fails", "organization_not_found"}};
  std::vector<std::string> ids, statuses, organizations, categories;
  for (const auto& line : found->members) {
    ids.push_back(std::to_string(line.member.value()));
    statuses.emplace_back(model::name_of(line.status));
    organizations.push_back(std::to_string(line.organization.value()));
    categories.emplace_back(model::name_of(line.category));
  }
  return {{"count", std::to_string(ids.size())},
          {"member_ids", joined(ids)},
          {"statuses", joined(statuses)},
          {"organizations", joined(organizations)},
          {"categories", joined(categories)}};
}

Shown Play::statistics(const Step& check) {
  const auto counted = known<projections::statistics::Statistics>(check);
  auto report = must(counted.reader().report(organization_id(check), day_of(check)));
  if (!report) return {{"fails", "organization_not_found"}};
  std::vector<model::MemberId> members;
  members.reserve(report->holders.size());
  for (const auto& holder : report->holders)
    members.push_back(holder.member);
  const auto statements = known<projections::statements::Statements>(check);
  count_cashback(*report,
                 must(statements.reader().totals(members, {.as_of = time_of(check, "as_of")})));
  const auto& numbers = report->lines.front().numbers;
  Shown out{{"members.total", std::to_string(numbers.total)},
            {"joined", std::to_string(numbers.joined)},
            {"left", std::to_string(numbers.left())},
            {"transferred_in", std::to_string(numbers.transferred_in)},
            {"transferred_out", std::to_string(numbers.transferred_out)}};
  for (std::size_t i = 0; i < numbers.by_category.size(); ++i)
    out[fmt::format("members.{}", model::name_of(static_cast<model::MemberCategory>(i)))] =
        std::to_string(numbers.by_category.at(i));
  ledger::Funds::fields(numbers.cashback.funds, [&](int, const char* name, model::Money money) {
    out[fmt::format("cashback.{}", name)] = to_text(money);
  });
  return out;
}

Shown Play::read(const Step& check) {
  const auto& what = check.words.at(0);
  if (what == "balance") return balance(check);
  if (what == "partner") return partner(check);
  if (what == "books") return books(check);
  if (what == "purchase") return purchase(check);
  if (what == "purchases") return purchases(check);
  if (what == "withdrawal") return withdrawal(check);
  if (what == "withdrawals") return withdrawals(check);
  if (what == "statement") return statement(check);
  if (what == "member") return member(check);
  if (what == "organization") return organization(check);
  if (what == "roster") return roster(check);
  if (what == "statistics") return statistics(check);
  throw std::runtime_error("nothing is known of `check " + what + "`");
}

}  // namespace kopilka::scenario
