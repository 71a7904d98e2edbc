#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/app/head_signer.h"
#include "engine/app/layout.h"
#include "engine/base/result.h"
#include "engine/ledger/mint.h"
#include "engine/ports/clock.h"
#include "engine/ports/event_log.h"
#include "engine/ports/key_vault.h"
#include "engine/ports/state_store.h"
#include "engine/proof/leaves.h"
#include "engine/shard/follower.h"
#include "engine/shard/shard.h"

namespace kopilka::app {

// The pieces of a store that is open for deciding; whoever makes an Engine chooses them.
struct Pieces {
  std::unique_ptr<ports::EventLog> log;
  std::unique_ptr<ports::StateStore> store;
  std::shared_ptr<ports::KeyVault> vault;
  std::function<base::Result<void>()> close_log;  // leaves the mark of a clean end; may be empty
  std::unique_ptr<HeadSigner> signer;             // null: no heads are signed
};

// Sees each batch once, in order, after it is acknowledged.
using OnBatch =
    std::function<base::Result<void>(const model::Batch& batch, const base::Hash256& hash)>;

// Drives a shard: hands its batches to the log, in this order, for this is the safety argument:
// keys of personal data durable → batch appended → acknowledged → in the tree of which heads are
// signed → readers see it → answers leave.
// One thread.
class Engine {
 public:
  // Recovers the shard's state from the store and the log, and becomes the log's owner.
  [[nodiscard]] static base::Result<std::unique_ptr<Engine>> open(Pieces pieces,
                                                                  shard::Options options);

  // The same from a follower over the pieces' store. After an error both are as useful as before;
  // otherwise the engine has them.
  [[nodiscard]] static base::Result<std::unique_ptr<Engine>> take_over(Pieces& pieces,
                                                                       shard::Follower& follower,
                                                                       shard::Options options);

  void on_batch(OnBatch seen) { on_batch_ = std::move(seen); }

  // Seals personal data, makes the key's MAC, and queues the line.
  // REQUIRES: what the parser made, clear text still in it
  [[nodiscard]] base::Result<void> submit(shard::Submission submission);

  // Moves everything on that can move without waiting.
  [[nodiscard]] base::Result<void> pump(model::Instant now);
  // Takes in what the log says of batches under way; waits at most `timeout` for the first.
  [[nodiscard]] base::Result<void> take_outcomes(std::chrono::milliseconds timeout);
  // Nothing more is decided, and all that is under way is known.
  [[nodiscard]] base::Result<void> settle();
  // Goes on until every queued line is answered.
  [[nodiscard]] base::Result<void> drain(model::Instant now);

  [[nodiscard]] std::vector<shard::Answered> take_answers() { return shard_->take_answers(); }
  [[nodiscard]] shard::Shard& shard() { return *shard_; }
  [[nodiscard]] ports::EventLog& log() { return *pieces_.log; }
  [[nodiscard]] ports::KeyVault& vault() { return *pieces_.vault; }
  // Null: no heads are signed.
  [[nodiscard]] const HeadSigner* signer() const { return pieces_.signer.get(); }

  // Everything acknowledged is in the store and under a signed head, and the log is closed cleanly.
  [[nodiscard]] base::Result<void> close();
  // Gives the pieces back after an error, or to let another one decide. What was decided and not
  // acknowledged is forgotten; the store stands at some acknowledged batch.
  [[nodiscard]] Pieces release() && { return std::move(pieces_); }

 private:
  struct Landing {
    model::Batch content;
    base::Hash256 hash{};
    std::optional<proof::BatchLeaves> leaves;  // nothing: no heads are signed
  };

  Engine(Pieces pieces, shard::Options options);
  base::Result<void> append(shard::Append batch);
  base::Result<void> take_outcome(const ports::AppendOutcome& outcome);

  Pieces pieces_;
  shard::Options options_;
  ledger::IdMint mint_;
  std::unique_ptr<shard::Shard> shard_;
  std::deque<Landing> landing_;
  OnBatch on_batch_;
};

}  // namespace kopilka::app
