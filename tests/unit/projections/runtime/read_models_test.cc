#include "projections/runtime/read_models.h"

#include <gmock/gmock.h>

#include "tests/unit/projections/runtime/chain.h"
#include "tests/unit/projections/runtime/tally.h"

namespace kopilka::projections::runtime {
namespace {

using model::MemberId;
using model::OrganizationId;
using testing::HasSubstr;
using testing::SizeIs;

constexpr MemberId kAnna{42};

// What the statements' rows lie in.
std::string statements_store() {
  return ReadModelHost<statements::Statements>::store_name();
}

model::Event school() {
  model::OrganizationRegistered event;
  event.organization = OrganizationId{1};
  return event;
}
model::Event admitted() {
  model::MemberAdmitted event;
  event.member = kAnna;
  event.organization = OrganizationId{1};
  event.admitted_on = support::day("2019-01-15");
  return event;
}
model::Event adjusted(std::int64_t kopecks) {
  return model::BalanceAdjusted{kAnna, model::Money::kopecks(kopecks), {}, "r", {"a", "b"}};
}
// Nobody was ever admitted under that number.
model::Event nonsense() {
  return model::MembershipSuspended{MemberId{99}, support::day("2019-02-01"), std::nullopt};
}

TEST(ReadModels, fold_one_log_into_each_model) {
  Chain chain;
  chain.tell({school(), admitted(), adjusted(500)});
  auto models = ReadModels::in_memory();
  ASSERT_TRUE(models.catch_up(chain.log()));
  const auto statements = models.statements().value();
  EXPECT_EQ(statements.at.seq, model::Seq{3});
  EXPECT_THAT(statements.reader.entries(kAnna, {}).value(), SizeIs(1));
  const auto roster =
      models.rosters().value().reader.roster(OrganizationId{1}, support::day("2019-03-01"));
  EXPECT_THAT(roster.value()->members, SizeIs(1));
}

TEST(ReadModels, go_on_without_the_one_that_an_event_stopped) {
  Chain chain;
  auto models = ReadModels::in_memory();
  chain.tell({school(), admitted()});
  chain.tell({adjusted(1), nonsense()});
  chain.tell({adjusted(2)});
  ASSERT_TRUE(models.catch_up(chain.log()));
  EXPECT_THAT(models.statements().value().reader.entries(kAnna, {}).value(), SizeIs(2));
  const auto rosters = models.rosters();
  ASSERT_FALSE(rosters.has_value());
  EXPECT_THAT(rosters.error().message, HasSubstr("member 99"));
  const auto status = models.status(chain.head());
  ASSERT_THAT(status, SizeIs(AllModels::kCount));
  EXPECT_EQ(status[0].name, "statements");
  EXPECT_EQ(status[0].lag, 0U);
  EXPECT_FALSE(status[0].stop.has_value());
  EXPECT_EQ(status[1].name, "rosters");
  EXPECT_EQ(status[1].position.seq, model::Seq{2});
  EXPECT_EQ(status[1].lag, 3U);
  EXPECT_EQ(status[1].stop->seq, model::Seq{4});
}

TEST(ReadModels, take_batches_as_they_are_acknowledged) {
  Chain chain;
  auto models = ReadModels::in_memory();
  const auto first = chain.tell({school(), admitted()});
  EXPECT_TRUE(models.apply(first.batch, first.sealed.hash));
  EXPECT_TRUE(models.apply(first.batch, first.sealed.hash));
  const auto poisoned = chain.tell({nonsense()});
  EXPECT_TRUE(models.apply(poisoned.batch, poisoned.sealed.hash));
  const auto last = chain.tell({adjusted(7)});
  EXPECT_TRUE(models.apply(last.batch, last.sealed.hash));
  EXPECT_EQ(models.statements().value().at.seq, model::Seq{4});
}

TEST(ReadModels, ask_to_catch_up_before_a_batch_that_is_ahead) {
  Chain chain;
  auto models = ReadModels::in_memory();
  chain.tell({school()});
  const auto second = chain.tell({admitted()});
  const auto applied = models.apply(second.batch, second.sealed.hash);
  ASSERT_FALSE(applied.has_value());
  EXPECT_EQ(applied.error().kind, base::ErrorKind::usage);
  ASSERT_TRUE(models.catch_up(chain.log()));
  EXPECT_TRUE(models.apply(second.batch, second.sealed.hash));
  EXPECT_TRUE(models.rosters());
}

TEST(ReadModels, stand_where_they_were_flushed) {
  Chain chain;
  Shelf shelf;
  chain.tell({school(), admitted()});
  {
    auto models = ReadModels::open(shelf.factory()).value();
    ASSERT_TRUE(models.catch_up(chain.log()));
    ASSERT_TRUE(models.flush());
    chain.tell({adjusted(7)});
    ASSERT_TRUE(models.catch_up(chain.log()));
    EXPECT_EQ(models.status(chain.head())[0].stored.seq, model::Seq{2});
  }
  auto models = ReadModels::open(shelf.factory()).value();
  EXPECT_EQ(models.status(chain.head())[0].lag, 1U);
  ASSERT_TRUE(models.catch_up(chain.log()));
  EXPECT_EQ(models.status(chain.head())[0].lag, 0U);
  EXPECT_THAT(models.statements().value().reader.entries(kAnna, {}).value(), SizeIs(1));
}

TEST(ReadModels, flush_the_others_when_one_store_is_full) {
  Chain chain;
  Shelf shelf;
  chain.tell({school(), admitted(), adjusted(7)});
  auto models = ReadModels::open(shelf.factory()).value();
  ASSERT_TRUE(models.catch_up(chain.log()));
  shelf.at(statements_store()).fail_applies(1, {base::ErrorKind::io, "the disk is full"});
  EXPECT_FALSE(models.flush());
  EXPECT_FALSE(models.statements().has_value());
  EXPECT_TRUE(models.rosters().has_value());
  EXPECT_GT(shelf.at("rosters-1").row_count(), 0U);
}

TEST(ReadModels, agree_with_a_fresh_fold_when_checked) {
  Chain chain;
  Shelf shelf;
  chain.tell({school(), admitted(), adjusted(7)});
  auto models = ReadModels::open(shelf.factory()).value();
  ASSERT_TRUE(models.catch_up(chain.log()));
  ASSERT_TRUE(models.flush());
  chain.tell({adjusted(8)});  // not folded yet, and none of the check's business
  const auto check = models.check("statements", chain.log()).value();
  EXPECT_TRUE(check.is_equal()) << check.kept << ' ' << check.rows << ' ' << check.folded;
  EXPECT_FALSE(models.check("no such model", chain.log()).has_value());
}

TEST(ReadModels, fail_the_check_when_a_stored_row_was_changed) {
  Chain chain;
  Shelf shelf;
  chain.tell({school(), admitted(), adjusted(7)});
  {
    auto models = ReadModels::open(shelf.factory()).value();
    ASSERT_TRUE(models.catch_up(chain.log()));
    ASSERT_TRUE(models.flush());
  }
  auto& store = shelf.at(statements_store());
  statements::MemberAccount account;
  account.chains.emplace_back().sum.funds.available = model::Money::kopecks(1'000'000);
  const std::vector<ports::Change> tampering{
      {state::encode_key('m', kAnna), state::encode_row(account)}};
  ASSERT_TRUE(store.apply(tampering, store.position().value()));
  auto models = ReadModels::open(shelf.factory()).value();
  const auto check = models.check("statements", chain.log()).value();
  EXPECT_FALSE(check.is_equal());
  EXPECT_EQ(check.kept, check.folded);
  EXPECT_NE(check.rows, check.folded);
}

}  // namespace
}  // namespace kopilka::projections::runtime
