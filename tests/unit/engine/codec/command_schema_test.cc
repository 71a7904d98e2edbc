#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <variant>

#include <flatbuffers/reflection.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/model/commands.h"

// Strangers send commands by schemas/commands.fbs; the engine judges them by their descriptions.
// These tests hold the two together.
namespace kopilka::codec {
namespace {

using reflection::BaseType;
using Fields = std::map<std::string, std::string>;  // name → type

std::string bytes_of(const char* path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

const reflection::Schema& schema() {
  static const std::string bytes = bytes_of(KOPILKA_COMMANDS_BFBS);
  flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  EXPECT_TRUE(reflection::VerifySchemaBuffer(verifier));
  return *reflection::GetSchema(bytes.data());
}

std::string last_name(const flatbuffers::String& name) {
  return name.str().substr(name.str().rfind('.') + 1);
}

// "ULong?", "String", "Vector of Obj:Tariff": a number that may be absent has `?`.
std::string shown(const reflection::Field& field) {
  const auto& type = *field.type();
  std::string text = reflection::EnumNameBaseType(type.base_type());
  if (type.base_type() == BaseType::Vector)
    text += std::string(" of ") + reflection::EnumNameBaseType(type.element());
  if (type.index() >= 0)
    text += ":" + last_name(*schema().objects()->Get(static_cast<unsigned>(type.index()))->name());
  const bool is_number =
      BaseType::UType <= type.base_type() && type.base_type() <= BaseType::Double;
  return is_number && field.optional() ? text + "?" : text;
}

Fields published_fields(const std::string& table) {
  const auto* object = schema().objects()->LookupByKey(("kopilka.commands." + table).c_str());
  Fields fields;
  EXPECT_NE(object, nullptr) << table;
  if (object == nullptr) return fields;
  for (const auto* field : *object->fields())
    fields.emplace(field->name()->str(), shown(*field));
  return fields;
}

template <class Item>
Fields described_fields();

template <class Item>
constexpr const char* kTableOf = nullptr;
template <>
constexpr const char* kTableOf<model::Tariff> = "Tariff";
template <>
constexpr const char* kTableOf<model::OrderLine> = "OrderLine";

// The visitor of `describe`: what the schema must say of each field.
struct Describer {
  Fields fields;

  static std::string of(const bool&) { return "Bool?"; }
  static std::string of(const std::uint16_t&) { return "UInt?"; }
  static std::string of(const std::uint32_t&) { return "UInt?"; }
  template <class Tag>
  static std::string of(const base::Strong<Tag, std::uint64_t>&) {
    return "ULong?";
  }
  static std::string of(const auto&) { return "String"; }

  void note(std::string_view name, std::string type) {
    EXPECT_TRUE(fields.emplace(name, std::move(type)).second) << name;
  }
  void required(std::string_view name, const auto& member, const auto&...) {
    note(name, of(member));
  }
  template <class T>
  void optional(std::string_view name, const std::optional<T>&, const auto&...) {
    note(name, of(T{}));
  }
  void defaulted(std::string_view name, const auto& member, const auto&...) {
    note(name, of(member));
  }
  void signed_money(std::string_view name, const auto& member) { note(name, of(member)); }
  void texts(std::string_view name, const auto&...) { note(name, "Vector of String"); }
  void dates(std::string_view name, const auto&...) { note(name, "Vector of String"); }
  template <class Item>
  void items(std::string_view name, const std::vector<Item>&, std::size_t) {
    ASSERT_NE(kTableOf<Item>, nullptr) << name;
    note(name, std::string("Vector of Obj:") + kTableOf<Item>);
    EXPECT_EQ(published_fields(kTableOf<Item>), described_fields<Item>()) << kTableOf<Item>;
  }
};

template <class T>
Fields described_fields() {
  Describer describer;
  T shape{};
  T::describe(shape, describer);
  return describer.fields;
}

template <class Visit>
void for_each_command(Visit visit) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit.template operator()<std::variant_alternative_t<I, model::Command>>(), ...);
  }(std::make_index_sequence<std::variant_size_v<model::Command>>{});
}

// report_purchase → ReportPurchase
std::string table_name(std::string_view command) {
  std::string name;
  bool is_first = true;
  for (const char c : command) {
    if (c != '_') name += is_first ? static_cast<char>(c - 'a' + 'A') : c;
    is_first = c == '_';
  }
  return name;
}

TEST(CommandSchema, has_a_field_for_the_key_and_for_every_command) {
  Fields expected{{"key", "String"}};
  for_each_command(
      [&]<class T>() { expected.emplace(std::string(T::kName), "Obj:" + table_name(T::kName)); });
  EXPECT_EQ(published_fields("CommandMessage"), expected);
}

TEST(CommandSchema, has_the_same_fields_as_the_description_of_every_command) {
  for_each_command([]<class T>() {
    EXPECT_EQ(published_fields(table_name(T::kName)), described_fields<T>()) << T::kName;
  });
}

TEST(CommandSchema, knows_no_table_that_the_engine_does_not) {
  // Those of the commands, two of their parts, and the message.
  EXPECT_EQ(schema().objects()->size(), std::variant_size_v<model::Command> + 3);
}

TEST(CommandSchema, names_no_field_as_what_stands_beside_the_fields_of_a_line) {
  for_each_command([]<class T>() {
    for (const auto& [name, type] : published_fields(table_name(T::kName)))
      EXPECT_THAT(name, testing::Not(testing::AnyOf("command", "key", "at"))) << T::kName;
  });
}

TEST(CommandSchema, has_no_default_that_would_hide_an_absent_number) {
  for (const auto* object : *schema().objects())
    for (const auto* field : *object->fields())
      EXPECT_TRUE(field->optional() && !field->required()) << field->name()->str();
}

template <class E>
void expect_values_named(const std::string& text) {
  for (const auto name : model::kNames<E>)
    EXPECT_THAT(text, testing::ContainsRegex("[ ,]" + std::string(name) + "[,;\n]"));
}

TEST(CommandSchema, tells_strangers_the_values_of_closed_lists) {
  const auto text = bytes_of(KOPILKA_SOURCE_DIR "/schemas/commands.fbs");
  expect_values_named<model::OrganizationKind>(text);
  expect_values_named<model::MemberCategory>(text);
  expect_values_named<model::Sex>(text);
  expect_values_named<model::TerminationReason>(text);
  expect_values_named<model::CardForm>(text);
  expect_values_named<model::OfficerRole>(text);
  expect_values_named<model::Channel>(text);
  expect_values_named<model::ReleasePolicy>(text);
  expect_values_named<model::PurchaseStatus>(text);
  expect_values_named<model::WithdrawalMethod>(text);
  expect_values_named<model::HoldScope>(text);
}

}  // namespace
}  // namespace kopilka::codec
