// The event log's contract on a real broker. A test program of with_kafka.py.

#include "engine/memory/clock.h"
#include "engine/topic_log/topic_log.h"
#include "tests/contract/event_log_contract.h"
#include "tests/contract/kafka_world.h"

namespace kopilka::contract {
namespace {

class KafkaWorld {
 public:
  KafkaWorld() {
    const auto topic = cluster_.open(name_);
    const auto made = topic_log::TopicLog::create(*topic, support::store_id(7), time_, kPatience);
    if (!made) throw std::runtime_error(made.error().message);
    reopen();
  }
  ports::EventLog& log() { return *log_; }
  void reopen() {
    log_.reset();
    topic_log::Options options;
    options.batches_per_bookmark = 4;
    auto opened = topic_log::TopicLog::open(cluster_.open(name_), random_, time_, nullptr, options);
    if (!opened) throw std::runtime_error(opened.error().message);
    log_ = std::move(*opened);
  }
  // What is on the brokers does not mind how this process ends.
  void crash() { reopen(); }

 private:
  KafkaCluster cluster_;
  std::string name_ = cluster_.make_topic();
  system::SystemSteadyTime time_;
  memory::SeededRandom random_{1};
  std::unique_ptr<topic_log::TopicLog> log_;
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(kafka, EventLogContract, KafkaWorld);

}  // namespace kopilka::contract
