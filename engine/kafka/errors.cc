#include "engine/kafka/errors.h"

#include <string>

#include <fmt/format.h>

namespace kopilka::kafka {
namespace {

struct Meaning {
  base::ErrorKind kind{base::ErrorKind::io};
  std::string_view remedy;
};

Meaning meaning_of(rd_kafka_resp_err_t code) {
  using enum base::ErrorKind;
  switch (code) {
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      return {not_available, "there is no such topic; `kopilka init` makes it"};
    case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS:
      return {usage, "the topic is there already"};
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
      return {not_available, "the brokers' ACLs forbid it; docs/kafka.md names what is needed"};
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR__SSL:
      return {usage, "check the TLS and SASL properties"};
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      // The library asks whom it believes to lead, without saying in which term. A leader that
      // slept lacks what was written since and does not know it; `bounds` asks who leads now.
      return {
          io,
          "whoever answered may have slept and be deposed; or the topic was cut off, trimmed or "
          "made anew"};
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
      return {corrupt, "a record is not what was written"};
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
      return {limit, "more than the client or the topic takes"};
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
      return {io, "no broker answers; is the address right, and is it up?"};
    default:
      return {};
  }
}

}  // namespace

std::string_view name_of(rd_kafka_resp_err_t code) {
  return rd_kafka_err2name(code);
}

base::Error error_of(rd_kafka_resp_err_t code, std::string_view where, std::string_view what,
                     std::string_view said) {
  const auto meaning = meaning_of(code);
  auto words = fmt::format("{}: {}: {}", where, what, said.empty() ? rd_kafka_err2str(code) : said);
  if (!meaning.remedy.empty()) words += fmt::format(" ({})", meaning.remedy);
  return {meaning.kind, std::move(words)};
}

}  // namespace kopilka::kafka
