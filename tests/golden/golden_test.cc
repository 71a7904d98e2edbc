#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/bytes.h"
#include "engine/codec/batch.h"
#include "engine/codec/event_codec.h"
#include "engine/codec/json_text.h"
#include "tests/golden/files.h"
#include "tests/support/hex_dump.h"
#include "tests/support/sample_events.h"

namespace kopilka::codec {
namespace {

using support::from_hex;

const std::filesystem::path kBatchDocument = KOPILKA_SOURCE_DIR "/docs/formats/batch.md";

std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

// Three lines an event: name, type and version; the event as JSON; its payload. Then an empty one.
struct GoldenEvent {
  std::string name;
  std::uint64_t type{0};
  std::uint64_t version{0};
  std::string json;
  base::Bytes payload;
};

std::vector<GoldenEvent> golden_events(const std::string& file) {
  std::istringstream in(file_text(kFolder / file));
  std::vector<GoldenEvent> events;
  GoldenEvent event;
  std::string hex;
  while (in >> event.name >> event.type >> event.version >> std::ws &&
         std::getline(in, event.json) && in >> hex) {
    event.payload = from_hex(hex);
    events.push_back(event);
  }
  return events;
}

TEST(GoldenEvents, are_read_to_what_they_said) {
  for (const auto* file : kEventFiles)
    for (const auto& golden : golden_events(file)) {
      const auto event = decode_event(golden.type, golden.version, golden.payload);
      ASSERT_TRUE(event) << golden.name << ": " << event.error().message;
      EXPECT_EQ(event_json(*event), golden.json);
    }
}

TEST(GoldenEvents, of_the_current_version_are_written_to_the_same_bytes) {
  for (const auto* file : kEventFiles)
    for (const auto& golden : golden_events(file)) {
      if (golden.version != kEventVersion) continue;
      const auto event = decode_event(golden.type, golden.version, golden.payload);
      ASSERT_TRUE(event) << golden.name;
      EXPECT_EQ(base::to_hex(encode_event(*event)), base::to_hex(golden.payload)) << golden.name;
    }
}

TEST(GoldenEvents, are_there_for_every_type) {
  for (const auto* file : kEventFiles) {
    std::map<std::string, std::uint64_t> there;
    for (const auto& golden : golden_events(file))
      there.emplace(golden.name, golden.type);
    support::for_each_event_type([&]<class T>() {
      const auto found = there.find(std::string(T::kName));
      ASSERT_NE(found, there.end()) << T::kName << " is missing in " << file;
      EXPECT_EQ(found->second, T::kType);
    });
  }
}

// The example of docs/formats/batch.md.
model::Batch example_batch() {
  model::Batch batch;
  auto& header = batch.header;
  for (std::size_t i = 0; i < 16; ++i) {
    header.store.at(i) = static_cast<std::uint8_t>(0xA0 + i);
    header.owner.at(i) = static_cast<std::uint8_t>(0xB0 + i);
  }
  header.previous.fill(0xCC);
  header.epoch = model::Epoch{2};
  header.n = model::BatchNumber{5};
  header.first_seq = model::Seq{41};
  header.count = 2;
  header.recorded_at = *model::parse_instant("2019-03-01T00:00:00+03:00");
  batch.sources.push_back({"import", 12, {}});
  batch.sources.front().digest.fill(0xDD);

  const auto day = *model::parse_date("2019-03-01");
  batch.entries.push_back({std::nullopt,
                           header.recorded_at,
                           {{header.recorded_at, model::BusinessDayOpened{day, true}}}});
  const auto at = *model::parse_instant("2019-03-01T12:15:00+03:00");
  model::CommandOrigin origin{"operator", "import", "k1", {}};
  origin.mac.value.fill(0xEE);
  batch.entries.push_back({origin, at, {{at, model::AccountOpened{model::MemberId{42}}}}});
  return batch;
}

base::Bytes documented_example() {
  return support::documented_dumps(kBatchDocument).at(0);
}

TEST(GoldenBatch, is_written_as_the_document_says_byte_for_byte) {
  EXPECT_EQ(base::to_hex(seal(example_batch()).bytes), base::to_hex(documented_example()));
}

TEST(GoldenBatch, has_the_hash_that_the_document_names) {
  const auto hash = base::to_hex(base::view_of(seal(example_batch()).hash));
  EXPECT_THAT(file_text(kBatchDocument), testing::HasSubstr(hash));
}

TEST(GoldenBatch, is_read_from_the_document_and_written_to_the_same_bytes) {
  const auto opened = open_sealed(documented_example());
  ASSERT_TRUE(opened) << opened.error().message;
  const auto batch = decode(*opened);
  ASSERT_TRUE(batch) << batch.error().message;
  ASSERT_EQ(batch->entries.size(), 2U);
  EXPECT_EQ(batch->entries[1].origin, example_batch().entries[1].origin);
  EXPECT_EQ(batch->entries[1].recorded_at, example_batch().entries[1].recorded_at);
  EXPECT_EQ(seal(*batch).bytes, opened->bytes);
}

TEST(GoldenBatch, of_every_event_type_is_read_and_written_to_the_same_bytes) {
  std::string hex;
  std::istringstream in(file_text(kFolder / kBatchFile));
  for (std::string line; in >> line;)
    hex += line;
  const auto opened = open_sealed(from_hex(hex));
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->header.n, model::BatchNumber{7});
  const auto batch = decode(*opened);
  ASSERT_TRUE(batch) << batch.error().message;
  EXPECT_GE(batch->entries.size(), 42U);
  EXPECT_EQ(seal(*batch).bytes, opened->bytes);
}

}  // namespace
}  // namespace kopilka::codec
