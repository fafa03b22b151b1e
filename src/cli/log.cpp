// The only file that knows spdlog: it hands lines over one at a time; their form is ours.
#include "usage/cli/log.h"

#include <fcntl.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>

#include "usage/base/error.h"
#include "usage/base/file.h"
#include "usage/base/json_writer.h"
#include "usage/base/text.h"
#include "usage/base/write_whole.h"

namespace usage {
namespace {

constexpr std::size_t kMaxText = 2000;
constexpr std::array kSpdlogLevels = {spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                      spdlog::level::err, spdlog::level::off};

std::string_view name_of(LogLevel level) {
  return kLogLevelNames[static_cast<std::size_t>(level)];
}
spdlog::level::level_enum spdlog_level(LogLevel level) {
  return kSpdlogLevels[static_cast<std::size_t>(level)];
}

// Unlike spdlog's own file sink: an open descriptor, so that mode and symlinks are ours to decide.
class DescriptorSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit DescriptorSink(FileDescriptor file) : file_(std::move(file)) {}
  int fd() const { return file_.valid() ? file_.get() : STDERR_FILENO; }
  std::function<void()> make_way;
  LostLines lost() {
    const std::lock_guard guard(mutex_);
    return lost_;
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    if (is_torn_) line.push_back('\n');  // or this one would be lost with it
    formatter_->format(message, line);
    if (make_way) make_way();
    const off_t before = ::lseek(fd(), 0, SEEK_CUR);
    const bool is_written = write_whole(fd(), std::as_bytes(std::span(line.data(), line.size())));
    if (!is_written) note_lost(errno);
    is_torn_ = !is_written && (is_torn_ || ::lseek(fd(), 0, SEEK_CUR) != before);
  }
  void note_lost(int error) {
    if (lost_.count++ == 0) lost_.reason = errno_text(error);
  }
  void flush_() override {}
  FileDescriptor file_;
  LostLines lost_;
  bool is_torn_ = false;  // a part of a line was written last
};

[[noreturn]] void refuse_file(const std::filesystem::path& path, const std::string& why) {
  throw UsageError("log-file", "the log file " + clean_text(path.string()) + " cannot be used: " + why,
                   "give another --log-file");
}

FileDescriptor opened(const std::filesystem::path& path) {
  // O_NONBLOCK: a FIFO without a reader is refused here instead of hanging.
  constexpr int kFlags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  FileDescriptor file(::open(path.c_str(), kFlags, S_IRUSR | S_IWUSR));
  if (!file.valid()) refuse_file(path, errno == ELOOP ? "it is a symbolic link" : errno_text(errno));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) refuse_file(path, errno_text(errno));
  if (!S_ISREG(status.st_mode) && !S_ISCHR(status.st_mode)) refuse_file(path, "it is neither a file nor a device");
  return file;
}

std::string json_line(const std::string& time, LogLevel level, std::string_view event, std::string_view text,
                      std::initializer_list<LogField> fields) {
  JsonWriter json;
  json.begin_object().key("time").value(time).key("level").value(name_of(level));
  json.key("event").value(clean_text(event)).key("text").value(clean_text(text, kMaxText));
  for (const LogField& field : fields) json.key(field.name).value(clean_text(field.value));
  return json.end_object().text();
}

std::string text_line(const std::string& time, LogLevel level, std::string_view event, std::string_view text,
                      std::initializer_list<LogField> fields) {
  std::string line = time + " " + std::string(name_of(level)) + " " + clean_text(event) + ": ";
  line += clean_text(text, kMaxText);
  for (const LogField& field : fields)
    line += " " + std::string(field.name) + "=" + shell_word(clean_text(field.value));
  return line;
}

}  // namespace

struct Log::State {
  State(const LogOptions& options, const Clock& the_clock)
      : form(options.form),
        clock(the_clock),
        sink(std::make_shared<DescriptorSink>(options.file ? opened(*options.file) : FileDescriptor())),
        logger("usage-uploader", sink),
        on_stderr(!options.file) {
    logger.set_level(spdlog_level(options.level));
    logger.set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
    logger.set_error_handler([](const std::string&) {});
  }
  void write(LogLevel level, std::string_view event, std::string_view text, std::initializer_list<LogField> fields) {
    const auto line_of = form == LogForm::kJson ? json_line : text_line;
    const std::string line = line_of(rfc3339(clock.wall_now()), level, event, text, fields);
    logger.log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
  }
  LogForm form;
  const Clock& clock;
  std::shared_ptr<DescriptorSink> sink;  // spdlog's own form of ownership
  spdlog::logger logger;
  bool on_stderr;
  std::atomic<std::uint64_t> left_out = 0;  // lines, since the last one that was written
};

Log::Log(const LogOptions& options, const Clock& clock) : state_(std::make_unique<State>(options, clock)) {}
Log::~Log() = default;

bool Log::shows(LogLevel level) const {
  return level != LogLevel::kOff && state_->logger.should_log(spdlog_level(level));
}

LostLines Log::lost_lines() const {
  return state_->sink->lost();
}

bool Log::is_on_terminal() const {
  return state_->on_stderr && ::isatty(STDERR_FILENO) != 0;
}

void Log::write(LogLevel level, std::string_view event, std::string_view text,
                std::initializer_list<LogField> fields) const {
  if (!shows(level)) return;
  if (is_held_terminal(state_->sink->fd())) {
    ++state_->left_out;
    return;
  }
  if (const std::uint64_t missing = state_->left_out.exchange(0); missing > 0)
    state_->write(level, "lines-left-out",
                  count_of(missing, "line was", "lines were") + " left out while the terminal took nothing", {});
  state_->write(level, event, text, fields);
}

void Log::before_each_line(std::function<void()> make_way) {
  if (state_->on_stderr) state_->sink->make_way = std::move(make_way);
}

}  // namespace usage
