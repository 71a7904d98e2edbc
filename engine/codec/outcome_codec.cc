#include "engine/codec/outcome_codec.h"

#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "engine/base/check.h"
#include "engine/codec/batch.h"
#include "engine/codec/scalars.h"

namespace kopilka::codec {
namespace {

// What follows source and unit.
constexpr std::uint8_t kRecorded = 1;
constexpr std::uint8_t kHasKey = 2;

void put_text(base::Bytes& out, std::string_view text) {
  base::put_varint(out, text.size());
  out += text;
}

// The visitor of `fields` that writes a result.
struct FieldsWriter {
  base::Bytes& out;

  void operator()(int, const char*, const auto& member) const { put(member); }

  template <Scalar T>
  void put(const T& value) const {
    const auto raw = to_raw(value);
    if constexpr (std::is_signed_v<decltype(raw)>)
      base::put_varint(out, base::zigzag(raw));
    else
      base::put_varint(out, raw);
  }
  void put(const std::string& text) const { put_text(out, text); }
  template <class T>
  void put(const std::optional<T>& value) const {
    out.push_back(value ? '\1' : '\0');
    if (value) put(*value);
  }
};

// And the one that reads it; `ok` is whether all was in range.
struct FieldsReader {
  Cursor& in;
  bool ok{true};

  void operator()(int, const char*, auto& member) { ok = take(member) && ok; }

  template <Scalar T>
  bool take(T& value) {
    using R = Raw<T>;
    const auto wide = in.varint();
    if constexpr (std::is_signed_v<R>) {
      const auto number = base::unzigzag(wide);
      return std::in_range<R>(number) && from_raw(static_cast<R>(number), value);
    } else {
      return std::in_range<R>(wide) && from_raw(static_cast<R>(wide), value);
    }
  }
  bool take(std::string& text) {
    text = in.text();
    return true;
  }
  template <class T>
  bool take(std::optional<T>& value) {
    const auto there = in.little<std::uint8_t>();
    return there == 0 || (there == 1 && take(value.emplace()));
  }
};

void put_result(base::Bytes& out, const model::CommandResult& result) {
  base::put_varint(out, result.index());
  std::visit(
      [&](const auto& value) {
        using T = std::remove_cvref_t<decltype(value)>;
        if constexpr (!std::is_same_v<T, std::monostate>) T::fields(value, FieldsWriter{out});
      },
      result);
}

template <std::size_t I = 0>
bool take_result(Cursor& in, std::uint64_t index, model::CommandResult& result) {
  if constexpr (I == std::variant_size_v<model::CommandResult>) {
    return false;
  } else if (index != I) {
    return take_result<I + 1>(in, index, result);
  } else {
    using T = std::variant_alternative_t<I, model::CommandResult>;
    auto& value = result.emplace<I>();
    if constexpr (std::is_same_v<T, std::monostate>) {
      return true;
    } else {
      FieldsReader reader{in};
      T::fields(value, reader);
      return reader.ok;
    }
  }
}

bool take_result(Cursor& in, model::CommandResult& result) {
  return take_result(in, in.varint(), result);
}

void put_original(base::Bytes& out, const model::Original& original) {
  out.push_back(static_cast<char>(original.status));
  if (original.refusal) FieldsWriter{out}.put(*original.refusal);
  base::put_varint(out, original.first.value());
  base::put_varint(out, original.count);
  put_result(out, original.result);
}

bool take_original(Cursor& in, model::Original& original) {
  FieldsReader reader{in};
  if (!reader.take(original.status)) return false;
  const bool is_refused = original.status == model::AnswerStatus::refused;
  if (!is_refused && original.status != model::AnswerStatus::accepted) return false;
  if (is_refused && !reader.take(original.refusal.emplace())) return false;
  return reader.take(original.first) && reader.take(original.count) &&
         take_result(in, original.result);
}

void put_answer(base::Bytes& out, const model::Answer& answer) {
  out.push_back(static_cast<char>(answer.status));
  if (answer.refusal) FieldsWriter{out}.put(*answer.refusal);
  if (answer.invalid) FieldsWriter{out}.put(*answer.invalid);
  if (answer.original) put_original(out, *answer.original);
  put_text(out, answer.message);
}

// One that recorded nothing.
bool take_answer(Cursor& in, model::Answer& answer) {
  FieldsReader reader{in};
  if (!reader.take(answer.status) || answer.status == model::AnswerStatus::accepted) return false;
  switch (answer.status) {
    case model::AnswerStatus::refused:
      if (!reader.take(answer.refusal.emplace())) return false;
      break;
    case model::AnswerStatus::invalid:
      if (!reader.take(answer.invalid.emplace())) return false;
      break;
    case model::AnswerStatus::duplicate:
      if (!take_original(in, answer.original.emplace())) return false;
      break;
    case model::AnswerStatus::accepted:
    case model::AnswerStatus::stale:
      break;
  }
  answer.message = in.text();
  return answer.message.size() <= kOutcomeMessageBytesMax;
}

}  // namespace

void put_outcome(base::Bytes& out, const model::Outcome& outcome, std::uint64_t last_unit) {
  const auto& answer = outcome.answer;
  base::put_varint(out, outcome.source);
  base::put_varint(out, base::zigzag(static_cast<std::int64_t>(outcome.unit - last_unit)));
  if (outcome.entry) {
    KOPILKA_CHECK(answer.message.empty());
    out.push_back(static_cast<char>(kRecorded));
    base::put_varint(out, *outcome.entry);
    put_result(out, answer.result);
    return;
  }
  KOPILKA_CHECK(answer.count == 0 && answer.message.size() <= kOutcomeMessageBytesMax);
  out.push_back(static_cast<char>(outcome.key ? kHasKey : 0));
  if (outcome.key) put_text(out, *outcome.key);
  put_answer(out, answer);
}

OutcomeDecoder::OutcomeDecoder(const model::Batch& batch) : batch_(batch) {
  firsts_.reserve(batch.entries.size());
  auto seq = batch.header.first_seq.value();
  for (const auto& entry : batch.entries) {
    firsts_.emplace_back(seq);
    seq += entry.events.size();
  }
}

bool OutcomeDecoder::take_recorded(Cursor& in, model::Outcome& outcome) const {
  const auto index = in.varint();
  if (index >= batch_.entries.size() || !batch_.entries[index].origin) return false;
  const auto& entry = batch_.entries[index];
  outcome.entry = static_cast<std::uint32_t>(index);
  outcome.key = entry.origin->key;
  auto& answer = outcome.answer;
  answer.first = firsts_[index];
  answer.count = static_cast<std::uint32_t>(entry.events.size());
  if (const auto* refused = std::get_if<model::CommandRefused>(&entry.events.front().event)) {
    answer.status = model::AnswerStatus::refused;
    answer.refusal = refused->code;
  }
  return take_result(in, answer.result);
}

std::optional<model::Outcome> OutcomeDecoder::take(Cursor& in) {
  model::Outcome outcome;
  const auto source = in.varint();
  if (source >= batch_.sources.size()) return std::nullopt;
  outcome.source = static_cast<std::uint32_t>(source);
  outcome.unit = last_unit_ + static_cast<std::uint64_t>(base::unzigzag(in.varint()));
  last_unit_ = outcome.unit;
  const auto form = in.little<std::uint8_t>();
  bool good = false;
  if (form == kRecorded) {
    good = take_recorded(in, outcome);
  } else if (form == 0 || form == kHasKey) {
    if (form == kHasKey) outcome.key = in.text();
    good = !outcome.key || outcome.key->size() <= model::kKeyText.bytes_max;
    good = good && take_answer(in, outcome.answer);
  }
  if (!good || !in.ok()) return std::nullopt;
  return outcome;
}

}  // namespace kopilka::codec
