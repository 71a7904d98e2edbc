#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/ports/event_log.h"

namespace kopilka::app {

// Sees each batch that is about to be read out of a log; an error ends the reading with it.
using SeeBatch = std::function<base::Result<void>(const model::BatchHeader& header)>;

// A log whose readers are watched. Does not own it.
class ObservedLog final : public ports::EventLog {
 public:
  ObservedLog(ports::EventLog& log, SeeBatch see) : log_(log), see_(std::move(see)) {}

  base::Result<model::LogHead> head() override { return log_.head(); }
  base::Result<ports::Ownership> acquire() override { return log_.acquire(); }
  base::Result<void> submit(ports::SealedBatch batch) override {
    return log_.submit(std::move(batch));
  }
  std::vector<ports::AppendOutcome> poll(std::chrono::milliseconds timeout) override {
    return log_.poll(timeout);
  }
  base::Result<std::unique_ptr<ports::LogReader>> read_from(model::Seq first) override {
    KOPILKA_TRY_ASSIGN(auto reader, log_.read_from(first));
    return std::make_unique<Reader>(std::move(reader), see_);
  }

 private:
  class Reader final : public ports::LogReader {
   public:
    Reader(std::unique_ptr<ports::LogReader> reader, const SeeBatch& see)
        : reader_(std::move(reader)), see_(see) {}
    base::Result<std::optional<ports::SealedBatch>> next() override {
      KOPILKA_TRY_ASSIGN(auto batch, reader_->next());
      if (batch) KOPILKA_TRY(see_(batch->header));
      return batch;
    }

   private:
    std::unique_ptr<ports::LogReader> reader_;
    SeeBatch see_;
  };

  ports::EventLog& log_;
  SeeBatch see_;
};

}  // namespace kopilka::app
