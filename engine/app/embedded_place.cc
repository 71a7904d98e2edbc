#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "engine/app/place.h"
#include "engine/app/presence.h"
#include "engine/app/small_file.h"
#include "engine/base/check.h"
#include "engine/segments/file.h"
#include "engine/segments/format.h"
#include "engine/segments/listing.h"
#include "engine/segments/segment_log.h"

namespace kopilka::app {
namespace {

using base::Result;
using segments::SegmentLog;

class EmbeddedCopy final : public LogCopy {
 public:
  explicit EmbeddedCopy(std::unique_ptr<SegmentLog> log, model::LogHead head)
      : log_(std::move(log)), head_(head) {}

  [[nodiscard]] model::LogHead head() const override { return head_; }

  [[nodiscard]] Result<void> append(const ports::SealedBatch& batch) override {
    KOPILKA_TRY(await(kUnderWayMax - 1));
    KOPILKA_TRY(log_->submit_copied(batch));
    ++under_way_;
    return {};
  }

  [[nodiscard]] Result<void> finish() override {
    KOPILKA_TRY(await(0));
    return log_->close();
  }

 private:
  static constexpr std::uint64_t kUnderWayMax = 16;

  [[nodiscard]] Result<void> await(std::uint64_t under_way_max) {
    while (under_way_ > under_way_max)
      for (const auto& outcome : log_->poll(std::chrono::seconds(1))) {
        if (outcome.status != ports::AppendStatus::acknowledged)
          return base::fail(base::ErrorKind::io, outcome.detail);
        --under_way_;
      }
    return {};
  }

  std::unique_ptr<SegmentLog> log_;
  model::LogHead head_;
  std::uint64_t under_way_{0};
};

class EmbeddedLog final : public LogPlace {
 public:
  explicit EmbeddedLog(std::filesystem::path directory) : directory_(std::move(directory)) {}

  [[nodiscard]] std::string name() const override { return directory_.string(); }

  [[nodiscard]] Result<bool> is_there() override { return app::is_there(directory_); }

  [[nodiscard]] Result<model::StoreId> create(const model::StoreId& store) override {
    KOPILKA_TRY(SegmentLog::create(segments::machine_files(), directory_, store));
    return store;
  }

  [[nodiscard]] Result<model::StoreId> begun_elsewhere() override {
    return base::fail(base::ErrorKind::usage,
                      "only a log on Kafka has several nodes: name its brokers with --kafka");
  }

  [[nodiscard]] Result<void> join(const model::StoreId& /*store*/) override {
    KOPILKA_CHECK(false);
    return {};
  }

  [[nodiscard]] Result<void> remove_unfinished() override { return remove_tree(directory_); }

  [[nodiscard]] Result<bool> is_being_written() override {
    return segments::machine_files().is_locked(directory_ / segments::kLockName);
  }

  [[nodiscard]] Result<std::unique_ptr<ports::EventLog>> open(ports::Random& random) override {
    return SegmentLog::open(segments::machine_files(), directory_, random, {});
  }

  [[nodiscard]] Result<WritableLog> open_for_writing(
      ports::Random& random, const std::optional<model::LogHead>& kept) override {
    segments::Options options;
    if (kept && kept->last_seq.value() > 0)
      options.durable = segments::DurablePosition{kept->last_seq, kept->hash};
    KOPILKA_TRY_ASSIGN(auto log,
                       SegmentLog::open(segments::machine_files(), directory_, random, options));
    auto* const segments = log.get();
    return WritableLog{.log = std::move(log),
                       .close = [segments] { return segments->close(); },
                       .note = [segments] { return segments->cut_note(); }};
  }

  [[nodiscard]] Result<std::unique_ptr<LogCopy>> open_for_copying(const model::StoreId& store,
                                                                  ports::Random& random) override {
    KOPILKA_TRY_ASSIGN(const bool there, is_there());
    if (!there || holds_nothing())
      KOPILKA_TRY(SegmentLog::create(segments::machine_files(), directory_, store));
    KOPILKA_TRY_ASSIGN(auto log,
                       SegmentLog::open(segments::machine_files(), directory_, random, {}));
    KOPILKA_TRY_ASSIGN(const auto ownership, log->acquire());
    if (ownership.head.store != store)
      return base::fail(base::ErrorKind::usage,
                        fmt::format("{} holds another store's log", directory_.string()));
    return std::make_unique<EmbeddedCopy>(std::move(log), ownership.head);
  }

 private:
  // As a copy leaves the directory that was killed before its first segment.
  [[nodiscard]] bool holds_nothing() const {
    const auto found = segments::list_segments(segments::machine_files(), directory_);
    return !found && found.error().kind == base::ErrorKind::not_available;
  }

  std::filesystem::path directory_;
};

}  // namespace

Place embedded_store(const std::filesystem::path& root) {
  const Layout layout{root};
  return {.layout = layout, .log = std::make_shared<EmbeddedLog>(layout.log())};
}

}  // namespace kopilka::app
