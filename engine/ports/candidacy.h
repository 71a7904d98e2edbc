#pragma once

namespace kopilka::ports {

// Whether it is this process's turn to own the log, as far as the candidates can agree. A hint that
// may be wrong, late, or true of two at once: who owns the log is settled by claims in the log
// itself. One thread. Destroying it passes the turn on.
class Candidacy {
 public:
  virtual ~Candidacy() = default;
  // Never waits. Ask it several times a second: who does not is one day taken for dead.
  [[nodiscard]] virtual bool is_chosen() = 0;
};

}  // namespace kopilka::ports
