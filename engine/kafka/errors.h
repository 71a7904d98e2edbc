#pragma once

#include <string_view>

#include <librdkafka/rdkafka.h>

#include "engine/base/result.h"

namespace kopilka::kafka {

// librdkafka's code in our kinds: `where` was trying `what`. `said` is the library's own sentence,
// which names the broker; empty: the code's name stands for it.
// REQUIRES: code is an error
[[nodiscard]] base::Error error_of(rd_kafka_resp_err_t code, std::string_view where,
                                   std::string_view what, std::string_view said = {});

// The library's word for a code.
[[nodiscard]] std::string_view name_of(rd_kafka_resp_err_t code);

}  // namespace kopilka::kafka
