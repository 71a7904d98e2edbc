#include "engine/kafka/candidacy.h"

#include <chrono>

#include <fmt/format.h>

#include "engine/kafka/client.h"
#include "engine/kafka/errors.h"

namespace kopilka::kafka {
namespace {

using std::chrono::milliseconds;

// The partition that the turn hangs on.
constexpr std::int32_t kPartition = 0;

// How often a leaving candidate looks whether it is told what it is given, whether it is out, and
// whether its client is closed; and how long each time.
constexpr int kDecisionLooks = 250;
constexpr int kLeaveLooks = 125;
constexpr int kCloseLooks = 125;
constexpr milliseconds kLook{20};

// What the library allocated for a client.
struct MemberDestroy {
  rd_kafka_t* client{nullptr};
  void operator()(char* memory) const noexcept { rd_kafka_mem_free(client, memory); }
};

class KafkaCandidacy : public ports::Candidacy {
 public:
  explicit KafkaCandidacy(Client client)
      : client_(std::move(client)), events_(rd_kafka_queue_get_consumer(client_.get())) {}
  ~KafkaCandidacy() override;

  [[nodiscard]] bool is_chosen() override {
    while (take(events_.get(), {}))
      continue;
    return chosen_;
  }

  // REQUIRES: once, at first
  [[nodiscard]] base::Result<void> stand(const Connection& connection, const Group& group);

 private:
  // As far as the library knows.
  [[nodiscard]] bool is_member() const;
  // Whether the client came to its end in time.
  [[nodiscard]] bool close();
  // Whether there was an event within `timeout`.
  bool take(rd_kafka_queue_t* queue, milliseconds timeout);
  void take_assignment(rd_kafka_event_t* event);

  Client client_;
  QueueHandle events_;
  bool decided_{false};  // the group has told at least once
  bool chosen_{false};
};

base::Result<void> KafkaCandidacy::stand(const Connection& connection, const Group& group) {
  // Errors come by the same queue as the group's decisions, so that none piles up.
  auto code = rd_kafka_poll_set_consumer(client_.get());
  const PartitionsHandle topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), group.topic.c_str(), RD_KAFKA_PARTITION_UA);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) code = rd_kafka_subscribe(client_.get(), topics.get());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return std::unexpected(error_of(code, fmt::format("{} at {}", group.name, connection.brokers),
                                  "standing as a candidate"));
}

// The library's own way out waits without end for brokers, and for decisions that it lost itself.
KafkaCandidacy::~KafkaCandidacy() {
  for (int i = 0; i < kDecisionLooks && is_member() && !decided_; ++i)
    take(events_.get(), kLook);
  // Until librdkafka 2.3.0 an assertion ends the process when such a member is destroyed.
  const bool is_undecided = is_member() && !decided_;
  // From here on nothing is given to it. What was is taken before closing, which would lose it; and
  // closing too soon would take it for dead instead of letting it go.
  rd_kafka_unsubscribe(client_.get());
  for (int i = 0; i < kLeaveLooks && is_member(); ++i)
    take(events_.get(), kLook);
  if (!close() || is_undecided) client_.abandon();
}

bool KafkaCandidacy::close() {
  events_.reset();  // the library wants it back before
  const QueueHandle farewell(rd_kafka_queue_new(client_.get()));
  const ErrorHandle refused(rd_kafka_consumer_close_queue(client_.get(), farewell.get()));
  for (int i = 0; i < kCloseLooks && rd_kafka_consumer_closed(client_.get()) == 0; ++i)
    take(farewell.get(), kLook);
  return rd_kafka_consumer_closed(client_.get()) != 0;
}

bool KafkaCandidacy::is_member() const {
  const auto member =
      std::unique_ptr<char, MemberDestroy>(rd_kafka_memberid(client_.get()), {client_.get()});
  return member && *member != '\0';
}

bool KafkaCandidacy::take(rd_kafka_queue_t* queue, milliseconds timeout) {
  const EventHandle event(rd_kafka_queue_poll(queue, timeout_ms(timeout)));
  if (!event) return false;
  // Errors are told for information: the library goes on trying by itself.
  if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE) take_assignment(event.get());
  return true;
}

void KafkaCandidacy::take_assignment(rd_kafka_event_t* event) {
  decided_ = true;
  auto* partitions = rd_kafka_event_topic_partition_list(event);
  bool concerns_the_turn = false;
  for (int i = 0; i < partitions->cnt; ++i) {
    auto& partition = partitions->elems[i];
    concerns_the_turn |= partition.partition == kPartition;
    // Said here, it needs not be asked from the group, where nobody left one.
    partition.offset = RD_KAFKA_OFFSET_END;
  }
  const bool is_given = rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
  if (concerns_the_turn) chosen_ = is_given;
  // Fails only when the group has decided anew meanwhile; then its next decision follows.
  const ErrorHandle outdated(is_given ? rd_kafka_incremental_assign(client_.get(), partitions)
                                      : rd_kafka_incremental_unassign(client_.get(), partitions));
  if (is_given) rd_kafka_pause_partitions(client_.get(), partitions);
}

}  // namespace

base::Result<std::unique_ptr<ports::Candidacy>> open_candidacy(const Connection& connection,
                                                               const Group& group) {
  if (group.name.empty() || group.topic.empty())
    return base::fail(base::ErrorKind::usage, "candidates need the names of a group and a topic");
  KOPILKA_TRY_ASSIGN(auto client,
                     Client::open(connection, Use::candidates, {{"group.id", group.name}}));
  auto candidacy = std::make_unique<KafkaCandidacy>(std::move(client));
  KOPILKA_TRY(candidacy->stand(connection, group));
  return candidacy;
}

}  // namespace kopilka::kafka
