#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "engine/base/bytes.h"
#include "engine/codec/batch.h"
#include "engine/model/batch.h"
#include "engine/model/event.h"
#include "engine/ports/event_log.h"

namespace kopilka::support {

inline model::StoreId store_id(std::uint8_t last_byte) {
  model::StoreId id{};
  id.back() = last_byte;
  return id;
}

// How large a batch is made.
struct BatchShape {
  std::uint32_t events{1};
  std::size_t text_bytes{20};  // in each event
};

// Makes batches that continue a log, each with its own content. The instants grow by a second an
// entry, and each event is an entry.
class BatchMaker {
 public:
  explicit BatchMaker(const ports::Ownership& ownership) { follow(ownership); }

  // Continues what an acquire found.
  void follow(const ports::Ownership& ownership) {
    header_.store = ownership.head.store;
    header_.epoch = ownership.epoch;
    header_.owner = ownership.owner;
    header_.n = ownership.head.n;
    header_.first_seq = model::next(ownership.head.last_seq);
    header_.previous = ownership.head.hash;
  }

  // Another content under the same numbers, as when a command is decided anew.
  void change_content() { ++variant_; }

  [[nodiscard]] ports::SealedBatch next(BatchShape shape = {}) {
    model::Batch batch;
    header_.n = model::next(header_.n);
    for (std::uint32_t i = 0; i < shape.events; ++i) {
      const auto seq = header_.first_seq.value() + i;
      const auto at = model::Instant::micros(static_cast<std::int64_t>(seq) * 1'000'000);
      model::CommandRefused event;
      event.command = text(seq, shape.text_bytes);
      batch.entries.push_back(
          {.origin = std::nullopt, .recorded_at = at, .events = {{at, std::move(event)}}});
    }
    header_.count = shape.events;
    header_.recorded_at = batch.entries.empty() ? model::Instant::micros(last_micros())
                                                : batch.entries.front().recorded_at;
    batch.header = header_;
    auto sealed = codec::seal(batch);
    header_.first_seq = model::next(model::last_seq(header_));
    header_.previous = sealed.hash;
    return sealed;
  }

  // A batch without events, in the chain all the same.
  [[nodiscard]] ports::SealedBatch next_empty() { return next({.events = 0}); }

 private:
  [[nodiscard]] std::int64_t last_micros() const {
    return static_cast<std::int64_t>(header_.first_seq.value() - 1) * 1'000'000;
  }

  // Letters that do not repeat and do not compress to nothing.
  [[nodiscard]] std::string text(std::uint64_t seq, std::size_t size) const {
    std::uint64_t state = seq * 0x9E3779B97F4A7C15U + variant_;
    std::string out(size, ' ');
    for (auto& c : out) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      c = static_cast<char>('a' + (state >> 60));
    }
    return out;
  }

  model::BatchHeader header_;
  std::uint64_t variant_{0};
};

}  // namespace kopilka::support
