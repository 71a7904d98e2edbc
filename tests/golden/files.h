#pragma once

#include <filesystem>

// Where the golden files are; shared by who compares and who writes.
namespace kopilka::codec {

inline const std::filesystem::path kFolder = KOPILKA_SOURCE_DIR "/tests/golden";
inline constexpr const char* kFullEventsFile = "events_v1_full.txt";
inline constexpr const char* kBareEventsFile = "events_v1_bare.txt";
inline constexpr const char* kEventFiles[] = {kFullEventsFile, kBareEventsFile};
inline constexpr const char* kBatchFile = "batch_v1.txt";

}  // namespace kopilka::codec
