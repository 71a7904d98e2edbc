#include "engine/app/head_signer.h"

#include <csignal>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "engine/app/engine.h"
#include "engine/app/import.h"
#include "engine/memory/clock.h"
#include "engine/memory/event_log.h"
#include "engine/memory/key_vault.h"
#include "engine/memory/state_store.h"
#include "engine/vault/signing_key.h"
#include "tests/support/batches.h"
#include "tests/unit/engine/app/organization_lines.h"
#include "tests/unit/engine/app/signing_directory.h"

// What is signed, when, and what never is.
namespace kopilka::app {
namespace {

using base::ErrorKind;
using memory::AppendFate;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint64_t kEvery = 3;

class SigningHeads : public ::testing::Test {
 protected:
  base::Result<std::unique_ptr<Engine>> open(std::vector<memory::PlannedAppend> fates = {}) {
    auto log = std::make_unique<memory::MemoryEventLog>(content_, random_);
    log->plan(std::move(fates));
    KOPILKA_TRY_ASSIGN(auto signer, HeadSigner::open(layout_));
    return Engine::open({.log = std::move(log),
                         .store = std::make_unique<memory::MemoryStateStore>(),
                         .vault = std::make_shared<memory::MemoryKeyVault>(1),
                         .close_log = {},
                         .signer = std::move(signer)},
                        {.entries_per_batch_max = 2});
  }

  enum class End : unsigned char { closed, killed };
  // Imports and ends; whether all went well.
  bool import(const std::string& text, End end, std::vector<memory::PlannedAppend> fates = {}) {
    auto engine = open(std::move(fates));
    EXPECT_TRUE(engine) << engine.error().message;
    if (!engine) return false;
    Import importing(**engine, {});
    std::istringstream in(text);
    const bool is_well = importing.run(in).has_value();
    if (end == End::closed) {
      const auto closed = (*engine)->close();
      message_ = closed ? "" : closed.error().message;
    }
    return is_well;
  }

  [[nodiscard]] std::vector<std::uint64_t> positions() const {
    std::vector<std::uint64_t> found;
    for (const auto& line : directory_.heads())
      found.push_back(line.signed_head.head.last_seq.value());
    return found;
  }

  void expect_true_heads() const { directory_.expect_true_heads(content_->landed()); }

  void append(base::ByteView text) const {
    std::ofstream(layout_.heads(), std::ios::binary | std::ios::app) << text;
  }
  [[nodiscard]] ErrorKind refusal() {
    const auto engine = open();
    EXPECT_FALSE(engine);
    message_ = engine ? "" : engine.error().message;
    return engine ? ErrorKind{} : engine.error().kind;
  }

  memory::SeededRandom random_{1};
  SigningDirectory directory_{support::store_id(7), kEvery};
  const Layout& layout_ = directory_.layout();
  std::shared_ptr<memory::MemoryLog> content_ =
      std::make_shared<memory::MemoryLog>(support::store_id(7));
  std::string message_;
};

TEST_F(SigningHeads, are_signed_every_so_many_events_and_at_the_end) {
  EXPECT_TRUE(import(organizations(1, 8), End::closed));
  // The head of nothing; of each batch with which three more have come; of the end.
  EXPECT_THAT(positions(), ElementsAre(0, 4, 8, 9));
  expect_true_heads();
  EXPECT_TRUE(import("", End::closed));
  EXPECT_THAT(positions(), ElementsAre(0, 4, 8, 9)) << "nothing is new";
}

TEST_F(SigningHeads, go_on_from_the_last_one_after_a_kill) {
  EXPECT_TRUE(import(organizations(1, 5), End::killed));
  EXPECT_THAT(positions(), ElementsAre(0, 4));
  EXPECT_TRUE(import("", End::closed));
  EXPECT_THAT(positions(), ElementsAre(0, 4, 6));
  EXPECT_TRUE(import(organizations(1, 20), End::closed));
  expect_true_heads();
}

TEST_F(SigningHeads, cover_nothing_that_the_log_did_not_acknowledge) {
  int count = 0;
  for (const auto fate : {AppendFate::failed, AppendFate::unknown_landed, AppendFate::unknown_lost,
                          AppendFate::fenced}) {
    count += 12;
    const auto text = organizations(1, count);
    // The second batch of those to come is not acknowledged.
    EXPECT_FALSE(import(text, End::killed, {{}, {.fate = fate}}));
    const auto counted = memory::MemoryEventLog(content_, random_).head();
    ASSERT_TRUE(counted);
    EXPECT_LE(positions().back(), counted->last_seq.value());
    EXPECT_TRUE(import(text, End::closed));
    EXPECT_EQ(positions().back(), static_cast<std::uint64_t>(count) + 1);
    expect_true_heads();
  }
}

TEST_F(SigningHeads, of_which_a_kill_left_a_part_are_cut_off_and_it_is_said) {
  EXPECT_TRUE(import(organizations(1, 5), End::closed));
  const auto whole = positions();
  append("kopilka-head 1 store=0000");
  {
    const auto engine = open();
    ASSERT_TRUE(engine);
    EXPECT_THAT((*engine)->signer()->note(), HasSubstr("cut 25 bytes"));
  }
  EXPECT_EQ(positions(), whole);
  EXPECT_TRUE(import(organizations(1, 9), End::closed));
  expect_true_heads();
}

TEST_F(SigningHeads, that_are_damaged_or_not_there_stop_who_would_add_to_them) {
  EXPECT_TRUE(import(organizations(1, 5), End::closed));
  append("something else\n");
  EXPECT_EQ(refusal(), ErrorKind::corrupt);
  EXPECT_THAT(message_, HasSubstr(layout_.heads().string()));
  std::filesystem::remove(layout_.heads());
  EXPECT_EQ(refusal(), ErrorKind::not_available);
  EXPECT_THAT(message_, HasSubstr("--begin-anew"));
  std::filesystem::remove(layout_.heads_settings());
  EXPECT_EQ(refusal(), ErrorKind::not_available);
  EXPECT_THAT(message_, HasSubstr("kopilka log sign"));
}

TEST_F(SigningHeads, are_added_by_one_process_at_a_time) {
  const auto first = open();
  ASSERT_TRUE(first);
  EXPECT_EQ(refusal(), ErrorKind::not_available);
  EXPECT_THAT(message_, HasSubstr("another process"));
}

TEST_F(SigningHeads, that_reach_beyond_the_log_or_lie_beside_it_stop_who_would_go_on) {
  EXPECT_TRUE(import(organizations(1, 7), End::closed));
  const auto true_history =
      std::exchange(content_, std::make_shared<memory::MemoryLog>(support::store_id(7)));
  EXPECT_EQ(refusal(), ErrorKind::corrupt) << "the log is empty";
  EXPECT_THAT(message_, HasSubstr("position 8"));
  memory::MemoryEventLog theirs(content_, random_);
  support::BatchMaker batches(theirs.acquire().value());
  for (int i = 0; i < 9; ++i)
    ASSERT_TRUE(theirs.submit(batches.next({.events = 2})));
  EXPECT_EQ(theirs.poll({}).size(), 9U);
  EXPECT_EQ(refusal(), ErrorKind::corrupt) << "the log is longer, and another one";
  content_ = true_history;
  EXPECT_TRUE(import(organizations(1, 9), End::closed));
}

TEST_F(SigningHeads, that_another_key_signed_stop_who_would_go_on) {
  EXPECT_TRUE(import(organizations(1, 5), End::closed));
  std::filesystem::remove(layout_.keys() / "signing");
  ASSERT_TRUE(
      vault::SigningKey::create(layout_.keys() / "signing", layout_.keys() / "kek", random_));
  EXPECT_EQ(refusal(), ErrorKind::corrupt);
  EXPECT_THAT(message_, HasSubstr("not signed with"));
}

// While it lasts no file can grow beyond so many bytes: a full disk.
class FullDisk {
 public:
  explicit FullDisk(std::uint64_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    auto full = before_;
    full.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &full);
  }
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

TEST_F(SigningHeads, that_the_disk_refuses_hold_up_nothing_and_are_signed_later) {
  {
    const FullDisk full(std::filesystem::file_size(layout_.heads()) + 100);
    EXPECT_TRUE(import(organizations(1, 9), End::closed)) << "what is decided needs no head";
    EXPECT_THAT(message_, HasSubstr("all that was answered is recorded"));
  }
  EXPECT_THAT(positions(), ElementsAre(0));
  EXPECT_TRUE(import("", End::closed));
  EXPECT_THAT(positions(), ElementsAre(0, 10));
  expect_true_heads();
}

TEST_F(SigningHeads, need_a_key_and_a_store_without_one_has_none) {
  std::filesystem::remove(layout_.keys() / "signing");
  const auto signer = HeadSigner::open(layout_);
  ASSERT_TRUE(signer);
  EXPECT_EQ(*signer, nullptr);
}

}  // namespace
}  // namespace kopilka::app
