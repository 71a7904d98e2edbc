#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <flatbuffers/reflection.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/codec/event_codec.h"
#include "engine/model/event.h"
#include "tests/support/sample_events.h"

// The engine encodes events from their own descriptions; strangers read them by schemas/events.fbs.
// These tests hold the two together.
namespace kopilka::codec {
namespace {

using reflection::BaseType;

const std::string& schema_bytes() {
  static const std::string bytes = [] {
    std::ifstream in(KOPILKA_EVENTS_BFBS, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }();
  return bytes;
}

const reflection::Schema& schema() {
  const auto& bytes = schema_bytes();
  flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  EXPECT_TRUE(reflection::VerifySchemaBuffer(verifier));
  return *reflection::GetSchema(bytes.data());
}

const reflection::Object* table_of(std::string_view name) {
  return schema().objects()->LookupByKey(("kopilka.events." + std::string(name)).c_str());
}

// "ubyte:Channel?" and so on: a type with its enum, struct or table, `?` when it may be absent.
std::string shown(const reflection::Field& field) {
  const auto last = [](const flatbuffers::String* name) {
    return name->str().substr(name->str().rfind('.') + 1);
  };
  const auto& type = *field.type();
  std::string text = reflection::EnumNameBaseType(type.base_type());
  if (type.base_type() == BaseType::Vector)
    text += std::string(" of ") + reflection::EnumNameBaseType(type.element());
  const bool is_object = type.base_type() == BaseType::Obj || type.element() == BaseType::Obj;
  if (type.index() >= 0)
    text +=
        ":" + last(is_object ? schema().objects()->Get(static_cast<unsigned>(type.index()))->name()
                             : schema().enums()->Get(static_cast<unsigned>(type.index()))->name());
  if (field.optional() && !is_object && type.base_type() != BaseType::Vector &&
      type.base_type() != BaseType::String)
    text += "?";
  return text;
}

// The same of a described field.
struct Describer {
  static std::string of(const bool&) { return "Bool"; }
  static std::string of(const std::uint16_t&) { return "UShort"; }
  static std::string of(const std::uint32_t&) { return "UInt"; }
  static std::string of(const std::int32_t&) { return "Int"; }
  template <class Tag>
  static std::string of(const base::Strong<Tag, std::uint64_t>&) {
    return "ULong";
  }
  static std::string of(const model::Money&) { return "Long"; }
  static std::string of(const model::Instant&) { return "Long"; }
  static std::string of(const model::Date&) { return "Int"; }
  static std::string of(const model::Month&) { return "Int"; }
  static std::string of(const model::Rate&) { return "UInt"; }
  static std::string of(const model::ExchangeRate&) { return "ULong"; }
  static std::string of(const std::string&) { return "String"; }
  static std::string of(const model::Sealed&) { return "Vector of UByte"; }
  static std::string of(const model::LookupHash&) { return "Obj:LookupHash"; }
  static std::string of(const model::EarnedLine&) { return "Obj:EarnedLine"; }
  static std::string of(const model::Tariff&) { return "Obj:Tariff"; }
  static std::string of(const model::Standing&) { return "Obj:Standing"; }
  static std::string of(const model::OrganizationKind&) { return "UByte:OrganizationKind"; }
  static std::string of(const model::MemberCategory&) { return "UByte:MemberCategory"; }
  static std::string of(const model::Sex&) { return "UByte:Sex"; }
  static std::string of(const model::TerminationReason&) { return "UByte:TerminationReason"; }
  static std::string of(const model::OfficerRole&) { return "UByte:OfficerRole"; }
  static std::string of(const model::CardForm&) { return "UByte:CardForm"; }
  static std::string of(const model::Channel&) { return "UByte:Channel"; }
  static std::string of(const model::ReleasePolicy&) { return "UByte:ReleasePolicy"; }
  static std::string of(const model::PurchaseStatus&) { return "UByte:PurchaseStatus"; }
  static std::string of(const model::ParkedWhy&) { return "UByte:ParkedWhy"; }
  static std::string of(const model::Receivable&) { return "UByte:Receivable"; }
  static std::string of(const model::Margin&) { return "UByte:Margin"; }
  static std::string of(const model::WithdrawalMethod&) { return "UByte:WithdrawalMethod"; }
  static std::string of(const model::HoldScope&) { return "UByte:HoldScope"; }
  static std::string of(const model::Refusal&) { return "UByte:Refusal"; }
  template <class T>
  static std::string of(const std::optional<T>&) {
    const auto inner = of(T{});
    const bool is_pointed_to =
        inner == "String" || inner.starts_with("Vector") || inner.starts_with("Obj");
    return is_pointed_to ? inner : inner + "?";
  }
  template <class T>
  static std::string of(const std::vector<T>&) {
    return "Vector of " + of(T{});
  }
};

template <class T>
std::map<int, std::string> described_fields() {
  std::map<int, std::string> fields;
  T shape{};
  T::fields(shape, [&](int id, const char* name, const auto& member) {
    EXPECT_TRUE(fields.emplace(id, std::string(name) + " " + Describer::of(member)).second);
  });
  return fields;
}

std::map<int, std::string> schema_fields(std::string_view table) {
  std::map<int, std::string> fields;
  const auto* object = table_of(table);
  if (object == nullptr) return fields;
  for (const auto* field : *object->fields())
    fields.emplace(field->id(), field->name()->str() + " " + shown(*field));
  return fields;
}

template <class E>
void expect_same_names(const char* name) {
  const auto* values =
      schema().enums()->LookupByKey((std::string("kopilka.events.") + name).c_str());
  ASSERT_NE(values, nullptr) << name;
  ASSERT_EQ(values->values()->size(), model::kNames<E>.size()) << name;
  for (unsigned i = 0; i < values->values()->size(); ++i) {
    EXPECT_EQ(values->values()->Get(i)->value(), i);
    EXPECT_EQ(values->values()->Get(i)->name()->string_view(), model::kNames<E>.at(i));
  }
}

TEST(Schema, has_the_same_fields_as_the_description_of_every_event) {
  support::for_each_event_type(
      []<class T>() { EXPECT_EQ(schema_fields(T::kName), described_fields<T>()) << T::kName; });
  EXPECT_EQ(schema_fields("Tariff"), described_fields<model::Tariff>());
  EXPECT_EQ(schema_fields("EarnedLine"), described_fields<model::EarnedLine>());
  EXPECT_EQ(schema_fields("Standing"), described_fields<model::Standing>());
}

TEST(Schema, knows_no_table_that_the_engine_does_not) {
  std::size_t tables = 0;
  for (const auto* object : *schema().objects())
    tables += object->is_struct() ? 0U : 1U;
  EXPECT_EQ(tables, std::variant_size_v<model::Event> + 3);
}

TEST(Schema, numbers_event_types_as_the_engine_does) {
  std::map<std::string, std::int64_t> described;
  support::for_each_event_type(
      [&]<class T>() { described.emplace(std::string(T::kName), T::kType); });
  std::map<std::string, std::int64_t> published;
  for (const auto* value : *schema().enums()->LookupByKey("kopilka.events.EventType")->values())
    published.emplace(value->name()->str(), value->value());
  EXPECT_EQ(published, described);
}

TEST(Schema, names_the_values_of_closed_lists_as_the_engine_does) {
  expect_same_names<model::OrganizationKind>("OrganizationKind");
  expect_same_names<model::MemberCategory>("MemberCategory");
  expect_same_names<model::Sex>("Sex");
  expect_same_names<model::TerminationReason>("TerminationReason");
  expect_same_names<model::OfficerRole>("OfficerRole");
  expect_same_names<model::CardForm>("CardForm");
  expect_same_names<model::Channel>("Channel");
  expect_same_names<model::ReleasePolicy>("ReleasePolicy");
  expect_same_names<model::PurchaseStatus>("PurchaseStatus");
  expect_same_names<model::ParkedWhy>("ParkedWhy");
  expect_same_names<model::Receivable>("Receivable");
  expect_same_names<model::Margin>("Margin");
  expect_same_names<model::WithdrawalMethod>("WithdrawalMethod");
  expect_same_names<model::HoldScope>("HoldScope");
  expect_same_names<model::Refusal>("Refusal");
}

// A stranger with the published schema accepts what we write, and reads the numbers that we meant.
class StrangerReads {
 public:
  StrangerReads(const flatbuffers::Table& table, std::string_view name)
      : table_(table), object_(*table_of(name)) {}

  void operator()(int, const char* name, const auto& member) { compare(name, member); }

 private:
  void compare(const char* name, const std::string& text) {
    const auto* field = object_.fields()->LookupByKey(name);
    const auto* raw = flatbuffers::GetFieldS(table_, *field);
    EXPECT_EQ(raw == nullptr ? std::string{} : raw->str(), text) << name;
  }
  template <class Tag>
  void compare(const char* name, base::Strong<Tag, std::uint64_t> id) {
    EXPECT_EQ(static_cast<std::uint64_t>(number(name)), id.value()) << name;
  }
  void compare(const char* name, model::Money money) {
    EXPECT_EQ(number(name), money.in_kopecks()) << name;
  }
  void compare(const char* name, model::Date date) { EXPECT_EQ(number(name), date.in_days()); }
  void compare(const char* name, model::Month month) { EXPECT_EQ(number(name), month.in_months()); }
  void compare(const char* name, model::Instant at) { EXPECT_EQ(number(name), at.in_micros()); }
  template <class T>
  void compare(const char* name, const std::optional<T>& value) {
    EXPECT_EQ(table_.CheckField(object_.fields()->LookupByKey(name)->offset()), value.has_value())
        << name;
    if (value) compare(name, *value);
  }
  template <model::Named E>
  void compare(const char* name, const E& value) {
    EXPECT_EQ(number(name), static_cast<std::int64_t>(value)) << name;
  }
  void compare(const char*, const auto&) {}

  [[nodiscard]] std::int64_t number(const char* name) const {
    return flatbuffers::GetAnyFieldI(table_, *object_.fields()->LookupByKey(name));
  }

  const flatbuffers::Table& table_;
  const reflection::Object& object_;
};

TEST(Schema, lets_a_stranger_verify_and_read_what_the_engine_writes) {
  for (const auto filling : {support::Filling::full, support::Filling::bare, support::Filling::any})
    for (const auto& event : support::sample_events(filling, 21)) {
      const auto payload = encode_event(event);
      std::vector<std::uint64_t> aligned((payload.size() + 7) / 8);
      std::memcpy(aligned.data(), payload.data(), payload.size());
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(aligned.data());
      ASSERT_TRUE(
          flatbuffers::Verify(schema(), *table_of(model::name_of(event)), bytes, payload.size()))
          << model::name_of(event);
      StrangerReads reads(*flatbuffers::GetAnyRoot(bytes), model::name_of(event));
      std::visit([&](const auto& e) { e.fields(e, reads); }, event);
    }
}

}  // namespace
}  // namespace kopilka::codec
