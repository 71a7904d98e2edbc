#include "engine/codec/event_codec.h"

#include <array>
#include <cstring>
#include <utility>

#include <flatbuffers/flatbuffers.h>
#include <fmt/format.h>

#include "engine/codec/table_reader.h"
#include "engine/codec/table_writer.h"

namespace kopilka::codec {
namespace {

using Decode = base::Result<model::Event> (*)(base::ByteView payload);

template <class T>
base::Result<model::Event> decode_as(base::ByteView payload) {
  TableVerifier verifier(payload);
  const auto* root = verifier.verify_root<T>(payload);
  if (root == nullptr)
    return base::fail(
        base::ErrorKind::corrupt,
        fmt::format(
            "{}: {} is not what its schema says", T::kName,
            verifier.bad_field().empty() ? "the payload" : "field '" + verifier.bad_field() + "'"));
  TableReader reader;
  base::Result<model::Event> event(std::in_place, std::in_place_type<T>);
  reader.read(*root, std::get<T>(*event));
  if (!reader.bad_field().empty())
    return base::fail(base::ErrorKind::corrupt, fmt::format("{}: field '{}' is out of its range",
                                                            T::kName, reader.bad_field()));
  return event;
}

constexpr std::size_t kTypesMax = 128;
using DecodeTable = std::array<Decode, kTypesMax>;  // by kType; null: no such type

template <std::size_t... I>
constexpr DecodeTable make_decode_table(std::index_sequence<I...>) {
  DecodeTable table{};
  ((table.at(std::variant_alternative_t<I, model::Event>::kType) =
        &decode_as<std::variant_alternative_t<I, model::Event>>),
   ...);
  return table;
}

constexpr DecodeTable kDecode =
    make_decode_table(std::make_index_sequence<std::variant_size_v<model::Event>>{});

}  // namespace

EventWriter::EventWriter() : builder_(std::make_unique<flatbuffers::FlatBufferBuilder>()) {}
EventWriter::~EventWriter() = default;
EventWriter::EventWriter(EventWriter&&) noexcept = default;
EventWriter& EventWriter::operator=(EventWriter&&) noexcept = default;

base::ByteView EventWriter::encode(const model::Event& event) {
  builder_->Clear();
  TableWriter writer(*builder_);
  const auto root = std::visit([&](const auto& e) { return writer.write(e); }, event);
  builder_->Finish(flatbuffers::Offset<void>(root));
  return {reinterpret_cast<const char*>(builder_->GetBufferPointer()), builder_->GetSize()};
}

base::Result<model::Event> EventReader::decode(std::uint64_t type, std::uint64_t version,
                                               base::ByteView payload) {
  const auto decode = type < kDecode.size() ? kDecode.at(type) : nullptr;
  if (decode == nullptr || version != kEventVersion)
    return base::fail(
        base::ErrorKind::not_available,
        fmt::format("event type {} version {} is newer than this build; use a newer kopilka", type,
                    version));
  if (payload.empty()) return decode(payload);
  // FlatBuffers are read in place, so they must stand at a multiple of eight.
  aligned_.resize((payload.size() + 7) / 8);
  std::memcpy(aligned_.data(), payload.data(), payload.size());
  return decode({reinterpret_cast<const char*>(aligned_.data()), payload.size()});
}

base::Bytes encode_event(const model::Event& event) {
  return base::Bytes(EventWriter().encode(event));
}

base::Result<model::Event> decode_event(std::uint64_t type, std::uint64_t version,
                                        base::ByteView payload) {
  return EventReader().decode(type, version, payload);
}

}  // namespace kopilka::codec
