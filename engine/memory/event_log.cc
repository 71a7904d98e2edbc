#include "engine/memory/event_log.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/codec/batch.h"

namespace kopilka::memory {

using base::ErrorKind;
using base::Result;
using ports::AppendStatus;
using ports::SealedBatch;

// Reads what counts. A reader that was made before a crash goes on with what survived it only if
// that is what it has read so far.
class MemoryLogReader final : public ports::LogReader {
 public:
  MemoryLogReader(std::shared_ptr<MemoryLog> content, model::Seq first)
      : content_(std::move(content)), first_(first) {}

  Result<std::optional<SealedBatch>> next() override {
    const std::lock_guard lock(content_->mutex_);
    while (at_ < content_->counted_) {
      const auto& batch = content_->batches_[at_];
      if (hash_ && batch.header.previous != *hash_)
        return base::fail(ErrorKind::corrupt, "the log has another history than was read");
      ++at_;
      hash_ = batch.hash;
      if (model::last_seq(batch.header) >= first_) return batch;
    }
    return std::nullopt;
  }

 private:
  std::shared_ptr<MemoryLog> content_;
  model::Seq first_;
  std::size_t at_{0};
  std::optional<base::Hash256> hash_;
};

void MemoryLog::crash(Survivors survivors) {
  const std::lock_guard lock(mutex_);
  if (survivors == Survivors::acknowledged) batches_.resize(counted_);
  counted_ = batches_.size();
  ++crashes_;
}

std::vector<SealedBatch> MemoryLog::landed() const {
  const std::lock_guard lock(mutex_);
  return batches_;
}

MemoryLog::Landing MemoryLog::land(const SealedBatch& batch) {
  const std::lock_guard lock(mutex_);
  if (batch.header.epoch != epoch_ || batch.header.owner != owner_) return Landing::fenced;
  KOPILKA_CHECK(batch.header.n.value() == batches_.size() + 1);
  batches_.push_back(batch);
  return Landing::landed;
}

model::Epoch MemoryLog::claim(const model::OwnerId& owner) {
  const std::lock_guard lock(mutex_);
  epoch_ = model::Epoch{epoch_.value() + 1};
  owner_ = owner;
  // What landed before the claim counts, whether or not anybody was told; nothing older can land.
  counted_ = batches_.size();
  return epoch_;
}

void MemoryLog::count_up_to(model::BatchNumber n) {
  const std::lock_guard lock(mutex_);
  counted_ = std::max(counted_, static_cast<std::size_t>(n.value()));
}

MemoryEventLog::MemoryEventLog(std::shared_ptr<MemoryLog> content, ports::Random& random)
    : content_(std::move(content)), random_(random) {
  const std::lock_guard lock(content_->mutex_);
  crashes_seen_ = content_->crashes_;
}

void MemoryEventLog::plan(std::vector<PlannedAppend> fates) {
  plan_.insert(plan_.end(), fates.begin(), fates.end());
}

Result<void> MemoryEventLog::check_alive() const {
  const std::lock_guard lock(content_->mutex_);
  if (content_->crashes_ == crashes_seen_) return {};
  return base::fail(ErrorKind::io, "the process that used this log was killed");
}

Result<model::LogHead> MemoryEventLog::head() {
  KOPILKA_TRY(check_alive());
  SealedBatch last;
  {
    const std::lock_guard lock(content_->mutex_);
    if (content_->counted_ == 0) return model::LogHead{.store = content_->store_};
    last = content_->batches_[content_->counted_ - 1];
  }
  return codec::head_after(last);
}

Result<ports::Ownership> MemoryEventLog::acquire() {
  KOPILKA_TRY(check_alive());
  pending_.clear();
  ports::Ownership ownership;
  random_.fill(ownership.owner);
  ownership.epoch = content_->claim(ownership.owner);
  KOPILKA_TRY_ASSIGN(ownership.head, head());
  submitted_ = ownership.head;
  ownership_ = ownership;
  sound_ = true;
  over_ = false;
  return ownership;
}

Result<void> MemoryEventLog::submit(SealedBatch batch) {
  KOPILKA_TRY(check_alive());
  if (!ownership_)
    return base::fail(ErrorKind::not_available, "the log was not acquired: acquire it first");
  if (over_)
    return base::fail(ErrorKind::not_available,
                      "a batch was not acknowledged: acquire the log again");
  Pending pending{.batch = std::move(batch), .plan = {}, .outcome = {}};
  const auto& header = pending.batch.header;
  if (header.epoch == ownership_->epoch && header.owner == ownership_->owner) {
    KOPILKA_CHECK(header.n == model::next(submitted_.n));
    KOPILKA_CHECK(header.first_seq == model::next(submitted_.last_seq));
    KOPILKA_CHECK(header.previous == submitted_.hash);
    submitted_.n = header.n;
    submitted_.last_seq = model::last_seq(header);
    submitted_.hash = pending.batch.hash;
    if (!plan_.empty()) {
      pending.plan = plan_.front();
      plan_.pop_front();
    }
  }
  pending_.push_back(std::move(pending));
  if (pending_.size() == 1 && pending_.front().plan.fate != AppendFate::delayed)
    attempt(pending_.front());
  return {};
}

// Brings the batch to the content, or not, and notes what will be told.
void MemoryEventLog::attempt(Pending& pending) {
  const auto n = pending.batch.header.n;
  const auto tell = [&](AppendStatus status, const char* detail) {
    pending.outcome = ports::AppendOutcome{n, status, detail};
    if (status != AppendStatus::acknowledged) sound_ = false;
  };
  if (!sound_) return tell(AppendStatus::failed, "an earlier batch was not acknowledged");
  const auto fate = pending.plan.fate;
  if (fate == AppendFate::failed) return tell(AppendStatus::failed, "planned");
  if (fate == AppendFate::unknown_lost) return tell(AppendStatus::unknown, "planned");
  if (fate == AppendFate::fenced) {
    model::OwnerId other{};
    random_.fill(other);
    (void)content_->claim(other);
  }
  if (content_->land(pending.batch) == MemoryLog::Landing::fenced)
    return tell(AppendStatus::fenced, "another owner has taken over");
  if (fate == AppendFate::unknown_landed) return tell(AppendStatus::unknown, "planned");
  if (fate != AppendFate::acknowledgement_lost) tell(AppendStatus::acknowledged, "");
}

std::vector<ports::AppendOutcome> MemoryEventLog::poll(std::chrono::milliseconds /*timeout*/) {
  std::vector<ports::AppendOutcome> told;
  if (!check_alive()) return told;
  while (!pending_.empty()) {
    auto& front = pending_.front();
    if (!front.outcome) {
      // Its acknowledgement never comes, nor anything behind it.
      if (front.plan.fate == AppendFate::acknowledgement_lost) break;
      if (front.plan.fate == AppendFate::delayed && front.plan.polls > 0) {
        --front.plan.polls;
        break;
      }
      attempt(front);
      continue;
    }
    if (front.outcome->status == AppendStatus::acknowledged)
      content_->count_up_to(front.outcome->n);
    else
      over_ = true;
    told.push_back(std::move(*front.outcome));
    pending_.pop_front();
    // The next one lands when the one before it is out of the way.
    if (!pending_.empty() && pending_.front().plan.fate != AppendFate::delayed)
      attempt(pending_.front());
  }
  return told;
}

Result<std::unique_ptr<ports::LogReader>> MemoryEventLog::read_from(model::Seq first) {
  KOPILKA_TRY(check_alive());
  return std::make_unique<MemoryLogReader>(content_, first);
}

}  // namespace kopilka::memory
