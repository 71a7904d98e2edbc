#include "engine/shard/checkpoint.h"
#include "tests/support/batches.h"
#include "tests/unit/engine/shard/driven.h"

// The shard's state is a function of the log: whoever folds it knows the same (I-21).
namespace kopilka::shard {
namespace {

// A log that holds what it was given, to be read only.
class FixedLog final : public ports::EventLog {
 public:
  explicit FixedLog(std::vector<ports::SealedBatch> batches) : batches_(std::move(batches)) {}

  base::Result<model::LogHead> head() override {
    return batches_.empty() ? model::LogHead{} : codec::head_after(batches_.back());
  }
  base::Result<std::unique_ptr<ports::LogReader>> read_from(model::Seq first) override {
    std::size_t begin = 0;
    while (begin < batches_.size() && model::last_seq(batches_.at(begin).header) < first)
      ++begin;
    return std::make_unique<Reader>(batches_, begin);
  }
  base::Result<ports::Ownership> acquire() override { return refuse<ports::Ownership>(); }
  base::Result<void> submit(ports::SealedBatch) override { return refuse<void>(); }
  std::vector<ports::AppendOutcome> poll(std::chrono::milliseconds) override { return {}; }

 private:
  class Reader final : public ports::LogReader {
   public:
    Reader(const std::vector<ports::SealedBatch>& batches, std::size_t begin)
        : batches_(batches), at_(begin) {}
    base::Result<std::optional<ports::SealedBatch>> next() override {
      if (at_ == batches_.size()) return std::nullopt;
      return batches_.at(at_++);
    }

   private:
    const std::vector<ports::SealedBatch>& batches_;
    std::size_t at_;
  };
  template <class T>
  static base::Result<T> refuse() {
    return base::fail(base::ErrorKind::usage, "this log is only read");
  }
  std::vector<ports::SealedBatch> batches_;
};

// A story over a month, one batch a line.
struct Month {
  Driven driven{{.entries_per_batch_max = 1}};
  Month() {
    set_up(driven);
    driven.line(bought("a"), noon(kFirstDay));
    driven.line(bought("b", model::PurchaseStatus::new_purchase), noon("2019-03-02"));
    driven.line(bought("a", model::PurchaseStatus::approved, 10, "50.00"), noon("2019-03-03"));
    driven.line(model::OpenBusinessDay{day(kReleaseDay)}, noon(kReleaseDay));
    driven.line(request("20.00"), noon(kReleaseDay));
    driven.run();
  }
  [[nodiscard]] std::vector<ports::SealedBatch> sealed(std::size_t count) const {
    std::vector<ports::SealedBatch> out;
    for (std::size_t i = 0; i < count; ++i)
      out.push_back(driven.batches().at(i).sealed);
    return out;
  }
  [[nodiscard]] FixedLog log() const { return FixedLog(sealed(driven.batches().size())); }
};

std::string digest(const Follower& follower, ports::StateStore* store = nullptr) {
  return state::digest_of(follower.state(), store, "shard", 1)->text();
}
Follower follow(FixedLog log, const Until& until, ports::StateStore* store = nullptr) {
  auto follower = Follower::open(store).value();
  EXPECT_TRUE(follower.catch_up(log, until));
  return follower;
}

TEST(Follower, writes_the_same_rows_and_digest_however_much_memory_it_has) {
  Month month;
  std::vector<std::pair<base::Bytes, base::Bytes>> expected;
  for (const std::size_t bytes : {1'000'000'000, 40'000, 1}) {
    SCOPED_TRACE(bytes);
    memory::MemoryStateStore store;
    auto follower =
        Follower::open(&store, {.table_bytes_max = bytes, .kept_bytes_max = bytes / 2}).value();
    follower.keep_digest();
    auto log = month.log();
    ASSERT_TRUE(follower.catch_up(log, {}));
    EXPECT_EQ(store.position().value().empty(), bytes == 1'000'000'000U) << "flushed on the way";
    ASSERT_TRUE(follower.flush());
    EXPECT_EQ(follower.digest().text(),
              state::digest_of(State(), &store, kStateName, kStateVersion)->text());
    std::vector<std::pair<base::Bytes, base::Bytes>> rows;
    const auto cursor = store.scan({}, {}).value();
    while (auto row = cursor->next().value())
      rows.emplace_back(std::move(row->key), std::move(row->value));
    ASSERT_GT(rows.size(), 10U);
    if (expected.empty()) expected = rows;
    EXPECT_EQ(rows, expected);
  }
}

TEST(Follower, folds_the_log_to_the_shards_state) {
  Month month;
  const auto follower = follow(month.log(), {});
  EXPECT_EQ(digest(follower), month.driven.digest());
  EXPECT_EQ(follower.head().hash, month.driven.shard().head().hash);
  EXPECT_EQ(follower.head().last_seq, month.driven.shard().head().last_seq);
  EXPECT_EQ(follower.head().recorded_at, month.driven.shard().head().recorded_at);
}

TEST(Follower, goes_on_where_it_stood) {
  Month month;
  auto follower = Follower::open(nullptr).value();
  for (std::size_t count = 0; count <= month.driven.batches().size(); count += 3) {
    FixedLog part(month.sealed(count));
    ASSERT_TRUE(follower.catch_up(part, {}));
  }
  auto log = month.log();
  ASSERT_TRUE(follower.catch_up(log, {}));
  EXPECT_EQ(digest(follower), month.driven.digest());
}

TEST(Follower, knows_the_same_with_a_store_behind_it_at_every_flush) {
  Month month;
  memory::MemoryStateStore store;
  for (std::size_t count = 1; count <= month.driven.batches().size(); ++count) {
    auto follower = Follower::open(&store).value();
    FixedLog part(month.sealed(count));
    ASSERT_TRUE(follower.catch_up(part, {}));
    const auto expected = digest(follow(FixedLog(month.sealed(count)), {}));
    EXPECT_EQ(digest(follower, &store), expected);
    ASSERT_TRUE(follower.flush());
    EXPECT_EQ(digest(follower, &store), expected);
  }
}

TEST(Follower, refuses_a_log_that_has_lost_its_end) {
  Month month;
  memory::MemoryStateStore store;
  auto follower = follow(month.log(), {}, &store);
  ASSERT_TRUE(follower.flush());
  auto again = Follower::open(&store).value();
  FixedLog shorter(month.sealed(month.driven.batches().size() - 1));
  const auto result = again.catch_up(shorter, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, base::ErrorKind::corrupt);
}

TEST(Follower, refuses_a_store_that_was_built_from_another_log) {
  Month month;
  memory::MemoryStateStore store;
  auto follower = follow(FixedLog(month.sealed(5)), {}, &store);
  ASSERT_TRUE(follower.flush());
  Driven other({.entries_per_batch_max = 1});
  for (int i = 0; i < 20; ++i)
    other.line(programme().front(), noon(kFirstDay) + model::Span::minutes(i));
  other.run();
  std::vector<ports::SealedBatch> sealed;
  for (const auto& batch : other.batches())
    sealed.push_back(batch.sealed);
  FixedLog log(std::move(sealed));
  auto again = Follower::open(&store).value();
  const auto result = again.catch_up(log, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, base::ErrorKind::corrupt);
}

TEST(Follower, refuses_a_batch_that_does_not_follow) {
  Month month;
  auto follower = Follower::open(nullptr).value();
  const auto& second = month.driven.batches().at(1);
  const auto result = follower.apply(second.content, second.sealed.hash, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, base::ErrorKind::corrupt);
}

TEST(Follower, refuses_a_store_of_another_version) {
  memory::MemoryStateStore store;
  ASSERT_TRUE(store.apply({}, base::Bytes(encode_checkpoint({})).replace(0, 1, "\x7f")));
  const auto follower = Follower::open(&store);
  ASSERT_FALSE(follower);
  EXPECT_EQ(follower.error().kind, base::ErrorKind::not_available);
}

TEST(Follower, refuses_a_position_that_is_none) {
  memory::MemoryStateStore store;
  ASSERT_TRUE(store.apply({}, "not a position"));
  const auto follower = Follower::open(&store);
  ASSERT_FALSE(follower);
  EXPECT_EQ(follower.error().kind, base::ErrorKind::corrupt);
}

// --- the past ----------------------------------------------------------------------------------

TEST(Until, a_seq_is_the_state_after_that_event) {
  Month month;
  const auto last = month.driven.shard().head().last_seq.value();
  for (std::uint64_t seq = 0; seq <= last; ++seq) {
    const auto past = follow(month.log(), {.seq = model::Seq{seq}});
    EXPECT_EQ(past.head().last_seq.value(), seq);
  }
  EXPECT_EQ(digest(follow(month.log(), {.seq = model::Seq{last}})), month.driven.digest());
  EXPECT_EQ(digest(follow(month.log(), {.seq = model::Seq{last + 100}})), month.driven.digest());
}

TEST(Until, a_seq_may_lie_inside_of_an_entry) {
  Driven driven;
  set_up(driven);
  driven.line(bought("a", model::PurchaseStatus::new_purchase), noon(kFirstDay));
  driven.line(bought("a", model::PurchaseStatus::approved, 10, "50.00"), noon(kFirstDay));
  driven.run();
  const auto last = driven.shard().head().last_seq.value();  // adjusted, approved
  auto follower = Follower::open(nullptr).value();
  for (const auto& batch : driven.batches())
    ASSERT_TRUE(follower.apply(batch.content, batch.sealed.hash, {.seq = model::Seq{last - 1}}));
  const auto& member = *follower.state().ledger.members.find(kMember);
  EXPECT_EQ(member.funds.frozen, money("15.00"));
  const auto& partner = *follower.state().ledger.partners.find(kPartner);
  EXPECT_EQ(partner.tracked, money("16.50"));
  EXPECT_EQ(partner.approved, Money{});
}

// A batch without events has nothing that could be too late.
TEST(Until, what_follows_a_cut_is_not_looked_at) {
  Driven driven;
  set_up(driven);
  driven.line(bought("a", model::PurchaseStatus::new_purchase), noon(kFirstDay));
  driven.line(bought("a", model::PurchaseStatus::approved, 10, "50.00"), noon(kFirstDay));
  driven.run();
  std::vector<ports::SealedBatch> batches;
  for (const auto& batch : driven.batches())
    batches.push_back(batch.sealed);
  const auto head = codec::head_after(batches.back()).value();
  support::BatchMaker maker({.epoch = head.epoch, .owner = head.owner, .head = head});
  batches.push_back(maker.next_empty());
  for (std::uint64_t seq = 0; seq <= head.last_seq.value(); ++seq) {
    const auto past = follow(FixedLog(batches), {.seq = model::Seq{seq}});
    EXPECT_EQ(past.head().last_seq.value(), seq);
  }
}

TEST(Until, an_instant_takes_everything_recorded_at_or_before_it) {
  Month month;
  const auto known = [&](model::Instant at) {
    const auto past = follow(month.log(), {.at = at});
    const auto* member = past.state().ledger.members.find(kMember);
    return member != nullptr ? member->funds : ledger::Funds{};
  };
  EXPECT_EQ(known(noon(kFirstDay) - model::Span::micros(1)).frozen, Money{});
  EXPECT_EQ(known(noon(kFirstDay)).frozen, money("30.00"));
  EXPECT_EQ(known(noon("2019-03-03") - model::Span::micros(1)).frozen, money("60.00"));
  EXPECT_EQ(known(noon("2019-03-03")).frozen, money("45.00"));
  EXPECT_EQ(known(noon(kReleaseDay)).available, money("25.00"));
}

// --- the checkpoint ----------------------------------------------------------------------------

TEST(Checkpoint, is_read_back) {
  Month month;
  const auto head = month.driven.shard().head();
  const auto read = decode_checkpoint(encode_checkpoint(head));
  ASSERT_TRUE(read && *read);
  EXPECT_EQ((*read)->hash, head.hash);
  EXPECT_EQ((*read)->n, head.n);
  EXPECT_EQ((*read)->last_seq, head.last_seq);
  EXPECT_EQ((*read)->epoch, head.epoch);
}

TEST(Checkpoint, of_nothing_is_a_new_store) {
  const auto read = decode_checkpoint("");
  ASSERT_TRUE(read);
  EXPECT_FALSE(*read);
}

TEST(Checkpoint, cut_anywhere_is_corrupt) {
  const auto whole = encode_checkpoint({});
  for (std::size_t size = 1; size < whole.size(); ++size)
    EXPECT_FALSE(decode_checkpoint(base::ByteView(whole).substr(0, size)));
}

}  // namespace
}  // namespace kopilka::shard
