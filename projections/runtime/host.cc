#include "projections/runtime/host.h"

#include <utility>

#include <fmt/format.h>

namespace kopilka::projections::runtime {

base::Result<void> Host::ready() const {
  if (!stop_) return {};
  return base::fail(stop_->error.kind,
                    fmt::format("read model {} stopped after position {}: {}", name_,
                                position_.seq.value(), stop_->error.message));
}

Turn Host::meet(const model::BatchHeader& header, const base::Hash256& hash) {
  if (stop_) return Turn::stopped;
  const bool is_next = header.n == model::next(position_.n);
  const bool is_other = (header.n == position_.n && hash != position_.hash) ||
                        (is_next && (header.previous != position_.hash ||
                                     header.first_seq != model::next(position_.seq)));
  if (is_other) {
    stop({{base::ErrorKind::corrupt,
           fmt::format("its rows belong to another log (batch {} differs); delete them, they are "
                       "rebuilt from the log",
                       position_.n.value())},
          position_.seq});
    return Turn::stopped;
  }
  if (is_next) return Turn::next;
  return header.n <= position_.n ? Turn::passed : Turn::ahead;
}

Turn Host::apply(const model::Batch& batch, const base::Hash256& hash) {
  const Turn turn = meet(batch.header, hash);
  if (turn != Turn::next) return turn;
  if (auto folded = fold(batch); !folded) {
    stop(std::move(folded).error());
    return Turn::stopped;
  }
  position_ = after(position_, batch, hash);
  if (is_full() && !flush()) return Turn::stopped;
  return turn;
}

base::Result<void> Host::flush() {
  KOPILKA_TRY(ready());
  if (stored_ == position_) return {};
  if (auto written = write(position_); !written) {
    stop({std::move(written).error(), model::next(stored_.seq)});
    return ready();
  }
  stored_ = position_;
  return {};
}

base::Result<void> Host::sync() {
  KOPILKA_TRY(flush());
  if (auto synced = sync_store(); !synced) {
    stop({std::move(synced).error(), model::next(stored_.seq)});
    return ready();
  }
  return {};
}

void Host::stop(Stop stop) {
  if (!stop_) stop_ = std::move(stop);
}

Position after(const Position& before, const model::Batch& batch, const base::Hash256& hash) {
  const auto recorded_at =
      batch.entries.empty() ? before.recorded_at : batch.entries.back().recorded_at;
  return {batch.header.n, model::last_seq(batch.header), hash, recorded_at};
}

}  // namespace kopilka::projections::runtime
