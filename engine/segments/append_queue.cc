#include "engine/segments/append_queue.h"

#include <algorithm>
#include <utility>

namespace kopilka::segments {

using ports::AppendOutcome;
using ports::AppendStatus;

AppendQueue::AppendQueue(std::unique_ptr<Appender> appender, std::shared_ptr<LogView> view)
    : appender_(std::move(appender)), view_(std::move(view)), mode_(appender_->mode()) {
  thread_ = std::thread([this] { run(); });
}

AppendQueue::~AppendQueue() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  submitted_.notify_all();
  thread_.join();
}

void AppendQueue::submit(ports::SealedBatch batch) {
  auto item = Item{std::make_shared<const ports::SealedBatch>(std::move(batch)), std::nullopt};
  const std::lock_guard lock(mutex_);
  items_.push_back(std::move(item));
  submitted_.notify_one();
}

void AppendQueue::refuse(AppendOutcome outcome) {
  const std::lock_guard lock(mutex_);
  items_.push_back(Item{nullptr, std::move(outcome)});
  submitted_.notify_one();
}

AppendOutcome AppendQueue::perform(const Item& item) {
  // Only the writing thread changes `sound_`.
  if (!sound_) {
    const auto n = item.batch ? item.batch->header.n : item.outcome->n;
    return {n, AppendStatus::failed, "not written, since the batch before it was not acknowledged"};
  }
  return item.outcome ? *item.outcome : appender_->append(item.batch);
}

void AppendQueue::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    submitted_.wait(lock, [this] { return stop_ || !items_.empty(); });
    if (stop_) return;
    const auto item = std::move(items_.front());
    items_.pop_front();
    writing_ = true;
    lock.unlock();
    auto outcome = perform(item);
    lock.lock();
    writing_ = false;
    if (outcome.status == AppendStatus::acknowledged) {
      last_ = item.batch;
      view_->count_up_to(outcome.n.value());
    } else {
      sound_ = false;
    }
    outcomes_.push_back(std::move(outcome));
    done_.notify_all();
  }
}

std::vector<AppendOutcome> AppendQueue::poll(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  done_.wait_for(lock, timeout,
                 [this] { return !outcomes_.empty() || (items_.empty() && !writing_); });
  over_ = over_ || std::ranges::any_of(outcomes_, [](const auto& outcome) {
            return outcome.status != AppendStatus::acknowledged;
          });
  return std::exchange(outcomes_, {});
}

void AppendQueue::settle() {
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return items_.empty() && !writing_; });
}

bool AppendQueue::is_over() const {
  const std::lock_guard lock(mutex_);
  return over_;
}

bool AppendQueue::is_sound() const {
  const std::lock_guard lock(mutex_);
  return sound_;
}

std::shared_ptr<const ports::SealedBatch> AppendQueue::last() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

}  // namespace kopilka::segments
