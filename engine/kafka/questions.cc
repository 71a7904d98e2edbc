#include "engine/kafka/questions.h"

#include <algorithm>
#include <array>

#include "engine/kafka/errors.h"

namespace kopilka::kafka {
namespace {

// What a question that failed is told to have failed of: why nobody answers, if the client knows;
// the question itself only says that nobody did.
std::unexpected<base::Error> failure(const AskedTopic& topic, std::string_view what,
                                     base::Error error) {
  if (error.kind == base::ErrorKind::io)
    if (auto known = topic.client.check(topic.where, what); !known)
      return std::unexpected(std::move(known).error());
  return std::unexpected(std::move(error));
}

base::Result<void> check(rd_kafka_resp_err_t code, const AskedTopic& topic, std::string_view what) {
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return failure(topic, what, error_of(code, topic.where, what));
}

struct Answer {
  QueueHandle queue;  // outlives what came by it
  EventHandle event;
};

// Performs one administrative request on a queue of its own, so that any thread may.
template <class Request>
base::Result<Answer> ask(const AskedTopic& topic, rd_kafka_admin_op_t operation,
                         std::string_view what, std::chrono::milliseconds timeout,
                         const Request& request) {
  const AdminOptionsHandle options(rd_kafka_AdminOptions_new(topic.client.get(), operation));
  std::array<char, 256> words{};
  KOPILKA_TRY(check(rd_kafka_AdminOptions_set_request_timeout(options.get(), timeout_ms(timeout),
                                                              words.data(), words.size()),
                    topic, what));
  QueueHandle queue(rd_kafka_queue_new(topic.client.get()));
  request(options.get(), queue.get());
  // The request ends by itself at its timeout; the second more is for the library's own clock.
  EventHandle event(
      rd_kafka_queue_poll(queue.get(), timeout_ms(timeout + std::chrono::seconds(1))));
  if (!event)
    return failure(topic, what, error_of(RD_KAFKA_RESP_ERR__TIMED_OUT, topic.where, what));
  if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return failure(topic, what,
                   error_of(code, topic.where, what, rd_kafka_event_error_string(event.get())));
  return Answer{std::move(queue), std::move(event)};
}

base::Result<MetadataHandle> ask_metadata(const AskedTopic& topic, rd_kafka_topic_t* only,
                                          std::string_view what) {
  const rd_kafka_metadata_t* found = nullptr;
  KOPILKA_TRY(
      check(rd_kafka_metadata(topic.client.get(), 0, only, &found, timeout_ms(kAnswerTimeout)),
            topic, what));
  return MetadataHandle(found);
}

struct PartitionEnd {
  std::int32_t partition{0};
  std::int64_t which{0};  // RD_KAFKA_OFFSET_BEGINNING or RD_KAFKA_OFFSET_END
};

// Where a partition begins or ends. The library's own question for both at once waits for ever
// when the leader is dead.
base::Result<ports::TopicOffset> ask_offset(const AskedTopic& topic, PartitionEnd end) {
  constexpr std::string_view kWhat = "asking where it begins and ends";
  const PartitionsHandle asked(rd_kafka_topic_partition_list_new(1));
  auto* partition =
      rd_kafka_topic_partition_list_add(asked.get(), topic.name.c_str(), end.partition);
  partition->offset = end.which;
  KOPILKA_TRY(
      check(rd_kafka_offsets_for_times(topic.client.get(), asked.get(), timeout_ms(kAnswerTimeout)),
            topic, kWhat));
  KOPILKA_TRY(check(partition->err, topic, kWhat));
  // Nothing is filled in when the answer is late.
  if (partition->offset < 0)
    return std::unexpected(error_of(RD_KAFKA_RESP_ERR__TIMED_OUT, topic.where, kWhat));
  return static_cast<ports::TopicOffset>(partition->offset);
}

base::Result<std::int32_t> ask_brokers(const AskedTopic& topic) {
  KOPILKA_TRY_ASSIGN(const auto metadata,
                     ask_metadata(topic, nullptr, "asking how many brokers there are"));
  return metadata->broker_cnt;
}

}  // namespace

base::Result<ports::TopicBounds> ask_bounds(const AskedTopic& topic, std::int32_t partition) {
  KOPILKA_TRY(ask_layout(topic));
  KOPILKA_TRY_ASSIGN(const auto first, ask_offset(topic, {partition, RD_KAFKA_OFFSET_BEGINNING}));
  KOPILKA_TRY_ASSIGN(const auto end, ask_offset(topic, {partition, RD_KAFKA_OFFSET_END}));
  return ports::TopicBounds{.first = first, .end = end};
}

base::Result<TopicLayout> ask_layout(const AskedTopic& topic) {
  constexpr std::string_view kWhat = "asking how it is laid out";
  const TopicHandle handle(rd_kafka_topic_new(topic.client.get(), topic.name.c_str(), nullptr));
  if (!handle) return std::unexpected(error_of(rd_kafka_last_error(), topic.where, kWhat));
  KOPILKA_TRY_ASSIGN(const auto metadata, ask_metadata(topic, handle.get(), kWhat));
  if (metadata->topic_cnt != 1)
    return std::unexpected(error_of(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, topic.where, kWhat));
  const auto& told = metadata->topics[0];
  KOPILKA_TRY(check(told.err, topic, kWhat));
  TopicLayout layout{
      .partitions = told.partition_cnt, .copies = 0, .brokers = metadata->broker_cnt};
  for (int i = 0; i < told.partition_cnt; ++i)
    layout.copies = i == 0 ? told.partitions[i].replica_cnt
                           : std::min(layout.copies, told.partitions[i].replica_cnt);
  return layout;
}

base::Result<TopicSettings> ask_settings(const AskedTopic& topic) {
  constexpr std::string_view kWhat = "asking for its settings";
  const ConfigResourceHandle resource(
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.name.c_str()));
  auto* asked = resource.get();
  KOPILKA_TRY_ASSIGN(const auto answer, ask(topic, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, kWhat,
                                            kAnswerTimeout, [&](const auto* options, auto* queue) {
                                              rd_kafka_DescribeConfigs(topic.client.get(), &asked,
                                                                       1, options, queue);
                                            }));
  const auto* result = rd_kafka_event_DescribeConfigs_result(answer.event.get());
  std::size_t count = 0;
  const auto* resources = rd_kafka_DescribeConfigs_result_resources(result, &count);
  TopicSettings settings;
  for (std::size_t i = 0; i < count; ++i) {
    KOPILKA_TRY(check(rd_kafka_ConfigResource_error(resources[i]), topic, kWhat));
    std::size_t entries = 0;
    const auto* told = rd_kafka_ConfigResource_configs(resources[i], &entries);
    for (std::size_t j = 0; j < entries; ++j) {
      const char* value = rd_kafka_ConfigEntry_value(told[j]);
      settings[rd_kafka_ConfigEntry_name(told[j])] = value == nullptr ? "" : value;
    }
  }
  return settings;
}

base::Result<void> ask_to_create(const AskedTopic& topic, const WantedTopic& wanted) {
  constexpr std::string_view kWhat = "making it";
  KOPILKA_TRY_ASSIGN(const auto brokers, ask_brokers(topic));
  const auto copies = copies_for(brokers);
  std::array<char, 256> words{};
  const NewTopicHandle described(rd_kafka_NewTopic_new(topic.name.c_str(), wanted.partitions,
                                                       copies, words.data(), words.size()));
  if (!described)
    return std::unexpected(
        error_of(RD_KAFKA_RESP_ERR__INVALID_ARG, topic.where, kWhat, words.data()));
  for (const auto& setting : settings_for(copies, wanted.batch_bytes))
    KOPILKA_TRY(check(
        rd_kafka_NewTopic_set_config(described.get(), setting.name.c_str(), setting.value.c_str()),
        topic, kWhat));
  auto* asked = described.get();
  KOPILKA_TRY_ASSIGN(const auto answer, ask(topic, RD_KAFKA_ADMIN_OP_CREATETOPICS, kWhat,
                                            kCreateTimeout, [&](const auto* options, auto* queue) {
                                              rd_kafka_CreateTopics(topic.client.get(), &asked, 1,
                                                                    options, queue);
                                            }));
  const auto* result = rd_kafka_event_CreateTopics_result(answer.event.get());
  std::size_t count = 0;
  const auto* made = rd_kafka_CreateTopics_result_topics(result, &count);
  for (std::size_t i = 0; i < count; ++i)
    if (const auto code = rd_kafka_topic_result_error(made[i]);
        code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      const char* said = rd_kafka_topic_result_error_string(made[i]);
      return std::unexpected(error_of(code, topic.where, kWhat, said == nullptr ? "" : said));
    }
  return {};
}

}  // namespace kopilka::kafka
