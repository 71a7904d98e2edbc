#pragma once

#include <string>
#include <string_view>

namespace kopilka::tools {

// Where the program speaks: results to standard output, everything else to standard error.
class Console {
 public:
  enum class Colours : unsigned char { wanted, unwanted };

  // Colours appear on a terminal only, and only when they are wanted.
  explicit Console(Colours colours);
  // Speaks to nobody: what is printed is added to `printed`, which must outlive it; notes are lost.
  explicit Console(std::string& printed) : printed_(&printed) {}

  void print(std::string_view text) const;  // as it stands
  void note(std::string_view line) const;   // a line to standard error
  // A line to standard error that the next one overwrites; for a terminal.
  void redraw(std::string_view line) const;
  void clear_line() const;

  // False: what was printed could not be written, so nobody has it in full.
  [[nodiscard]] bool flush() const;

  [[nodiscard]] bool out_is_terminal() const { return out_is_terminal_; }
  [[nodiscard]] bool err_is_terminal() const { return err_is_terminal_; }

  [[nodiscard]] std::string bold(std::string_view text) const { return paint("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return paint("2", text); }
  [[nodiscard]] std::string good(std::string_view text) const { return paint("32", text); }
  [[nodiscard]] std::string bad(std::string_view text) const { return paint("1;31", text); }

 private:
  [[nodiscard]] std::string paint(std::string_view code, std::string_view text) const;

  std::string* printed_{nullptr};
  bool out_is_terminal_{false};
  bool err_is_terminal_{false};
  bool coloured_{false};
};

}  // namespace kopilka::tools
