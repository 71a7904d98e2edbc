#include "tests/simulation/oracle/spelling.h"

#include <vector>

namespace kopilka::simulation {
namespace {

int digit(char c) {
  return c - '0';
}

int weighed(std::string_view digits, const std::vector<int>& weights) {
  int sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum += digit(digits[i]) * weights[i];
  }
  return sum % 11 % 10;
}

}  // namespace

bool is_all_digits(std::string_view text) {
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return false;
    }
  }
  return !text.empty();
}

bool is_printable_ascii(std::string_view text) {
  for (const char c : text) {
    if (c < ' ' || c > '~') {
      return false;
    }
  }
  return true;
}

bool has_control_character(std::string_view text) {
  for (const char c : text) {
    if ((c >= 0 && c < ' ') || c == '\x7f') {
      return true;
    }
  }
  return false;
}

bool is_token(std::string_view text) {
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-') {
      return false;
    }
  }
  return !text.empty() && text.size() <= 64;
}

bool is_inn(std::string_view text) {
  if (!is_all_digits(text)) {
    return false;
  }
  if (text.size() == 10) {
    return weighed(text, {2, 4, 10, 3, 5, 9, 4, 6, 8}) == digit(text[9]);
  }
  return text.size() == 12 && weighed(text, {7, 2, 4, 10, 3, 5, 9, 4, 6, 8}) == digit(text[10]) &&
         weighed(text, {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}) == digit(text[11]);
}

std::optional<std::string> normal_phone(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if (c != ' ' && c != '-' && c != '(' && c != ')' && !(c == '+' && i == 0)) {
      return std::nullopt;
    }
  }
  if (digits.size() == 11 && digits[0] == '8' && text[0] != '+') {
    digits[0] = '7';
  }
  if (digits.size() == 10 && digits[0] == '9' && text[0] != '+') {
    digits = "7" + digits;
  }
  if (digits.size() != 11 || digits[0] != '7' || digits[1] != '9') {
    return std::nullopt;
  }
  return "+" + digits;
}

bool is_card_number(std::string_view text) {
  if (!is_all_digits(text) || text.size() < 13 || text.size() > 19) {
    return false;
  }
  int sum = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int value = digit(text[text.size() - 1 - i]) * (i % 2 == 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 == 0;
}

bool is_bank_account(std::string_view text) {
  if (text.size() != 30 || text[9] != '/' || !is_all_digits(text.substr(0, 9)) ||
      !is_all_digits(text.substr(10))) {
    return false;
  }
  const std::string positions = std::string(text.substr(6, 3)) + std::string(text.substr(10));
  const std::vector<int> weights = {7, 1, 3};
  int sum = 0;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    sum += digit(positions[i]) * weights[i % 3] % 10;
  }
  return sum % 10 == 0;
}

std::string normal_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    if (c == ' ') {
      if (!name.empty() && name.back() != ' ') {
        name += ' ';
      }
    } else {
      name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  while (!name.empty() && name.back() == ' ') {
    name.pop_back();
  }
  return name;
}

}  // namespace kopilka::simulation
