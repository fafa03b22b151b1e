// The log: one line for one event, on stderr or in a file. It takes short texts only, and cleans every one of them, so
// that no terminal escape reaches a screen; nothing here can take a request, a reply or credentials.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "usage/base/clock.h"

namespace usage {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError, kOff };
inline constexpr std::array<std::string_view, 5> kLogLevelNames = {"debug", "info", "warning", "error", "off"};
enum class LogForm : std::uint8_t { kText, kJson };

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  LogForm form = LogForm::kText;              // kJson: each line is one JSON object
  std::optional<std::filesystem::path> file;  // else stderr; appended to, made with mode 0600, never through a symlink
};

struct LogField {
  std::string_view name;  // ours: "installation", "attempt"; not "time", "level", "event" or "text"
  std::string value;
};

// What could not be written, or not as a whole.
struct LostLines {
  std::uint64_t count = 0;
  std::string reason = {};  // of the first
};

// Failures to write are only counted, and lines for a terminal that somebody holds are left out: neither a full disk
// under the log nor Ctrl-S must stop a billing run.
class Log {
 public:
  // UsageError (exit 2) where the file cannot be opened, is a symlink, or is neither a regular file nor a device.
  Log(const LogOptions& options, const Clock& clock);
  ~Log();
  // `event` is a stable name for scripts ("attempt-ended"), `text` a line for people.
  void write(LogLevel level, std::string_view event, std::string_view text,
             std::initializer_list<LogField> fields = {}) const;
  bool shows(LogLevel level) const;
  bool is_on_terminal() const;
  LostLines lost_lines() const;
  // Called before each line that goes to stderr, so that the progress line can make way. Empty: nobody.
  void before_each_line(std::function<void()> make_way);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace usage
