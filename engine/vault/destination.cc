#include "engine/vault/destination.h"

#include <algorithm>
#include <array>

#include "engine/base/check.h"

namespace kopilka::vault {
namespace {

constexpr std::size_t kShownDigits = 4;
constexpr std::size_t kBikDigits = 9;
constexpr std::size_t kAccountDigits = 20;
constexpr std::size_t kWalletMax = 64;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_all_digits(std::string_view text) {
  return std::ranges::all_of(text, is_digit);
}

unsigned digit_of(char c) {
  return static_cast<unsigned>(c - '0');
}

std::optional<Destination> parse_phone(std::string_view text) {
  const bool is_international = text.starts_with('+');
  if (is_international) text.remove_prefix(1);
  std::string digits;
  for (const char c : text) {
    if (is_digit(c))
      digits.push_back(c);
    else if (std::string_view(" ()-").find(c) == std::string_view::npos)
      return std::nullopt;
  }
  if (!is_international && digits.size() == 10)
    digits.insert(0, 1, '7');
  else if (!is_international && digits.starts_with('8'))
    digits.front() = '7';
  if (digits.size() != 11 || !digits.starts_with("79")) return std::nullopt;
  const std::string_view last = std::string_view(digits).substr(digits.size() - kShownDigits);
  return Destination{"+" + digits, "+79*****" + std::string(last)};
}

// ISO/IEC 7812-1, annex B.
bool has_right_luhn_digit(std::string_view digits) {
  unsigned sum = 0;
  bool is_doubled = false;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it) {
    const unsigned value = digit_of(*it) * (is_doubled ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
    is_doubled = !is_doubled;
  }
  return sum % 10 == 0;
}

std::optional<Destination> parse_card(std::string_view text) {
  if (text.size() < 13 || text.size() > 19 || !is_all_digits(text) || !has_right_luhn_digit(text))
    return std::nullopt;
  std::string mask(text);
  std::fill(mask.begin() + 6, mask.end() - kShownDigits, '*');
  return Destination{std::string(text), std::move(mask)};
}

// The number of the institution that keeps the account, three digits: the last three of a bank's
// BIK; at a settlement centre of the Bank of Russia, whose BIK ends in 000, 001 or 002, its own
// number: zero and the fifth and sixth digit.
std::string institution_of(std::string_view bik) {
  const std::string_view last = bik.substr(6);
  const bool is_settlement_centre = last == "000" || last == "001" || last == "002";
  return is_settlement_centre ? "0" + std::string(bik.substr(4, 2)) : std::string(last);
}

// The last digits of the weighted products add up to a multiple of ten.
bool has_right_account_key(std::string_view bik, std::string_view account) {
  constexpr std::array<unsigned, 3> kWeights{7, 1, 3};
  const std::string positions = institution_of(bik).append(account);
  unsigned sum = 0;
  for (std::size_t i = 0; i < positions.size(); ++i)
    sum += digit_of(positions[i]) * kWeights[i % kWeights.size()] % 10;
  return sum % 10 == 0;
}

std::optional<Destination> parse_account(std::string_view text) {
  if (text.size() != kBikDigits + 1 + kAccountDigits || text[kBikDigits] != '/')
    return std::nullopt;
  const std::string_view bik = text.substr(0, kBikDigits);
  const std::string_view account = text.substr(kBikDigits + 1);
  if (!is_all_digits(bik) || !is_all_digits(account) || !has_right_account_key(bik, account))
    return std::nullopt;
  const std::string_view last = account.substr(account.size() - kShownDigits);
  return Destination{std::string(text), std::string(bik) + "/****" + std::string(last)};
}

std::optional<Destination> parse_wallet(std::string_view text) {
  const auto is_printable = [](char c) { return c >= ' ' && c <= '~'; };
  if (text.empty() || text.size() > kWalletMax || !std::ranges::all_of(text, is_printable))
    return std::nullopt;
  // At most half of a short name, so that the mask never gives it away.
  const std::size_t shown = std::min(kShownDigits, text.size() / 2);
  return Destination{std::string(text), "****" + std::string(text.substr(text.size() - shown))};
}

}  // namespace

std::optional<Destination> parse_destination(model::WithdrawalMethod method,
                                             std::string_view value) {
  switch (method) {
    case model::WithdrawalMethod::phone:
      return parse_phone(value);
    case model::WithdrawalMethod::card:
      return parse_card(value);
    case model::WithdrawalMethod::account:
      return parse_account(value);
    case model::WithdrawalMethod::wallet:
      return parse_wallet(value);
  }
  KOPILKA_CHECK(false);
}

}  // namespace kopilka::vault
