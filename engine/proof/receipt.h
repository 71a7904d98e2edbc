#pragma once

#include <string>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"
#include "engine/proof/head.h"
#include "engine/proof/tree.h"
#include "engine/vault/signing_key.h"

namespace kopilka::proof {

// That the log of a store holds an event at a place: all that is needed to check it but the public
// key of the store.
struct Receipt {
  model::Seq seq;
  model::Instant recorded_at;
  base::Bytes event;  // as it stands in its batch; codec::decode_frame reads it
  Path path;          // to the root of the head's tree
  SignedHead signed_head;
};

// One JSON document on one line, with its end; one spelling a receipt.
[[nodiscard]] std::string text_of(const Receipt& receipt);
// corrupt: not what `text_of` writes, to the byte.
[[nodiscard]] base::Result<Receipt> parse_receipt(base::ByteView text);

// Whether the receipt proves what it says. corrupt: it does not; the message says what is wrong.
[[nodiscard]] base::Result<void> check(const Receipt& receipt, const vault::PublicKey& key);

}  // namespace kopilka::proof
