#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/app/engine.h"
#include "engine/app/place.h"
#include "engine/app/publishing.h"
#include "engine/app/reader.h"
#include "engine/base/result.h"
#include "engine/exchange/inbound.h"
#include "engine/ports/candidacy.h"
#include "engine/ports/clock.h"
#include "engine/ports/feed.h"
#include "engine/ports/steady_time.h"
#include "engine/shard/follower.h"
#include "projections/runtime/read_models.h"

namespace kopilka::app {

// What a node is made of. It owns all of it.
struct NodeParts {
  Pieces pieces;
  projections::runtime::ReadModels models;
  // Stands as a candidate; called when all that the log holds is folded, so that nobody waits for
  // a node that is still reading. Empty: it never owns the log unless it is told to `claim`.
  std::function<base::Result<std::unique_ptr<ports::Candidacy>>()> stand;
  std::unique_ptr<ports::Feed> inbound;  // null: no commands come over a feed
  std::optional<PublishedFeeds> feeds;   // nothing: nothing is published
  // Whether the log's topic would lose nothing; asked before each claim and every minute.
  std::function<base::Result<void>()> check_log;
};

struct NodeOptions {
  shard::Options deciding;
  std::chrono::milliseconds retry{1'000};  // after something failed
  // Who was deposed although it is its turn waits until the log has been quiet for so long.
  std::chrono::milliseconds quiet{10'000};
  std::chrono::milliseconds flush_every{5'000};
  std::chrono::milliseconds check_every{60'000};
};

enum class NodeRole : unsigned char { standby, owner };

struct NodeStatus {
  NodeRole role{};
  bool is_chosen{false};      // it is this node's turn, as far as the candidates agree
  model::LogHead head;        // folded here; its epoch and owner are those of the last batch
  model::Seq log_end;         // as far as this node knows
  model::Seq published;       // an owner's; 0: nothing is published here
  std::uint64_t answered{0};  // commands of the feed, since it owns the log
  std::vector<exchange::Inbound::Partition> inbound;  // an owner's
  std::vector<std::string> troubles;                  // for people; empty when all is well
};

// One process among several on one log: it stands by, folding what counts, or owns the log: decides
// what comes over the feed of commands, and publishes. It goes from one to the other by itself and
// is safe whoever else believes to own the log. One thread.
class Node {
 public:
  // `clock` and `time` must outlive the node. Errors as of Follower and the log.
  [[nodiscard]] static base::Result<std::unique_ptr<Node>> open(NodeParts parts,
                                                                NodeOptions options,
                                                                ports::Clock& clock,
                                                                ports::SteadyTime& time);

  // One round; waits up to `wait` when there is nothing to do. An error is one that no waiting
  // mends: corrupt, or a log that this build cannot read. All else is told in `status`.
  [[nodiscard]] base::Result<void> turn(std::chrono::milliseconds wait);

  // What is acknowledged and folded here. Valid until the next turn. An owner first learns what
  // becomes of all that is under way. io, unknown_outcome, fenced: the next turn deals with it.
  [[nodiscard]] base::Result<Reader::Live> look();
  [[nodiscard]] NodeStatus status();

  // Claims the log at the next turn, whoever's turn it is.
  void claim() { is_claim_forced_ = true; }

  // Everything folded is in the store. The turn is passed on.
  [[nodiscard]] base::Result<void> close();

 private:
  Node(NodeParts parts, NodeOptions options, ports::Clock& clock, ports::SteadyTime& time);

  [[nodiscard]] base::Result<void> stand_by(std::chrono::milliseconds wait);
  [[nodiscard]] base::Result<bool> follow();
  [[nodiscard]] base::Result<void> fold(const ports::SealedBatch& sealed);
  [[nodiscard]] base::Result<void> flush_if_due();
  [[nodiscard]] bool wants_the_log();
  [[nodiscard]] base::Result<void> take_over();

  [[nodiscard]] base::Result<void> decide(std::chrono::milliseconds wait);
  void take_commands(std::chrono::milliseconds wait);
  [[nodiscard]] base::Result<void> check_ownership();
  [[nodiscard]] base::Result<void> step_down(base::Error why);

  [[nodiscard]] base::Result<void> judge(base::Error error);
  void wait_for(std::chrono::milliseconds wait);

  NodeParts parts_;
  NodeOptions options_;
  ports::Clock& clock_;
  ports::SteadyTime& time_;

  std::unique_ptr<ports::Candidacy> candidacy_;

  // Standing by: these; owning: the engine.
  std::optional<shard::Follower> follower_;
  std::unique_ptr<ports::LogReader> reader_;
  model::LogHead log_head_;
  std::chrono::milliseconds flushed_at_{0};
  std::chrono::milliseconds retry_at_{0};
  bool is_chosen_{false};
  bool is_claim_forced_{false};
  std::optional<model::BatchNumber> deposed_at_;  // what was seen of the log since
  std::chrono::milliseconds quiet_since_{0};

  std::unique_ptr<Engine> engine_;
  model::Epoch epoch_;
  std::optional<exchange::Inbound> inbound_;
  std::optional<Publishing> publishing_;
  std::chrono::milliseconds checked_at_{0};
  std::chrono::milliseconds looked_at_{0};
  std::chrono::milliseconds inbound_retry_at_{0};
  std::uint64_t answered_{0};
  std::optional<base::Error> failed_;  // what a look met, to be dealt with by the next turn

  std::string log_trouble_;
  std::string inbound_trouble_;
};

}  // namespace kopilka::app
