#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/check.h"
#include "engine/codec/batch.h"
#include "engine/memory/clock.h"
#include "engine/memory/event_log.h"
#include "engine/model/batch.h"
#include "engine/model/event.h"
#include "engine/ports/event_log.h"
#include "tests/support/times.h"

namespace kopilka::projections::runtime {

// A batch as its maker and as its readers see it.
struct Told {
  model::Batch batch;
  ports::SealedBatch sealed;
};

// Batches of a log in memory, an event an entry, each recorded a minute after the one before.
class Chain {
 public:
  // Another seed: another log.
  explicit Chain(std::uint64_t seed = 1)
      : random_(seed),
        content_(std::make_shared<memory::MemoryLog>(store_of(seed))),
        log_(content_, random_) {
    const auto ownership = log_.acquire();
    KOPILKA_CHECK(ownership.has_value());
    header_.store = ownership->head.store;
    header_.epoch = ownership->epoch;
    header_.owner = ownership->owner;
    header_.first_seq = model::Seq{1};
  }

  // The batch that follows, not in the log yet.
  Told make(const std::vector<model::Event>& events) {
    Told told;
    header_.n = model::next(header_.n);
    header_.count = static_cast<std::uint32_t>(events.size());
    for (const auto& event : events) {
      now_ = now_ + model::Span::minutes(1);
      told.batch.entries.push_back({std::nullopt, now_, {{now_, event}}});
    }
    header_.recorded_at = events.empty() ? now_ : told.batch.entries.front().recorded_at;
    told.batch.header = header_;
    told.sealed = codec::seal(told.batch);
    header_.first_seq = model::next(model::last_seq(header_));
    header_.previous = told.sealed.hash;
    return told;
  }
  void append(ports::SealedBatch sealed) {
    KOPILKA_CHECK(log_.submit(std::move(sealed)).has_value());
    const auto outcomes = log_.poll(std::chrono::milliseconds(0));
    KOPILKA_CHECK(outcomes.size() == 1);
    KOPILKA_CHECK(outcomes.front().status == ports::AppendStatus::acknowledged);
  }
  Told tell(const std::vector<model::Event>& events) {
    auto told = make(events);
    append(told.sealed);
    return told;
  }

  [[nodiscard]] memory::MemoryEventLog& log() { return log_; }
  [[nodiscard]] model::LogHead head() { return log_.head().value(); }
  void crash() { content_->crash(memory::Survivors::acknowledged); }

 private:
  static model::StoreId store_of(std::uint64_t seed) {
    model::StoreId id{};
    id.back() = static_cast<std::uint8_t>(seed);
    return id;
  }

  memory::SeededRandom random_;
  std::shared_ptr<memory::MemoryLog> content_;
  memory::MemoryEventLog log_;
  model::BatchHeader header_;
  model::Instant now_{support::noon("2019-03-01")};
};

}  // namespace kopilka::projections::runtime
