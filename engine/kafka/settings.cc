#include "engine/kafka/settings.h"

#include <algorithm>
#include <array>

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
    OwnedSetting{Use::writers, "linger.ms", "0",
                 "a record is a whole batch already; waiting gains nothing"},
    OwnedSetting{Use::writers, "message.max.bytes", "1000000",
                 "a batch of 900 000 bytes and its envelope fit"},
    OwnedSetting{Use::writers, "batch.size", "1000000", "the same for records sent together"},
    OwnedSetting{Use::writers, "queue.buffering.max.messages", "10000",
                 "what waits to be sent is bounded"},
    OwnedSetting{Use::writers, "queue.buffering.max.kbytes", "65536",
                 "what waits to be sent is bounded: 64 MiB"},
    OwnedSetting{Use::writers, "delivery.report.only.error", "false",
                 "an acknowledgement needs the report of success"},
    // Every byte, from the leader, to the end, and no other place when the wanted one is gone.
    OwnedSetting{Use::readers, "isolation.level", "read_uncommitted",
                 "the rule on the log's content decides what counts, not a stray transaction"},
    OwnedSetting{Use::readers, "auto.offset.reset", "error",
                 "an offset that is gone must stop the reader, not move it"},
    OwnedSetting{Use::readers, "enable.partition.eof", "true", "who reads must see the end"},
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
};

constexpr std::array kRefused = {
    RefusedSetting{"bootstrap.servers", "the brokers are named beside the file"},
    RefusedSetting{"metadata.broker.list", "the brokers are named beside the file"},
    RefusedSetting{"transactional.id", "the log needs no transactions"},
    RefusedSetting{"transaction.timeout.ms", "the log needs no transactions"},
    RefusedSetting{"group.id", "readers keep their own positions; they join no group"},
    RefusedSetting{"group.instance.id", "readers keep their own positions; they join no group"},
    RefusedSetting{"client.rack", "a reader must ask the leader, not a nearer copy"},
    RefusedSetting{"plugin.library.paths", "it would load code into the ledger"},
    RefusedSetting{"interceptors", "it would load code into the ledger"},
    RefusedSetting{"partitioner", "the log chooses its partition"},
    RefusedSetting{"delivery.timeout.ms", "another name of message.timeout.ms"},
    RefusedSetting{"request.required.acks", "another name of acks"},
    RefusedSetting{"queue.buffering.max.ms", "another name of linger.ms"},
    RefusedSetting{"message.send.max.retries", "another name of retries"},
    RefusedSetting{"max.in.flight", "another name of max.in.flight.requests.per.connection"},
    RefusedSetting{"auto.commit.enable", "another name of enable.auto.commit"},
};

constexpr std::array kDefaults = {
    DefaultSetting{Use::every_client, "client.id", "kopilka", "what brokers call us in their logs"},
    DefaultSetting{Use::writers, "compression.type", "lz4",
                   "a third of the bytes for next to no time"},
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

base::Result<void> check_operator_setting(std::string_view name) {
  if (const auto own = std::ranges::find(kOwned, name, &OwnedSetting::name); own != kOwned.end())
    return base::fail(base::ErrorKind::usage,
                      fmt::format("{} is always {}: {}; drop it", name, own->value, own->reason));
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
