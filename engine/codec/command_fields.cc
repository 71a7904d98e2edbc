#include "engine/codec/command_fields.h"

namespace kopilka::codec {

std::string shown_name(std::string_view name) {
  constexpr std::size_t kShownMax = 64;
  const model::TextRule rule{1, kShownMax, model::Alphabet::printable};
  return keeps(rule, name) ? "'" + std::string(name) + "'" : "one of its names";
}

void FieldReader::finish() {
  const auto& nodes = tree_.nodes();
  const auto end = nodes[object_].end;
  std::size_t members = 0;
  for (auto i = object_ + 1; i < end; i = nodes[i].end)
    ++members;
  if (members == found_) return;
  const auto described_end = described_.begin() + static_cast<std::ptrdiff_t>(described_count_);
  for (auto i = object_ + 1; i < end; i = nodes[i].end)
    if (std::find(described_.begin(), described_end, nodes[i].name) == described_end)
      problems_.note(
          model::Invalid::unexpected_field,
          fmt::format("{}: this command has no such field; leave it out",
                      place_.array.empty() ? shown_name(nodes[i].name)
                                           : fmt::format("{}[{}], {}", place_.array, place_.index,
                                                         shown_name(nodes[i].name))));
}

}  // namespace kopilka::codec
