#pragma once

#include <filesystem>

namespace kopilka::app {

// What lies where in a store's directory. Only `log` (or `log-on-kafka`), `keys` (or
// `keys-elsewhere`) and the file of signed heads hold what cannot be made again.
struct Layout {
  std::filesystem::path root;

  [[nodiscard]] std::filesystem::path log() const { return root / "log"; }
  // Where the first rows of the shard lie; builds.h says where the ones in use do.
  [[nodiscard]] std::filesystem::path state() const { return root / "state"; }
  [[nodiscard]] std::filesystem::path projections() const { return root / "projections"; }
  [[nodiscard]] std::filesystem::path keys() const { return root / "keys"; }

  // Keys that several nodes share, or that were put elsewhere: where this node's are.
  [[nodiscard]] std::filesystem::path keys_elsewhere() const { return root / "keys-elsewhere"; }

  // Signed heads of the log, unless they are kept elsewhere; and where, and how often one is
  // signed.
  [[nodiscard]] std::filesystem::path heads() const { return root / "heads"; }
  [[nodiscard]] std::filesystem::path heads_settings() const { return root / "heads-settings"; }

  // A log on Kafka: which one it is, and how far into it some batches stand. The second is derived.
  [[nodiscard]] std::filesystem::path log_on_kafka() const { return root / "log-on-kafka"; }
  [[nodiscard]] std::filesystem::path bookmarks() const { return root / "bookmarks"; }
  // Held by the process that decides, where the log itself cannot tell.
  [[nodiscard]] std::filesystem::path writer_lock() const { return root / "writer.lock"; }
  // Held by the process that writes derived rows.
  [[nodiscard]] std::filesystem::path rows_lock() const { return root / "rows.lock"; }

  // Where a node answers programs on this machine.
  [[nodiscard]] std::filesystem::path node_socket() const { return root / "node.sock"; }

  // Held by an `init` under way.
  [[nodiscard]] std::filesystem::path init_lock() const { return root / "init.lock"; }
  // There from the first file that `init` makes to the last: a store that still has it was never
  // used, and may be made again from the beginning.
  [[nodiscard]] std::filesystem::path unfinished() const { return root / "init.unfinished"; }
};

}  // namespace kopilka::app
