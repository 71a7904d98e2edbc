#pragma once

#include <optional>
#include <variant>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/ports/event_log.h"
#include "engine/ports/topic.h"
#include "engine/topic_log/bookmarks.h"
#include "engine/topic_log/record.h"

// The rule that makes a topic a log: which of its records count. Everybody applies this one, so
// nobody needs to be asked (docs/decisions/0005-the-log-on-a-topic.md).
namespace kopilka::topic_log {

// Why a record changes nothing.
enum class VoidReason : unsigned char {
  garbage,           // not ours
  late_genesis,      // a log begins once
  lost_race,         // a claim whose epoch is not the next one
  other_owner,       // a batch under an epoch that ended or never began
  repeated,          // a batch of the owner's whose number has passed
  predecessor_lost,  // a batch of the owner's whose number is not due yet
};

// Why nothing behind a record may be read.
enum class StopReason : unsigned char {
  not_a_log,       // the topic does not begin with a genesis
  foreign_store,   // a record of another store's
  unknown_format,  // a newer build wrote it and may count it
  damaged,         // ours, but its checksum differs
  diverged,        // the owner builds on another history than the one that was read
};

struct Begun {
  Genesis genesis;
};
struct Counted {
  ports::SealedBatch batch;
};
struct InForce {
  Claim claim;
};
struct Void {
  VoidReason why{};
  model::Epoch epoch;  // of a claim or batch
  model::OwnerId owner{};
  model::BatchNumber n;  // of a batch
};
struct Stop {
  StopReason why{};
  base::Error error;
};
using Verdict = std::variant<Begun, Counted, InForce, Void, Stop>;

// What a reader knows after the records that it was given: a function of them alone. No I/O, no
// clock. One thread.
class Fold {
 public:
  // Before a topic's first record.
  Fold() = default;
  // After a batch that counted. REQUIRES: the batch stands at that offset and counted there
  Fold(ports::TopicOffset offset, const ports::SealedBatch& batch);

  // Judges the next record. A stop changes nothing, and whatever is given next is judged as if the
  // record had not been there: it is the caller's to give nothing more.
  // REQUIRES: its offset is above that of the record before
  [[nodiscard]] Verdict next(ports::TopicRecord record);

  // Nothing was read yet.
  [[nodiscard]] bool is_new() const { return !anchor_; }
  [[nodiscard]] const model::StoreId& store() const { return store_; }
  // Who owns the log. Epoch 0: nobody yet.
  [[nodiscard]] model::Epoch epoch() const { return epoch_; }
  [[nodiscard]] const model::OwnerId& owner() const { return owner_; }
  // No batch of this owner's counted so far.
  [[nodiscard]] bool is_fresh() const { return fresh_; }
  // The last batch that counted; 0 and zeros: none.
  [[nodiscard]] model::BatchNumber n() const { return n_; }
  [[nodiscard]] model::Seq last_seq() const { return last_seq_; }
  [[nodiscard]] const base::Hash256& hash() const { return hash_; }

  // The last record that was not void: where to go on from, for nothing void changes anything.
  struct Anchor {
    ports::TopicOffset offset{0};
    base::Hash256 digest{};  // sha256 of its bytes
  };
  [[nodiscard]] const std::optional<Anchor>& anchor() const { return anchor_; }
  // Stands right behind the anchor again.
  void rewind() { last_offset_ = anchor_ ? std::optional(anchor_->offset) : std::nullopt; }

 private:
  [[nodiscard]] Verdict begin(const ports::TopicRecord& record);
  [[nodiscard]] Verdict judge_claim(const ports::TopicRecord& record);
  [[nodiscard]] Verdict judge_batch(ports::TopicRecord record);
  [[nodiscard]] std::optional<std::string> misfit(const model::BatchHeader& header) const;

  std::optional<ports::TopicOffset> last_offset_;
  std::optional<Anchor> anchor_;
  model::StoreId store_{};
  model::Epoch epoch_;
  model::OwnerId owner_{};
  bool fresh_{false};
  model::BatchNumber n_;
  model::Seq last_seq_;
  base::Hash256 hash_{};
};

}  // namespace kopilka::topic_log
