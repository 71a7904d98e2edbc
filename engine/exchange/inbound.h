#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/codec/command_json.h"
#include "engine/ports/feed.h"
#include "engine/shard/messages.h"
#include "engine/shard/state.h"

namespace kopilka::exchange {

// Who gives the commands that come over the feed: its keys are unique among them all.
inline constexpr std::string_view kInboundPrincipal = "inbound";
// Partitions that one feed of commands may have; a batch names no more sources.
inline constexpr ports::PartitionNumber kInboundPartitionsMax = 16;

// What the log calls a partition of the feed of commands: "inbound/0".
[[nodiscard]] std::string inbound_source(ports::PartitionNumber partition);

// Commands that others put into a feed, each once, from where the log says that they were read to.
// A message that is no command is a submission too: it is answered, and blocks nothing. One thread.
class Inbound {
 public:
  // How far a source was read, by what the log says.
  using ProgressOf = std::function<base::Result<shard::SourceProgress>(const std::string& source)>;

  // How far one partition was read.
  struct Partition {
    std::uint64_t position{0};  // the offset after the last message read
    base::Hash256 digest{};     // of what was read: see docs/formats/feeds.md
  };

  // `feed` must outlive this. not_available: it has too many partitions; corrupt: messages that
  // were never read are gone, or the topic is not the one that was read before.
  [[nodiscard]] static base::Result<Inbound> open(ports::Feed& feed, const ProgressOf& progress_of);

  // The next message; nothing: none came within `timeout`. Errors are the feed reader's.
  [[nodiscard]] base::Result<std::optional<shard::Submission>> next(
      std::chrono::milliseconds timeout);

  [[nodiscard]] const std::vector<Partition>& partitions() const { return partitions_; }

 private:
  Inbound(std::unique_ptr<ports::FeedReader> reader, std::vector<Partition> partitions)
      : reader_(std::move(reader)), partitions_(std::move(partitions)) {}

  std::unique_ptr<ports::FeedReader> reader_;
  std::vector<Partition> partitions_;
  codec::CommandParser parser_;
  shard::Ticket last_ticket_{0};
};

}  // namespace kopilka::exchange
