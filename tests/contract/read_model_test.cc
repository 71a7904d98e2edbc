#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>

#include "engine/memory/state_store.h"
#include "engine/rocks/rocks_state_store.h"
#include "projections/purchases/purchases.h"
#include "projections/rosters/rosters.h"
#include "projections/statements/statements.h"
#include "projections/statistics/statistics.h"
#include "projections/withdrawals/withdrawals.h"
#include "tests/contract/read_model_contract.h"
#include "tests/support/describe.h"
#include "tests/support/loaned_store.h"
#include "tests/support/temporary_directory.h"

namespace kopilka::contract {
namespace {

using projections::purchases::Purchases;
using projections::rosters::Rosters;
using projections::statements::Statements;
using projections::statistics::Statistics;
using projections::withdrawals::Withdrawals;

class MemoryPlace {
 public:
  ports::StateStore& store() { return *store_; }
  runtime::StoreFactory factory() {
    return [store = store_](std::string_view, runtime::Opening) {
      return base::Result<std::unique_ptr<ports::StateStore>>(
          std::make_unique<support::LoanedStore>(store));
    };
  }

 private:
  std::shared_ptr<memory::MemoryStateStore> store_{std::make_shared<memory::MemoryStateStore>()};
};

// A directory that one process has open at a time.
class RocksPlace {
 public:
  ports::StateStore& store() {
    if (!store_) store_ = open(*directory_);
    return *store_;
  }
  runtime::StoreFactory factory() {
    return [this](std::string_view, runtime::Opening) {
      return base::Result<std::unique_ptr<ports::StateStore>>(
          std::make_unique<support::LoanedStore>(shared()));
    };
  }

 private:
  // Opened anew when nobody has it.
  std::shared_ptr<ports::StateStore> shared() {
    if (store_.use_count() <= 1) store_.reset();
    store();
    return store_;
  }
  static std::shared_ptr<ports::StateStore> open(const support::TemporaryDirectory& directory) {
    auto opened = rocks::RocksStateStore::open({.directory = directory.path() / "store"});
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }

  std::unique_ptr<support::TemporaryDirectory> directory_{
      std::make_unique<support::TemporaryDirectory>()};
  std::shared_ptr<ports::StateStore> store_;
};

std::string text_of(const auto& entries, auto&& each) {
  std::string text;
  for (const auto& entry : entries) {
    text += std::to_string(entry.position.value()) + ' ' + model::to_text(entry.recorded_at) + ' ' +
            model::to_text(entry.effective_at) + ' ' + std::string(entry.event);
    each(text, entry);
    text += '\n';
  }
  return text;
}

template <class Place>
struct StatementsCase : Place {
  using Model = Statements;
  static constexpr const char* kAnswer = "WithdrawalSettled";
  static std::string answers(const Statements::Reader& reader) {
    std::string text;
    const auto plain = [](auto&, const auto&) {};
    for (std::uint64_t id = 1; id <= kMembers; ++id) {
      const model::MemberId member{id};
      const auto funds = reader.funds(member, {}).value();
      text += funds ? support::describe(*funds) : "unknown";
      text += '\n' + text_of(reader.entries(member, {}).value(), [](auto& out, const auto& entry) {
                out += ' ' + support::describe(entry.change) + support::describe(entry.balance);
                if (entry.purchase) out += " p" + std::to_string(entry.purchase->value());
                if (entry.withdrawal) out += " w" + std::to_string(entry.withdrawal->value());
              });
      text += past(reader, member);
    }
    for (std::uint64_t seq = 1; seq <= 1'500; ++seq)
      text += text_of(reader.purchase_history(model::PurchaseId{seq}).value(), plain) +
              text_of(reader.withdrawal_history(model::WithdrawalId{seq}).value(), plain);
    for (std::uint64_t action = 0; action < kActionsPerPartner; ++action)
      text += text_of(
          reader.parked_history(model::PartnerId{1}, "A-" + std::to_string(action)).value(), plain);
    return text;
  }

 private:
  // At moments of each clock, and of both.
  static std::string past(const Statements::Reader& reader, model::MemberId member) {
    std::string text;
    for (const auto* date : {"2018-11-01", "2019-01-15", "2019-03-01", "2019-12-31"}) {
      for (const std::optional<model::Seq> as_known :
           {std::optional<model::Seq>(), std::optional(model::Seq{150}),
            std::optional(model::Seq{600})}) {
        const projections::statements::Clocks clocks{support::noon(date), as_known};
        const auto totals = reader.totals(std::span(&member, 1), clocks).value().front();
        text += support::describe(totals.funds) + ' ' + model::to_text(totals.withdrawn) + '\n';
        const auto page =
            reader.entries(member, {.after = model::Seq{50}, .limit = 3, .clocks = clocks});
        text += text_of(page.value(), [](auto& out, const auto& entry) {
          out += ' ' + support::describe(entry.balance);
        });
      }
    }
    return text;
  }
};

template <class Place>
struct RostersCase : Place {
  using Model = Rosters;
  static constexpr const char* kAnswer = " suspended since ";
  static std::string answers(const Rosters::Reader& reader) {
    std::string text;
    for (std::uint64_t id = 1; id <= kOrganizations + 1; ++id) {
      for (const auto* date : {"2018-12-31", "2019-03-01", "2019-08-15", "2020-01-01"}) {
        const auto roster = reader.roster(model::OrganizationId{id}, support::day(date)).value();
        text += std::to_string(id) + (roster ? " known\n" : " unknown\n");
        if (!roster) continue;
        for (const auto& line : roster->members)
          text += std::to_string(line.member.value()) + " in " +
                  std::to_string(line.organization.value()) + ' ' +
                  std::string(model::name_of(line.category)) + ' ' +
                  std::string(model::name_of(line.status)) + " since " +
                  model::to_text(line.since) + '\n';
      }
    }
    return text;
  }
};

template <class Place>
struct StatisticsCase : Place {
  using Model = Statistics;
  static constexpr const char* kAnswer = " joined, ";
  static std::string answers(const Statistics::Reader& reader) {
    std::string text;
    for (std::uint64_t id = 1; id <= kOrganizations + 1; ++id) {
      for (const auto* date : {"2018-12-31", "2019-03-01", "2019-08-15", "2020-01-01"}) {
        const auto report = reader.report(model::OrganizationId{id}, support::day(date)).value();
        text += std::to_string(id) + (report ? " known\n" : " unknown\n");
        if (!report) continue;
        for (const auto& line : report->lines)
          text += std::to_string(line.organization.value()) + ": " + text_of(line.numbers) + '\n';
        for (const auto& holder : report->holders)
          text += std::to_string(holder.member.value()) + '/' + std::to_string(holder.line) + ' ';
      }
    }
    return text;
  }

 private:
  static std::string text_of(const projections::statistics::Numbers& n) {
    std::string text = std::to_string(n.total) + " of them:";
    const auto add = [&](std::uint64_t count) { text += ' ' + std::to_string(count); };
    for (const auto& sexes : n.by_sex_age)
      for (const auto& ages : sexes)
        std::ranges::for_each(ages, add);
    std::ranges::for_each(n.by_tenure, add);
    std::ranges::for_each(n.by_card, add);
    std::ranges::for_each(n.officers, add);
    std::ranges::for_each(n.left_by_reason, add);
    for (const auto count : {n.suspended, n.accounts, n.active_buyers, n.transferred_in,
                             n.transferred_out, n.purchases, n.dues_payments, n.employees})
      add(count);
    return text + "; " + std::to_string(n.joined) + " joined, " + model::to_text(n.dues) + " paid";
  }
};

template <class Place>
struct PurchasesCase : Place {
  using Model = Purchases;
  static constexpr const char* kAnswer = " parked ";
  static std::string answers(const Purchases::Reader& reader) {
    using projections::purchases::Range;
    std::string text;
    const auto from = support::day("2019-03-01");
    const auto to = support::day("2019-09-30");
    for (std::uint64_t id = 1; id <= kPartners + 1; ++id) {
      const model::PartnerId partner{id};
      for (const Range& range :
           {Range{}, Range{.from = from, .to = to}, Range{.to = from, .as_known = model::Seq{99}},
            Range{.from = from, .after = {{to, 300}}, .limit = 7}}) {
        text += std::to_string(id) + ": ";
        const auto purchases = reader.purchases(partner, range).value();
        for (const auto& entry : purchases)
          text += model::to_text(entry.on) + ' ' + std::to_string(entry.purchase.value()) + ' ' +
                  model::to_text(entry.ordered) + ", ";
        const auto parked = reader.parked(partner, range).value();
        for (const auto& entry : parked)
          text +=
              model::to_text(entry.on) + " parked " + std::to_string(entry.parked.value()) + ", ";
        text += '\n';
      }
    }
    return text;
  }
};

template <class Place>
struct WithdrawalsCase : Place {
  using Model = Withdrawals;
  static constexpr const char* kAnswer = "returned";
  static std::string answers(const Withdrawals::Reader& reader) {
    auto text = text_of(reader, {}) + text_of(reader, {.overdue_at = support::noon("2019-06-15")});
    for (std::size_t i = 0; i < model::kNames<model::WithdrawalState>.size(); ++i) {
      const auto state = static_cast<model::WithdrawalState>(i);
      text += text_of(reader, {.state = state}) +
              text_of(reader, {.state = state, .overdue_at = support::noon("2019-06-15")});
    }
    return text;
  }

 private:
  static std::string text_of(const Withdrawals::Reader& reader,
                             const projections::withdrawals::Filter& filter) {
    std::string text;
    const auto found = reader.list(filter).value();
    for (const auto& listed : found)
      text += std::to_string(listed.id.value()) + ' ' + std::to_string(listed.member.value()) +
              ' ' + std::string(model::name_of(listed.method)) + ' ' +
              model::to_text(listed.amount) + ' ' + std::string(model::name_of(listed.state)) +
              ' ' + listed.request_key + ' ' + listed.ext_ref + ' ' +
              model::to_text(listed.requested_at) + ' ' + model::to_text(listed.due_at) + '\n';
    return text + "--\n";
  }
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(statements_in_memory, ReadModelContract,
                               StatementsCase<MemoryPlace>);
INSTANTIATE_TYPED_TEST_SUITE_P(statements_in_rocks, ReadModelContract, StatementsCase<RocksPlace>);
INSTANTIATE_TYPED_TEST_SUITE_P(rosters_in_memory, ReadModelContract, RostersCase<MemoryPlace>);
INSTANTIATE_TYPED_TEST_SUITE_P(rosters_in_rocks, ReadModelContract, RostersCase<RocksPlace>);
INSTANTIATE_TYPED_TEST_SUITE_P(statistics_in_memory, ReadModelContract,
                               StatisticsCase<MemoryPlace>);
INSTANTIATE_TYPED_TEST_SUITE_P(statistics_in_rocks, ReadModelContract, StatisticsCase<RocksPlace>);
INSTANTIATE_TYPED_TEST_SUITE_P(purchases_in_memory, ReadModelContract, PurchasesCase<MemoryPlace>);
INSTANTIATE_TYPED_TEST_SUITE_P(purchases_in_rocks, ReadModelContract, PurchasesCase<RocksPlace>);
INSTANTIATE_TYPED_TEST_SUITE_P(withdrawals_in_memory, ReadModelContract,
                               WithdrawalsCase<MemoryPlace>);
INSTANTIATE_TYPED_TEST_SUITE_P(withdrawals_in_rocks, ReadModelContract,
                               WithdrawalsCase<RocksPlace>);

}  // namespace kopilka::contract
