#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/codec/event_codec.h"
#include "engine/model/batch.h"
#include "engine/model/enums.h"
#include "engine/model/money.h"
#include "engine/model/personal.h"
#include "engine/ports/feed.h"

// What others see of the log (docs/formats/feeds.md): a pure function of the batches that count, so
// that whoever publishes it publishes the same.
namespace kopilka::exchange {

// Which outcome: the batch that holds it and its place there, from 0. {0, 0}: none.
struct OutcomePlace {
  std::uint64_t batch{0};
  std::uint32_t index{0};
  auto operator<=>(const OutcomePlace&) const = default;
};
[[nodiscard]] std::string to_text(const OutcomePlace& place);
[[nodiscard]] std::optional<OutcomePlace> parse_outcome_place(std::string_view text);

// The last of each kind, up to somewhere in the log.
struct Published {
  model::Seq event;
  OutcomePlace outcome;
  model::Seq payout;
  bool operator==(const Published&) const = default;
};

// What a processor needs to know of a withdrawal that was sent to it, beside its event.
struct PayoutFacts {
  std::string ext_ref;
  model::WithdrawalMethod method{};
  model::Sealed destination;  // for the processors' key
};
using PayoutFactsOf = std::function<base::Result<PayoutFacts>(model::WithdrawalId)>;

// The records that a batch adds to the feeds, in their order.
struct Outgoing {
  std::vector<ports::FeedRecord> outcomes;
  std::vector<ports::FeedRecord> payouts;
  std::vector<ports::FeedRecord> events;
};

// Makes the records of one batch after another. Not shared between threads.
class OutgoingWriter {
 public:
  // `before`: the last of each kind before what is to be made; what is not later is left out.
  explicit OutgoingWriter(const Published& before) : last_(before) {}

  // REQUIRES: batches come in their order, from one on that holds or precedes the first wanted.
  // Errors are those of `facts_of`.
  [[nodiscard]] base::Result<Outgoing> take(const model::Batch& batch,
                                            const PayoutFactsOf& facts_of);
  [[nodiscard]] const Published& last() const { return last_; }

 private:
  [[nodiscard]] ports::FeedRecord event_record(const model::Entry& entry,
                                               const model::DatedEvent& dated, model::Seq seq);

  Published last_;
  codec::EventWriter events_;
};

// Where the feeds of a store stand, told by the last record of the feed of events.
struct Stand {
  Published published;
  std::string store;  // hexadecimal
};
// Nothing: it is no record of ours.
[[nodiscard]] std::optional<Stand> stand_told_by(const ports::FeedRecord& last_event);

}  // namespace kopilka::exchange
