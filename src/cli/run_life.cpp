#include "run_life.h"

#include <algorithm>
#include <iostream>
#include <utility>

#include "known_run.h"
#include "run_folder.h"
#include "signal_watch.h"
#include "usage/base/digest.h"
#include "usage/base/file.h"
#include "usage/base/text.h"
#include "usage/base/user.h"
#include "usage/cli/progress_view.h"
#include "usage/reconcile/next_step.h"
#include "usage/reconcile/result_files.h"
#include "usage/run/billing_run.h"
#include "usage/send/curl_transport.h"

namespace usage {
namespace {

LogLevel level_of(const AttemptOutcome& outcome, AfterAttempt after) {
  if (outcome.verdict == Verdict::kAnswered && outcome.warnings.empty()) return LogLevel::kDebug;
  // How the concurrency is learned; the progress counts them.
  if (outcome.cause == NotProcessedCause::kRateLimited && after == AfterAttempt::kWillRetry) return LogLevel::kDebug;
  return after == AfterAttempt::kWillRetry ? LogLevel::kInfo : LogLevel::kWarning;
}

// On a terminal, a thousand refusals would bury what a person is to read.
class ScreenLines {
 public:
  explicit ScreenLines(const Log& log) : log_(log), is_limited_(log.is_on_terminal() && !log.shows(LogLevel::kDebug)) {}

  bool has_place_for(LogLevel level) {
    if (!is_limited_ || !log_.shows(level) || ++lines_ <= kMost) return true;
    if (lines_ == kMost + 1)
      log_.write(level, "attempts-not-listed",
                 "further attempts that billed nothing, or may have, are not listed here: the result files have the "
                 "reason of every row, and --log-file FILE lists each");
    return false;
  }

 private:
  static constexpr unsigned kMost = 20;
  const Log& log_;
  bool is_limited_;
  unsigned lines_ = 0;
};

AmountForm amount_form_of(const std::vector<Total>& totals) {
  const auto differs = [&](const Total& total) { return total.currency != totals.front().currency; };
  if (totals.empty()) return {};
  return {std::ranges::none_of(totals, differs), totals.front().currency};
}

RunObserver observe(ProgressView& view, const Log& log) {
  RunObserver observer;
  observer.progress = [&view](const RunProgress& progress) { view.show(progress); };
  observer.attempt_ended = [&log, screen = ScreenLines(log)](std::uint32_t request, unsigned attempt,
                                                             const AttemptOutcome& outcome,
                                                             AfterAttempt after) mutable {
    if (!screen.has_place_for(level_of(outcome, after))) return;
    const std::string text = "request " + std::to_string(request) + ", attempt " + std::to_string(attempt) + ": " +
                             outcome.reason + (after == AfterAttempt::kWillRetry ? "; will be sent again" : "");
    const LogField number{"request", std::to_string(request)};
    const LogField name{"outcome", outcome.name};
    if (outcome.twilio_request_id.empty())
      log.write(level_of(outcome, after), "attempt-ended", text, {number, name});
    else
      log.write(level_of(outcome, after), "attempt-ended", text,
                {number, name, {"twilio_request_id", outcome.twilio_request_id}});
  };
  observer.unrecorded = [](std::uint32_t request, const AttemptOutcome& outcome) {
    std::cerr << "usage-uploader: NOT RECORDED: request " << request << ": " << outcome.name << ", "
              << clean_text(outcome.reason) << ", HTTP status " << outcome.http_status << ", Twilio-Request-Id "
              << clean_text(outcome.twilio_request_id) << '\n';
  };
  observer.never_left = [](std::uint32_t request) {
    std::cerr << "usage-uploader: NEVER SENT: request " << request
              << " was claimed and did not leave; where it is listed as unknown, it can be settled as not-submitted\n";
  };
  return observer;
}

void send_with_progress(Ledger& ledger, const RunInfo& run, const SendingOptions& options,
                        const Credentials& credentials, const CommandContext& context, SignalWatch& signals) {
  CurlOptions curl = options.curl;
  curl.wake_fd = signals.wake_fd();
  CurlTransport transport(curl, credentials, context.clock);
  RunOptions run_options = options.run;
  run_options.seed = random_seed();
  ProgressView view(context);
  view.show_amounts_as(amount_form_of(run.input_totals));
  context.log.write(LogLevel::kInfo, "run-started", "run " + run.name + " sends to " + host_of(run.scope.endpoint),
                    {{"run", run.name}});
  bool stop_told = false;
  const PendingSignal pending_signal = [&] {
    const int signal = signals.pending();
    if (signal != 0 && !std::exchange(stop_told, true)) {
      context.log.write(LogLevel::kWarning, "stopping",
                        "nothing more is started, and what is in flight is awaited, " +
                            duration_text(options.curl.timeout) +
                            " at most; a second signal would end at once and leave it unknown",
                        {{"run", run.name}});
    }
    return signal;
  };
  const RunEnd end =
      send_run(ledger, run, transport, context.clock, run_options, pending_signal, observe(view, context.log));
  view.clear();
  context.log.write(end.state == RunState::kFinished ? LogLevel::kInfo : LogLevel::kWarning, "run-ended",
                    "run " + run.name + ": " + end.reason, {{"run", run.name}, {"end", end.name}});
  signals.tell_instead("every outcome is in the ledger, and the result files may be missing\n  what to do: " +
                       (end.state == RunState::kFinished ? program_line("reconcile", options.ledger) + " " + run.name
                                                         : resume_line(run, place_of(options.ledger, context.common))));
}

}  // namespace

Credentials credentials_for(const SendingOptions& options, const CommandContext& context) {
  return load_credentials(options.credentials, [&](const char* name) -> std::optional<std::string> {
    const auto found = context.environment.find(name);
    if (found == context.environment.end()) return std::nullopt;
    return found->second;
  });
}

// What the ledger writes while it sends: measured, 540 bytes a request with short replies, and SQLite's log.
void require_space(const Ledger& ledger, const RunInfo& run, const SendingOptions& options, const std::string& resume) {
  constexpr std::uint64_t kMegabyte = 1'000'000;
  constexpr std::uint64_t kLog = 4 * kMegabyte;
  constexpr std::uint64_t kARequest = 1000;
  constexpr std::uint64_t kARow = 200;
  std::uint64_t rows = 0;
  for (const Total& total : run.input_totals)
    if (total.status == RowStatus::kNotSent) rows += total.rows;
  const std::uint64_t left = ledger.planned_counts(run.id).requests;
  const std::uint64_t all = std::max<std::uint64_t>({left, ledger.counts(run.id).requests, 1});
  const std::uint64_t wanted = kLog + kARequest * left + kARow * (rows / all + 1) * left;
  const std::filesystem::path folder = options.ledger.has_parent_path() ? options.ledger.parent_path() : ".";
  const std::optional<std::uint64_t> free = free_space(folder);
  if (!free || *free >= wanted) return;
  throw LedgerError("ledger-disk-full",
                    "the disk of the ledger has " + count_of(*free / kMegabyte, "MB", "MB") +
                        " free, and what is to be sent may take " + count_of(wanted / kMegabyte + 1, "MB", "MB") +
                        ": what cannot be recorded would be in doubt; nothing was sent",
                    "make room in " + clean_text(folder.string()) + ", then: " + resume);
}

ExitStatus send_and_write_results(Ledger& ledger, const RunInfo& run, const OutFolder& out,
                                  const SendingOptions& options, const Credentials& credentials,
                                  const CommandContext& context) {
  const RunPlace place = place_of(options.ledger, context.common);
  const std::string resume = resume_line(run, place);
  require_space(ledger, run, options, resume);
  SignalWatch signals("what was in flight may have been billed\n  what to do: " + resume);
  send_with_progress(ledger, run, options, credentials, context, signals);
  return write_and_show_results(ledger, run.name, out, place, context);
}

Warning repost_approved(unsigned times) {
  return {std::string(kRepostApproved), "items answered `submitted: false` may be posted again up to " +
                                            count_of(times, "time", "times") + ", as approved"};
}

ExitStatus finish_run(Ledger& ledger, const RunInfo& run, SendingOptions sending, const Credentials& credentials,
                      const std::optional<std::filesystem::path>& out, const CommandContext& context) {
  if (run.approval && !run.retry_503 && sending.run.on_503 == On503::kRetry)
    throw RefusedError(
        "approval-differs",
        "run " + run.name + " was approved without --retry-503, by which something could be billed twice",
        "leave --retry-503 out, or have the rest approved in an upload of its own, after: " +
            program_line("abandon", sending.ledger) + " " + run.name);
  const unsigned reposts = sending.run.repost_unsubmitted;
  if (run.approval && reposts > 0 && std::ranges::find(run.warnings, repost_approved(reposts)) == run.warnings.end())
    throw RefusedError("approval-differs",
                       "run " + run.name + " was approved without --repost-unsubmitted " + std::to_string(reposts) +
                           ", by which something could be sent once more",
                       "give --repost-unsubmitted as it was approved, or 0; what is left not submitted then can be "
                       "approved in an upload of its own");
  sending.curl.base_url = run.scope.endpoint;
  const OutFolder results = folder_of_open_run(ledger, run, out);
  ledger.recover(run.id, context.clock.wall_now());
  const PlannedCounts left = ledger.planned_counts(run.id);
  if (context.common.quiet == Quiet::kNo)
    std::cerr << "Run " << run.name << " is open: what is left of it is sent, "
              << count_of(left.requests, "request", "requests") << " to "
              << count_of(left.installations, "installation", "installations") << ".\n";
  ledger.add_event(run.id, {RunEventKind::kResumed, user_at_host(), context.clock.wall_now()});
  write_as_it_stands(ledger, run_named(ledger, run.name, sending.ledger), results,
                     place_of(sending.ledger, context.common));
  return send_and_write_results(ledger, run, results, sending, credentials, context);
}

ExitStatus write_and_show_results(const Ledger& ledger, const std::string& run, const OutFolder& out,
                                  const RunPlace& place, const CommandContext& context) {
  const RunInfo info = run_named(ledger, run, place.ledger);
  RunSummary summary = summary_to_write(ledger, info, place);
  try {
    write_results_with_progress(ledger, info, summary, out, context);
  } catch (const UsageError& error) {
    // What was sent is in the ledger, and the summary says so.
    std::cerr << "usage-uploader: " << clean_text(error.what()) << "\n  what to do: " << error.remedy() << '\n';
  }
  return show_results(summary, context);
}

void write_results_with_progress(const Ledger& ledger, const RunInfo& run, RunSummary& summary, const OutFolder& out,
                                 const CommandContext& context) {
  ProgressView view(context);
  view.show_step("writing the result files");
  write_results(summary, out, [&](const auto& visit) { ledger.each_row(run.id, visit); });
}

ExitStatus show_results(const RunSummary& summary, const CommandContext& context) {
  print_summary(summary, context.common.output);
  for (const std::string& difference : summary.differences)
    std::cerr << "usage-uploader: TOTALS DO NOT CLOSE: " << difference << '\n';
  return summary.exit_status;
}

}  // namespace usage
