#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "engine/base/result.h"
#include "engine/exchange/outgoing.h"
#include "engine/model/batch.h"
#include "engine/ports/feed.h"

namespace kopilka::exchange {

// One feed that is written to: its records in order, as many at a time as it takes. One thread.
class Outlet {
 public:
  explicit Outlet(std::unique_ptr<ports::FeedWriter> writer) : writer_(std::move(writer)) {}

  void push(ports::FeedRecord record);
  // Hands over what fits and takes reports. io: a record was not delivered, and none after it will
  // be.
  [[nodiscard]] base::Result<void> turn();

  [[nodiscard]] std::uint64_t pushed() const { return handed_over_ + waiting_.size(); }
  [[nodiscard]] std::uint64_t delivered() const { return delivered_; }

 private:
  std::unique_ptr<ports::FeedWriter> writer_;
  std::deque<ports::FeedRecord> waiting_;
  std::uint64_t handed_over_{0};
  std::uint64_t delivered_{0};
};

// Puts out what others see of the log, from where the feeds stand. May be stopped anywhere and
// begun again, and several may be at it: what is put out twice is the same, and its readers drop
// it. The events of a batch follow its outcomes and payouts only when those are delivered, so the
// last event tells where all three stand. One thread.
class Publisher {
 public:
  struct Feeds {
    ports::Feed& events;
    ports::Feed& outcomes;
    ports::Feed& payouts;
  };
  // Looks where the feeds stand; `head` is the last batch known to count. not_available: one has
  // more than one partition, holds another store's records or what no publisher put there; io: it
  // does not answer in time.
  [[nodiscard]] static base::Result<Publisher> open(const Feeds& feeds, const model::LogHead& head);

  // Batches are wanted from the one that holds this event on; 0: from the first.
  [[nodiscard]] model::Seq begins_after() const { return begun_.event; }

  // The next batch, already counted. Errors are those of `facts_of`.
  [[nodiscard]] base::Result<void> take(const model::Batch& batch, const PayoutFactsOf& facts_of);
  // Moves on what can move without waiting. io: a record was not delivered; open another publisher.
  [[nodiscard]] base::Result<void> turn();

  // So much waits that no more batches should be taken now.
  [[nodiscard]] bool is_full() const;
  // Nothing waits.
  [[nodiscard]] bool is_idle() const;
  // The last event that is delivered, with everything before it.
  [[nodiscard]] model::Seq published() const;

 private:
  struct Outlets {
    Outlet events;
    Outlet outcomes;
    Outlet payouts;
  };
  // The events of a batch, and what must be delivered before them.
  struct Held {
    std::uint64_t outcomes{0};
    std::uint64_t payouts{0};
    std::vector<ports::FeedRecord> events;
  };

  Publisher(const Published& begun, Outlets outlets)
      : begun_(begun), writer_(begun), outlets_(std::move(outlets)) {}

  Published begun_;
  OutgoingWriter writer_;
  Outlets outlets_;
  std::deque<Held> held_;
  std::size_t held_events_{0};
};

}  // namespace kopilka::exchange
