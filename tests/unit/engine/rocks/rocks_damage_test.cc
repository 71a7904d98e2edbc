#include <algorithm>
#include <fstream>
#include <iterator>

#include "tests/unit/engine/rocks/rocks_store_fixture.h"

// Bytes that are not what was written are found and named, never read as rows.
namespace kopilka::rocks {
namespace {

constexpr int kFewRows = 40;
constexpr std::size_t kStride = 5;  // each look opens the store anew

class RocksDamage : public RocksStoreTest {
 protected:
  RocksDamage() {
    const auto store = open();
    apply(*store, numbered(kFewRows, 1), "1");
  }
  static void flip(const std::filesystem::path& path, std::size_t offset) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(static_cast<std::streamoff>(offset));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(offset)).put(static_cast<char>(byte ^ 0x04));
  }
  // What a reader of everything meets: the number in all rows, or the kind and text of the error.
  struct Finding {
    std::string number;
    base::Error error;
  };
  Finding read_everything() {
    auto store = RocksStateStore::open({.directory = path_, .access = Access::read_only});
    if (!store) return {"", store.error()};
    if (auto checked = (*store)->verify(); !checked) return {"", checked.error()};
    auto position = (*store)->position();
    if (!position) return {"", position.error()};
    const std::string number = number_in_all(**store, kFewRows);
    EXPECT_EQ(number, *position) << "rows and position agree";
    return {number, {}};
  }
};

TEST_F(RocksDamage, a_flipped_byte_of_a_file_of_rows_is_found_or_changes_nothing) {
  const auto sst = files(".sst");
  ASSERT_EQ(sst.size(), 1U);
  const std::size_t size = std::filesystem::file_size(sst.front());
  std::size_t found = 0;
  for (std::size_t offset = 0; offset < size; offset += kStride) {
    flip(sst.front(), offset);
    const Finding finding = read_everything();
    flip(sst.front(), offset);
    if (finding.number == "1") continue;
    ASSERT_EQ(finding.error.kind, ErrorKind::corrupt) << offset << ": " << finding.error.message;
    EXPECT_NE(finding.error.message.find(path_.string()), std::string::npos);
    ++found;
  }
  EXPECT_GT(found, size / kStride / 2) << "most bytes mean something";
  EXPECT_EQ(read_everything().number, "1");
}

TEST_F(RocksDamage, a_look_up_in_a_damaged_block_names_the_file) {
  const auto sst = files(".sst").front();
  flip(sst, 40);
  const auto store = RocksStateStore::open({.directory = path_});
  ASSERT_TRUE(store) << "blocks are checked when they are read";
  const auto row = (*store)->get(key_of(3));
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().kind, ErrorKind::corrupt);
  EXPECT_NE(row.error().message.find(sst.filename().string()), std::string::npos)
      << row.error().message;
  auto cursor = (*store)->scan("", "");
  ASSERT_TRUE(cursor);
  const auto first = (*cursor)->next();
  ASSERT_FALSE(first) << "an error is not the end";
  EXPECT_EQ(first.error().kind, ErrorKind::corrupt);
  const auto many = (*store)->multi_get(std::vector<Bytes>{key_of(1), key_of(2)});
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().kind, ErrorKind::corrupt);
}

TEST_F(RocksDamage, a_file_that_is_missing_or_cut_short_is_corruption) {
  const auto sst = files(".sst").front();
  const auto aside = directory_.path() / "aside";
  std::filesystem::copy_file(sst, aside);
  std::filesystem::resize_file(sst, std::filesystem::file_size(sst) - 1);
  EXPECT_EQ(refusal().kind, ErrorKind::corrupt);
  std::filesystem::remove(sst);
  const base::Error missing = refusal();
  EXPECT_EQ(missing.kind, ErrorKind::corrupt);
  EXPECT_NE(missing.message.find(sst.stem().string()), std::string::npos) << missing.message;
  std::filesystem::copy_file(aside, sst);
  EXPECT_EQ(read_everything().number, "1");
}

// The manifest lists files; a flipped byte may at worst end it early, and then the store is an
// older one, with the rows and the position of that moment.
TEST_F(RocksDamage, a_flipped_byte_of_the_manifest_is_found_or_leaves_an_older_whole_store) {
  std::filesystem::path manifest;
  for (const auto& entry : std::filesystem::directory_iterator(path_))
    if (entry.path().filename().string().starts_with("MANIFEST")) manifest = entry.path();
  const std::size_t size = std::filesystem::file_size(manifest);
  for (std::size_t offset = 0; offset < size; ++offset) {
    flip(manifest, offset);
    const Finding finding = read_everything();
    if (finding.number != "1" && !finding.number.empty()) {
      ADD_FAILURE() << "byte " << offset << " gives " << finding.number;
    }
    if (!finding.error.message.empty()) {
      EXPECT_EQ(finding.error.kind, ErrorKind::corrupt) << offset << finding.error.message;
    }
    flip(manifest, offset);
  }
  EXPECT_EQ(read_everything().number, "1");
}

}  // namespace
}  // namespace kopilka::rocks
