#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "engine/ports/event_log.h"
#include "engine/segments/appender.h"
#include "engine/segments/log_view.h"

namespace kopilka::segments {

// Batches on their way to the disk, written one after another by a thread of its own, so that the
// next one can be decided meanwhile. After the first outcome that is not `acknowledged` nothing
// more is written. Thread-safe.
class AppendQueue {
 public:
  AppendQueue(std::unique_ptr<Appender> appender, std::shared_ptr<LogView> view);
  // Finishes the write that is under way; the rest is dropped.
  ~AppendQueue();
  AppendQueue(const AppendQueue&) = delete;
  AppendQueue& operator=(const AppendQueue&) = delete;

  void submit(ports::SealedBatch batch);
  // Refuses everything from here on with that outcome, which is delivered in its order.
  void refuse(ports::AppendOutcome outcome);
  [[nodiscard]] std::vector<ports::AppendOutcome> poll(std::chrono::milliseconds timeout);

  // Waits until nothing is under way.
  void settle();

  // An outcome other than `acknowledged` was delivered: nothing may be submitted.
  [[nodiscard]] bool is_over() const;
  // Every outcome so far was `acknowledged`.
  [[nodiscard]] bool is_sound() const;
  // The last acknowledged batch; nothing before the first.
  [[nodiscard]] std::shared_ptr<const ports::SealedBatch> last() const;
  [[nodiscard]] WriteMode mode() const { return mode_; }

 private:
  struct Item {
    std::shared_ptr<const ports::SealedBatch> batch;
    std::optional<ports::AppendOutcome> outcome;  // known without writing
  };

  void run();
  [[nodiscard]] ports::AppendOutcome perform(const Item& item);

  std::unique_ptr<Appender> appender_;
  std::shared_ptr<LogView> view_;
  WriteMode mode_;
  mutable std::mutex mutex_;
  std::condition_variable submitted_;
  std::condition_variable done_;
  std::deque<Item> items_;
  std::vector<ports::AppendOutcome> outcomes_;
  std::shared_ptr<const ports::SealedBatch> last_;
  bool writing_{false};
  bool sound_{true};
  bool over_{false};
  bool stop_{false};
  std::thread thread_;
};

}  // namespace kopilka::segments
