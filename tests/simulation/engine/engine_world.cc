#include "tests/simulation/engine/engine_world.h"

#include <stdexcept>
#include <variant>

#include "engine/codec/batch.h"
#include "engine/codec/command_content.h"
#include "engine/codec/command_json.h"
#include "engine/ledger/audit.h"
#include "engine/registry/fold.h"
#include "engine/vault/sealing.h"

namespace kopilka::simulation {
namespace {

constexpr std::string_view kSource = "simulation";
// An owner who has asked so often in vain takes the acknowledgement for lost.
constexpr std::uint64_t kIdlePollsMax = 12;

template <class T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

shard::Options options_of(shard::DayMode mode, const Weather& weather) {
  shard::Options options;
  options.day_mode = mode;
  options.releases_per_slice = weather.releases_per_slice;
  options.events_per_flush = weather.events_per_flush;
  options.loaded_rows_max = weather.loaded_rows_max;
  options.entries_per_batch_max = 7;  // many small batches: more places to die between
  return options;
}

}  // namespace

EngineWorld::EngineWorld(shard::DayMode mode, Weather weather, std::uint64_t seed)
    : mode_(mode),
      weather_(weather),
      random_(seed ^ 0x5EED),
      owners_(seed),
      vault_(7),
      mint_(vault_.store_key()),
      store_(8),
      content_(std::make_shared<memory::MemoryLog>(model::StoreId{1})) {
  start();
}

EngineWorld::~EngineWorld() = default;

void EngineWorld::start() {
  log_ = std::make_unique<memory::MemoryEventLog>(content_, owners_);
  const auto ownership = must(log_->acquire());
  auto* store = weather_.with_store ? &store_ : nullptr;
  auto follower = must(shard::Follower::open(store));
  must(follower.catch_up(*log_, {}));
  if (store != nullptr) must(follower.flush());
  auto parts = std::move(follower).release();
  misses_ = parts.misses.get();
  shard_ = std::make_unique<shard::Shard>(std::move(parts.state), std::move(parts.misses), store,
                                          mint_, ownership, options_of(mode_, weather_));
  idle_polls_ = 0;
}

// The process dies; what it had not been told may or may not have happened.
void EngineWorld::die() {
  ++crashes_;
  shard_.reset();
  content_->crash(one_in(2) ? memory::Survivors::acknowledged : memory::Survivors::landed);
  if (one_in(4)) store_.lose_everything();
  if (one_in(4) && store_.kept_history() > 0) store_.go_back(1 + below(store_.kept_history()));
  start();
  for (auto& given : unanswered_) {
    given.repeated = true;
    give(given);
  }
}

bool EngineWorld::load_missing() {
  if (misses_->count == 0) return false;
  must(state::load_missing(const_cast<shard::State&>(shard_->state()), *misses_, store_));
  return true;
}

void EngineWorld::submit(std::uint64_t line, const std::string& text) {
  Given given{.line = line, .text = text};
  give(given);
  unanswered_.push_back(std::move(given));
}

void EngineWorld::give(Given& given) {
  const bool import = mode_ == shard::DayMode::import;
  auto parsed =
      codec::parse_command(given.text, import ? codec::At::required : codec::At::forbidden);
  shard::Submission submission{.ticket = given.line};
  submission.origin.principal = submission.origin.credential = "operator";
  if (import) {
    submission.source = model::SourcePosition{std::string(kSource), given.line, {}};
    const auto known = must(shard_->source(std::string(kSource)));
    submission.judged_before = given.line <= known.position;
  }
  if (parsed) {
    given.key = submission.origin.key = parsed->key;
    submission.origin.mac = vault_.command_mac(codec::canonical_content(parsed->command));
    must(vault::seal_personal(parsed->command, vault_));
    submission.at = parsed->at;
    submission.content = std::move(parsed->command);
  } else {
    given.key = parsed.error().key;
    submission.content = shard::Malformed{parsed.error().code, parsed.error().message};
  }
  shard_->submit(std::move(submission));
}

void EngineWorld::plan_fates() {
  if (!weather_.faults || !one_in(6)) return;
  using memory::AppendFate;
  constexpr std::array kFates{AppendFate::failed,       AppendFate::unknown_landed,
                              AppendFate::unknown_lost, AppendFate::acknowledgement_lost,
                              AppendFate::delayed,      AppendFate::fenced};
  const auto fate = kFates.at(below(kFates.size()));
  log_->plan({{fate, static_cast<unsigned>(below(5))}});
}

bool EngineWorld::take_outcomes() {
  const auto outcomes = log_->poll(std::chrono::milliseconds{0});
  idle_polls_ = outcomes.empty() && shard_->in_flight() > 0 ? idle_polls_ + 1 : 0;
  for (const auto& outcome : outcomes) {
    shard_->on_outcome(outcome);
    if (shard_->stopped()) {
      die();
      return true;
    }
    if (shard_->needs_resume()) {
      const auto ownership = must(log_->acquire());
      if (!shard_->resume(ownership)) die();
      return true;
    }
  }
  if (idle_polls_ > kIdlePollsMax) {
    die();
    return true;
  }
  return !outcomes.empty();
}

// False: there was nothing to do.
bool EngineWorld::step(model::Instant now) {
  if (weather_.faults && one_in(40)) {
    die();
    return true;
  }
  if (shard_->is_flush_due() && shard_->in_flight() == 0) {
    if (weather_.faults && one_in(5))
      store_.fail_applies(1, {base::ErrorKind::io, "the disk of the simulation is full"});
    if (!shard_->flush()) die();
    return true;
  }
  plan_fates();
  bool moved = false;
  for (;;) {
    auto batch = must(shard_->next_batch(now));
    if (!batch) break;
    must(vault_.sync());
    must(log_->submit(std::move(batch->sealed)));
    moved = true;
  }
  return take_outcomes() || moved;
}

void EngineWorld::take_answers(std::vector<EngineAnswer>& out) {
  for (auto& answered : shard_->take_answers()) {
    if (unanswered_.empty() || unanswered_.front().line != answered.ticket)
      throw std::runtime_error("line " + std::to_string(answered.ticket) +
                               " was answered out of turn");
    auto& given = unanswered_.front();
    out.push_back({given.line, given.key, std::move(answered.answer), given.repeated});
    unanswered_.pop_front();
  }
}

std::vector<EngineAnswer> EngineWorld::drain(model::Instant now) {
  std::vector<EngineAnswer> answers;
  for (;;) {
    const bool moved = step(now);
    take_answers(answers);
    if (!moved && unanswered_.empty() && shard_->in_flight() == 0) return answers;
  }
}

shard::Follower EngineWorld::fold_log() {
  memory::MemoryEventLog reader(content_, owners_);
  auto follower = must(shard::Follower::open(nullptr));
  must(follower.catch_up(reader, {}));
  return follower;
}

std::vector<ledger::Violation> EngineWorld::audit_log() {
  memory::MemoryEventLog log(content_, owners_);
  const auto reader = must(log.read_from(model::Seq{1}));
  ledger::Audit audit;
  registry::Tables known;
  std::vector<ledger::Violation> found;
  model::Seq seq;
  for (auto sealed = must(reader->next()); sealed; sealed = must(reader->next())) {
    for (const auto& entry : must(codec::decode(*sealed)).entries) {
      audit.examine(known, entry, model::next(seq), found);
      for (const auto& dated : entry.events) {
        seq = model::next(seq);
        std::visit(
            [&](const auto& e) {
              if constexpr (requires { registry::fold(known, e, seq, entry.recorded_at); })
                registry::fold(known, e, seq, entry.recorded_at);
            },
            dated.event);
      }
    }
  }
  return found;
}

std::string EngineWorld::digest() {
  auto* store = weather_.with_store ? &store_ : nullptr;
  return must(state::digest_of(shard_->state(), store, shard::kStateName, shard::kStateVersion))
      .text();
}

}  // namespace kopilka::simulation
