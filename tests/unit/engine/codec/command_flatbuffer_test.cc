#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <flatbuffers/flatbuffers.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/codec/command_content.h"
#include "engine/codec/command_json.h"
#include "schemas/commands_generated.h"
#include "tests/unit/engine/codec/command_lines.h"
#include "tests/unit/engine/codec/command_messages.h"

namespace kopilka::codec {
namespace {

namespace fb = flatbuffers;
namespace json = boost::json;

using test::good_line;
using testing::HasSubstr;
using testing::Not;

ParsedLine parse(base::ByteView message) {
  return CommandParser().parse_flatbuffer(message);
}

std::string judged(base::ByteView message) {
  const auto parsed = parse(message);
  return parsed ? "accepted" : std::string(model::name_of(parsed.error().code));
}

// All that a caller can tell of a result.
std::string told(const ParsedLine& parsed) {
  if (!parsed)
    return fmt::format("{}: {} (key {})", model::name_of(parsed.error().code),
                       parsed.error().message, parsed.error().key.value_or("unknown"));
  return fmt::format("{} {} {}", model::name_of(parsed->command), parsed->key,
                     base::to_hex(canonical_content(parsed->command)));
}

std::string finished(fb::FlatBufferBuilder& builder, fb::Offset<commands::CommandMessage> root) {
  commands::FinishCommandMessageBuffer(builder, root);
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

// A block_card, the smallest command of texts.
std::string block_card(std::string_view key, std::string_view number, std::string_view reason) {
  fb::FlatBufferBuilder builder;
  const auto text = [&](std::string_view value) { return builder.CreateString(value); };
  const auto card = commands::CreateBlockCard(builder, text(number), text(reason));
  const auto key_text = text(key);
  commands::CommandMessageBuilder message(builder);
  message.add_key(key_text);
  message.add_block_card(card);
  return finished(builder, message.Finish());
}

// A table of one text under that index, known to the schema or not.
fb::Offset<void> table_of(fb::FlatBufferBuilder& builder, std::size_t index,
                          std::string_view value) {
  const auto text = builder.CreateString(value);
  const auto start = builder.StartTable();
  builder.AddOffset(fb::FieldIndexToOffset(static_cast<fb::voffset_t>(index)), text);
  return builder.EndTable(start);
}

TEST(CommandMessage, says_the_same_as_the_line_of_every_command) {
  test::MessageMaker maker;
  CommandParser parser;
  for (const auto& good : test::kGoodLines) {
    const auto message = maker.make(good.line);
    EXPECT_TRUE(is_flatbuffer(message)) << good.command;
    EXPECT_FALSE(is_flatbuffer(good.line));
    const auto parsed = parser.parse_flatbuffer(message);
    ASSERT_TRUE(parsed) << good.command << ": " << parsed.error().message;
    EXPECT_EQ(parsed->at, std::nullopt);
    EXPECT_EQ(told(parsed), told(parse_command(good.line, At::forbidden)));
  }
}

// What a member could be instead, right or wrong.
std::vector<json::value> other_values(const json::value& value);

void for_each_variant(const json::object& good, const std::function<void(json::object)>& visit) {
  for (const auto& member : good) {
    if (member.key() == "command") continue;
    auto without = good;
    without.erase(member.key());
    visit(std::move(without));
    for (const auto& other : other_values(member.value())) {
      auto changed = good;
      changed[member.key()] = other;
      visit(std::move(changed));
    }
  }
}

std::vector<json::value> other_arrays(const json::array& array) {
  std::vector<json::value> others{json::array{}, json::array{array[0], array[0]},
                                  json::array(array.size() * 1001, array[0])};
  const auto with = [&](const json::value& element) {
    auto changed = array;
    changed.back() = element;
    others.emplace_back(std::move(changed));
  };
  if (array.back().is_object())
    for_each_variant(array.back().as_object(), with);
  else
    for (const auto& other : other_values(array.back()))
      with(other);
  return others;
}

std::vector<json::value> other_values(const json::value& value) {
  if (value.is_bool()) return {!value.as_bool()};
  if (value.is_array()) return other_arrays(value.as_array());
  if (value.is_number())
    return {0U,          1U,
            65'535U,     65'536U,
            4294967295U, 9'007'199'254'740'991U,
            1UL << 53U,  18'446'744'073'709'551'615U};
  std::vector<json::value> texts;
  for (const std::string_view text :
       {"",       "x",     "\x01",    "\"\\/\n", "Ж",          "\U0001F600", "</script>",
        "0.00",   "-0.01", "1.5",     "31",      "2019-02-30", "2019-12-31", "2019-03-01T00:00:00Z",
        "online", "USD",   "1234567", "member",  "phone",      "primary",    "approved"})
    texts.emplace_back(json::string(text.data(), text.size()));
  texts.emplace_back(std::string(1, '\0'));
  texts.emplace_back(std::string(1001, 'x'));
  return texts;
}

TEST(CommandMessage, is_judged_as_the_line_with_the_same_fault) {
  test::MessageMaker maker;
  CommandParser lines;
  CommandParser messages;
  std::size_t compared = 0;
  std::size_t accepted = 0;
  for (const auto& good : test::kGoodLines)
    for_each_variant(test::object_of(good.line), [&](json::object line) {
      const auto message = maker.try_make(line);
      if (!message) return;  // beyond the type of the field
      const auto text = json::serialize(line);
      const auto expected = lines.parse(text, At::forbidden);
      EXPECT_EQ(told(messages.parse_flatbuffer(*message)), told(expected)) << text;
      ++compared;
      accepted += expected ? 1 : 0;
    });
  EXPECT_GT(compared, 2'000U);
  EXPECT_GT(accepted, 200U);
  EXPECT_LT(accepted, compared / 2);
}

TEST(CommandMessage, tells_what_is_absent_from_zero_and_from_empty) {
  test::MessageMaker maker;
  const auto changed = [&](std::string_view command, std::string_view name, json::value value) {
    auto line = test::object_of(good_line(command));
    if (value.is_null())
      line.erase({name.data(), name.size()});
    else
      line[{name.data(), name.size()}] = std::move(value);
    return judged(maker.try_make(std::move(line)).value());
  };
  EXPECT_EQ(changed("report_headcount", "employees", nullptr), "missing_field");
  EXPECT_EQ(changed("report_headcount", "pedagogues", 0), "accepted");
  EXPECT_EQ(changed("cancel_withdrawal", "withdrawal_id", nullptr), "missing_field");
  EXPECT_EQ(changed("cancel_withdrawal", "withdrawal_id", 0), "bad_value");
  EXPECT_EQ(changed("block_card", "reason", nullptr), "accepted");
  EXPECT_EQ(changed("block_card", "reason", ""), "bad_value");
  EXPECT_EQ(changed("publish_terms", "window_days", nullptr), "accepted") << "has a default";
  EXPECT_EQ(changed("publish_terms", "window_days", 0), "bad_value");
  EXPECT_EQ(changed("publish_calendar", "days_off", nullptr), "missing_field");
  EXPECT_EQ(changed("publish_calendar", "days_off", json::array{}), "accepted");
}

TEST(CommandMessage, keeps_texts_as_they_are) {
  for (const std::string_view reason :
       {R"(","command":"open_account","x":")", R"(\u0041\n\)", "'; --", "a\u2028b", "Ёж 🦔"}) {
    const auto parsed = parse(block_card("k", "123456", reason));
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(std::get<model::BlockCard>(parsed->command).reason, reason);
  }
  const auto parsed = parse(block_card(R"(k"\)", "123456", "r"));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->key, R"(k"\)");
}

TEST(CommandMessage, may_not_hold_texts_that_are_not_utf8) {
  for (const std::string_view text :
       {"\xff", "a\x80", "\xc0\x80", "\xd0", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
        "\xf8\x88\x80\x80\x80", "\xf0\x9f\xa6"}) {
    const auto parsed = parse(block_card("k", "123456", text));
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, model::Invalid::not_json);
    EXPECT_THAT(parsed.error().message, HasSubstr("reason: a text must be UTF-8"));
    EXPECT_EQ(judged(block_card(text, "123456", "r")), "not_json");
  }
}

TEST(CommandMessage, never_shows_a_value_in_what_is_wrong_with_it) {
  for (const std::string_view secret : {"Anna Petrova\x01", "Anna Petrova\xff"}) {
    const auto parsed = parse(block_card("k", secret, secret));
    ASSERT_FALSE(parsed);
    EXPECT_THAT(parsed.error().message, Not(HasSubstr("Anna")));
  }
}

TEST(CommandMessage, may_lie_at_any_address) {
  const auto message = block_card("k", "123456", "r");
  for (std::size_t shift = 0; shift < 8; ++shift) {
    const auto shifted = std::string(shift, 'x') + message;
    EXPECT_EQ(told(parse(std::string_view(shifted).substr(shift))), told(parse(message)));
  }
}

TEST(CommandMessage, must_name_a_command) {
  fb::FlatBufferBuilder builder;
  const auto key = builder.CreateString("k");
  commands::CommandMessageBuilder message(builder);
  message.add_key(key);
  const auto parsed = parse(finished(builder, message.Finish()));
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, model::Invalid::missing_field);
  EXPECT_EQ(parsed.error().key, "k");
}

TEST(CommandMessage, may_name_only_one_command) {
  fb::FlatBufferBuilder builder;
  const auto key = builder.CreateString("k");
  const auto number = builder.CreateString("123456");
  const auto card = commands::CreateBlockCard(builder, number);
  const auto account = commands::CreateOpenAccount(builder, 42);
  commands::CommandMessageBuilder message(builder);
  message.add_key(key);
  message.add_block_card(card);
  message.add_open_account(account);
  const auto parsed = parse(finished(builder, message.Finish()));
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, model::Invalid::unexpected_field);
  EXPECT_EQ(parsed.error().key, "k");
  EXPECT_THAT(parsed.error().message, HasSubstr("'open_account'"));
}

TEST(CommandMessage, of_a_newer_schema_is_never_read_in_part) {
  constexpr std::size_t kNewer = 200;
  const auto with = [&](std::size_t index, std::size_t index_inside, bool is_beside) {
    fb::FlatBufferBuilder builder;
    const auto command = table_of(builder, index_inside, "123456");
    const auto card = table_of(builder, 0, "123456");
    const auto start = builder.StartTable();
    builder.AddOffset(fb::FieldIndexToOffset(static_cast<fb::voffset_t>(index)), command);
    if (is_beside) builder.AddOffset(commands::CommandMessage::VT_BLOCK_CARD, card);
    const auto root = builder.EndTable(start);
    return judged(finished(builder, fb::Offset<commands::CommandMessage>(root)));
  };
  constexpr std::size_t kBlockCard = (commands::CommandMessage::VT_BLOCK_CARD - 4) / 2;
  EXPECT_EQ(with(kBlockCard, 0, false), "missing_field") << "only the key is";
  EXPECT_EQ(with(kNewer, 0, false), "unknown_command");
  EXPECT_EQ(with(kNewer, 0, true), "unexpected_field") << "beside a known command";
  EXPECT_EQ(with(kBlockCard, 2, false), "unexpected_field") << "the next field of a command";
  EXPECT_EQ(with(kBlockCard, kNewer, false), "unexpected_field");
}

TEST(CommandMessage, of_a_newer_schema_is_refused_in_its_parts_too) {
  fb::FlatBufferBuilder builder;
  const auto line = table_of(builder, 3, "new");
  const auto lines = builder.CreateVector(
      std::vector<fb::Offset<commands::OrderLine>>{fb::Offset<commands::OrderLine>(line.o)});
  commands::ReportPurchaseBuilder purchase(builder);
  purchase.add_lines(lines);
  const auto purchase_table = purchase.Finish();
  commands::CommandMessageBuilder message(builder);
  message.add_report_purchase(purchase_table);
  const auto parsed = parse(finished(builder, message.Finish()));
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, model::Invalid::unexpected_field);
  EXPECT_THAT(parsed.error().message, HasSubstr("lines[0]"));
}

TEST(CommandMessage, has_bools_of_two_values_only) {
  fb::FlatBufferBuilder builder;
  const auto start = builder.StartTable();
  builder.AddElement<std::uint8_t>(commands::AdmitMember::VT_PEDAGOGUE, 2);
  const fb::Offset<commands::AdmitMember> member(builder.EndTable(start));
  commands::CommandMessageBuilder message(builder);
  message.add_admit_member(member);
  EXPECT_EQ(judged(finished(builder, message.Finish())), "not_json");
}

TEST(CommandMessage, is_too_long_above_a_mebibyte) {
  auto message = block_card("k", "123456", "r");
  message.resize(kLineBytesMax, '\0');
  EXPECT_EQ(judged(message), "accepted") << "what follows a FlatBuffer is not read";
  message.push_back('\0');
  EXPECT_EQ(judged(message), "line_too_long");
}

TEST(CommandMessage, counts_what_is_shared_as_often_as_it_is_pointed_to) {
  const auto with = [](std::size_t bytes) {
    fb::FlatBufferBuilder builder;
    const auto key = builder.CreateString("k");
    const auto text = builder.CreateString(std::string(bytes, '1'));
    const auto card = commands::CreateBlockCard(builder, text, text);
    commands::CommandMessageBuilder message(builder);
    message.add_key(key);
    message.add_block_card(card);
    return judged(finished(builder, message.Finish()));
  };
  // The message itself; key, command, number and reason, with their names and texts.
  constexpr auto kBeside = 1 + (1 + 3 + 1) + (1 + 7 + 10) + (1 + 6) + (1 + 6);
  constexpr auto kBytes = (kLineBytesMax - kBeside) / 2;
  static_assert(kBeside + 2 * kBytes == kLineBytesMax);
  EXPECT_EQ(with(kBytes), "bad_value") << "too long for a reason";
  EXPECT_EQ(with(kBytes + 1), "line_too_long");
}

TEST(CommandMessage, may_share_texts_between_lines) {
  fb::FlatBufferBuilder builder;
  const auto tariff = builder.CreateString("base");
  const auto amount = builder.CreateString("1.00");
  std::vector<fb::Offset<commands::OrderLine>> lines;
  for (std::uint32_t i = 0; i < model::kLinesMax; ++i)
    lines.push_back(commands::CreateOrderLine(builder, i, amount, tariff));
  const auto text = [&](const char* value) { return builder.CreateString(value); };
  const auto purchase = commands::CreateReportPurchase(
      builder, 7, text("A-1"), 0, text("new"), text("2019-03-01T12:20:00Z"),
      text("2019-03-01T12:15:00Z"), text("c1"), 0, 0, 0, builder.CreateVector(lines));
  const auto key = text("k");
  commands::CommandMessageBuilder message(builder);
  message.add_key(key);
  message.add_report_purchase(purchase);
  const auto parsed = parse(finished(builder, message.Finish()));
  ASSERT_TRUE(parsed) << parsed.error().message;
  const auto& taken = std::get<model::ReportPurchase>(parsed->command);
  ASSERT_EQ(taken.lines.size(), model::kLinesMax);
  EXPECT_EQ(taken.lines.back(), (model::OrderLine{999, *model::parse_money("1.00"), "base"}));
}

TEST(CommandMessage, cannot_unfold_into_much_more_than_it_is) {
  {
    fb::FlatBufferBuilder builder;
    const auto text = builder.CreateString(std::string(200'000, 'x'));
    const auto texts = builder.CreateVector(std::vector<fb::Offset<fb::String>>(200'000, text));
    commands::RegisterPartnerBuilder partner(builder);
    partner.add_categories(texts);
    partner.add_cities(texts);
    const auto table = partner.Finish();
    commands::CommandMessageBuilder message(builder);
    message.add_register_partner(table);
    EXPECT_EQ(judged(finished(builder, message.Finish())), "line_too_long");
  }
  {
    fb::FlatBufferBuilder builder;
    const auto line = commands::CreateOrderLine(builder, 1, builder.CreateString("1.00"));
    const auto lines =
        builder.CreateVector(std::vector<fb::Offset<commands::OrderLine>>(250'000, line));
    commands::ReportPurchaseBuilder purchase(builder);
    purchase.add_lines(lines);
    const auto table = purchase.Finish();
    commands::CommandMessageBuilder message(builder);
    message.add_report_purchase(table);
    EXPECT_EQ(judged(finished(builder, message.Finish())), "line_too_long");
  }
}

TEST(CommandMessage, is_told_from_a_line_by_its_first_bytes) {
  EXPECT_TRUE(is_flatbuffer(std::string_view("\x20\0\0\0KPCM", 8))) << "begins as a space does";
  EXPECT_FALSE(is_flatbuffer(R"(  {"KPCM":1})")) << "JSON with the same letters there";
  EXPECT_FALSE(is_flatbuffer(R"({"k"KPCM)"));
  EXPECT_FALSE(is_flatbuffer(std::string_view("\x20\0\0\0KPCX", 8)));
  EXPECT_FALSE(is_flatbuffer(std::string_view("\x20\0\0\0KPC", 7)));
  EXPECT_FALSE(is_flatbuffer(""));
  for (const std::string_view other : {"", "{}", "\x20\0\0\0KPCX", R"(  {"KPCM":1})"})
    EXPECT_EQ(judged(other), "not_json");
}

TEST(CommandMessage, without_identifier_or_with_a_size_before_it_is_none) {
  for (const bool is_prefixed : {true, false}) {
    fb::FlatBufferBuilder builder;
    const auto root = commands::CreateCommandMessage(builder);
    if (is_prefixed)
      builder.FinishSizePrefixed(root, commands::CommandMessageIdentifier());
    else
      builder.Finish(root);
    const std::string bytes(reinterpret_cast<const char*>(builder.GetBufferPointer()),
                            builder.GetSize());
    EXPECT_FALSE(is_flatbuffer(bytes));
    EXPECT_EQ(judged(bytes), "not_json");
  }
}

}  // namespace
}  // namespace kopilka::codec
