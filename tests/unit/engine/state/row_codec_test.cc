#include "engine/state/row_codec.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "engine/model/ids.h"
#include "engine/state/key_reader.h"

namespace kopilka::state {
namespace {

enum class Colour : std::uint8_t { red, green };

struct Inner {
  model::Money amount;
  std::optional<std::string> note;
  bool operator==(const Inner&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "amount", self.amount);
    field(1, "note", self.note);
  }
};

// Every kind of field that a row may have.
struct Everything {
  bool flag{false};
  std::uint16_t small{0};
  std::int64_t number{0};
  Colour colour{};
  model::MemberId member;
  model::Rate rate;
  model::ExchangeRate exchange;
  model::Date date;
  model::Month month;
  model::Instant at;
  std::string text;
  base::Hash128 hash{};
  model::LookupHash lookup;
  model::Mac mac;
  model::Sealed sealed;
  base::Int128 wide{0};
  std::optional<Inner> maybe;
  std::vector<Inner> inners;
  std::array<std::optional<std::string>, 2> pair;
  std::variant<std::monostate, model::Money, std::string> either;
  bool operator==(const Everything&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "flag", self.flag);
    field(1, "small", self.small);
    field(2, "number", self.number);
    field(3, "colour", self.colour);
    field(4, "member", self.member);
    field(5, "rate", self.rate);
    field(6, "exchange", self.exchange);
    field(7, "date", self.date);
    field(8, "at", self.at);
    field(9, "text", self.text);
    field(10, "hash", self.hash);
    field(11, "lookup", self.lookup);
    field(12, "mac", self.mac);
    field(13, "sealed", self.sealed);
    field(14, "wide", self.wide);
    field(15, "maybe", self.maybe);
    field(16, "inners", self.inners);
    field(17, "pair", self.pair);
    field(18, "either", self.either);
    field(19, "month", self.month);
  }
};

Everything full() {
  Everything row{.flag = true,
                 .small = 65'535,
                 .number = std::numeric_limits<std::int64_t>::min(),
                 .colour = Colour::green,
                 .member = model::MemberId{9'007'199'254'740'991},
                 .rate = model::Rate::ppm(300'000),
                 .exchange = model::ExchangeRate::ten_thousandths(654'321),
                 .date = model::Date::days(-25'567),
                 .month = model::Month::months(-840),
                 .at = model::Instant::micros(-1),
                 .text = std::string("with a \0 inside", 15)};
  row.hash.fill(1);
  row.lookup.value.fill(2);
  row.mac.value.fill(3);
  row.sealed.bytes = "secret";
  row.wide = -(base::Int128{1} << 100);
  row.maybe = Inner{model::Money::kopecks(-5), "note"};
  row.inners = {Inner{}, Inner{model::Money::kopecks(7), std::nullopt}};
  row.pair = {std::nullopt, "second"};
  row.either = "text";
  return row;
}

// Rows of one field, to be read as each other.
template <class T>
struct One {
  T value{};
  static void fields(auto&& self, auto&& field) { field(0, "value", self.value); }
};

TEST(RowCodec, reads_back_what_it_wrote) {
  for (const auto& row : {Everything{}, full()}) {
    const auto read = decode_row<Everything>(encode_row(row));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, row);
  }
}

TEST(RowCodec, reads_wide_integers_of_either_sign) {
  for (const base::Int128 value : {base::Int128{0}, base::Int128{-1}, base::Int128{1} << 126,
                                   -(base::Int128{1} << 126), (base::Int128{1} << 64) - 1}) {
    Everything row;
    row.wide = value;
    EXPECT_TRUE(decode_row<Everything>(encode_row(row))->wide == value);
  }
}

TEST(RowCodec, refuses_a_row_cut_anywhere) {
  const auto whole = encode_row(full());
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(decode_row<Everything>(base::ByteView(whole).substr(0, size))) << size;
}

TEST(RowCodec, refuses_a_row_with_something_behind) {
  EXPECT_FALSE(decode_row<Everything>(encode_row(full()) + '\0'));
}

TEST(RowCodec, refuses_a_number_too_large_for_its_field) {
  using Narrow = One<std::uint16_t>;
  EXPECT_FALSE(decode_row<Narrow>(encode_row(One<std::uint32_t>{70'000})));
  EXPECT_EQ(decode_row<Narrow>(encode_row(One<std::uint32_t>{65'535}))->value, 65'535);
}

TEST(RowCodec, refuses_an_alternative_that_does_not_exist) {
  using Row = One<std::variant<std::monostate, std::uint8_t>>;
  EXPECT_TRUE(decode_row<Row>(base::ByteView("\x00", 1)));
  EXPECT_TRUE(decode_row<Row>(base::ByteView("\x01\x07", 2)));
  EXPECT_FALSE(decode_row<Row>(base::ByteView("\x02", 1)));
}

TEST(RowCodec, is_not_fooled_by_a_length_beyond_the_end) {
  base::Bytes bytes;
  base::put_varint(bytes, std::numeric_limits<std::uint64_t>::max());
  EXPECT_FALSE(decode_row<One<std::vector<std::uint64_t>>>(bytes));
}

TEST(RowCodec, leaves_secrets_out_when_asked_to) {
  auto row = full();
  const auto bytes = encode_row(row, Secrets::left_out);
  row.mac.value.fill(9);
  row.sealed.bytes = "sealed anew";
  EXPECT_EQ(encode_row(row, Secrets::left_out), bytes);
  EXPECT_NE(encode_row(row), encode_row(full()));
  row.lookup.value.fill(9);
  EXPECT_NE(encode_row(row, Secrets::left_out), bytes);
}

// --- keys --------------------------------------------------------------------------------------

struct Key {
  model::MemberId member;
  std::string text;
  model::Date date;
  bool operator==(const Key&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "text", self.text);
    field(2, "date", self.date);
  }
};

TEST(KeyCodec, sorts_as_the_parts_do) {
  const auto days = [](std::int32_t count) { return model::Date::days(count); };
  const std::vector<Key> ascending{
      {model::MemberId{0}, "", days(-1)},      {model::MemberId{0}, "", days(0)},
      {model::MemberId{0}, "", days(1)},       {model::MemberId{0}, "a", days(-100)},
      {model::MemberId{0}, "aa", days(0)},     {model::MemberId{0}, "b", days(0)},
      {model::MemberId{1}, "", days(0)},       {model::MemberId{255}, "z", days(0)},
      {model::MemberId{256}, "", days(-9999)}, {model::MemberId{1ULL << 52}, "", days(0)}};
  std::vector<base::Bytes> keys;
  for (const auto& key : ascending)
    keys.push_back(encode_key('k', key));
  EXPECT_TRUE(std::ranges::is_sorted(keys));
  EXPECT_EQ(std::ranges::adjacent_find(keys), keys.end());
}

TEST(KeyCodec, begins_with_the_tag_of_its_table) {
  EXPECT_EQ(encode_key('k', model::MemberId{1}), base::Bytes("k\0\0\0\0\0\0\0\1", 9));
}

TEST(KeyCodec, reads_back_what_it_wrote) {
  const Key key{model::MemberId{77}, "text", model::Date::days(-3)};
  EXPECT_EQ(decode_key<Key>('k', encode_key('k', key)), key);
}

TEST(KeyCodec, refuses_another_table_a_cut_and_a_rest) {
  const auto bytes = encode_key('k', Key{model::MemberId{77}, "text", model::Date::days(3)});
  EXPECT_FALSE(decode_key<Key>('l', bytes));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_key<Key>('k', base::ByteView(bytes).substr(0, size))) << size;
  EXPECT_FALSE(decode_key<Key>('k', bytes + 'x'));
}

}  // namespace
}  // namespace kopilka::state
