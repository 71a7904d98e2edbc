#include "engine/app/pass.h"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "engine/codec/batch.h"

namespace kopilka::app {
namespace {

using base::Result;

// A decoded batch takes up to some ten megabytes.
constexpr std::size_t kBatchesWaitingMax = 2;

struct Decoded {
  model::Batch batch;
  base::Hash256 hash{};
};
using Shared = std::shared_ptr<const Decoded>;

// One taker, its thread and what waits for it. What stands under the mutex is both threads'.
class Lane {
 public:
  explicit Lane(Taker& taker) : taker_(taker), thread_([this] { run(); }) {}
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;
  ~Lane() {
    end(End::abandoned);
    join();
  }

  // Waits for room. False: the taker takes no more.
  bool push(Shared batch) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return has_failed_ || waiting_.size() < kBatchesWaitingMax; });
    if (has_failed_) return false;
    waiting_.push_back(std::move(batch));
    changed_.notify_all();
    return true;
  }

  enum class End : unsigned char { complete, abandoned };
  // No batch comes after those that were pushed. The first call counts.
  void end(End end) {
    const std::scoped_lock lock(mutex_);
    if (!end_) end_ = end;
    changed_.notify_all();
  }
  // Waits until the taker is done. REQUIRES: ended
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  // REQUIRES: joined
  [[nodiscard]] Result<void> take_result() { return std::move(result_); }

 private:
  void run() {
    while (const auto batch = next()) {
      result_ = taker_.take(batch->batch, batch->hash);
      if (result_) continue;
      const std::scoped_lock lock(mutex_);
      has_failed_ = true;
      waiting_.clear();
      changed_.notify_all();
      return;
    }
    if (is_complete()) result_ = taker_.finish();
  }

  // Null: there is no other.
  Shared next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return end_ || !waiting_.empty(); });
    if (end_ == End::abandoned || waiting_.empty()) return nullptr;
    auto batch = std::move(waiting_.front());
    waiting_.pop_front();
    changed_.notify_all();
    return batch;
  }
  bool is_complete() {
    const std::scoped_lock lock(mutex_);
    return end_ == End::complete;
  }

  Taker& taker_;
  Result<void> result_;  // the taker's thread's until that is joined
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Shared> waiting_;
  std::optional<End> end_;
  bool has_failed_{false};
  std::thread thread_;  // last: it uses all of the above
};

Result<void> feed(ports::EventLog& log, std::vector<std::unique_ptr<Lane>>& lanes) {
  KOPILKA_TRY_ASSIGN(const auto head, log.head());
  // From 0: a log may begin with batches that hold no event.
  KOPILKA_TRY_ASSIGN(const auto reader, log.read_from(model::Seq{}));
  std::vector<Lane*> going;
  going.reserve(lanes.size());
  for (const auto& lane : lanes)
    going.push_back(lane.get());
  for (model::BatchNumber n; n < head.n && !going.empty();) {
    KOPILKA_TRY_ASSIGN(const auto sealed, reader->next());
    if (!sealed) break;
    KOPILKA_TRY_ASSIGN(auto batch, codec::decode(*sealed));
    n = sealed->header.n;
    const auto decoded = std::make_shared<const Decoded>(Decoded{std::move(batch), sealed->hash});
    std::erase_if(going, [&](Lane* lane) { return !lane->push(decoded); });
  }
  return {};
}

}  // namespace

Result<std::vector<Result<void>>> pass_over(ports::EventLog& log, std::span<Taker* const> takers) {
  std::vector<std::unique_ptr<Lane>> lanes;
  lanes.reserve(takers.size());
  for (Taker* taker : takers)
    lanes.push_back(std::make_unique<Lane>(*taker));
  KOPILKA_TRY(feed(log, lanes));
  for (const auto& lane : lanes)
    lane->end(Lane::End::complete);
  std::vector<Result<void>> results;
  results.reserve(lanes.size());
  for (const auto& lane : lanes) {
    lane->join();
    results.push_back(lane->take_result());
  }
  return results;
}

}  // namespace kopilka::app
