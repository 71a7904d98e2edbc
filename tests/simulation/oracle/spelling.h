#pragma once

// Spellings that a rule looks into: numbers with check digits, phones, names.

#include <optional>
#include <string>
#include <string_view>

namespace kopilka::simulation {

bool is_all_digits(std::string_view text);
bool is_printable_ascii(std::string_view text);
bool has_control_character(std::string_view text);
/// 1 to 64 of [A-Za-z0-9_-]
bool is_token(std::string_view text);
/// Ten or twelve digits with right check digits.
bool is_inn(std::string_view text);
/// "+79…" with nine digits more, from any usual spelling of it.
std::optional<std::string> normal_phone(std::string_view text);
/// 13 to 19 digits with a right Luhn digit.
bool is_card_number(std::string_view text);
/// "BIK/account" whose 23 positions weigh a multiple of ten.
bool is_bank_account(std::string_view text);
/// The name as it is compared: blanks squeezed, ASCII letters small.
std::string normal_name(std::string_view text);

}  // namespace kopilka::simulation
