#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/result.h"

namespace kopilka::kafka {

// Which of our clients a setting is for. Clients are of the kinds that stand below a group.
enum class Use : unsigned char {
  every_client,  // all of them
  writers,       // the next two
  log_writers,
  feed_writers,
  readers,  // the next two
  log_readers,
  feed_readers,
  candidates,
};

// Whether what is set for `setting` is set for a client of kind `client`.
[[nodiscard]] bool concerns(Use setting, Use client);

// A librdkafka property whose value the protocol on the log rests on.
struct OwnedSetting {
  Use use{};
  std::string_view name;
  std::string_view value;
  std::string_view reason;  // for people
};

// A property that is nobody's to set, with the reason: another one stands for it, or it would bring
// in what the protocol does without.
struct RefusedSetting {
  std::string_view name;
  std::string_view reason;
};

// A value that the operator may replace.
struct DefaultSetting {
  Use use{};
  std::string_view name;
  std::string_view value;
  std::string_view reason;
};

[[nodiscard]] std::span<const OwnedSetting> owned_settings();
[[nodiscard]] std::span<const RefusedSetting> refused_settings();
[[nodiscard]] std::span<const DefaultSetting> default_settings();

// The properties an operator may give; one that ends with `.` stands for all that begin so.
[[nodiscard]] std::span<const std::string_view> operator_settings();

// Whether an operator may set this property; usage says why not.
[[nodiscard]] base::Result<void> check_operator_setting(std::string_view name);

// What one record may have before compression, in bytes.
inline constexpr std::size_t kRecordBytesMax = 990'000;
// What a topic must take in one batch, and what `init` asks for: Kafka's own 1 MiB with headroom.
inline constexpr std::int64_t kTopicBatchBytesMin = 1'000'000;
inline constexpr std::int64_t kTopicBatchBytes = 1'048'588;

// The same of a feed, which takes a line of 1 MiB and what stands around it.
inline constexpr std::size_t kFeedRecordBytesMax = 1'190'000;
inline constexpr std::int64_t kFeedBatchBytes = 1'200'000;

}  // namespace kopilka::kafka
