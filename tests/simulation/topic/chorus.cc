#include "tests/simulation/topic/chorus.h"

#include <algorithm>

#include <fmt/format.h>

namespace kopilka::simulation {

using namespace topic_log;

std::optional<std::string> Chorus::hear(const memory::MemoryPartition& partition) {
  for (const auto& record : partition.records()) {
    if (record.offset < next_) continue;
    if (auto wrong = hear(record)) return wrong;
    next_ = record.offset + 1;
  }
  return std::nullopt;
}

std::optional<std::string> Chorus::hear(const ports::TopicRecord& record) {
  auto verdict = folds_.front().next(record);
  for (std::size_t i = 1; i < folds_.size(); ++i) {
    const auto other = folds_[i].next(record);
    const bool same = other.index() == verdict.index() &&
                      folds_[i].hash() == folds_.front().hash() &&
                      folds_[i].owner() == folds_.front().owner() &&
                      folds_[i].is_fresh() == folds_.front().is_fresh();
    if (!same)
      return fmt::format("offset {}: the reader from behind batch {} disagrees", record.offset, i);
  }
  if (const auto* stop = std::get_if<Stop>(&verdict)) {
    stop_ = stop->why;
    return "everybody stops: " + stop->error.message;
  }
  if (auto* counted = std::get_if<Counted>(&verdict)) {
    folds_.emplace_back(record.offset, counted->batch);
    if (counts(counted->batch.hash))
      return fmt::format("offset {}: a batch counts twice", record.offset);
    counted_.push_back(std::move(counted->batch));
  }
  return std::nullopt;
}

bool Chorus::counts(const base::Hash256& hash) const {
  return std::ranges::find(counted_, hash, &ports::SealedBatch::hash) != counted_.end();
}

}  // namespace kopilka::simulation
