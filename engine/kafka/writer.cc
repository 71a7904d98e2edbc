#include "engine/kafka/writer.h"

#include <array>

#include <fmt/format.h>

#include "engine/base/check.h"
#include "engine/kafka/errors.h"

namespace kopilka::kafka {
namespace {

constexpr std::int32_t kPartition = 0;

std::string fatal_words(rd_kafka_t* client) {
  std::array<char, 512> words{};
  const auto code = rd_kafka_fatal_error(client, words.data(), words.size());
  return fmt::format("{} ({})", words.data(), name_of(code));
}

}  // namespace

base::Result<std::unique_ptr<KafkaWriter>> KafkaWriter::open(const Connection& connection,
                                                             const std::string& topic) {
  KOPILKA_TRY_ASSIGN(auto client, Client::open(connection, Use::writers));
  TopicHandle handle(rd_kafka_topic_new(client.get(), topic.c_str(), nullptr));
  auto where = fmt::format("{} at {}", topic, connection.brokers);
  if (!handle) return std::unexpected(error_of(rd_kafka_last_error(), where, "opening a writer"));
  return std::unique_ptr<KafkaWriter>(
      new KafkaWriter(std::move(where), std::move(client), std::move(handle)));
}

KafkaWriter::KafkaWriter(std::string where, Client client, TopicHandle topic)
    : where_(std::move(where)), client_(std::move(client)), topic_(std::move(topic)) {}

KafkaWriter::~KafkaWriter() {
  rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                    RD_KAFKA_PURGE_F_NON_BLOCKING);
}

base::Result<std::uint64_t> KafkaWriter::append(base::Bytes value) {
  if (!broken_.empty()) return base::fail(base::ErrorKind::io, where_ + ": " + broken_);
  if (value.size() > kRecordBytesMax)
    return base::fail(base::ErrorKind::limit, fmt::format("{}: a record of {} bytes; at most {}",
                                                          where_, value.size(), kRecordBytesMax));
  const auto ticket = last_ticket_ + 1;
  std::array<rd_kafka_vu_t, 5> parts{};
  parts[0].vtype = RD_KAFKA_VTYPE_RKT;
  parts[0].u.rkt = topic_.get();
  parts[1].vtype = RD_KAFKA_VTYPE_PARTITION;
  parts[1].u.i32 = kPartition;
  parts[2].vtype = RD_KAFKA_VTYPE_VALUE;
  parts[2].u.mem.ptr = value.data();
  parts[2].u.mem.size = value.size();
  parts[3].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  parts[3].u.i = RD_KAFKA_MSG_F_COPY;
  parts[4].vtype = RD_KAFKA_VTYPE_OPAQUE;
  // The library only hands it back.
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  parts[4].u.ptr = reinterpret_cast<void*>(static_cast<std::uintptr_t>(ticket));
  if (rd_kafka_error_t* error = rd_kafka_produceva(client_.get(), parts.data(), parts.size())) {
    const Handle<rd_kafka_error_t, rd_kafka_error_destroy> owned(error);
    const auto code = rd_kafka_error_code(error);
    broken_ = code == RD_KAFKA_RESP_ERR__FATAL ? fatal_words(client_.get())
                                               : std::string(rd_kafka_error_string(error));
    return std::unexpected(error_of(code, where_, "appending", broken_));
  }
  last_ticket_ = ticket;
  waiting_.push_back({.report = {.ticket = ticket, .offset = std::nullopt, .error = {}}});
  return ticket;
}

std::vector<ports::DeliveryReport> KafkaWriter::poll(std::chrono::milliseconds timeout) {
  if (waiting_.empty()) timeout = {};  // there is nothing to wait for
  while (const auto event = client_.next_event(timeout)) {
    take(event.get());
    timeout = {};
  }
  return take_known();
}

void KafkaWriter::take(rd_kafka_event_t* event) {
  if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR) {
    while (const auto* message = rd_kafka_event_message_next(event))
      take_report(*message);
  } else if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR) {
    // All but the fatal ones are told for information: the library goes on trying by itself.
    if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__FATAL)
      broken_ = fatal_words(client_.get());
  }
}

void KafkaWriter::take_report(const rd_kafka_message_t& message) {
  const auto ticket =
      static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(message._private));
  KOPILKA_CHECK(ticket >= 1 && ticket <= last_ticket_);
  // It was given up already, together with one before it.
  if (waiting_.empty() || ticket < waiting_.front().report.ticket) return;
  auto& waiting = waiting_[ticket - waiting_.front().report.ticket];
  waiting.is_known = true;
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR)
    waiting.report.error = error_of(message.err, where_, "delivering").message;
  else
    waiting.report.offset = static_cast<ports::TopicOffset>(message.offset);
}

std::vector<ports::DeliveryReport> KafkaWriter::take_known() {
  std::vector<ports::DeliveryReport> reports;
  while (!waiting_.empty() && (waiting_.front().is_known || !broken_.empty())) {
    auto report = std::move(waiting_.front().report);
    const bool is_known = waiting_.front().is_known;
    waiting_.pop_front();
    if (!is_known || has_failed_) {
      // Nothing may be called delivered behind a gap, and nobody needs to wait for its report.
      report.offset.reset();
      report.error = fmt::format("{}: {}", where_, broken_);
    }
    if (!report.offset) has_failed_ = true;
    if (!report.offset && broken_.empty()) broken_ = report.error;
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace kopilka::kafka
