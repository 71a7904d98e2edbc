#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include <flatbuffers/flatbuffers.h>

#include "engine/codec/scalars.h"
#include "engine/codec/table_writer.h"
#include "engine/model/personal.h"

// Reads what TableWriter writes, out of bytes that may be anything. Private to the codec.
namespace kopilka::codec {

// Checks a whole table before any of it is read. Pieces that are pointed to twice are refused by
// counting: together they may not be longer than the payload, so a small payload cannot unfold into
// a large event.
class TableVerifier {
 public:
  // REQUIRES: `payload` is aligned to 8 bytes and outlives this
  explicit TableVerifier(base::ByteView payload)
      : verifier_(reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size(), kDepthMax,
                  kTablesMax),
        budget_(payload.size()) {}

  // The root, or nothing.
  template <DescribedTable T>
  [[nodiscard]] const flatbuffers::Table* verify_root(base::ByteView payload) {
    const auto offset = verifier_.VerifyOffset(std::size_t{0});
    if (offset == 0) return nullptr;
    const auto* root = reinterpret_cast<const flatbuffers::Table*>(payload.data() + offset);
    return verify<T>(*root) ? root : nullptr;
  }
  // What was wrong; empty when the root itself was.
  [[nodiscard]] const std::string& bad_field() const { return bad_field_; }

 private:
  static constexpr flatbuffers::uoffset_t kDepthMax = 8;
  static constexpr flatbuffers::uoffset_t kTablesMax = 100'000;

  template <DescribedTable T>
  bool verify(const flatbuffers::Table& table) {
    if (!spend(sizeof(flatbuffers::soffset_t)) || !table.VerifyTableStart(verifier_)) return false;
    bool ok = true;
    T shape{};  // only its types matter
    T::fields(shape, [&](int id, const char* name, const auto& member) {
      if (!ok || check(table, slot_of(id), member)) return;
      ok = false;
      if (bad_field_.empty()) bad_field_ = name;
    });
    verifier_.EndTable();
    return ok;
  }

  template <Scalar T>
  bool check(const flatbuffers::Table& table, flatbuffers::voffset_t slot, const T&) {
    return table.VerifyField<Raw<T>>(verifier_, slot, sizeof(Raw<T>));
  }
  template <class T>
  bool check(const flatbuffers::Table& table, flatbuffers::voffset_t slot,
             const std::optional<T>&) {
    return check(table, slot, T{});
  }
  bool check(const flatbuffers::Table& table, flatbuffers::voffset_t slot,
             const model::LookupHash&) {
    return table.VerifyField<RawHash>(verifier_, slot, alignof(RawHash));
  }
  bool check(const flatbuffers::Table& table, flatbuffers::voffset_t slot, const std::string&) {
    if (!table.VerifyOffset(verifier_, slot)) return false;
    const auto* text = table.GetPointer<const flatbuffers::String*>(slot);
    return verifier_.VerifyString(text) && (text == nullptr || spend(text->size() + 5U));
  }
  bool check(const flatbuffers::Table& table, flatbuffers::voffset_t slot, const model::Sealed&) {
    return check_vector<std::uint8_t>(table, slot);
  }
  template <DescribedTable T>
  bool check(const flatbuffers::Table& table, flatbuffers::voffset_t slot, const T&) {
    if (!table.VerifyOffset(verifier_, slot)) return false;
    const auto* child = table.GetPointer<const flatbuffers::Table*>(slot);
    return child == nullptr || verify<T>(*child);
  }
  template <class T>
  bool check(const flatbuffers::Table& table, flatbuffers::voffset_t slot, const std::vector<T>&) {
    if constexpr (Scalar<T>) {
      return check_vector<Raw<T>>(table, slot);
    } else {
      using Child =
          flatbuffers::Offset<std::conditional_t<std::same_as<T, std::string>, flatbuffers::String,
                                                 flatbuffers::Table>>;
      if (!check_vector<Child>(table, slot)) return false;
      const auto* children = table.GetPointer<const flatbuffers::Vector<Child>*>(slot);
      for (flatbuffers::uoffset_t i = 0; children != nullptr && i < children->size(); ++i)
        if (!check_child<T>(*children, i)) return false;
      return true;
    }
  }

  template <class Element>
  bool check_vector(const flatbuffers::Table& table, flatbuffers::voffset_t slot) {
    if (!table.VerifyOffset(verifier_, slot)) return false;
    const auto* values = table.GetPointer<const flatbuffers::Vector<Element>*>(slot);
    if (!verifier_.VerifyVector(values)) return false;
    return values == nullptr || spend(std::size_t{values->size()} * sizeof(Element) + 4U);
  }
  template <class T>
  bool check_child(const auto& children, flatbuffers::uoffset_t i) {
    // Where element i says that its child is, before following it.
    const auto* place = children.Data() + i * sizeof(flatbuffers::uoffset_t);
    if (verifier_.VerifyOffset(place, 0) == 0) return false;
    if constexpr (std::same_as<T, std::string>) {
      const auto* text = children.Get(i);
      return verifier_.VerifyString(text) && spend(text->size() + 5U);
    } else {
      return verify<T>(*children.Get(i));
    }
  }

  bool spend(std::size_t bytes) {
    if (bytes > budget_) return false;
    budget_ -= bytes;
    return true;
  }

  flatbuffers::Verifier verifier_;
  std::size_t budget_;
  std::string bad_field_;
};

// REQUIRES: the table was verified
class TableReader {
 public:
  template <DescribedTable T>
  void read(const flatbuffers::Table& table, T& out) {
    T::fields(out, [&](int id, const char* name, auto& member) {
      if (!get(table, slot_of(id), member) && bad_field_.empty()) bad_field_ = name;
    });
  }
  // The first field whose value is out of its range; empty when there is none.
  [[nodiscard]] const std::string& bad_field() const { return bad_field_; }

 private:
  template <Scalar T>
  bool get(const flatbuffers::Table& table, flatbuffers::voffset_t slot, T& value) {
    return from_raw(table.GetField<Raw<T>>(slot, 0), value);
  }
  template <class T>
  bool get(const flatbuffers::Table& table, flatbuffers::voffset_t slot, std::optional<T>& value) {
    return !table.CheckField(slot) || get(table, slot, value.emplace());
  }
  bool get(const flatbuffers::Table& table, flatbuffers::voffset_t slot, model::LookupHash& hash) {
    const auto* raw = table.GetStruct<const RawHash*>(slot);
    if (raw != nullptr) std::memcpy(hash.value.data(), raw, sizeof(RawHash));
    return true;
  }
  bool get(const flatbuffers::Table& table, flatbuffers::voffset_t slot, std::string& text) {
    const auto* raw = table.GetPointer<const flatbuffers::String*>(slot);
    if (raw != nullptr) text.assign(raw->c_str(), raw->size());
    return true;
  }
  bool get(const flatbuffers::Table& table, flatbuffers::voffset_t slot, model::Sealed& sealed) {
    const auto* raw = table.GetPointer<const flatbuffers::Vector<std::uint8_t>*>(slot);
    if (raw != nullptr)
      sealed.bytes.assign(reinterpret_cast<const char*>(raw->data()), raw->size());
    return true;
  }
  template <DescribedTable T>
  bool get(const flatbuffers::Table& table, flatbuffers::voffset_t slot, T& value) {
    const auto* child = table.GetPointer<const flatbuffers::Table*>(slot);
    if (child != nullptr) read(*child, value);
    return true;  // a child's bad field is noted under its own name
  }
  template <class T>
  bool get(const flatbuffers::Table& table, flatbuffers::voffset_t slot, std::vector<T>& values) {
    if constexpr (Scalar<T>) {
      const auto* raw = table.GetPointer<const flatbuffers::Vector<Raw<T>>*>(slot);
      bool ok = true;
      values.resize(raw == nullptr ? 0 : raw->size());
      for (flatbuffers::uoffset_t i = 0; i < values.size(); ++i)
        ok = from_raw(raw->Get(i), values[i]) && ok;
      return ok;
    } else if constexpr (std::same_as<T, std::string>) {
      using Texts = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>;
      const auto* raw = table.GetPointer<const Texts*>(slot);
      values.reserve(raw == nullptr ? 0 : raw->size());
      for (flatbuffers::uoffset_t i = 0; raw != nullptr && i < raw->size(); ++i)
        values.emplace_back(raw->Get(i)->c_str(), raw->Get(i)->size());
      return true;
    } else {
      using Tables = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::Table>>;
      const auto* raw = table.GetPointer<const Tables*>(slot);
      values.resize(raw == nullptr ? 0 : raw->size());
      for (flatbuffers::uoffset_t i = 0; i < values.size(); ++i)
        read(*raw->Get(i), values[i]);
      return true;
    }
  }

  std::string bad_field_;
};

}  // namespace kopilka::codec
