#include "projections/runtime/position.h"

#include "engine/state/row_codec.h"

namespace kopilka::projections::runtime {
namespace {

// Grows with the form of positions or with that of all rows.
constexpr std::uint32_t kFormat = 1;

struct Bytes {
  std::uint32_t format{0};
  std::string model;
  std::uint32_t version{0};
  Position at;
  base::Int128 digest{0};
  static void fields(auto&& self, auto&& field) {
    field(0, "format", self.format);
    field(1, "model", self.model);
    field(2, "version", self.version);
    field(3, "at", self.at);
    field(4, "digest", self.digest);
  }
};

}  // namespace

base::Bytes encode(const StoredPosition& position) {
  return state::encode_row(Bytes{kFormat, position.model, position.version, position.at,
                                 static_cast<base::Int128>(position.digest)});
}

std::optional<StoredPosition> decode_position(base::ByteView bytes) {
  auto read = state::decode_row<Bytes>(bytes);
  if (!read || read->format != kFormat) return std::nullopt;
  return StoredPosition{std::move(read->model), read->version, read->at,
                        static_cast<base::Uint128>(read->digest)};
}

}  // namespace kopilka::projections::runtime
