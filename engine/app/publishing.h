#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/exchange/publisher.h"
#include "engine/model/batch.h"
#include "engine/ports/event_log.h"
#include "engine/ports/feed.h"
#include "engine/ports/steady_time.h"

namespace kopilka::app {

struct PublishedFeeds {
  std::unique_ptr<ports::Feed> events;
  std::unique_ptr<ports::Feed> outcomes;
  std::unique_ptr<ports::Feed> payouts;
};

// An owner's publishing: batches as they are acknowledged, and from the log what was missed. What
// the feeds do never holds up deciding. One thread.
class Publishing {
 public:
  // All must outlive this.
  Publishing(PublishedFeeds& feeds, ports::EventLog& log, ports::SteadyTime& time,
             std::chrono::milliseconds retry)
      : feeds_(feeds), log_(log), time_(time), retry_(retry) {}

  // A batch was acknowledged.
  void pass(const model::Batch& batch, const exchange::PayoutFactsOf& facts_of);
  // Moves on what can move. `head`: the last acknowledged batch.
  void turn(const model::LogHead& head, const exchange::PayoutFactsOf& facts_of);

  [[nodiscard]] model::Seq published() const;
  // Everything up to there is delivered.
  [[nodiscard]] bool is_done(const model::LogHead& head) const;
  // Why it cannot go on just now; for people, empty when it can.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  [[nodiscard]] base::Result<void> begin(const model::LogHead& head);
  [[nodiscard]] base::Result<void> take(const model::Batch& batch,
                                        const exchange::PayoutFactsOf& facts_of);
  [[nodiscard]] base::Result<void> catch_up(const model::LogHead& head,
                                            const exchange::PayoutFactsOf& facts_of);
  [[nodiscard]] base::Result<void> move_on(const model::LogHead& head,
                                           const exchange::PayoutFactsOf& facts_of);
  void fail(base::Error error);

  PublishedFeeds& feeds_;
  ports::EventLog& log_;
  ports::SteadyTime& time_;
  std::chrono::milliseconds retry_;
  std::optional<exchange::Publisher> publisher_;
  std::unique_ptr<ports::LogReader> missed_;  // what is not taken yet, when it is behind
  std::optional<model::BatchHeader> taken_;   // of the last batch; nothing: none since it began
  std::chrono::milliseconds retry_at_{0};
  std::string trouble_;
};

}  // namespace kopilka::app
