#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/model/event.h"

namespace flatbuffers {
class FlatBufferBuilder;
}

// Payloads of events: docs/formats/events.md, schemas/events.fbs.
namespace kopilka::codec {

// The version of every event type's schema that this build writes and reads.
inline constexpr std::uint64_t kEventVersion = 1;

// Encodes one event after another with the same memory. Not shared between threads.
class EventWriter {
 public:
  EventWriter();
  ~EventWriter();
  EventWriter(EventWriter&&) noexcept;
  EventWriter& operator=(EventWriter&&) noexcept;

  // The event's only form; stands until the next call.
  [[nodiscard]] base::ByteView encode(const model::Event& event);

 private:
  std::unique_ptr<flatbuffers::FlatBufferBuilder> builder_;
};

// Decodes payloads out of any bytes at any alignment. Not shared between threads.
class EventReader {
 public:
  // not_available: a type or version that this build does not know; corrupt: not an event's bytes
  // (the message names type and field).
  [[nodiscard]] base::Result<model::Event> decode(std::uint64_t type, std::uint64_t version,
                                                  base::ByteView payload);

 private:
  std::vector<std::uint64_t> aligned_;
};

// For a single event; the classes above spare the allocations.
[[nodiscard]] base::Bytes encode_event(const model::Event& event);
[[nodiscard]] base::Result<model::Event> decode_event(std::uint64_t type, std::uint64_t version,
                                                      base::ByteView payload);

}  // namespace kopilka::codec
