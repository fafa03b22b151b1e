#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "error_json.h"
#include "signal_watch.h"
#include "usage/base/json_writer.h"
#include "usage/base/text.h"
#include "usage/cli/commands.h"
#include "usage/ledger/ledger.h"
#include "usage/send/curl_transport.h"
#include "usage/send/libcurl_version.h"

namespace usage {
namespace {

// A core file would hold the credentials.
void forbid_core_files() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__  // the leak check needs to trace the process
  prctl(PR_SET_DUMPABLE, 0);
#endif
}

// libcurl would write each connection's keys to the file that it names.
void forbid_key_log() {
  unsetenv("SSLKEYLOGFILE");
}

// Else a file of ours would take the number of a closed stdout or stderr, and what is printed would go into it. Nothing
// can be read from these, nor written to them, so that what is printed is seen to fail.
void occupy_closed_descriptors() {
  int fd = 0;
  do {
    fd = ::open("/", O_PATH | O_CLOEXEC);
  } while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd >= 0) ::close(fd);
}

// A file that may grow no further is an error of the write, like a full disk, and no sudden end.
void forbid_end_by_size_limit() {
  std::signal(SIGXFSZ, SIG_IGN);
}

std::string version_text() {
  const std::string libcurl = curl_version_text();
  const auto fault = known_fault_of_libcurl(libcurl);
  return std::string("usage-uploader ") + USAGE_VERSION + "\nlibcurl " + libcurl +
         (fault ? " (known to be bad: " + *fault + ")" : "") + "\nSQLite " + sqlite_version_text() + "\n";
}

std::size_t columns_of_stdout() {
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kAnyWidth;
}

// Before anything is planned or recorded.
void check_libcurl(const Log& log) {
  const std::string version = curl_version_text();
  require_libcurl(version);
  if (const auto fault = known_fault_of_libcurl(version)) {
    log.write(LogLevel::kWarning, "libcurl-known-fault",
              "libcurl " + version + " is known to be bad: " + *fault +
                  "; use another version, unless your distribution has mended it in this one",
              {{"version", version}});
  }
}

void print_error(const Error& error, OutputForm form) {
  if (form == OutputForm::kJson) {
    JsonWriter json(JsonLayout::kIndented);
    json.begin_object();
    write_error(json, error.name(), error.what(), error.remedy());
    json.key("exit_status").value(static_cast<int>(error.status())).end_object();
    std::cout << json.text() << std::endl;
    if (std::cout) return;
  }
  std::cerr << "usage-uploader: " << clean_text(error.what(), 4000) << '\n';
  std::cerr << "  what to do: " << clean_text(error.remedy(), 4000) << '\n';
}

// What these do stands, whoever may read of it.
bool does_more_than_print(const CommandLine& line) {
  if (const auto* upload = std::get_if<UploadOptions>(&line.command)) return upload->mode == UploadMode::kSend;
  return std::holds_alternative<InitOptions>(line.command) || std::holds_alternative<ResumeOptions>(line.command) ||
         std::holds_alternative<ReconcileOptions>(line.command) ||
         std::holds_alternative<SettleOptions>(line.command) || std::holds_alternative<AbandonOptions>(line.command);
}

// A reader that went away by itself ("| head") has what it wanted.
bool reader_went_away() {
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  return ::poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0;
}

// The status of what was done stays as it is: a run that billed everything has, although nobody could read so.
ExitStatus after_printing(ExitStatus status, const CommandLine& line) {
  if (std::cout || reader_went_away()) return status;
  const bool done = does_more_than_print(line);
  const UsageError lost(
      "output-lost", "stdout is closed or full, and the answer, or a part of it, was not written to it",
      done ? "what was done stands; \"usage-uploader runs\" and \"usage-uploader show\" print it again"
           : "free space, or give it another stdout, and start again");
  print_error(lost, OutputForm::kText);
  return status == ExitStatus::kOk && !done ? lost.status() : status;
}

// Whoever reads the log file must know that it is not whole, however the command ended.
class LogFileReport {
 public:
  LogFileReport(const Log& log, const LogOptions& options) : log_(log), file_(options.file) {}
  LogFileReport(const LogFileReport&) = delete;
  LogFileReport& operator=(const LogFileReport&) = delete;
  ~LogFileReport() {
    const LostLines lost = log_.lost_lines();
    if (!file_ || lost.count == 0) return;
    std::cerr << "usage-uploader: the log file " << clean_text(file_->string()) << " lacks "
              << count_of(lost.count, "line", "lines") << " (" << lost.reason
              << "); every attempt is in the ledger: usage-uploader show RUN --request N\n";
  }

 private:
  const Log& log_;
  const std::optional<std::filesystem::path>& file_;
};

ExitStatus run_command(const CommandLine& line, const Environment& environment) {
  if (const auto* shown = std::get_if<ShowText>(&line.command)) {
    (shown->status == ExitStatus::kOk ? std::cout : std::cerr) << shown->text << std::flush;
    return shown->status;
  }
  const SystemClock clock;
  Log log(line.common.log, clock);
  const LogFileReport log_file_report(log, line.common.log);
  const CommandContext context{line.common, environment, clock, log};
  struct Run {
    const CommandContext& context;
    ExitStatus operator()(const ShowText& shown) const { return shown.status; }
    ExitStatus operator()(const InitOptions& options) const { return init_ledger(options, context); }
    ExitStatus operator()(const InspectOptions& options) const { return inspect(options, context); }
    ExitStatus operator()(const ValidateOptions& options) const { return validate(options, context); }
    ExitStatus operator()(const UploadOptions& options) const {
      check_libcurl(context.log);
      return upload(options, context);
    }
    ExitStatus operator()(const ResumeOptions& options) const {
      check_libcurl(context.log);
      return resume(options, context);
    }
    ExitStatus operator()(const RunsOptions& options) const { return list_runs(options, context); }
    ExitStatus operator()(const ShowOptions& options) const { return show(options, context); }
    ExitStatus operator()(const ReconcileOptions& options) const { return reconcile(options, context); }
    ExitStatus operator()(const SettleOptions& options) const { return settle(options, context); }
    ExitStatus operator()(const AbandonOptions& options) const { return abandon(options, context); }
    ExitStatus operator()(const CheckOptions& options) const { return check(options, context); }
    ExitStatus operator()(const ConfigOptions& options) const { return show_config(options, context); }
  };
  return std::visit(Run{context}, line.command);
}

}  // namespace

int run_program(const std::vector<std::string>& arguments, const Environment& environment) {
  occupy_closed_descriptors();
  end_by_signals();
  forbid_core_files();
  forbid_key_log();
  forbid_end_by_size_limit();
  std::signal(SIGPIPE, SIG_IGN);
  const auto fail = [&](const Error& error) {
    print_error(error, output_form(arguments, environment));
    return static_cast<int>(error.status());
  };
  try {
    const CommandLine line = parse_command_line(arguments, environment, version_text(), columns_of_stdout());
    return static_cast<int>(after_printing(run_command(line, environment), line));
  } catch (const Error& error) {
    return fail(error);
  } catch (const std::exception& error) {
    // Nothing below throws this on purpose. The ledger holds whatever was sent, so point there.
    return fail(LedgerError("internal-error", std::string("internal error: ") + error.what(),
                            "if requests were being sent, the ledger has them: `usage-uploader resume` goes on from "
                            "there; please report this message"));
  }
}

}  // namespace usage
