#include "engine/vault/personal_record.h"

#include "engine/vault/secret.h"

namespace kopilka::vault {
namespace {

using base::Bytes;
using base::ByteView;

constexpr char kVersion = 1;
enum Tag : char { name = 1, phone = 2, email = 3, birth_date = 4 };

void put_field(Bytes& out, Tag tag, ByteView bytes) {
  out.push_back(tag);
  base::put_varint(out, bytes.size());
  out.append(bytes);
}

bool take_field(ByteView& in, char& tag, ByteView& bytes) {
  tag = in.front();
  in.remove_prefix(1);
  std::uint64_t size = 0;
  if (!base::take_varint(in, size) || size > in.size()) return false;
  bytes = in.substr(0, size);
  in.remove_prefix(size);
  return true;
}

bool set_field(PersonalRecord& record, char tag, ByteView bytes) {
  if (tag == Tag::birth_date) {
    std::uint64_t days = 0;
    if (!base::take_varint(bytes, days) || !bytes.empty()) return false;
    record.birth_date = model::Date::days(static_cast<std::int32_t>(base::unzigzag(days)));
    return true;
  }
  if (tag == Tag::name)
    record.name = bytes;
  else if (tag == Tag::phone)
    record.phone = bytes;
  else if (tag == Tag::email)
    record.email = bytes;
  else
    return false;
  return true;
}

}  // namespace

Bytes encode_record(const PersonalRecord& record) {
  Bytes out;
  // No growing: a string that moves leaves a copy of what it held behind.
  const auto size = [](const std::optional<std::string>& text) { return text ? text->size() : 0; };
  out.reserve(64 + size(record.name) + size(record.phone) + size(record.email));
  out.push_back(kVersion);
  if (record.name) put_field(out, Tag::name, *record.name);
  if (record.phone) put_field(out, Tag::phone, *record.phone);
  if (record.email) put_field(out, Tag::email, *record.email);
  if (record.birth_date) {
    Bytes days;
    base::put_varint(days, base::zigzag(record.birth_date->in_days()));
    put_field(out, Tag::birth_date, days);
  }
  return out;
}

base::Result<PersonalRecord> decode_record(ByteView bytes) {
  const auto damaged = base::fail(base::ErrorKind::corrupt, "a personal record is damaged");
  if (bytes.empty() || bytes.front() != kVersion) return damaged;
  bytes.remove_prefix(1);
  PersonalRecord record;
  char before = 0;
  while (!bytes.empty()) {
    char tag = 0;
    ByteView field;
    if (!take_field(bytes, tag, field) || tag <= before || !set_field(record, tag, field))
      return damaged;
    before = tag;
  }
  return record;
}

}  // namespace kopilka::vault
