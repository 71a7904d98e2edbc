#include "engine/app/kafka_place.h"

#include <fstream>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "engine/app/bookmark_file.h"
#include "engine/app/presence.h"
#include "engine/app/small_file.h"
#include "engine/kafka/kafka_topic.h"
#include "engine/segments/file.h"
#include "engine/system/system_steady_time.h"
#include "engine/topic_log/record.h"
#include "engine/topic_log/topic_log.h"
#include "engine/topic_log/transcript.h"

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;
using topic_log::TopicLog;

constexpr topic_log::Options kLogOptions{};

// A store's directory says whose log it derives from, so that rows of one are never built on
// another: two lines, the topic and the store's id.
struct Marker {
  std::string topic;
  model::StoreId store{};
};

Result<Marker> read_marker(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  Marker marker;
  std::string store;
  std::getline(in, marker.topic);
  std::getline(in, store);
  if (const auto id = parse_store(store); id && !marker.topic.empty()) {
    marker.store = *id;
    return marker;
  }
  return base::fail(ErrorKind::corrupt,
                    fmt::format("{} must name a topic and a store's id", path.string()));
}

Result<void> write_marker(const std::filesystem::path& path, const Marker& marker) {
  return make_file(path, fmt::format("{}\n{}\n", marker.topic, text_of(marker.store)));
}

class KafkaCopy final : public LogCopy {
 public:
  explicit KafkaCopy(std::unique_ptr<topic_log::Transcript> transcript)
      : transcript_(std::move(transcript)) {}
  [[nodiscard]] model::LogHead head() const override { return transcript_->head(); }
  [[nodiscard]] Result<void> append(const ports::SealedBatch& batch) override {
    return transcript_->append(batch);
  }
  [[nodiscard]] Result<void> finish() override { return transcript_->finish(); }

 private:
  std::unique_ptr<topic_log::Transcript> transcript_;
};

class KafkaLog final : public LogPlace {
 public:
  KafkaLog(Layout layout, const kafka::Connection& connection, std::string topic_name,
           std::shared_ptr<ports::Topic> topic)
      : layout_(std::move(layout)),
        connection_(connection),
        topic_name_(std::move(topic_name)),
        topic_(std::move(topic)) {}

  [[nodiscard]] std::string name() const override { return topic_->name(); }

  [[nodiscard]] Result<bool> is_there() override { return app::is_there(layout_.log_on_kafka()); }

  // A marker that is there is what an `init` left that was cut short: the log may have begun by it.
  [[nodiscard]] Result<model::StoreId> create(const model::StoreId& store) override {
    Marker marker{.topic = topic_name_, .store = store};
    KOPILKA_TRY_ASSIGN(const bool is_left, is_there());
    if (is_left) {
      auto left = read_marker(layout_.log_on_kafka());
      if (left && left->topic == topic_name_) marker = std::move(*left);
    }
    KOPILKA_TRY(write_marker(layout_.log_on_kafka(), marker));
    KOPILKA_TRY(make_topic());
    KOPILKA_TRY(topic_->check_settings());
    const auto begun = TopicLog::create(*topic_, marker.store, time_, kLogOptions.silence_max);
    if (begun) return marker.store;
    if (begun.error().kind == ErrorKind::usage && is_empty_log_of(marker.store))
      return marker.store;
    return std::unexpected(begun.error());
  }

  [[nodiscard]] Result<model::StoreId> begun_elsewhere() override {
    KOPILKA_TRY_ASSIGN(const auto genesis, read_genesis());
    return genesis.store;
  }

  [[nodiscard]] Result<void> join(const model::StoreId& store) override {
    return write_marker(layout_.log_on_kafka(), {.topic = topic_name_, .store = store});
  }

  // The marker stays: whether the topic has begun by it is not known without asking.
  [[nodiscard]] Result<void> remove_unfinished() override { return {}; }

  [[nodiscard]] Result<bool> is_being_written() override {
    return segments::machine_files().is_locked(layout_.writer_lock());
  }

  [[nodiscard]] Result<std::unique_ptr<ports::EventLog>> open(ports::Random& random) override {
    return open_log(random, only_loaded_);
  }

  [[nodiscard]] Result<WritableLog> open_for_writing(
      ports::Random& random, const std::optional<model::LogHead>& /*kept*/) override {
    KOPILKA_TRY_ASSIGN(auto lock, segments::machine_files().lock(layout_.writer_lock()));
    KOPILKA_TRY_ASSIGN(auto log, open_log(random, saved_));
    // What must outlive the log goes with it: the lock is let go when the log is closed.
    std::shared_ptr<segments::Lock> held = std::move(lock);
    return WritableLog{.log = std::move(log),
                       .close = [held = std::move(held)]() mutable -> Result<void> {
                         held.reset();
                         return {};
                       },
                       .note = {}};
  }

  [[nodiscard]] Result<std::unique_ptr<LogCopy>> open_for_copying(const model::StoreId& store,
                                                                  ports::Random& random) override {
    KOPILKA_TRY(write_marker(layout_.log_on_kafka(), {.topic = topic_name_, .store = store}));
    KOPILKA_TRY(make_topic());
    KOPILKA_TRY_ASSIGN(auto transcript, topic_log::Transcript::open(topic_, store, random, time_,
                                                                    kLogOptions.silence_max));
    return std::make_unique<KafkaCopy>(std::move(transcript));
  }

 private:
  [[nodiscard]] Result<void> make_topic() {
    auto made = kafka::create_topic(connection_, topic_name_);
    if (!made && made.error().kind == ErrorKind::usage) return {};  // it is there already
    return made;
  }

  [[nodiscard]] Result<std::unique_ptr<ports::EventLog>> open_log(ports::Random& random,
                                                                  BookmarkFile& bookmarks) {
    KOPILKA_TRY_ASSIGN(const auto marker, read_marker(layout_.log_on_kafka()));
    if (marker.topic != topic_name_)
      return base::fail(ErrorKind::usage,
                        fmt::format("the store in {} has its log on topic {}, not {}",
                                    layout_.root.string(), marker.topic, topic_name_));
    auto options = kLogOptions;
    options.store = marker.store;
    return TopicLog::open(topic_, random, time_, &bookmarks, options);
  }

  [[nodiscard]] Result<topic_log::Genesis> read_genesis() {
    KOPILKA_TRY_ASSIGN(const auto records, topic_->bounds());
    if (records.first == records.end)
      return base::fail(ErrorKind::not_available,
                        fmt::format("{} is empty: make the first node's store of it with `kopilka "
                                    "init`, or name another prefix with --kafka-prefix",
                                    topic_->name()));
    KOPILKA_TRY_ASSIGN(const auto reader, topic_->read_from(records.first));
    KOPILKA_TRY_ASSIGN(const auto record, reader->next(kLogOptions.silence_max));
    if (!record)
      return base::fail(ErrorKind::io,
                        fmt::format("{} did not show its first record within {} s; try again",
                                    topic_->name(), kLogOptions.silence_max.count() / 1000));
    auto genesis = topic_log::decode_genesis(record->value);
    if (genesis) return genesis;
    return base::fail(
        ErrorKind::not_available,
        fmt::format("no log begins on {}: {}; name the topic that `kopilka init` made "
                    "with --kafka-prefix",
                    topic_->name(), genesis.error().message));
  }

  [[nodiscard]] bool is_empty_log_of(const model::StoreId& store) {
    const auto records = topic_->bounds();
    if (!records || records->end != records->first + 1) return false;
    const auto genesis = read_genesis();
    return genesis && genesis->store == store;
  }

  Layout layout_;
  kafka::Connection connection_;
  std::string topic_name_;
  std::shared_ptr<ports::Topic> topic_;
  system::SystemSteadyTime time_;
  BookmarkFile only_loaded_{layout_.bookmarks(), BookmarkFile::Use::load_only};
  BookmarkFile saved_{layout_.bookmarks(), BookmarkFile::Use::load_and_save};
};

}  // namespace

Result<Place> kafka_store(const std::filesystem::path& root, const kafka::Connection& connection,
                          const std::string& prefix) {
  Layout layout{root};
  auto topic_name = prefix + ".log";
  KOPILKA_TRY_ASSIGN(auto topic, kafka::open_topic(connection, topic_name));
  auto log =
      std::make_shared<KafkaLog>(layout, connection, std::move(topic_name), std::move(topic));
  return Place{.layout = std::move(layout), .log = std::move(log)};
}

}  // namespace kopilka::app
