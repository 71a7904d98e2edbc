#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include <flatbuffers/flatbuffers.h>

#include "engine/base/check.h"
#include "engine/codec/scalars.h"
#include "engine/model/personal.h"

// Described facts as FlatBuffers tables: the field of id n stands at vtable offset 4 + 2n. Private
// to the codec.
namespace kopilka::codec {

static_assert(std::endian::native == std::endian::little, "hashes are copied as they stand");

// The struct of schemas/events.fbs.
struct RawHash {
  std::uint64_t head;
  std::uint64_t tail;
};
static_assert(sizeof(RawHash) == sizeof(base::Hash128));

[[nodiscard]] constexpr flatbuffers::voffset_t slot_of(int id) {
  return static_cast<flatbuffers::voffset_t>(4 + 2 * id);
}

// What a field takes in the table itself: a number, a hash, or the offset of what stands elsewhere.
template <class T>
inline constexpr std::size_t kInlineSize = sizeof(flatbuffers::uoffset_t);
template <Scalar T>
inline constexpr std::size_t kInlineSize<T> = sizeof(Raw<T>);
template <>
inline constexpr std::size_t kInlineSize<model::LookupHash> = sizeof(RawHash);
template <class T>
inline constexpr std::size_t kInlineSize<std::optional<T>> = kInlineSize<T>;

template <class T>
concept DescribedTable = requires(T& table) { T::fields(table, [](int, const char*, auto&) {}); };

// One value has one form: what is not optional is left out when 0 or empty; fields stand by falling
// size, so that no byte is lost to alignment. The builder and the list of children are reused.
class TableWriter {
 public:
  explicit TableWriter(flatbuffers::FlatBufferBuilder& builder) : builder_(builder) {}

  template <DescribedTable T>
  [[nodiscard]] flatbuffers::uoffset_t write(const T& table) {
    // What a table points to must be complete before the table begins.
    Offsets offsets{};
    T::fields(table, [&](int id, const char*, const auto& member) {
      KOPILKA_CHECK(static_cast<std::size_t>(id) < offsets.size());
      offsets.at(static_cast<std::size_t>(id)) = write_child(member);
    });
    const auto start = builder_.StartTable();
    write_inline<16>(table, offsets);
    write_inline<8>(table, offsets);
    write_inline<4>(table, offsets);
    write_inline<2>(table, offsets);
    write_inline<1>(table, offsets);
    return builder_.EndTable(start);
  }

 private:
  static constexpr std::size_t kFieldsMax = 32;
  using Offsets = std::array<flatbuffers::uoffset_t, kFieldsMax>;  // 0: nothing there

  template <Scalar T>
  flatbuffers::uoffset_t write_child(const T&) {
    return 0;
  }
  flatbuffers::uoffset_t write_child(const model::LookupHash&) { return 0; }
  flatbuffers::uoffset_t write_child(const std::string& text) {
    return text.empty() ? 0 : write_present(text);
  }
  flatbuffers::uoffset_t write_child(const model::Sealed& sealed) {
    return sealed.bytes.empty() ? 0 : write_present(sealed);
  }
  template <DescribedTable T>
  flatbuffers::uoffset_t write_child(const T& table) {
    return write(table);
  }
  template <class T>
  flatbuffers::uoffset_t write_child(const std::optional<T>& value) {
    if constexpr (Scalar<T> || std::same_as<T, model::LookupHash>)
      return 0;
    else
      return value ? write_present(*value) : 0;
  }
  template <Scalar T>
  flatbuffers::uoffset_t write_child(const std::vector<T>& values) {
    if (values.empty()) return 0;
    builder_.StartVector(values.size(), sizeof(Raw<T>));
    for (auto it = values.rbegin(); it != values.rend(); ++it)
      builder_.PushElement(to_raw(*it));
    return builder_.EndVector(values.size());
  }
  template <class T>
    requires(!Scalar<T>)
  flatbuffers::uoffset_t write_child(const std::vector<T>& values) {
    if (values.empty()) return 0;
    const auto first = children_.size();
    for (const auto& value : values)
      children_.emplace_back(write_present(value));
    const auto offset = builder_.CreateVector(children_.data() + first, values.size()).o;
    children_.resize(first);
    return offset;
  }

  flatbuffers::uoffset_t write_present(const std::string& text) {
    return builder_.CreateString(text).o;
  }
  flatbuffers::uoffset_t write_present(const model::Sealed& sealed) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(sealed.bytes.data());
    return builder_.CreateVector(bytes, sealed.bytes.size()).o;
  }
  template <DescribedTable T>
  flatbuffers::uoffset_t write_present(const T& table) {
    return write(table);
  }

  // The fields of that size, in the order of the description.
  template <std::size_t Size, class T>
  void write_inline(const T& table, const Offsets& offsets) {
    T::fields(table, [&](int id, const char*, const auto& member) {
      if constexpr (kInlineSize<std::remove_cvref_t<decltype(member)>> == Size)
        add(slot_of(id), member, offsets[static_cast<std::size_t>(id)]);
    });
  }

  template <Scalar T>
  void add(flatbuffers::voffset_t slot, const T& value, flatbuffers::uoffset_t) {
    builder_.AddElement(slot, to_raw(value), Raw<T>{0});
  }
  template <class T>
  void add(flatbuffers::voffset_t slot, const std::optional<T>& value,
           flatbuffers::uoffset_t child) {
    if constexpr (Scalar<T>) {
      if (value) builder_.AddElement(slot, to_raw(*value));
    } else if constexpr (std::same_as<T, model::LookupHash>) {
      if (value) add_hash(slot, *value);
    } else {
      add_child(slot, child);
    }
  }
  void add(flatbuffers::voffset_t slot, const model::LookupHash& hash, flatbuffers::uoffset_t) {
    if (hash != model::LookupHash{}) add_hash(slot, hash);
  }
  template <class T>
    requires(!Scalar<T>)
  void add(flatbuffers::voffset_t slot, const T&, flatbuffers::uoffset_t child) {
    add_child(slot, child);
  }

  void add_child(flatbuffers::voffset_t slot, flatbuffers::uoffset_t child) {
    if (child != 0) builder_.AddOffset(slot, flatbuffers::Offset<void>(child));
  }
  void add_hash(flatbuffers::voffset_t slot, const model::LookupHash& hash) {
    RawHash raw{};
    std::memcpy(&raw, hash.value.data(), sizeof(raw));
    builder_.AddStruct(slot, &raw);
  }

  flatbuffers::FlatBufferBuilder& builder_;
  std::vector<flatbuffers::Offset<void>> children_;
};

}  // namespace kopilka::codec
