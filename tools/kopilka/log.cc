#include "tools/kopilka/log.h"

namespace kopilka::tools {

void add_log(Program& program, CLI::App& root) {
  auto& noun = add_noun(root, "log", "the log itself");
  add_log_copy(program, noun);
  add_log_export(program, noun);
  add_log_replay(program, noun);
  add_log_heads(program, noun);
  add_log_prove(program, noun);
  add_log_tail(program, noun);
  add_log_verify(program, noun);
}

}  // namespace kopilka::tools
