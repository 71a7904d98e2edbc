#pragma once

#include "engine/codec/command_fields.h"
#include "engine/model/commands.h"

// What a command's fields must be together, before any rule looks at it (interface.md §1). Each
// notes problems; a check that needs the value of a field runs only when that field could be read.
// Private to the codec.
namespace kopilka::codec {

void check_structure(const model::RegisterOrganization& command, FieldReader& fields);
void check_structure(const model::ElectOfficer& command, FieldReader& fields);
void check_structure(const model::ReportHeadcount& command, FieldReader& fields);
void check_structure(const model::PayDues& command, FieldReader& fields);
void check_structure(const model::RegisterPartner& command, FieldReader& fields);
void check_structure(const model::PublishTerms& command, FieldReader& fields);
void check_structure(const model::Tariff& tariff, FieldReader& fields);
void check_structure(const model::RegisterClick& command, FieldReader& fields);
void check_structure(const model::ReportPurchase& command, FieldReader& fields);
void check_structure(const model::PublishCalendar& command, FieldReader& fields);
void check_structure(const model::WithdrawalReference& which, FieldReader& fields);
void check_structure(const model::HoldTarget& target, FieldReader& fields);
void check_structure(const model::AdjustBalance& command, FieldReader& fields);

template <class T>
void check_structure(const T& command, FieldReader& fields) {
  if constexpr (requires { command.which; })
    check_structure(command.which, fields);
  else if constexpr (requires { command.target; })
    check_structure(command.target, fields);
}

template <class Item>
void FieldReader::items(std::string_view name, std::vector<Item>& members, std::size_t count_max) {
  const auto* array = need(name);
  if (array == nullptr || !is_array(name, *array, count_max)) return;
  for_each_element(*array, [&](std::size_t index, const JsonNode& node) {
    auto& member = members.emplace_back();
    if (node.kind != JsonKind::object)
      return note(model::Invalid::wrong_type, name, "must be an array of objects");
    FieldReader fields(tree_, tree_.index_of(node), {name, index}, problems_);
    Item::describe(member, fields);
    check_structure(member, fields);
    fields.finish();
  });
  if (members.empty()) note(model::Invalid::bad_value, name, "must have at least one element");
}

}  // namespace kopilka::codec
