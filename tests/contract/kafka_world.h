#pragma once

#include <chrono>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/kafka/kafka_feed.h"
#include "engine/kafka/kafka_topic.h"
#include "engine/ports/topic.h"
#include "engine/system/system_steady_time.h"

namespace kopilka::contract {

// The cluster that with_kafka.py started around this program.
class KafkaCluster {
 public:
  KafkaCluster() : connection_{.brokers = variable("KOPILKA_KAFKA")} {}

  [[nodiscard]] const kafka::Connection& connection() const { return connection_; }

  // A topic of its own for a test, fit for a log.
  [[nodiscard]] std::string make_topic() const {
    auto name = new_name();
    const auto made = kafka::create_topic(connection_, name);
    if (!made) throw std::runtime_error(made.error().message);
    return name;
  }
  // The same, as a feed.
  [[nodiscard]] std::string make_feed(ports::PartitionNumber partitions) const {
    auto name = new_name();
    const auto made = kafka::create_feed(connection_, name, partitions);
    if (!made) throw std::runtime_error(made.error().message);
    return name;
  }

  [[nodiscard]] std::shared_ptr<ports::Topic> open(const std::string& name) const {
    auto opened = kafka::open_topic(connection_, name);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }

  [[nodiscard]] std::shared_ptr<ports::Feed> open_feed(const std::string& name) const {
    auto opened = kafka::open_feed(connection_, name);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }

  // kill, pause, resume or start.
  static void order(const std::string& verb, int node) {
    const auto command = std::string(KOPILKA_SOURCE_DIR "/tools/kafka ") + verb + " " +
                         std::to_string(node) + " --dir " + variable("KOPILKA_KAFKA_DIR");
    if (std::system(command.c_str()) != 0) throw std::runtime_error(command);
  }

 private:
  static std::string new_name() {
    static unsigned count = 0;
    return "test-" + std::to_string(++count);
  }
  static std::string variable(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr)
      throw std::runtime_error(std::string(name) + " is not set; run this by with_kafka.py");
    return value;
  }

  kafka::Connection connection_;
};

// What every wait in these tests gives up after: a machine that builds meanwhile is slow.
inline constexpr std::chrono::milliseconds kPatience{120'000};
inline constexpr std::chrono::milliseconds kLook{100};

// Nothing that compresses: what it weighs here it weighs on the way.
inline base::Bytes noise(std::size_t bytes) {
  base::Bytes value(bytes, '\0');
  std::uint64_t state = 88172645463325252ULL;
  for (auto& byte : value) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    byte = static_cast<char>(state);
  }
  return value;
}

// The reports on `count` records of a writer to a topic or a feed, as far as they come.
template <class Writer>
std::vector<ports::DeliveryReport> reports_of(Writer& writer, std::size_t count) {
  system::SystemSteadyTime time;
  std::vector<ports::DeliveryReport> reports;
  for (const auto begun = time.now(); reports.size() < count && time.now() - begun < kPatience;)
    for (auto& report : writer.poll(kLook))
      reports.push_back(std::move(report));
  return reports;
}

// Everything from an offset to the end. Readers that lose their connection are replaced.
inline std::vector<ports::TopicRecord> read_all(ports::Topic& topic, ports::TopicOffset from) {
  system::SystemSteadyTime time;
  const auto begun = time.now();
  const auto is_late = [&] { return time.now() - begun > kPatience; };
  base::Result<ports::TopicBounds> bounds;
  while (!(bounds = topic.bounds()))
    if (is_late()) throw std::runtime_error(bounds.error().message);
  std::vector<ports::TopicRecord> records;
  auto next = from;
  while (next < bounds->end) {
    auto reader = topic.read_from(next);
    if (!reader) throw std::runtime_error(reader.error().message);
    while ((*reader)->position() < bounds->end) {
      auto record = (*reader)->next(kLook);
      if (is_late()) throw std::runtime_error(record ? "too late" : record.error().message);
      if (!record && record.error().kind == base::ErrorKind::io) break;
      if (!record) throw std::runtime_error(record.error().message);
      if (*record) records.push_back(std::move(**record));
    }
    next = (*reader)->position();
  }
  return records;
}

}  // namespace kopilka::contract
