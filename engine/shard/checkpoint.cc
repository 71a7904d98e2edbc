#include "engine/shard/checkpoint.h"

#include "engine/shard/state.h"
#include "engine/state/row_codec.h"

namespace kopilka::shard {
namespace {

struct Checkpoint {
  std::uint32_t version{kStateVersion};
  model::LogHead head;
  static void fields(auto&& self, auto&& field) {
    field(0, "version", self.version);
    field(1, "store", self.head.store);
    field(2, "epoch", self.head.epoch);
    field(3, "owner", self.head.owner);
    field(4, "n", self.head.n);
    field(5, "last_seq", self.head.last_seq);
    field(6, "recorded_at", self.head.recorded_at);
    field(7, "hash", self.head.hash);
  }
};

}  // namespace

base::Bytes encode_checkpoint(const model::LogHead& head) {
  return state::encode_row(Checkpoint{kStateVersion, head});
}

base::Result<std::optional<model::LogHead>> decode_checkpoint(base::ByteView bytes) {
  if (bytes.empty()) return std::nullopt;
  const auto checkpoint = state::decode_row<Checkpoint>(bytes);
  if (!checkpoint)
    return base::fail(base::ErrorKind::corrupt,
                      "the position of the store is not readable; delete the store, it is rebuilt "
                      "from the log");
  if (checkpoint->version != kStateVersion) return std::nullopt;
  return checkpoint->head;
}

}  // namespace kopilka::shard
