#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/kafka/connection.h"
#include "engine/kafka/handles.h"
#include "engine/kafka/settings.h"

namespace kopilka::kafka {

// Counts the connections that a client lost after they had carried anything. A broker that never
// answered was no connection, so that one dead node of three is not a loss at every start.
class ConnectionWatch {
 public:
  [[nodiscard]] std::uint64_t lost() const { return lost_.load(); }
  // The client's threads close their sockets by this.
  void close(int socket) noexcept;

 private:
  std::atomic<std::uint64_t> lost_{0};
};

// One connected client of librdkafka. It opens no connection before it is asked something.
// Destroying it waits for its threads, not for brokers.
class Client {
 public:
  // `own` is set beside what settings.h says of its use, which is no group of uses. usage: a
  // property's value is wrong, named without its value.
  [[nodiscard]] static base::Result<Client> open(const Connection& connection, Use use,
                                                 const std::vector<Property>& own = {});

  [[nodiscard]] rd_kafka_t* get() const { return handle_.get(); }
  [[nodiscard]] const ConnectionWatch& connections() const { return *watch_; }
  [[nodiscard]] int questions_max() const { return questions_max_; }
  // What concerns the whole client: errors, and a writer's delivery reports. Waits at most
  // `timeout` for the next; nothing: none came.
  [[nodiscard]] EventHandle next_event(std::chrono::milliseconds timeout) const;
  // An error that no waiting mends, among the events that came until now; `where` was doing `what`.
  // Takes the events up to it.
  [[nodiscard]] base::Result<void> check(std::string_view where, std::string_view what) const;
  // Leaves it to its threads, until the process ends, instead of destroying it. Nothing may be
  // asked of it any more.
  void abandon();

 private:
  Client(std::unique_ptr<ConnectionWatch> watch, ClientHandle handle, int questions_max);

  std::unique_ptr<ConnectionWatch> watch_;  // outlives the threads of the handle
  ClientHandle handle_;
  QueueHandle main_;
  int questions_max_;
};

// As librdkafka takes it: whole milliseconds, none negative.
[[nodiscard]] int timeout_ms(std::chrono::milliseconds timeout);

}  // namespace kopilka::kafka
