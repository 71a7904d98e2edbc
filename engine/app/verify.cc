#include "engine/app/verify.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "engine/app/derived.h"
#include "engine/codec/batch.h"
#include "engine/ledger/audit.h"
#include "engine/ledger/postings.h"
#include "engine/proof/leaves.h"
#include "engine/shard/follower.h"
#include "engine/state/stored.h"
#include "engine/system/system_random.h"
#include "projections/purchases/agreement.h"
#include "projections/purchases/purchases.h"
#include "projections/statistics/agreement.h"
#include "projections/statistics/statistics.h"
#include "projections/withdrawals/agreement.h"
#include "projections/withdrawals/withdrawals.h"

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;
using ledger::Violation;
using projections::purchases::Purchases;
using projections::statistics::Statistics;
using projections::withdrawals::Withdrawals;

constexpr std::size_t kShownMax = 100;
// The ledger's; I-16: order, time and chain; I-17: the statistics agree with the register.
constexpr std::uint32_t kChecked = ledger::kInvariantsChecked + ledger::kInvariantsAuditedOnly + 2;
constexpr std::uint64_t kBatchesPerProgress = 64;

// Folds the log anew, in memory, and looks at every step of it.
class Examination {
 public:
  explicit Examination(HeadsCheck heads) : heads_(std::move(heads)) {
    state::attach_all(state_, state::Backing::none, misses_);
  }

  Result<void> take(const ports::SealedBatch& sealed) {
    KOPILKA_TRY_ASSIGN(const auto batch, codec::decode(sealed));
    KOPILKA_TRY_ASSIGN(const auto leaves, proof::leaves_of(sealed));
    heads_.take(leaves);
    ++report_.batches;
    report_.head_hash = sealed.hash;
    for (const auto& entry : batch.entries)
      take(entry);
    for (const auto& source : batch.sources)
      step([&] { shard::fold(state_, source); });
    return {};
  }

  // The log was walked to its end.
  void end_heads() { heads_.finish(); }

  VerifyReport finish() {
    std::vector<Violation> found;
    report_.heads = heads_.report();
    ledger::check_all(state_.ledger, found);
    check_statistics(found);
    check_lists(found);
    note(found);
    report_.invariants_checked = kChecked;
    return std::move(report_);
  }

  [[nodiscard]] const shard::State& state() const { return state_; }
  [[nodiscard]] std::uint64_t events() const { return report_.events; }

 private:
  void step(const auto& fold) {
    state::begin_step(state_, ++step_);
    fold();
    state::settle(state_, step_);
  }

  void take(const model::Entry& entry) {
    std::vector<Violation> found;
    const auto first = model::next(report_.last);
    if (report_.events == 0) report_.first = first;
    if (entry.recorded_at < recorded_at_)
      found.push_back({"I-16", fmt::format("seq {} was recorded before seq {}", first.value(),
                                           report_.last.value())});
    recorded_at_ = entry.recorded_at;
    audit_.examine(state_.registry, entry, first, found);
    step([&] { shard::fold(state_, entry, first); });
    for (const auto& dated : entry.events) {
      fold_models(dated, entry.recorded_at, found);
      const auto movement = ledger::postings(dated.event);
      const auto before = found.size();
      ledger::check_movement(movement, found);
      const auto* money = movement.member ? state_.ledger.members.find(*movement.member) : nullptr;
      if (money != nullptr) ledger::check_member(*movement.member, *money, found);
      report_.last = model::next(report_.last);
      for (auto i = before; i < found.size(); ++i)
        found[i].what += fmt::format(" (seq {})", report_.last.value());
    }
    report_.events += entry.events.size();
    note(found);
  }

  // The event that follows the last.
  void fold_models(const model::DatedEvent& dated, model::Instant recorded_at,
                   std::vector<Violation>& found) {
    const auto into = [&](auto& model, const char* invariant) {
      state::begin_step(model, step_);
      auto folded = model.fold(dated, model::next(report_.last), recorded_at);
      if (!folded) found.push_back({invariant, std::move(folded).error().message});
      state::settle(model, step_);
    };
    into(statistics_, "I-17");
    into(purchases_, "I-7");
    into(withdrawals_, "I-10");
  }

  // On the day of the last entry, every organisation.
  void check_statistics(std::vector<Violation>& found) const {
    const auto on = model::moscow_date(recorded_at_);
    const Statistics::Reader reader(statistics_, nullptr);
    state_.registry.organizations.for_each_loaded([&](const auto id, const auto& organization) {
      if (organization.parent) return;
      const auto report = reader.report(id, on);
      if (!report || !*report) {
        found.push_back({"I-17", fmt::format("organisation {} has no statistics", id.value())});
        return;
      }
      for (auto& what : disagreements(**report, state_.registry))
        found.push_back({"I-17", std::move(what)});
    });
  }

  // What is listed is what the ledger has.
  void check_lists(std::vector<Violation>& found) const {
    for (auto& what : projections::purchases::disagreements(purchases_, state_.ledger))
      found.push_back({"I-7", std::move(what)});
    for (auto& what : projections::withdrawals::disagreements(withdrawals_, state_.ledger))
      found.push_back({"I-10", std::move(what)});
  }

  void note(std::vector<Violation>& found) {
    report_.violations += found.size();
    for (auto& violation : found)
      if (report_.shown.size() < kShownMax) report_.shown.push_back(std::move(violation));
  }

  HeadsCheck heads_;
  shard::State state_;
  state::Misses misses_;
  ledger::Audit audit_;
  Statistics statistics_;
  Purchases purchases_;
  Withdrawals withdrawals_;
  std::uint64_t step_{0};
  model::Instant recorded_at_;
  VerifyReport report_;
};

Result<std::string> digest_of(const shard::State& state, ports::StateStore* store) {
  KOPILKA_TRY_ASSIGN(const auto digest,
                     state::digest_of(state, store, shard::kStateName, shard::kStateVersion));
  return digest.text();
}

// The kept rows brought up to the log's present end. No store: there are none.
struct KeptState {
  std::unique_ptr<ports::StateStore> store;
  std::optional<shard::Follower> follower;
};
Result<KeptState> open_kept_state(const Layout& layout, ports::EventLog& log) {
  KOPILKA_TRY_ASSIGN(auto rows, open_state_for_reading(layout));
  KeptState kept;
  if (!rows.store) return kept;
  kept.store = std::move(rows.store);
  KOPILKA_TRY_ASSIGN(auto follower, shard::Follower::open(kept.store.get()));
  // A bound, however far, keeps the follower from writing.
  KOPILKA_TRY(
      follower.catch_up(log, {.seq = model::Seq{std::numeric_limits<std::uint64_t>::max()}}));
  kept.follower.emplace(std::move(follower));
  return kept;
}

Result<void> examine(ports::EventLog& log, const model::LogHead& head, Examination& examination,
                     const std::function<void(const VerifyProgress&)>& on_progress) {
  const auto last = head.n.value();
  KOPILKA_TRY_ASSIGN(const auto reader, log.read_from(model::Seq{1}));
  for (std::uint64_t n = 1; n <= last; ++n) {
    KOPILKA_TRY_ASSIGN(const auto sealed, reader->next());
    if (!sealed) break;
    KOPILKA_TRY(examination.take(*sealed));
    if (on_progress && (n % kBatchesPerProgress == 0 || n == last))
      on_progress({examination.events(), head.last_seq.value()});
  }
  return {};
}

Comparison compare_state(const Result<KeptState>& kept, model::Seq position, std::string folded) {
  Comparison comparison{.name = "state", .position = position, .folded = std::move(folded)};
  if (!kept) {
    comparison.error = kept.error();
  } else if (kept->store) {
    auto digest = digest_of(kept->follower->state(), kept->store.get());
    if (digest)
      comparison.kept = std::move(*digest);
    else
      comparison.error = digest.error();
  } else {
    comparison.kept = comparison.folded;  // nothing is kept: it will be made from the log
  }
  return comparison;
}

void compare_models(const Layout& layout, ports::EventLog& log, VerifyReport& report) {
  auto models = open_models_for_reading(layout);
  if (!models) {
    report.comparisons.push_back({.name = "read models", .error = models.error()});
    return;
  }
  if (!*models) return;
  auto caught_up = (*models)->catch_up(log);
  for (const auto& status : (*models)->status({})) {
    Comparison comparison{.name = std::string(status.name), .position = status.position.seq};
    auto check = caught_up
                     ? (*models)->check(status.name, log)
                     : Result<projections::runtime::Check>(std::unexpected(caught_up.error()));
    if (check) {
      comparison.folded = check->folded;
      comparison.kept = check->kept == check->rows ? check->kept : check->rows;
      if (check->kept != check->rows)
        comparison.error = base::Error{ErrorKind::corrupt, "its rows do not match its own digest"};
    } else {
      comparison.error = check.error();
    }
    report.comparisons.push_back(std::move(comparison));
  }
}

}  // namespace

bool VerifyReport::is_ok() const {
  return !corrupt && !heads.error && violations == 0 &&
         std::ranges::all_of(comparisons, [](const auto& comparison) {
           return comparison.is_equal() && !comparison.error;
         });
}

Result<VerifyReport> verify(const Place& place,
                            const std::function<void(const VerifyProgress&)>& on_progress,
                            const HeadsChoice& choice) {
  KOPILKA_TRY(expect_store(place));
  KOPILKA_TRY_ASSIGN(auto heads, HeadsCheck::open(place.layout, choice));
  system::SystemRandom random;
  const auto log = place.log->open(random);
  if (!log && log.error().kind == ErrorKind::corrupt)
    return VerifyReport{.heads = heads.report(), .corrupt = log.error()};
  if (!log) return std::unexpected(log.error());
  const auto kept = open_kept_state(place.layout, **log);
  KOPILKA_TRY_ASSIGN(auto head, (*log)->head());
  // Somebody may be deciding: what is compared must end at one batch.
  if (kept && kept->store) head = kept->follower->head();

  Examination examination(std::move(heads));
  auto walked = examine(**log, head, examination, on_progress);
  if (!walked && walked.error().kind != ErrorKind::corrupt)
    return std::unexpected(std::move(walked).error());
  if (walked) examination.end_heads();
  KOPILKA_TRY_ASSIGN(auto folded, digest_of(examination.state(), nullptr));
  auto report = examination.finish();
  if (!walked) {
    report.corrupt = std::move(walked).error();
    return report;
  }
  report.comparisons.push_back(compare_state(kept, head.last_seq, std::move(folded)));
  compare_models(place.layout, **log, report);
  return report;
}

}  // namespace kopilka::app
