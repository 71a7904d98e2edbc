#include "engine/kafka/settings.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

namespace kopilka::kafka {
namespace {

constexpr std::array kOwned = {
    // How soon a broker that fell silent is noticed.
    OwnedSetting{Use::every_client, "socket.timeout.ms", "3000",
                 "a paused broker keeps its connections; only our own patience notices it"},
    OwnedSetting{Use::every_client, "socket.connection.setup.timeout.ms", "3000",
                 "the same for a broker that takes no connection"},
    OwnedSetting{Use::every_client, "reconnect.backoff.max.ms", "1000",
                 "a broker that is back is found within a second"},
    OwnedSetting{Use::every_client, "socket.nagle.disable", "true",
                 "a small batch must not wait for the one before to be confirmed"},
    // One order, nothing twice, nothing missing in between.
    OwnedSetting{Use::writers, "enable.idempotence", "true",
                 "a record that is sent again stands in the log once"},
    OwnedSetting{Use::writers, "enable.gapless.guarantee", "true",
                 "after a record that failed no later one may land"},
    OwnedSetting{Use::writers, "acks", "all",
                 "confirmed means held by every replica that is in sync"},
    OwnedSetting{Use::writers, "max.in.flight.requests.per.connection", "5",
                 "the most with which brokers keep the order of an idempotent producer"},
    OwnedSetting{Use::writers, "retries", "2147483647",
                 "only time ends the attempts, not their number"},
    OwnedSetting{Use::writers, "message.timeout.ms", "30000",
                 "longer than a change of leader takes; then the outcome is unknown"},
    OwnedSetting{Use::writers, "request.timeout.ms", "3000",
                 "a leader that waits in vain for its replicas says so"},
    OwnedSetting{Use::writers, "queue.buffering.max.kbytes", "65536",
                 "what waits to be sent is bounded: 64 MiB"},
    OwnedSetting{Use::writers, "delivery.report.only.error", "false",
                 "an acknowledgement needs the report of success"},
    // Batches that lie in one record each.
    OwnedSetting{Use::log_writers, "linger.ms", "0",
                 "a record is a whole batch already; waiting gains nothing"},
    OwnedSetting{Use::log_writers, "message.max.bytes", "1000000",
                 "a batch of 900 000 bytes and its envelope fit"},
    OwnedSetting{Use::log_writers, "batch.size", "1000000", "the same for records sent together"},
    OwnedSetting{Use::log_writers, "queue.buffering.max.messages", "10000",
                 "what waits to be sent is bounded"},
    // Small records, many at once.
    OwnedSetting{Use::feed_writers, "linger.ms", "5",
                 "small records go out together, and nobody waits for one of them alone"},
    OwnedSetting{Use::feed_writers, "message.max.bytes", "1200000",
                 "a line of 1 MiB and what stands around it fit"},
    OwnedSetting{Use::feed_writers, "batch.size", "1200000", "the same for records sent together"},
    OwnedSetting{Use::feed_writers, "queue.buffering.max.messages", "100000",
                 "what waits to be sent is bounded; records are small"},
    // Every byte, and no other place when the wanted one is gone.
    OwnedSetting{Use::readers, "auto.offset.reset", "error",
                 "an offset that is gone must stop the reader, not move it"},
    OwnedSetting{Use::readers, "check.crcs", "true", "bytes that were damaged must not be read"},
    OwnedSetting{Use::readers, "enable.auto.commit", "false",
                 "positions stand beside the rows that they made, not on a broker"},
    OwnedSetting{Use::readers, "enable.auto.offset.store", "false", "the same"},
    OwnedSetting{Use::readers, "allow.auto.create.topics", "false",
                 "a topic comes into being by `init` alone"},
    OwnedSetting{Use::readers, "fetch.wait.max.ms", "500",
                 "well below socket.timeout.ms, or quiet would look like silence"},
    OwnedSetting{Use::readers, "fetch.min.bytes", "1", "a batch is shown as soon as it stands"},
    OwnedSetting{Use::readers, "fetch.error.backoff.ms", "100",
                 "reading goes on soon after a change of leader"},
    // To the end, whoever wrote it.
    OwnedSetting{Use::log_readers, "isolation.level", "read_uncommitted",
                 "the rule on the log's content decides what counts, not a stray transaction"},
    OwnedSetting{Use::log_readers, "enable.partition.eof", "true", "who reads must see the end"},
    // What others meant to be there, of many partitions at once.
    OwnedSetting{Use::feed_readers, "isolation.level", "read_committed",
                 "what a partner's transaction took back was never sent"},
    OwnedSetting{Use::feed_readers, "enable.partition.eof", "false",
                 "a feed has no end to wait for"},
    OwnedSetting{Use::feed_readers, "queued.max.messages.kbytes", "8192",
                 "what is fetched ahead is bounded: 8 MiB a partition"},
    // One of several, without taking the turn from each other.
    OwnedSetting{Use::candidates, "session.timeout.ms", "6000",
                 "who died is noticed soon; brokers take no less unless they are told to"},
    OwnedSetting{Use::candidates, "heartbeat.interval.ms", "1500",
                 "four in that time, so that one which is late costs nobody the turn"},
    OwnedSetting{Use::candidates, "max.poll.interval.ms", "300000",
                 "who takes over folds the log for a minute; who is silent for five hangs"},
    OwnedSetting{Use::candidates, "partition.assignment.strategy", "cooperative-sticky",
                 "a newcomer does not take the turn from whoever has it"},
    OwnedSetting{Use::candidates, "auto.offset.reset", "latest", "a candidate reads nothing"},
    OwnedSetting{Use::candidates, "enable.auto.commit", "false", "a candidate has no position"},
    OwnedSetting{Use::candidates, "enable.auto.offset.store", "false", "the same"},
    OwnedSetting{Use::candidates, "allow.auto.create.topics", "false",
                 "a topic comes into being by `init` alone"},
};

constexpr std::array kRefused = {
    RefusedSetting{"bootstrap.servers", "the brokers are named beside the file"},
    RefusedSetting{"metadata.broker.list", "the brokers are named beside the file"},
    RefusedSetting{"transactional.id", "we need no transactions"},
    RefusedSetting{"transaction.timeout.ms", "we need no transactions"},
    RefusedSetting{"group.id", "readers join no group, and that of the candidates is not set here"},
    RefusedSetting{"group.instance.id",
                   "who left passes the turn on at once; a fixed name would keep it"},
    RefusedSetting{"client.rack", "a reader must ask the leader, not a nearer copy"},
    RefusedSetting{"plugin.library.paths", "it would load code into the ledger"},
    RefusedSetting{"interceptors", "it would load code into the ledger"},
    RefusedSetting{"partitioner", "each record names its partition"},
    RefusedSetting{"delivery.timeout.ms", "another name of message.timeout.ms"},
    RefusedSetting{"request.required.acks", "another name of acks"},
    RefusedSetting{"queue.buffering.max.ms", "another name of linger.ms"},
    RefusedSetting{"message.send.max.retries", "another name of retries"},
    RefusedSetting{"max.in.flight", "another name of max.in.flight.requests.per.connection"},
    RefusedSetting{"auto.commit.enable", "another name of enable.auto.commit"},
};

constexpr std::array kDefaults = {
    DefaultSetting{Use::every_client, "client.id", "kopilka", "what brokers call us in their logs"},
    DefaultSetting{Use::log_writers, "compression.type", "lz4",
                   "a third of the bytes for next to no time"},
    DefaultSetting{Use::feed_writers, "compression.type", "gzip",
                   "the one that every client in every language can read"},
};

constexpr std::array<std::string_view, 16> kOperator = {
    "security.protocol",
    "ssl.",
    "enable.ssl.certificate.verification",
    "sasl.",
    "enable.sasl.oauthbearer.unsecure.jwt",
    "client.id",
    "broker.address.family",
    "broker.address.ttl",
    "socket.keepalive.enable",
    "socket.send.buffer.bytes",
    "socket.receive.buffer.bytes",
    "compression.type",
    "compression.codec",
    "compression.level",
    "debug",
    "log_level",
};

bool permits(std::string_view pattern, std::string_view name) {
  return pattern.ends_with('.') ? name.starts_with(pattern) : name == pattern;
}

std::string words_on(const OwnedSetting& own) {
  const bool is_the_same_for_all = std::ranges::all_of(kOwned, [&](const auto& other) {
    return other.name != own.name || other.value == own.value;
  });
  if (!is_the_same_for_all)
    return fmt::format("{} is ours to set, as docs/kafka.md says; drop it", own.name);
  return fmt::format("{} is always {}: {}; drop it", own.name, own.value, own.reason);
}

}  // namespace

std::span<const OwnedSetting> owned_settings() {
  return kOwned;
}
std::span<const RefusedSetting> refused_settings() {
  return kRefused;
}
std::span<const DefaultSetting> default_settings() {
  return kDefaults;
}
std::span<const std::string_view> operator_settings() {
  return kOperator;
}

bool concerns(Use setting, Use client) {
  switch (setting) {
    case Use::every_client:
      return true;
    case Use::writers:
      return client == Use::log_writers || client == Use::feed_writers;
    case Use::readers:
      return client == Use::log_readers || client == Use::feed_readers;
    default:
      return setting == client;
  }
}

base::Result<void> check_operator_setting(std::string_view name) {
  if (const auto own = std::ranges::find(kOwned, name, &OwnedSetting::name); own != kOwned.end())
    return base::fail(base::ErrorKind::usage, words_on(*own));
  if (const auto no = std::ranges::find(kRefused, name, &RefusedSetting::name);
      no != kRefused.end())
    return base::fail(base::ErrorKind::usage,
                      fmt::format("{} may not be set: {}; drop it", name, no->reason));
  if (std::ranges::none_of(kOperator, [&](auto pattern) { return permits(pattern, name); }))
    return base::fail(base::ErrorKind::usage,
                      fmt::format("{} is not among the properties that may be set; docs/kafka.md "
                                  "lists them",
                                  name));
  return {};
}

}  // namespace kopilka::kafka
