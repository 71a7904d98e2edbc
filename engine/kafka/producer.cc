#include "engine/kafka/producer.h"

#include <array>

#include <fmt/format.h>

#include "engine/base/check.h"
#include "engine/kafka/errors.h"

namespace kopilka::kafka {
namespace {

std::string fatal_words(rd_kafka_t* client) {
  std::array<char, 512> words{};
  const auto code = rd_kafka_fatal_error(client, words.data(), words.size());
  return fmt::format("{} ({})", words.data(), name_of(code));
}

// Nothing: there are none.
HeadersHandle headers_of(std::span<const ports::FeedHeader> headers) {
  if (headers.empty()) return {};
  HeadersHandle copies(rd_kafka_headers_new(headers.size()));
  for (const auto& header : headers)
    rd_kafka_header_add(copies.get(), header.name.data(), std::ssize(header.name),
                        header.value.data(), std::ssize(header.value));
  return copies;
}

// What produceva takes, piece by piece.
struct Parts {
  std::array<rd_kafka_vu_t, 7> all{};
  std::size_t count{0};

  rd_kafka_vu_t& add(rd_kafka_vtype_t type) {
    auto& part = all.at(count++);
    part.vtype = type;
    return part;
  }
  // The library reads it and no more, although it does not say so.
  void add_bytes(rd_kafka_vtype_t type, base::ByteView bytes) {
    auto& part = add(type);
    part.u.mem.ptr = const_cast<char*>(bytes.data());
    part.u.mem.size = bytes.size();
  }
};

}  // namespace

base::Result<std::unique_ptr<Producer>> Producer::open(const Connection& connection,
                                                       const std::string& topic, Use use) {
  KOPILKA_TRY_ASSIGN(auto client, Client::open(connection, use));
  TopicHandle handle(rd_kafka_topic_new(client.get(), topic.c_str(), nullptr));
  auto where = fmt::format("{} at {}", topic, connection.brokers);
  if (!handle) return std::unexpected(error_of(rd_kafka_last_error(), where, "opening a writer"));
  return std::unique_ptr<Producer>(
      new Producer(std::move(where), std::move(client), std::move(handle)));
}

Producer::Producer(std::string where, Client client, TopicHandle topic)
    : where_(std::move(where)), client_(std::move(client)), topic_(std::move(topic)) {}

Producer::~Producer() {
  rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                    RD_KAFKA_PURGE_F_NON_BLOCKING);
}

base::Result<std::uint64_t> Producer::append(const OutgoingRecord& record) {
  if (!broken_.empty()) return base::fail(base::ErrorKind::io, where_ + ": " + broken_);
  const auto ticket = last_ticket_ + 1;
  if (const auto error = produce(record, ticket)) {
    const auto code = rd_kafka_error_code(error.get());
    std::string said = code == RD_KAFKA_RESP_ERR__FATAL ? fatal_words(client_.get())
                                                        : rd_kafka_error_string(error.get());
    // A full queue took nothing and empties itself.
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) broken_ = said;
    return std::unexpected(error_of(code, where_, "appending", said));
  }
  last_ticket_ = ticket;
  waiting_.push_back({.report = {.ticket = ticket, .offset = std::nullopt, .error = {}}});
  return ticket;
}

ErrorHandle Producer::produce(const OutgoingRecord& record, std::uint64_t ticket) {
  auto headers = headers_of(record.headers);
  Parts parts;
  parts.add(RD_KAFKA_VTYPE_RKT).u.rkt = topic_.get();
  parts.add(RD_KAFKA_VTYPE_PARTITION).u.i32 = record.partition;
  if (!record.key.empty()) parts.add_bytes(RD_KAFKA_VTYPE_KEY, record.key);
  parts.add_bytes(RD_KAFKA_VTYPE_VALUE, record.value);
  parts.add(RD_KAFKA_VTYPE_MSGFLAGS).u.i = RD_KAFKA_MSG_F_COPY;
  if (headers) parts.add(RD_KAFKA_VTYPE_HEADERS).u.headers = headers.get();
  // The library only hands it back.
  parts.add(RD_KAFKA_VTYPE_OPAQUE).u.ptr =
      // NOLINTNEXTLINE(performance-no-int-to-ptr)
      reinterpret_cast<void*>(static_cast<std::uintptr_t>(ticket));
  ErrorHandle error(rd_kafka_produceva(client_.get(), parts.all.data(), parts.count));
  if (!error) static_cast<void>(headers.release());  // the record owns them now
  return error;
}

std::vector<ports::DeliveryReport> Producer::poll(std::chrono::milliseconds timeout) {
  if (waiting_.empty()) timeout = {};  // there is nothing to wait for
  while (const auto event = client_.next_event(timeout)) {
    take(event.get());
    timeout = {};
  }
  return take_known();
}

void Producer::take(rd_kafka_event_t* event) {
  if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR) {
    while (const auto* message = rd_kafka_event_message_next(event))
      take_report(*message);
  } else if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR) {
    // All but the fatal ones are told for information: the library goes on trying by itself.
    if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__FATAL)
      broken_ = fatal_words(client_.get());
  }
}

void Producer::take_report(const rd_kafka_message_t& message) {
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

std::vector<ports::DeliveryReport> Producer::take_known() {
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
