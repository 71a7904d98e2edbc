#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "engine/journal/writer.h"
#include "engine/model/names.h"

namespace kopilka::journal {

enum class TextFormat : std::uint8_t { hledger, ledger, beancount, csv, ndjson };

// `sink` must outlive the writer.
[[nodiscard]] std::unique_ptr<Writer> make_writer(TextFormat format, Sink& sink);

}  // namespace kopilka::journal

template <>
inline constexpr std::array<std::string_view, 5>
    kopilka::model::kNames<kopilka::journal::TextFormat>{"hledger", "ledger", "beancount", "csv",
                                                         "ndjson"};
