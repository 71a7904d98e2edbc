#include "engine/vault/normal_name.h"

#include <cstdint>

namespace kopilka::vault {
namespace {

struct Letter {
  char32_t code{0};
  std::size_t bytes{0};  // 0: not UTF-8
};

constexpr std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

Letter first_letter(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = length_of(lead);
  if (length == 0 || length > text.size()) return {};
  if (length == 1) return {lead, 1};
  char32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80) return {};
    code = code << 6 | (next & 0x3FU);
  }
  return {code, length};
}

void append_letter(std::string& out, char32_t code) {
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

constexpr bool is_between(char32_t code, char32_t first, char32_t last) {
  return code >= first && code <= last;
}

constexpr bool is_blank(char32_t code) {
  return code == ' ' || is_between(code, 0x09, 0x0D) || code == 0x85 || code == 0xA0 ||
         code == 0x1680 || is_between(code, 0x2000, 0x200A) || code == 0x2028 || code == 0x2029 ||
         code == 0x202F || code == 0x205F || code == 0x3000;
}

constexpr char32_t small_latin(char32_t code) {
  if (is_between(code, 'A', 'Z')) return code + 0x20;
  if (is_between(code, 0xC0, 0xDE) && code != 0xD7) return code + 0x20;
  // Latin Extended-A: capital and small letter in turn, three runs of different parity.
  if (is_between(code, 0x100, 0x137) && code != 0x130) return code | 1;
  if (is_between(code, 0x139, 0x148)) return code + (code & 1);
  if (is_between(code, 0x14A, 0x177)) return code | 1;
  if (code == 0x178) return 0xFF;
  if (is_between(code, 0x179, 0x17E)) return code + (code & 1);
  return code;
}

constexpr char32_t small_cyrillic(char32_t code) {
  if (is_between(code, 0x400, 0x40F)) return code + 0x50;  // Ѐ to Џ, Ё among them
  if (is_between(code, 0x410, 0x42F)) return code + 0x20;  // А to Я
  // Letters of the other languages of the country, capital and small in turn.
  if (is_between(code, 0x460, 0x481) || is_between(code, 0x48A, 0x4BF)) return code | 1;
  if (code == 0x4C0) return 0x4CF;
  if (is_between(code, 0x4C1, 0x4CE)) return code + (code & 1);
  if (is_between(code, 0x4D0, 0x52F)) return code | 1;
  return code;
}

constexpr char32_t kSmallYo = 0x451;
constexpr char32_t kSmallYe = 0x435;
constexpr char32_t kSmallI = 0x438;
constexpr char32_t kShortI = 0x439;
constexpr char32_t kCombiningDots = 0x308;
constexpr char32_t kCombiningBreve = 0x306;

constexpr char32_t normal_letter(char32_t code) {
  const char32_t small = small_cyrillic(small_latin(code));
  return small == kSmallYo ? kSmallYe : small;
}

}  // namespace

std::string normal_name(std::string_view name) {
  std::string out;
  char32_t before = 0;
  bool is_gap = false;  // blanks were skipped since the last letter
  while (!name.empty()) {
    const Letter letter = first_letter(name);
    if (letter.bytes > 0 && is_blank(letter.code)) {
      is_gap = true;
      name.remove_prefix(letter.bytes);
      continue;
    }
    // Some systems send «ё» and «й» as two code points.
    if (!is_gap && letter.code == kCombiningDots && before == kSmallYe) {
      name.remove_prefix(letter.bytes);
      continue;
    }
    if (!is_gap && letter.code == kCombiningBreve && before == kSmallI) {
      out.resize(out.size() - 2);
      append_letter(out, before = kShortI);
      name.remove_prefix(letter.bytes);
      continue;
    }
    if (is_gap && !out.empty()) out.push_back(' ');
    is_gap = false;
    if (letter.bytes == 0) {
      out.push_back(name.front());
      before = 0;
    } else {
      append_letter(out, before = normal_letter(letter.code));
    }
    name.remove_prefix(letter.bytes == 0 ? 1 : letter.bytes);
  }
  return out;
}

}  // namespace kopilka::vault
