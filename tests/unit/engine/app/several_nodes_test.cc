#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/app/copy.h"
#include "engine/app/import.h"
#include "engine/app/keys.h"
#include "engine/app/reader.h"
#include "engine/app/small_file.h"
#include "engine/app/store.h"
#include "engine/system/system_random.h"
#include "engine/vault/sealing.h"
#include "tests/support/temporary_directory.h"

// One store in the directories of several nodes, and its keys in a directory that they share.
namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;

// A log that several directories have in common, as one on Kafka: the first one's.
class SharedLog final : public LogPlace {
 public:
  SharedLog(Layout layout, std::shared_ptr<LogPlace> log)
      : layout_(std::move(layout)), log_(std::move(log)) {}

  [[nodiscard]] std::string name() const override { return log_->name(); }
  [[nodiscard]] Result<bool> is_there() override {
    return std::filesystem::exists(layout_.log_on_kafka());
  }
  [[nodiscard]] Result<model::StoreId> create(const model::StoreId& store) override {
    KOPILKA_TRY(join(store));
    return log_->create(store);
  }
  [[nodiscard]] Result<model::StoreId> begun_elsewhere() override {
    KOPILKA_TRY_ASSIGN(const auto log, log_->open(random_));
    KOPILKA_TRY_ASSIGN(const auto head, log->head());
    return head.store;
  }
  [[nodiscard]] Result<void> join(const model::StoreId& store) override {
    return make_file(layout_.log_on_kafka(), text_of(store));
  }
  [[nodiscard]] Result<void> remove_unfinished() override { return {}; }
  [[nodiscard]] Result<bool> is_being_written() override { return log_->is_being_written(); }
  [[nodiscard]] Result<std::unique_ptr<ports::EventLog>> open(ports::Random& random) override {
    return log_->open(random);
  }
  [[nodiscard]] Result<WritableLog> open_for_writing(
      ports::Random& random, const std::optional<model::LogHead>& kept) override {
    return log_->open_for_writing(random, kept);
  }
  [[nodiscard]] Result<std::unique_ptr<LogCopy>> open_for_copying(const model::StoreId& store,
                                                                  ports::Random& random) override {
    return log_->open_for_copying(store, random);
  }

 private:
  Layout layout_;
  std::shared_ptr<LogPlace> log_;
  system::SystemRandom random_;
};

std::string union_lines() {
  return R"({"command":"register_organization","key":"o1","at":"2019-03-01T09:00:00Z",)"
         R"("organization_id":1,"kind":"central","name":"Union"})"
         "\n"
         R"({"command":"register_organization","key":"o2","at":"2019-03-02T09:00:00Z",)"
         R"("organization_id":10,"kind":"primary","parent_id":1,"name":"School"})"
         "\n";
}
std::string admission(int member, std::string_view name) {
  return fmt::format(
      R"({{"command":"admit_member","key":"m{0}","at":"2019-03-03T09:00:00Z","member_id":{0},)"
      R"("organization_id":10,"category":"working","admitted_on":"2019-01-01","name":"{1}"}})"
      "\n",
      member, name);
}

class SeveralNodes : public testing::Test {
 protected:
  Place node(const std::string& name) {
    const Layout layout{scratch_.path() / name};
    return {layout,
            std::make_shared<SharedLog>(layout, embedded_store(scratch_.path() / "topic").log)};
  }
  void make(const Place& place, const InitOptions& options = {}) {
    const auto made = init(place, options, random_);
    ASSERT_TRUE(made) << made.error().message;
  }
  static void expect_refused(const Result<void>& result, ErrorKind kind, std::string_view words) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, kind);
    EXPECT_NE(result.error().message.find(words), std::string::npos) << result.error().message;
  }
  static void load(const Place& place, const std::string& text) {
    auto writer = Writer::open(place, {});
    ASSERT_TRUE(writer) << writer.error().message;
    std::istringstream in{text};
    Import importing((*writer)->engine(), {});
    const auto summary = importing.run(in);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_TRUE(summary->all_well());
    EXPECT_TRUE((*writer)->close());
  }
  // As that node reads it.
  std::string name_of(const Place& place, std::uint64_t member) {
    const auto reader = Reader::open(place, {});
    if (!reader) return reader.error().message;
    const auto personal =
        (*reader)->row((*reader)->state().registry.personal, model::MemberId{member});
    if (!personal || !*personal) return "nobody";
    const auto vault = open_vault(place.layout, vault::Access::read_only, random_);
    if (!vault) return vault.error().message;
    const auto record = vault::open_personal(model::MemberId{member}, (*personal)->sealed, **vault);
    return record ? record->name.value_or("") : record.error().message;
  }
  static void write(const std::filesystem::path& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
  }
  static std::string text_in(const std::filesystem::path& path) {
    std::ostringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return out.str();
  }

  support::TemporaryDirectory scratch_;
  system::SystemRandom random_;
  Place first_ = node("first");
  Place second_ = node("second");
  std::filesystem::path shared_ = scratch_.path() / "mount" / "keys";
};

TEST_F(SeveralNodes, each_decides_in_turn_and_reads_whom_the_other_admitted) {
  make(first_, {.keys = shared_});
  load(first_, union_lines() + admission(42, "Anna"));
  const auto joined = join(second_, {.keys = shared_});
  ASSERT_TRUE(joined) << joined.error().message;
  EXPECT_EQ(name_of(second_, 42), "Anna");
  load(second_, admission(43, "Boris"));
  load(first_, admission(44, "Vera"));
  for (const auto& place : {first_, second_}) {
    EXPECT_EQ(name_of(place, 42), "Anna");
    EXPECT_EQ(name_of(place, 43), "Boris");
    EXPECT_EQ(name_of(place, 44), "Vera");
  }
  EXPECT_TRUE(std::filesystem::exists(shared_ / "vault.2"));
  EXPECT_FALSE(std::filesystem::exists(first_.layout.keys()));
  EXPECT_FALSE(std::filesystem::exists(second_.layout.keys()));
}

TEST_F(SeveralNodes, keys_in_the_first_nodes_own_directory_can_be_joined) {
  make(first_);
  load(first_, union_lines() + admission(42, "Anna"));
  ASSERT_TRUE(join(second_, {.keys = first_.layout.keys()}));
  const auto third = node("third");
  ASSERT_TRUE(join(third, {.keys = first_.layout.keys()}));
  EXPECT_EQ(name_of(third, 42), "Anna");
  EXPECT_NE(text_in(third.layout.keys_elsewhere()), text_in(second_.layout.keys_elsewhere()));
}

TEST_F(SeveralNodes, a_node_may_find_the_wrapping_key_elsewhere_than_the_first) {
  const auto kek = scratch_.path() / "kek";
  make(first_, {.key_encryption_key = kek, .keys = shared_});
  load(first_, union_lines() + admission(42, "Anna"));
  const auto moved = scratch_.path() / "secrets" / "kek";
  std::filesystem::create_directory(moved.parent_path());
  std::filesystem::rename(kek, moved);
  EXPECT_FALSE(join(second_, {.keys = shared_})) << "the first one's is not there";
  ASSERT_TRUE(join(second_, {.keys = shared_, .key_encryption_key = moved}));
  EXPECT_EQ(name_of(second_, 42), "Anna");
}

TEST_F(SeveralNodes, nobody_joins_without_keys_or_with_another_stores) {
  make(first_, {.keys = shared_});
  expect_refused(join(second_, {.keys = scratch_.path() / "nothing"}), ErrorKind::usage,
                 "no keys in");
  const auto other = embedded_store(scratch_.path() / "other");
  make(other);
  expect_refused(join(second_, {.keys = other.layout.keys()}), ErrorKind::usage, "another store");
  EXPECT_FALSE(std::filesystem::exists(second_.layout.root)) << "nothing was made";
  ASSERT_TRUE(join(second_, {.keys = shared_}));
}

TEST_F(SeveralNodes, a_log_in_its_own_directory_has_no_second_node) {
  const auto embedded = embedded_store(scratch_.path() / "embedded");
  make(embedded);
  expect_refused(
      join(embedded_store(scratch_.path() / "one_more"), {.keys = embedded.layout.keys()}),
      ErrorKind::usage, "--kafka");
}

TEST_F(SeveralNodes, keys_of_before_stores_were_named_in_them_can_be_joined) {
  make(first_);
  const auto id = text_in(first_.layout.keys() / "store");
  ASSERT_EQ(id.size(), 33U);
  std::filesystem::remove(first_.layout.keys() / "store");
  ASSERT_TRUE(join(second_, {.keys = first_.layout.keys()}));
  EXPECT_EQ(text_in(first_.layout.keys() / "store"), id);
}

TEST_F(SeveralNodes, keys_of_another_store_that_are_mounted_by_mistake_are_refused) {
  make(first_, {.keys = shared_});
  ASSERT_TRUE(join(second_, {.keys = shared_}));
  write(shared_ / "store", "000102030405060708090a0b0c0d0e0f\n");
  for (const auto& place : {first_, second_}) {
    const auto opened = Writer::open(place, {});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::usage);
    EXPECT_NE(opened.error().message.find("another store"), std::string::npos);
  }
}

TEST_F(SeveralNodes, a_directory_that_is_a_store_does_not_join) {
  make(first_, {.keys = shared_});
  expect_refused(join(first_, {.keys = shared_}), ErrorKind::usage, "already");
  ASSERT_TRUE(join(second_, {.keys = shared_}));
  expect_refused(join(second_, {.keys = shared_}), ErrorKind::usage, "already");
  expect_refused(init(second_, {}, random_), ErrorKind::usage, "already");
}

// By what each step leaves when it is the last.
TEST_F(SeveralNodes, a_join_that_was_cut_short_anywhere_goes_on) {
  make(first_, {.keys = shared_});
  load(first_, union_lines() + admission(42, "Anna"));
  ASSERT_TRUE(join(second_, {.keys = shared_}));
  const auto pointer = text_in(second_.layout.keys_elsewhere());
  for (const auto& lost : {std::filesystem::path(), second_.layout.log_on_kafka()}) {
    write(second_.layout.unfinished(), "");
    if (!lost.empty()) std::filesystem::remove(lost);
    EXPECT_FALSE(Reader::open(second_, {}));
    expect_refused(init(second_, {}, random_), ErrorKind::usage, "--join");
    ASSERT_TRUE(join(second_, {.keys = shared_}));
    EXPECT_EQ(text_in(second_.layout.keys_elsewhere()), pointer);
    EXPECT_EQ(name_of(second_, 42), "Anna");
  }
  // Its file was made, but is not remembered: it gets another.
  write(second_.layout.unfinished(), "");
  std::filesystem::remove(second_.layout.keys_elsewhere());
  std::filesystem::remove(second_.layout.log_on_kafka());
  ASSERT_TRUE(join(second_, {.keys = shared_}));
  EXPECT_TRUE(std::filesystem::exists(shared_ / "vault.3"));
  EXPECT_EQ(name_of(second_, 42), "Anna");
}

TEST_F(SeveralNodes, a_first_init_with_shared_keys_that_was_cut_short_anywhere_goes_on) {
  make(first_, {.keys = shared_});
  // At the very end: the keys stay, for others may have joined.
  ASSERT_TRUE(join(second_, {.keys = shared_}));
  const auto before = text_in(shared_ / "vault");
  write(first_.layout.unfinished(), "");
  make(first_, {.keys = shared_});
  EXPECT_EQ(text_in(shared_ / "vault"), before);
  EXPECT_FALSE(std::filesystem::exists(first_.layout.unfinished()));

  // Before the log was there.
  const auto other = embedded_store(scratch_.path() / "other");
  const auto keys = scratch_.path() / "other_keys";
  make(other, {.keys = keys});
  for (const char* lost : {"", "store", "vault", "kek"}) {
    write(other.layout.unfinished(), "");
    write(keys / "init.unfinished", "");
    std::filesystem::remove(other.layout.keys_elsewhere());
    std::filesystem::remove_all(other.layout.log());
    if (*lost != '\0') std::filesystem::remove(keys / lost);
    expect_refused(expect_keys_to_join(keys, {}), ErrorKind::not_available, "not finished");
    make(other, {.keys = keys});
    EXPECT_FALSE(std::filesystem::exists(keys / "init.unfinished"));
    load(other, "");
  }
}

TEST_F(SeveralNodes, an_init_never_throws_away_the_keys_of_another_store) {
  make(first_, {.keys = shared_});
  const auto before = text_in(shared_ / "vault");
  const auto other = embedded_store(scratch_.path() / "other");
  expect_refused(init(other, {.keys = shared_}, random_), ErrorKind::usage, "keys in");
  // Nor when it is given again, and so bears the mark of one that was cut short.
  expect_refused(init(other, {.keys = shared_}, random_), ErrorKind::usage, "keys in");
  EXPECT_EQ(text_in(shared_ / "vault"), before);
  make(other);
  EXPECT_EQ(text_in(shared_ / "vault"), before);
}

TEST_F(SeveralNodes, a_copy_takes_the_keys_of_all_nodes_along) {
  make(first_, {.keys = shared_});
  load(first_, union_lines() + admission(42, "Anna"));
  ASSERT_TRUE(join(second_, {.keys = shared_}));
  load(second_, admission(43, "Boris"));
  const auto copy = embedded_store(scratch_.path() / "copy");
  const auto copied = copy_store(second_, copy, random_, {});
  ASSERT_TRUE(copied) << copied.error().message;
  std::filesystem::remove_all(shared_);
  EXPECT_EQ(name_of(copy, 42), "Anna");
  EXPECT_EQ(name_of(copy, 43), "Boris");
  load(copy, admission(44, "Vera"));
  EXPECT_EQ(name_of(copy, 44), "Vera");
}

}  // namespace
}  // namespace kopilka::app
