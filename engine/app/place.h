#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/app/layout.h"
#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/ports/clock.h"
#include "engine/ports/event_log.h"

namespace kopilka::app {

// A log open for deciding.
struct WritableLog {
  std::unique_ptr<ports::EventLog> log;
  std::function<base::Result<void>()> close;  // leaves the mark of a clean end; may be empty
  std::function<std::string()> note;          // what acquiring cut off, for people; may be empty
};

// Takes the batches of another log as they are, in their order. One thread.
class LogCopy {
 public:
  virtual ~LogCopy() = default;
  // What an earlier copy left here, or nothing.
  [[nodiscard]] virtual model::LogHead head() const = 0;
  // Waits while much is under way.
  [[nodiscard]] virtual base::Result<void> append(const ports::SealedBatch& batch) = 0;
  // Everything appended is durable.
  [[nodiscard]] virtual base::Result<void> finish() = 0;
};

// Where a store's log is. The rest of this room neither knows nor asks what kind it is. Any thread.
class LogPlace {
 public:
  virtual ~LogPlace() = default;
  // For people.
  [[nodiscard]] virtual std::string name() const = 0;
  // Whether there is a log, or something of one.
  [[nodiscard]] virtual base::Result<bool> is_there() = 0;
  // An empty log of that store, or of the one that an earlier `create` which was cut short began:
  // whose it is. usage: there is one already.
  [[nodiscard]] virtual base::Result<model::StoreId> create(const model::StoreId& store) = 0;
  // Whose log is there, begun from another directory. usage: such a log has one directory only;
  // not_available: there is none, or nothing that is one.
  [[nodiscard]] virtual base::Result<model::StoreId> begun_elsewhere() = 0;
  // That log is this directory's too. REQUIRES: begun_elsewhere said so
  [[nodiscard]] virtual base::Result<void> join(const model::StoreId& store) = 0;
  // Takes away what a `create` of an `init` that was cut short left.
  [[nodiscard]] virtual base::Result<void> remove_unfinished() = 0;
  // Whether a process on this machine is deciding in this store right now: only it may make derived
  // rows then.
  [[nodiscard]] virtual base::Result<bool> is_being_written() = 0;
  // `random` must outlive the log. Errors are the log's own.
  [[nodiscard]] virtual base::Result<std::unique_ptr<ports::EventLog>> open(
      ports::Random& random) = 0;
  // `kept`: a head that the store of rows has durably, so the log must reach it.
  [[nodiscard]] virtual base::Result<WritableLog> open_for_writing(
      ports::Random& random, const std::optional<model::LogHead>& kept) = 0;
  // A new log of that store, or one that an earlier copy left unfinished. `random` and this must
  // outlive the copy.
  [[nodiscard]] virtual base::Result<std::unique_ptr<LogCopy>> open_for_copying(
      const model::StoreId& store, ports::Random& random) = 0;
};

// A store: its directory and its log.
struct Place {
  Layout layout;
  std::shared_ptr<LogPlace> log;
};

// The log is segment files in the store's own directory.
[[nodiscard]] Place embedded_store(const std::filesystem::path& root);

}  // namespace kopilka::app
