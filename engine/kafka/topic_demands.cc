#include "engine/kafka/topic_demands.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/kafka/settings.h"

namespace kopilka::kafka {
namespace {

// Settings with one right value.
struct Demand {
  std::string_view name;
  std::string_view value;
};
constexpr std::array kDemands = {
    Demand{"cleanup.policy", "delete"},
    Demand{"retention.ms", "-1"},
    Demand{"retention.bytes", "-1"},
    Demand{"unclean.leader.election.enable", "false"},
    Demand{"message.timestamp.type", "LogAppendTime"},
};

constexpr std::string_view kInSync = "min.insync.replicas";
constexpr std::string_view kBatchBytes = "max.message.bytes";

// With three copies, one may be away; with fewer, whoever is there must do.
std::int32_t in_sync_for(std::int32_t copies) {
  return copies >= 3 ? 2 : 1;
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string_view value_of(const TopicSettings& settings, std::string_view name) {
  const auto found = settings.find(name);
  return found == settings.end() ? "unknown" : std::string_view(found->second);
}

bool reaches(const TopicSettings& settings, std::string_view name, std::int64_t least) {
  const auto number = number_of(value_of(settings, name));
  return number && *number >= least;
}

}  // namespace

std::int32_t copies_for(std::int32_t brokers) {
  return std::clamp(brokers, 1, 3);
}

std::vector<Property> settings_for(std::int32_t copies, std::int64_t batch_bytes) {
  std::vector<Property> settings;
  settings.reserve(kDemands.size() + 2);
  for (const auto& demand : kDemands)
    settings.push_back({std::string(demand.name), std::string(demand.value)});
  settings.push_back({std::string(kInSync), std::to_string(in_sync_for(copies))});
  settings.push_back({std::string(kBatchBytes), std::to_string(batch_bytes)});
  return settings;
}

base::Result<void> check_demands(std::string_view where, const TopicLayout& layout,
                                 const TopicSettings& settings) {
  std::vector<std::string> wrong;
  const auto demand = [&](std::string_view name, std::string_view is, std::string_view wanted) {
    wrong.push_back(fmt::format("{} is {}, must be {}", name, is, wanted));
  };
  if (layout.partitions != 1)
    demand("its number of partitions", std::to_string(layout.partitions), "1");
  const auto copies = copies_for(layout.brokers);
  if (layout.copies < copies)
    demand("its replication factor", std::to_string(layout.copies),
           fmt::format("at least {} with {} brokers", copies, layout.brokers));
  for (const auto& [name, wanted] : kDemands)
    if (value_of(settings, name) != wanted) demand(name, value_of(settings, name), wanted);
  const auto in_sync = in_sync_for(std::max(layout.copies, copies));
  if (!reaches(settings, kInSync, in_sync))
    demand(kInSync, value_of(settings, kInSync), fmt::format("at least {}", in_sync));
  if (!reaches(settings, kBatchBytes, kTopicBatchBytesMin))
    demand(kBatchBytes, value_of(settings, kBatchBytes),
           fmt::format("at least {}", kTopicBatchBytesMin));
  if (wrong.empty()) return {};
  return base::fail(base::ErrorKind::not_available,
                    fmt::format("{}: {}; set it by kafka-configs.sh (docs/kafka.md)", where,
                                fmt::join(wrong, "; ")));
}

}  // namespace kopilka::kafka
