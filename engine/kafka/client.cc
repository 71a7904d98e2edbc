#include "engine/kafka/client.h"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/kafka/errors.h"

namespace kopilka::kafka {
namespace {

constexpr std::size_t kWordsBytesMax = 512;

bool has_carried(int socket) noexcept {
  tcp_info info{};
  socklen_t size = sizeof(info);
  // Of what cannot be told, a loss is the careful guess.
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return true;
  return info.tcpi_bytes_received > 0;
}

int close_socket(int socket, void* watch) noexcept {
  static_cast<ConnectionWatch*>(watch)->close(socket);
  return 0;
}

base::Result<void> set(rd_kafka_conf_t* configuration, const std::string& name,
                       const std::string& value) {
  std::array<char, kWordsBytesMax> words{};
  const auto result =
      rd_kafka_conf_set(configuration, name.c_str(), value.c_str(), words.data(), words.size());
  if (result == RD_KAFKA_CONF_OK) return {};
  // The library's words would repeat the value, which may be a secret.
  return base::fail(
      base::ErrorKind::usage,
      fmt::format("Kafka property {}: {}", name,
                  result == RD_KAFKA_CONF_UNKNOWN ? "this librdkafka does not know it"
                                                  : "its value is not one that librdkafka takes"));
}

base::Result<void> set_all(rd_kafka_conf_t* configuration, const Connection& connection, Use use,
                           const std::vector<Property>& own) {
  for (const auto& setting : default_settings())
    if (concerns(setting.use, use))
      KOPILKA_TRY(set(configuration, std::string(setting.name), std::string(setting.value)));
  for (const auto& property : connection.properties) {
    KOPILKA_TRY(check_operator_setting(property.name));
    KOPILKA_TRY(set(configuration, property.name, property.value));
  }
  for (const auto& setting : owned_settings())
    if (concerns(setting.use, use))
      KOPILKA_TRY(set(configuration, std::string(setting.name), std::string(setting.value)));
  for (const auto& property : own)
    KOPILKA_TRY(set(configuration, property.name, property.value));
  return set(configuration, "bootstrap.servers", connection.brokers);
}

rd_kafka_type_t type_of(Use use) {
  return concerns(Use::writers, use) ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER;
}

int events_of(Use use) {
  const int all = RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_DR;
  return use == Use::candidates ? all | RD_KAFKA_EVENT_REBALANCE : all;
}

// Errors that no waiting mends while the brokers and the settings stay as they are.
bool is_grave(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR__SSL:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__FATAL:
      return true;
    default:
      return false;
  }
}

// The library writes to standard error by itself; only who asks for `debug` wants that.
bool wants_library_log(const Connection& connection) {
  return std::ranges::any_of(connection.properties,
                             [](const auto& property) { return property.name == "debug"; });
}

}  // namespace

void ConnectionWatch::close(int socket) noexcept {
  if (has_carried(socket)) lost_.fetch_add(1);
  ::close(socket);
}

base::Result<Client> Client::open(const Connection& connection, Use use,
                                  const std::vector<Property>& own) {
  if (connection.brokers.empty())
    return base::fail(base::ErrorKind::usage, "no Kafka broker is named; write host:port");
  ConfigurationHandle configuration(rd_kafka_conf_new());
  KOPILKA_TRY(set_all(configuration.get(), connection, use, own));
  auto watch = std::make_unique<ConnectionWatch>();
  rd_kafka_conf_set_opaque(configuration.get(), watch.get());
  rd_kafka_conf_set_closesocket_cb(configuration.get(), close_socket);
  rd_kafka_conf_set_events(configuration.get(), events_of(use));
  if (!wants_library_log(connection)) rd_kafka_conf_set_log_cb(configuration.get(), nullptr);

  std::array<char, kWordsBytesMax> words{};
  ClientHandle handle(rd_kafka_new(type_of(use), configuration.get(), words.data(), words.size()));
  if (!handle)
    return base::fail(base::ErrorKind::usage,
                      fmt::format("Kafka at {}: {}", connection.brokers, words.data()));
  static_cast<void>(configuration.release());  // the client owns it now
  return Client(std::move(watch), std::move(handle), connection.questions_max);
}

Client::Client(std::unique_ptr<ConnectionWatch> watch, ClientHandle handle, int questions_max)
    : watch_(std::move(watch)),
      handle_(std::move(handle)),
      main_(rd_kafka_queue_get_main(handle_.get())),
      questions_max_(questions_max) {}

EventHandle Client::next_event(std::chrono::milliseconds timeout) const {
  return EventHandle(rd_kafka_queue_poll(main_.get(), timeout_ms(timeout)));
}

base::Result<void> Client::check(std::string_view where, std::string_view what) const {
  while (const auto event = next_event({})) {
    if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_ERROR) continue;
    const auto code = rd_kafka_event_error(event.get());
    if (is_grave(code))
      return std::unexpected(error_of(code, where, what, rd_kafka_event_error_string(event.get())));
  }
  return {};
}

void Client::abandon() {
  main_.reset();
  static_cast<void>(handle_.release());
  static_cast<void>(watch_.release());
}

int timeout_ms(std::chrono::milliseconds timeout) {
  return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(
      timeout.count(), 0, std::numeric_limits<int>::max()));
}

}  // namespace kopilka::kafka
