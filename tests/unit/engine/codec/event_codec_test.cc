#include "engine/codec/event_codec.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/state/row_codec.h"
#include "tests/support/sample_events.h"

namespace kopilka::codec {
namespace {

using support::Filling;
using testing::HasSubstr;

base::Bytes content(const model::Event& event) {
  return std::visit([](const auto& e) { return state::encode_row(e); }, event);
}

base::Result<model::Event> decode_again(const model::Event& event) {
  return decode_event(model::type_of(event), kEventVersion, encode_event(event));
}

TEST(EventCodec, gives_back_every_field_of_every_event_type) {
  for (const auto filling : {Filling::full, Filling::bare})
    for (const auto& event : support::sample_events(filling, 1)) {
      const auto decoded = decode_again(event);
      ASSERT_TRUE(decoded) << decoded.error().message;
      EXPECT_EQ(decoded->index(), event.index());
      EXPECT_EQ(content(*decoded), content(event)) << model::name_of(event);
    }
}

TEST(EventCodec, gives_back_any_mixture_of_present_and_absent_fields) {
  for (std::uint64_t seed = 0; seed < 200; ++seed)
    for (const auto& event : support::sample_events(Filling::any, seed * 1000)) {
      const auto decoded = decode_again(event);
      ASSERT_TRUE(decoded) << decoded.error().message;
      ASSERT_EQ(content(*decoded), content(event)) << model::name_of(event);
      ASSERT_EQ(encode_event(*decoded), encode_event(event)) << model::name_of(event);
    }
}

TEST(EventCodec, keeps_an_optional_zero_apart_from_absence) {
  model::PurchaseRecorded purchase;
  purchase.capped_from = model::Money{};
  purchase.order_id = "";
  purchase.card = model::LookupHash{};
  const auto decoded = decode_again(purchase);
  ASSERT_TRUE(decoded);
  const auto& read = std::get<model::PurchaseRecorded>(*decoded);
  EXPECT_EQ(read.capped_from, model::Money{});
  EXPECT_EQ(read.order_id, "");
  EXPECT_EQ(read.card, model::LookupHash{});
  EXPECT_EQ(read.click_id, std::nullopt);
  EXPECT_EQ(read.parked, std::nullopt);
}

TEST(EventCodec, writes_the_same_bytes_with_a_used_writer_as_with_a_new_one) {
  EventWriter writer;
  for (const auto& event : support::sample_events(Filling::full, 5))
    EXPECT_EQ(writer.encode(event), encode_event(event)) << model::name_of(event);
}

TEST(EventCodec, reads_a_payload_at_any_alignment) {
  const model::Event event = support::sample_event<model::PurchaseRecorded>(Filling::full, 9);
  const auto payload = encode_event(event);
  for (std::size_t shift = 0; shift < 8; ++shift) {
    const auto shifted = base::Bytes(shift, 'x') + payload;
    const auto decoded =
        decode_event(model::type_of(event), kEventVersion, base::ByteView(shifted).substr(shift));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(content(*decoded), content(event));
  }
}

TEST(EventCodec, says_that_an_unknown_type_or_version_needs_a_newer_build) {
  const auto payload = encode_event(model::AccountOpened{});
  for (const auto& [type, version] :
       {std::pair<std::uint64_t, std::uint64_t>{2, 1}, {127, 1}, {128, 1}, {~0ULL, 1}, {12, 2}}) {
    const auto decoded = decode_event(type, version, payload);
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().kind, base::ErrorKind::not_available);
    EXPECT_THAT(decoded.error().message, HasSubstr("newer"));
  }
}

TEST(EventCodec, refuses_an_enum_value_without_a_name_and_says_which) {
  model::MemberCategoryChanged changed;
  changed.category = static_cast<model::MemberCategory>(4);
  const auto decoded = decode_again(changed);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().kind, base::ErrorKind::corrupt);
  EXPECT_THAT(decoded.error().message, HasSubstr("MemberCategoryChanged"));
  EXPECT_THAT(decoded.error().message, HasSubstr("'category'"));
}

TEST(EventCodec, refuses_dates_and_instants_that_no_calendar_holds) {
  model::BusinessDayOpened day;
  day.date = model::Date::days(3'000'000);
  EXPECT_FALSE(decode_again(day));
  model::PurchaseReaffirmed reaffirmed;
  reaffirmed.status_at = model::Instant::micros(INT64_MIN);
  EXPECT_FALSE(decode_again(reaffirmed));
  model::CalendarPublished calendar;
  calendar.days_off = {model::Date::days(18'000), model::Date::days(-3'000'000)};
  EXPECT_FALSE(decode_again(calendar));
}

TEST(EventCodec, refuses_every_truncation) {
  for (const auto& event : support::sample_events(Filling::full, 3)) {
    const auto payload = encode_event(event);
    for (std::size_t size = 0; size < payload.size(); ++size) {
      const auto decoded = decode_event(model::type_of(event), kEventVersion,
                                        base::ByteView(payload).substr(0, size));
      // A cut through trailing padding loses nothing.
      EXPECT_TRUE(!decoded || content(*decoded) == content(event))
          << model::name_of(event) << " at " << size;
    }
  }
}

TEST(EventCodec, survives_any_damage_without_reading_outside_the_payload) {
  std::mt19937_64 random(11);
  for (const auto& event : support::sample_events(Filling::full, 4)) {
    const auto payload = encode_event(event);
    for (int round = 0; round < 2000; ++round) {
      auto damaged = payload;
      for (std::uint64_t flips = 1 + random() % 4; flips > 0; --flips)
        damaged[random() % damaged.size()] = static_cast<char>(random());
      const auto decoded = decode_event(model::type_of(event), kEventVersion, damaged);
      if (decoded) std::ignore = content(*decoded);
    }
  }
}

TEST(EventCodec, does_not_unfold_a_small_payload_into_a_large_event) {
  // A vector of many texts that are all one text: legal FlatBuffers, which no writer of ours makes.
  model::BalanceAdjusted adjusted;
  adjusted.approvers.assign(3000, "a");
  adjusted.approvers.front().assign(12'000, 'x');
  auto payload = encode_event(adjusted);
  const auto whole = decode_event(model::BalanceAdjusted::kType, kEventVersion, payload);
  ASSERT_TRUE(whole);
  const auto text = payload.find(std::string(12'000, 'x')) - 4;
  const auto length = std::string("\xb8\x0b\x00\x00", 4);  // 3000
  const auto vector = payload.find(length) + 4;
  ASSERT_EQ(std::string(payload, vector - 4, 4), length);
  for (std::size_t i = 0; i < 3000; ++i) {
    const auto place = vector + 4 * i;
    base::Bytes offset;
    base::put_little(offset, static_cast<std::uint32_t>(text - place));
    payload.replace(place, 4, offset);
  }
  const auto bomb = decode_event(model::BalanceAdjusted::kType, kEventVersion, payload);
  ASSERT_FALSE(bomb);
  EXPECT_THAT(bomb.error().message, HasSubstr("'approvers'"));
}

}  // namespace
}  // namespace kopilka::codec
