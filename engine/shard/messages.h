#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/model/answer.h"
#include "engine/model/batch.h"
#include "engine/model/commands.h"
#include "engine/ports/event_log.h"

// What goes into a shard and what comes out.
namespace kopilka::shard {

// The caller's number for a submission; the answer bears it.
using Ticket = std::uint64_t;

// Why a line never became a command.
struct Malformed {
  model::Invalid code{};
  std::string message;
};

// One line of input. Personal data is sealed already (vault/sealing.h). With `unit` there is a
// `source`.
struct Submission {
  Ticket ticket{0};
  model::CommandOrigin origin;
  std::variant<model::Command, Malformed> content;
  std::optional<model::Instant> at;             // import: when it reached us
  std::optional<model::SourcePosition> source;  // where its source stands after it
  // The log keeps its answer, under this number of its source's unit.
  std::optional<std::uint64_t> unit;
  // It lies before the source's recorded position: what it recorded is known by its key, and if it
  // recorded nothing it must not now.
  bool judged_before{false};
};

struct Answered {
  Ticket ticket{0};
  model::Answer answer;
};

// A batch that the log must hold before anything of it is shown. `content` is what it says.
struct Append {
  ports::SealedBatch sealed;
  model::Batch content;
};

}  // namespace kopilka::shard
