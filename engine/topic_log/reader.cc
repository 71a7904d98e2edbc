#include "engine/topic_log/reader.h"

#include <utility>
#include <variant>

namespace kopilka::topic_log {

base::Result<std::optional<ports::SealedBatch>> Reader::next() {
  for (;;) {
    // What this process knows to count must not be missing to its readers.
    KOPILKA_TRY_ASSIGN(auto step, walker_.step_to_end(reached_->load()));
    if (!step) return std::nullopt;
    auto* counted = std::get_if<Counted>(&step->verdict);
    if (counted != nullptr && model::last_seq(counted->batch.header) >= first_)
      return std::move(counted->batch);
  }
}

}  // namespace kopilka::topic_log
