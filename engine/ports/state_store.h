#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace kopilka::ports {

struct Row {
  base::Bytes key;
  base::Bytes value;
};

// A row to write, or to remove.
struct Change {
  base::Bytes key;
  std::optional<base::Bytes> value;
};

// Rows in key order from a fixed moment. Not shared between threads.
class RowCursor {
 public:
  virtual ~RowCursor() = default;
  [[nodiscard]] virtual base::Result<std::optional<Row>> next() = 0;
};

// Rows derived from a log, and the position that they stand at. Losing a store loses nothing.
// One writer; reads from any thread see whole change sets only.
class StateStore {
 public:
  virtual ~StateStore() = default;

  // What the last applied change set said it stands at; empty in a new store. Opaque here.
  [[nodiscard]] virtual base::Result<base::Bytes> position() = 0;

  [[nodiscard]] virtual base::Result<std::optional<base::Bytes>> get(base::ByteView key) = 0;
  // One answer per key, in their order.
  [[nodiscard]] virtual base::Result<std::vector<std::optional<base::Bytes>>> multi_get(
      std::span<const base::Bytes> keys) = 0;
  // Rows whose key begins with `prefix`, from `from` (which may be empty) on.
  [[nodiscard]] virtual base::Result<std::unique_ptr<RowCursor>> scan(base::ByteView prefix,
                                                                      base::ByteView from) = 0;

  // All of it and the position, or nothing, whatever is killed. Reads see it from now on; a process
  // that is killed keeps it after `sync` only. The error may be that of an earlier change set.
  // REQUIRES: keys strictly ascending, not empty
  [[nodiscard]] virtual base::Result<void> apply(std::vector<Change> changes,
                                                 base::ByteView position) = 0;
  // Everything applied is durable when it returns.
  [[nodiscard]] virtual base::Result<void> sync() = 0;

  // A consistent copy in a directory that does not exist yet.
  [[nodiscard]] virtual base::Result<void> checkpoint(const std::filesystem::path& directory) = 0;
};

}  // namespace kopilka::ports
