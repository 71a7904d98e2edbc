#include <functional>
#include <map>
#include <optional>
#include <type_traits>
#include <utility>

#include "engine/base/hashing.h"
#include "engine/state/row_codec.h"
#include "engine/state/table.h"
#include "tests/unit/engine/ledger/world.h"

// Rules on tables with a store behind them, of which nothing is loaded at first: a rule asks for
// what it needs in a few rounds, and answers then as if all had been there.
namespace kopilka::ledger {
namespace {

using model::WithdrawalMethod;

constexpr std::size_t kRoundsMax = 8;

// Everything that a rule may ask for, on the day of the releases.
Story full_story() {
  auto story = shop();
  story.given(with(terms("10", "20"), [](auto& t) { t.channel = model::Channel::offline; }),
              card(kMember, 'a'), destination("phone", WithdrawalMethod::phone),
              destination("account", WithdrawalMethod::account));
  story.after(model::AdjustBalance{
      .member = kMember, .amount = money("500.00"), .reason = "start", .approvers = {"a", "b"}});
  story.world().key = "sent";
  story.after(model::RequestWithdrawal{
      .member = kMember, .method = WithdrawalMethod::phone, .amount = money("20.00")});
  story.after(model::SendWithdrawal{.which = {.member = kMember, .request_key = "sent"}});
  story.world().key = "key";
  story.after(model::RequestWithdrawal{
      .member = kMember, .method = WithdrawalMethod::phone, .amount = money("20.00")});
  story.after(report_of("a", kNew, 0, "100.00"));
  story.after(report_of("held", kNew, 0, "100.00"));
  story.after(with(report_of("parked", kNew, 0, "100.00"), [](auto& m) { m.click_id = "x"; }));
  story.after(model::PlaceHold{{.scope = model::HoldScope::purchase,
                                .partner = kPartner,
                                .action_id = "held",
                                .rule = "fraud"}});
  story.after(
      model::PlaceHold{{.scope = model::HoldScope::member, .member = kMember, .rule = "fraud"}});
  pass_to(story, kReleaseDay);
  story.given(click("x"));
  story.at(noon(kReleaseDay) + model::Span::hours(1));
  return story;
}

struct Before {
  state::Misses misses;
  World world;
  Before() {
    const auto attach = [&](auto& table) { table.attach(state::Backing::store, misses); };
    world.registry.for_each_table(attach);
    world.ledger.for_each_table(attach);
  }
};

// Answers what the tables missed from those that know all.
template <class Tables>
void load(Tables& tables, Tables& store) {
  std::map<char, std::function<void(void*)>> of_tag;
  tables.for_each_table([&](auto& table) {
    of_tag[table.tag()] = [&table](void* from) {
      const auto& full = *static_cast<const std::remove_reference_t<decltype(table)>*>(from);
      for (const auto& key : table.take_missing()) {
        const auto* row = full.find(key);
        table.load(key, row != nullptr ? std::optional(*row) : std::nullopt);
      }
    };
  });
  store.for_each_table([&](auto& table) { of_tag.at(table.tag())(&table); });
}

std::string digest_of(const Tables& tables) {
  std::map<base::Bytes, base::Bytes> rows;
  tables.for_each_table([&](const auto& table) {
    table.for_each_loaded([&](const auto& key, const auto& row) {
      rows[state::encode_key(table.tag(), key)] = state::encode_row(row);
    });
  });
  base::Bytes all;
  for (const auto& [key, row] : rows)
    all += key + row;
  return base::to_hex(base::view_of(base::sha256(all)));
}

// Asks and folds as the shard does.
template <class Command>
void expect_the_same(const Command& command) {
  auto full = full_story();
  const World store = full.world();
  Before before;
  World& world = before.world;
  auto& source = full.world();
  const auto now = noon(kReleaseDay) + model::Span::hours(1);
  const IdMint mint(kStoreKey);
  const std::string key = "key";
  const Context context{now, model::next(full.last_seq()), key, mint, {}};
  const auto load_all = [&] {
    load(world.registry, source.registry);
    load(world.ledger, source.ledger);
    before.misses.count = 0;
  };
  Decision decision;
  std::size_t rounds = 0;
  for (;; ++rounds) {
    decision = decide(world.view(), command, context);
    if (before.misses.count == 0) break;
    ASSERT_LT(rounds, kRoundsMax) << Command::kName;
    load_all();
  }
  auto* events = std::get_if<Events>(&decision);
  ASSERT_NE(events, nullptr) << Command::kName;
  // The fold may need rows that the rule did not look at.
  for (std::uint64_t step = 1;; ++step) {
    ASSERT_LT(step, kRoundsMax);
    world.ledger.for_each_table([&](auto& table) { table.begin_step(step); });
    auto seq = context.next_seq;
    for (const auto& dated : *events) {
      fold(world.ledger, dated.event, {seq, now});
      seq = model::next(seq);
    }
    fold_message_extent(world.ledger, events->front().event, context.next_seq,
                        static_cast<std::uint32_t>(events->size()));
    if (before.misses.count == 0) break;
    world.ledger.for_each_table([&](auto& table) { table.roll_back(step); });
    load_all();
  }
  const auto outcome = full.when(command);
  ASSERT_TRUE(outcome.decision()) << Command::kName;
  ASSERT_EQ(events->size(), outcome.decision()->size()) << Command::kName;
  for (std::size_t i = 0; i < events->size(); ++i)
    EXPECT_TRUE(support::equal(events->at(i).event, outcome.decision()->at(i).event))
        << Command::kName;
  // What was not asked for is as it was.
  source.ledger.for_each_table([&](auto& table) {
    table.for_each_loaded([&](const auto& row_key, const auto&) {
      world.ledger.for_each_table([&](auto& other) {
        if constexpr (std::is_same_v<decltype(other), decltype(table)>)
          if (other.tag() == table.tag()) (void)other.find(row_key);
      });
    });
  });
  World rest = store;
  load(world.ledger, rest.ledger);
  EXPECT_EQ(digest_of(world.ledger), digest_of(source.ledger)) << Command::kName;
}

TEST(MissingRows, do_not_change_what_a_click_records) {
  expect_the_same(model::RegisterClick{.member = kMember, .partner = kPartner});
}

TEST(MissingRows, do_not_change_what_a_purchase_records) {
  const auto at = noon(kReleaseDay);
  const auto bought = [&](auto& m) { m.purchase_at = m.status_at = at; };
  expect_the_same(with(with(report_of("new", kApproved, 0, "10.00"), bought),
                       [](auto& m) { m.click_id = "x"; }));
  expect_the_same(with(with(report_of("new", kApproved, 0, "10.00"), bought), [](auto& m) {
    m.click_id.reset();
    m.card = hash_of('a');
  }));
  expect_the_same(with(report_of("new", kApproved, 0, "10.00"), [](auto& m) { m.click_id = "?"; }));
}

TEST(MissingRows, do_not_change_what_a_later_message_records) {
  expect_the_same(report_of("a", kApproved, 10, "50.00"));
  expect_the_same(report_of("a", kDeclined, 10, "100.00"));
  expect_the_same(report_of("a", kPending, 10, "100.00"));
  expect_the_same(
      with(report_of("parked", kApproved, 10, "100.00"), [](auto& m) { m.click_id.reset(); }));
}

TEST(MissingRows, do_not_change_what_a_hold_records) {
  const model::HoldTarget member{
      .scope = model::HoldScope::member, .member = kMember, .rule = "fraud"};
  expect_the_same(model::LiftHold{member});
  expect_the_same(model::PlaceHold{with(member, [](auto& t) { t.rule = "court"; })});
  expect_the_same(model::LiftHold{{.scope = model::HoldScope::purchase,
                                   .partner = kPartner,
                                   .action_id = "held",
                                   .rule = "fraud"}});
  expect_the_same(model::PlaceHold{{.scope = model::HoldScope::destination,
                                    .member = kMember,
                                    .destination_id = "phone",
                                    .rule = "fraud"}});
}

TEST(MissingRows, do_not_change_what_withdrawals_record) {
  const model::WithdrawalReference sent{.member = kMember, .request_key = "sent"};
  const model::WithdrawalReference requested{.member = kMember, .request_key = "key"};
  expect_the_same(model::CancelWithdrawal{.which = requested});
  expect_the_same(model::MarkWithdrawalUnknown{.which = sent});
  expect_the_same(model::SettleWithdrawal{.which = sent});
  expect_the_same(model::RejectWithdrawal{.which = sent});
  expect_the_same(model::AdjustBalance{
      .member = kMember, .amount = money("1.00"), .reason = "x", .approvers = {"a", "b"}});
  expect_the_same(model::AddDestination{
      .member = kMember,
      .method = WithdrawalMethod::phone,
      .destination_id = "new",
      .sealed = model::SealedDestination{"mask", hash_of('v'), model::Sealed{"sealed"}}});
}

}  // namespace
}  // namespace kopilka::ledger
