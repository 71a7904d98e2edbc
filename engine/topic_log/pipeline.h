#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/batch.h"
#include "engine/ports/event_log.h"
#include "engine/ports/topic.h"
#include "engine/topic_log/fold.h"

namespace kopilka::topic_log {

using SharedBatch = std::shared_ptr<const ports::SealedBatch>;

// What an owner has sent and does not know the outcome of. A batch is acknowledged when it was read
// back and counted, and it or a later record of the same writer was reported delivered. Anything
// else ends the ownership: everything in flight is then unknown, or fenced. No I/O. One thread.
class Pipeline {
 public:
  Pipeline(model::Epoch epoch, const model::OwnerId& owner) : epoch_(epoch), owner_(owner) {}

  // The next batch, under the writer's ticket. REQUIRES: !is_over()
  void sent(const ports::SealedBatch& batch, std::uint64_t ticket, std::chrono::milliseconds now);
  // A batch under an ownership that ended: it was not sent, and ends this one when its turn comes.
  void refused(const model::BatchHeader& header);

  void on_report(const ports::DeliveryReport& report);
  // `last`: the batch, where the verdict is that it counts.
  void on_verdict(const Verdict& verdict, const SharedBatch& last);
  // Gives up when the oldest one is in flight for longer than `span_max`.
  void on_time(std::chrono::milliseconds now, std::chrono::milliseconds span_max);
  void give_up(ports::AppendStatus status, const std::string& why);

  // In the order of submission; each once.
  [[nodiscard]] std::vector<ports::AppendOutcome> take_outcomes();
  [[nodiscard]] bool has_outcomes() const { return !outcomes_.empty(); }
  [[nodiscard]] bool is_empty() const { return in_flight_.empty(); }
  // Nothing more may be sent; why, for people.
  [[nodiscard]] bool is_over() const { return over_.has_value(); }
  [[nodiscard]] std::optional<ports::AppendStatus> over() const { return over_; }
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  // The oldest one was read back; only its report is missing.
  [[nodiscard]] bool awaits_report() const;
  // The last acknowledged one; null: none was.
  [[nodiscard]] const SharedBatch& acknowledged() const { return acknowledged_; }

  [[nodiscard]] model::Epoch epoch() const { return epoch_; }
  [[nodiscard]] const model::OwnerId& owner() const { return owner_; }

 private:
  struct InFlight {
    model::BatchNumber n;
    base::Hash256 hash{};
    std::optional<std::uint64_t> ticket;  // nothing: refused
    std::chrono::milliseconds sent_at{0};
    SharedBatch read_back;
  };

  void take_back(const SharedBatch& batch);
  void settle();

  model::Epoch epoch_;
  model::OwnerId owner_;
  std::deque<InFlight> in_flight_;
  std::size_t read_back_{0};  // so many of them, from the front
  std::uint64_t delivered_{0};
  std::vector<ports::AppendOutcome> outcomes_;
  SharedBatch acknowledged_;
  std::optional<ports::AppendStatus> over_;
  std::string trouble_;
};

}  // namespace kopilka::topic_log
