#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "engine/rocks/rocks_state_store.h"
#include "tests/unit/engine/rocks/numbered.h"

// The process that the crash tests kill: a process of its own, for RocksDB's threads do not live
// through a fork. `writer DIRECTORY apply FIRST` applies numbered change sets without end and
// reports each on standard output; `writer DIRECTORY full` lets one fail for want of space.
namespace kopilka::rocks {
namespace {

void report(int number) {
  if (::write(STDOUT_FILENO, &number, sizeof(number)) != sizeof(number)) ::_exit(1);
}

int apply_for_ever(RocksStateStore& store, int first) {
  for (int number = first;; ++number) {
    if (!store.apply(numbered(kRows, number), std::to_string(number))) return 1;
    report(number);
  }
}

// A limit on the size of files stands in for a full disk: a write fails in the middle of the file.
int apply_without_space(RocksStateStore& store) {
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{64U << 10, 64U << 10};
  ::setrlimit(RLIMIT_FSIZE, &small);
  auto changes = numbered(kRows, 2);
  std::uint32_t mixed = 7;  // bytes that do not compress
  for (ports::Change& change : changes) {
    change.value->resize(4096);
    for (char& byte : *change.value)
      byte = static_cast<char>((mixed = mixed * 1664525U + 1013904223U) >> 24);
  }
  const auto failed = store.apply(changes, "2");
  if (failed) return 1;
  if (number_in_all(store, kRows) != "1" || store.position().value_or("error") != "1") return 1;
  if (store.apply({}, "3")) return 1;  // to be opened again first
  report(static_cast<int>(failed.error().kind));
  return 0;
}

int run(const std::vector<std::string>& words) {
  auto store = RocksStateStore::open({.directory = words.at(1)});
  if (!store) return 1;
  return words.at(2) == "full" ? apply_without_space(**store)
                               : apply_for_ever(**store, std::stoi(words.at(3)));
}

}  // namespace
}  // namespace kopilka::rocks

int main(int count, char** words) {
  return kopilka::rocks::run({words, words + count});
}
