#include "engine/memory/candidacy.h"

#include <algorithm>
#include <utility>

namespace kopilka::memory {

void MemoryElection::set_verdict(Verdict verdict) {
  const std::lock_guard lock(mutex_);
  verdict_ = verdict;
}

void MemoryElection::pass_turn() {
  const std::lock_guard lock(mutex_);
  if (!standing_.empty()) std::ranges::rotate(standing_, standing_.begin() + 1);
}

MemoryCandidacy::MemoryCandidacy(std::shared_ptr<MemoryElection> election)
    : election_(std::move(election)) {
  const std::lock_guard lock(election_->mutex_);
  election_->standing_.push_back(this);
}

MemoryCandidacy::~MemoryCandidacy() {
  const std::lock_guard lock(election_->mutex_);
  std::erase(election_->standing_, this);
}

bool MemoryCandidacy::is_chosen() {
  const std::lock_guard lock(election_->mutex_);
  using Verdict = MemoryElection::Verdict;
  if (election_->verdict_ != Verdict::by_turn) return election_->verdict_ == Verdict::everybody;
  return election_->standing_.front() == this;
}

}  // namespace kopilka::memory
