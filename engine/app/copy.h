#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "engine/app/place.h"
#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/ports/clock.h"
#include "engine/shard/follower.h"

namespace kopilka::app {

struct CopyProgress {
  std::uint64_t batches{0};  // that the copy holds
  std::uint64_t batches_all{0};
  bool is_checking{false};  // they are written, and are being read back
};

struct CopyOptions {
  shard::Until until;  // of the source's history; neither: all of it
  std::function<void(const CopyProgress&)> on_progress;
  const std::atomic<bool>* interrupt{nullptr};  // stops between batches; copy again to go on
};

struct CopyReport {
  std::uint64_t batches{0};
  model::LogHead head;
  bool is_cut{false};  // the last batch holds the beginning of the source's
  bool is_interrupted{false};
};

// Makes `to` a store with the keys and the log of `from`: the same batches, byte for byte, so the
// same seq, hashes and chain, wherever either log lies; up to a point as LogPrefix says. Read back
// and compared at the end. Cut short anywhere it may be called again and goes on where it was. Both
// must be at rest: two stores that go on from one history are two histories. usage: `to` is a store
// already, or there is no such point; not_available: a process is deciding in `from`; corrupt: a
// log is damaged, or the copy differs.
[[nodiscard]] base::Result<CopyReport> copy_store(const Place& from, const Place& to,
                                                  ports::Random& random,
                                                  const CopyOptions& options);

}  // namespace kopilka::app
