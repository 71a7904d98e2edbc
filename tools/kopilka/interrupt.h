#pragma once

#include <atomic>

namespace kopilka::tools {

// Set by the first Ctrl-C or SIGTERM after `catch_interrupts`; the second one ends the process.
[[nodiscard]] std::atomic<bool>& interrupted();

// Also makes a write to a closed pipe fail instead of ending the process.
void catch_interrupts();

}  // namespace kopilka::tools
