#include <cstddef>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "engine/base/bytes.h"
#include "engine/codec/batch.h"
#include "engine/codec/event_codec.h"
#include "engine/codec/json_text.h"
#include "tests/golden/files.h"
#include "tests/support/codes_document.h"
#include "tests/support/sample_events.h"

// Writes what the tests compare with: golden events and files that are not there yet, and
// docs/codes.md anew.
namespace kopilka::codec {
namespace {

using support::Filling;

constexpr std::size_t kHexPerLine = 96;

// The events that a file has, by the first word of each paragraph.
std::set<std::string> events_in(const std::filesystem::path& file) {
  std::set<std::string> names;
  std::ifstream in(file);
  bool begins = true;
  for (std::string line; std::getline(in, line); begins = line.empty())
    if (begins) names.insert(line.substr(0, line.find(' ')));
  return names;
}

// What was released is never changed: events that are there stay, new ones are appended.
void write_events(const char* file, Filling filling) {
  const auto written = events_in(kFolder / file);
  std::ofstream out(kFolder / file, std::ios::app);
  for (const auto& event : support::sample_events(filling, 2019)) {
    if (written.contains(std::string(model::name_of(event)))) continue;
    out << model::name_of(event) << ' ' << model::type_of(event) << ' ' << kEventVersion << '\n'
        << event_json(event) << '\n'
        << base::to_hex(encode_event(event)) << "\n\n";
  }
}

void write_batch() {
  if (std::filesystem::exists(kFolder / kBatchFile)) return;
  const auto hex = base::to_hex(seal(support::sample_batch(Filling::any, 2019)).bytes);
  std::ofstream out(kFolder / kBatchFile);
  for (std::size_t at = 0; at < hex.size(); at += kHexPerLine)
    out << hex.substr(at, kHexPerLine) << '\n';
}

}  // namespace
}  // namespace kopilka::codec

int main() {
  namespace codec = kopilka::codec;
  codec::write_events(codec::kFullEventsFile, codec::Filling::full);
  codec::write_events(codec::kBareEventsFile, codec::Filling::bare);
  codec::write_batch();
  std::ofstream(KOPILKA_SOURCE_DIR "/docs/codes.md") << kopilka::support::codes_document();
}
