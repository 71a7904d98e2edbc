#pragma once

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

namespace kopilka::tools {

struct MemoryOption {
  std::uint64_t least{0};  // bytes
  std::string about;
};
// `--memory SIZE`, as `512MiB`, `4GiB` or bytes. What `bytes` holds is the default.
void add_memory(CLI::App& verb, std::uint64_t& bytes, const MemoryOption& option);

}  // namespace kopilka::tools
