#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace kopilka::kafka {

// A librdkafka property of the operator. The value may be a secret: it stands in no message.
struct Property {
  std::string name;
  std::string value;
};

// How to reach a cluster.
struct Connection {
  std::string brokers;                    // host:port,host:port…; some, not necessarily all
  std::vector<Property> properties = {};  // TLS, SASL and the like
  // How often a question is put that nobody answers, for seconds each time. Who comes back to it by
  // himself, and has other things to do meanwhile, puts it once.
  int questions_max{4};
};

// `name=value` a line; blank lines and lines that begin with # mean nothing; spaces around name and
// value are dropped. usage names the line: no `=`, or a property that is not the operator's to set.
// `source` is what the text is called in messages.
[[nodiscard]] base::Result<std::vector<Property>> parse_properties(std::string_view text,
                                                                   std::string_view source);

// The same from a file of at most 64 KiB.
[[nodiscard]] base::Result<std::vector<Property>> read_properties(
    const std::filesystem::path& file);

}  // namespace kopilka::kafka
