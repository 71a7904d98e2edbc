#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/app/engine.h"
#include "engine/app/heads.h"
#include "engine/app/layout.h"
#include "engine/app/place.h"
#include "engine/base/result.h"
#include "engine/ports/clock.h"
#include "engine/segments/file.h"
#include "engine/shard/shard.h"
#include "engine/system/system_random.h"
#include "engine/vault/file_vault.h"
#include "projections/runtime/read_models.h"

namespace kopilka::app {

struct InitOptions {
  // 32 bytes, or 64 hexadecimal digits: stores made with the same key give the same ids, hashes and
  // digests to the same commands. Absent: drawn.
  std::optional<std::filesystem::path> store_key;
  // Where the key that wraps all others stands, made if it is not there; remembered by the store.
  // Absent: beside them.
  std::optional<std::filesystem::path> key_encryption_key;
  // Where the keys stand, for several nodes to share; remembered by the store. Absent: in it.
  std::optional<std::filesystem::path> keys;
  HeadsWish heads;  // where signed heads are kept, and how often one is signed
};

// Makes an empty store. Killed anywhere it may be called again: until its last step the store bears
// a mark (Layout::unfinished), and what such a store has is thrown away first. usage: there is a
// store, or something of one, already; not_available: another init is under way.
[[nodiscard]] base::Result<void> init(const Place& place, const InitOptions& options,
                                      ports::Random& random);

struct JoinOptions {
  // The directory with the first node's keys.
  std::filesystem::path keys;
  // Where this node finds the key that wraps them. Absent: where the first one does.
  std::optional<std::filesystem::path> key_encryption_key;
  HeadsWish heads;  // that this node signs, in a file of its own
};

// Makes the directory of another node of the store whose log is at `place` already: with a file of
// its own beside the first node's keys, and nothing new in the log. Killed anywhere it may be
// called again. usage: there is a store already, no keys or another store's, or a log that has one
// directory only; not_available: there is no log, or an init is under way.
[[nodiscard]] base::Result<void> join(const Place& place, const JoinOptions& options);

// The file of signed heads of a store that has none: one that was made before heads were signed, or
// whose file is lost. With a key, if it has none either. Of what the log held before, the first
// head says only that it was so then. usage: heads are kept already; not_available: another process
// decides, or the file that is not there may still be found (`anew` says that it will not).
enum class Beginning : unsigned char { first, anew };
[[nodiscard]] base::Result<void> begin_signing(const Place& place, const HeadsWish& wish,
                                               Beginning beginning, ports::Random& random);

// The store's keys. Errors are the vault's, and those of keys_of.
[[nodiscard]] base::Result<std::unique_ptr<vault::FileVault>> open_vault(const Layout& layout,
                                                                         vault::Access access,
                                                                         ports::Random& random);

// A store open for deciding: an engine over its log, rows and keys, and the read models that follow
// it. Rows that are missing or of another version are made again on opening, and what builds of
// rows have left is removed. One thread.
class Writer {
 public:
  // With a budget of memory, in bytes, rows in memory and stores keep to it; without one, to
  // what `options` and HostLimits say. not_available: no store, or another process decides in
  // it; corrupt: the log, or derived rows, which may be deleted.
  [[nodiscard]] static base::Result<std::unique_ptr<Writer>> open(
      const Place& place, shard::Options options,
      std::optional<std::size_t> memory_bytes = std::nullopt);

  [[nodiscard]] Engine& engine() { return *engine_; }
  [[nodiscard]] const projections::runtime::ReadModels& models() const { return *models_; }

  // What opening cut off the log, and which read models go no further and why; for people.
  [[nodiscard]] std::vector<std::string> notes() const;

  // Everything acknowledged is in the rows and read models, and the log ends cleanly.
  // REQUIRES: the engine is drained
  [[nodiscard]] base::Result<void> close();

 private:
  explicit Writer(Place place) : place_(std::move(place)) {}

  Place place_;  // outlives its log
  std::unique_ptr<segments::Lock> rows_;
  system::SystemRandom random_;
  std::optional<projections::runtime::ReadModels> models_;
  std::function<std::string()> log_note_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace kopilka::app
