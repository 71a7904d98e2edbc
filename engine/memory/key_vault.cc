#include "engine/memory/key_vault.h"

#include "engine/base/check.h"
#include "engine/base/hashing.h"

namespace kopilka::memory {
namespace {

using base::Bytes;
using base::ByteView;
using base::ErrorKind;
using base::Result;

constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kHeadBytes = 4 + 8;  // generation, number of the sealing

Bytes derive(ByteView key, ByteView purpose, std::uint64_t number) {
  Bytes message(purpose);
  base::put_little(message, number);
  const base::Hash128 derived = base::keyed_hash(key, message);
  return Bytes(base::view_of(derived));
}

// Its own inverse.
Bytes with_stream(ByteView key, std::uint64_t number, ByteView text) {
  Bytes out;
  out.reserve(text.size());
  Bytes block;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % kTagBytes == 0) block = derive(key, "stream", number * 0x1'0000'0000U + i);
    out.push_back(static_cast<char>(text[i] ^ block[i % kTagBytes]));
  }
  return out;
}

Bytes tag_of(ByteView key, model::MemberId subject, ByteView head_and_text) {
  Bytes message = "tag";
  base::put_little(message, subject.value());
  message.append(head_and_text);
  return Bytes(base::view_of(base::keyed_hash(key, message)));
}

model::Sealed toy_seal(ByteView key, model::MemberId subject, Bytes head, std::uint64_t number,
                       ByteView clear) {
  head += with_stream(key, number, clear);
  head += tag_of(key, subject, head);
  return {std::move(head)};
}

Result<Bytes> toy_open(ByteView key, model::MemberId subject, ByteView sealed) {
  if (sealed.size() < kHeadBytes + kTagBytes)
    return base::fail(ErrorKind::corrupt, "a sealed value is cut short");
  const ByteView body = sealed.substr(0, sealed.size() - kTagBytes);
  if (tag_of(key, subject, body) != sealed.substr(body.size()))
    return base::fail(ErrorKind::corrupt, "a sealed value is not what was sealed");
  const auto number = base::get_little<std::uint64_t>(body.substr(4));
  return with_stream(key, number, body.substr(kHeadBytes));
}

}  // namespace

MemoryKeyVault::MemoryKeyVault(std::uint64_t seed) {
  root_ = derive("memory vault", "root", seed);
  store_key_ = derive(root_, "store key", 0) + derive(root_, "store key", 1);
}

model::LookupHash MemoryKeyVault::lookup_hash(ports::HashPurpose purpose, ByteView value) {
  Bytes message = "lookup";
  message.push_back(static_cast<char>(purpose));
  message.append(value);
  return {base::keyed_hash(root_, message)};
}

model::Mac MemoryKeyVault::command_mac(ByteView content) {
  Bytes message = "command";
  message.append(content);
  return {base::keyed_hash(root_, message)};
}

MemoryKeyVault::SubjectKey& MemoryKeyVault::key_to_seal_with(model::MemberId subject) {
  SubjectKey& key = keys_[subject];
  if (key.key.empty()) {
    ++key.generation;
    key.key = derive(root_, "subject", ++keys_made_);
    unsynced_.insert(subject);
  }
  return key;
}

Result<model::Sealed> MemoryKeyVault::seal(model::MemberId subject, ByteView clear) {
  const std::scoped_lock lock(mutex_);
  const SubjectKey& key = key_to_seal_with(subject);
  Bytes head;
  base::put_little(head, key.generation);
  base::put_little(head, ++sealings_);
  return toy_seal(key.key, subject, std::move(head), sealings_, clear);
}

Result<Bytes> MemoryKeyVault::open(model::MemberId subject, const model::Sealed& sealed) {
  const std::scoped_lock lock(mutex_);
  if (sealed.bytes.size() < kHeadBytes + kTagBytes)
    return base::fail(ErrorKind::corrupt, "a sealed value is cut short");
  const auto it = keys_.find(subject);
  const auto generation = base::get_little<std::uint32_t>(sealed.bytes);
  if (it == keys_.end() || generation > it->second.generation)
    return base::fail(ErrorKind::corrupt, "the vault has no key for this sealed value");
  if (it->second.key.empty() || generation < it->second.generation)
    return base::fail(ErrorKind::not_available, "the key of this person was destroyed");
  return toy_open(it->second.key, subject, sealed.bytes);
}

Result<void> MemoryKeyVault::destroy(model::MemberId subject) {
  const std::scoped_lock lock(mutex_);
  const auto it = keys_.find(subject);
  if (it != keys_.end()) it->second.key.clear();
  unsynced_.clear();
  return {};
}

Result<model::Sealed> MemoryKeyVault::seal_for_processor(ByteView clear) {
  const std::scoped_lock lock(mutex_);
  Bytes head;
  base::put_little(head, std::uint32_t{0});
  base::put_little(head, ++sealings_);
  return toy_seal(derive(root_, "processor", 0), {}, std::move(head), sealings_, clear);
}

Result<Bytes> MemoryKeyVault::open_as_processor(const model::Sealed& sealed) {
  return toy_open(derive(root_, "processor", 0), {}, sealed.bytes);
}

ByteView MemoryKeyVault::store_key() const {
  return store_key_;
}

Result<void> MemoryKeyVault::sync() {
  const std::scoped_lock lock(mutex_);
  unsynced_.clear();
  return {};
}

void MemoryKeyVault::lose_unsynced() {
  const std::scoped_lock lock(mutex_);
  for (const model::MemberId subject : unsynced_) {
    SubjectKey& key = keys_.at(subject);
    if (--key.generation == 0)
      keys_.erase(subject);
    else
      key.key.clear();
  }
  unsynced_.clear();
}

}  // namespace kopilka::memory
