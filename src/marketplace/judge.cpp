#include "usage/marketplace/judge.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "usage/base/text.h"
#include "usage/marketplace/match_reply.h"
#include "usage/marketplace/outcome_name.h"

namespace usage {
namespace {

constexpr std::size_t kMaxReason = 400;
constexpr std::size_t kMaxRequestId = 100;
constexpr unsigned kMaxConcurrentRequests = 1'000'000;  // more is no count that anybody could act on
constexpr int kProxyAuthenticationRequired = 407;

std::string with_detail(std::string text, std::string_view detail) {
  if (!detail.empty()) text.append(": ").append(detail);
  return text;
}

void conclude(AttemptOutcome& outcome, Verdict verdict, std::string_view name, std::string reason) {
  outcome.verdict = verdict;
  outcome.name = name;
  outcome.reason = clean_text(reason, kMaxReason);
}

void conclude_stop(AttemptOutcome& outcome, StopCause cause, std::string_view name, std::string reason) {
  outcome.stop = cause;
  conclude(outcome, Verdict::kStopRun, name, std::move(reason));
}

void conclude_not_processed(AttemptOutcome& outcome, NotProcessedCause cause, std::string_view name,
                            std::string reason) {
  outcome.cause = cause;
  conclude(outcome, Verdict::kNotProcessed, name, std::move(reason));
}

bool is_refused_by_proxy(const Delivery& delivery) {
  if (delivery.fault == TransportFault::kProxyRefused) return true;
  return delivery.connect_status != 0 && (delivery.connect_status < 200 || delivery.connect_status > 299);
}

AttemptOutcome judge_proxy_refusal(const Delivery& delivery) {
  AttemptOutcome outcome;
  std::string status = delivery.connect_status == 0 ? "" : " with " + std::to_string(delivery.connect_status);
  std::string reason = with_detail("not sent, the proxy refused" + status, delivery.fault_text);
  if (delivery.connect_status == kProxyAuthenticationRequired) {
    conclude_stop(outcome, StopCause::kProxyCredentials, outcome_name::kProxyCredentialsRefused, std::move(reason));
  } else {
    conclude_not_processed(outcome, NotProcessedCause::kNeverSent, outcome_name::kProxyRefused, std::move(reason));
  }
  return outcome;
}

AttemptOutcome judge_never_issued(const Delivery& delivery) {
  AttemptOutcome outcome;
  std::string reason = with_detail("not sent", delivery.fault_text);
  if (delivery.fault == TransportFault::kBadCertificate) {
    conclude_stop(outcome, StopCause::kCertificate, outcome_name::kCertificate, std::move(reason));
  } else if (delivery.fault == TransportFault::kLocalConfiguration) {
    conclude_stop(outcome, StopCause::kLocalConfiguration, outcome_name::kLocalConfiguration, std::move(reason));
  } else {
    conclude_not_processed(outcome, NotProcessedCause::kNeverSent, outcome_name::kNeverSent, std::move(reason));
  }
  return outcome;
}

// Issued, and no whole header of a final reply: whatever the fault says, the endpoint may have processed it.
std::string_view name_without_reply(TransportFault fault) {
  switch (fault) {
    case TransportFault::kTimeout:
      return outcome_name::kTimeout;
    case TransportFault::kResendPrevented:
      return outcome_name::kResendPrevented;
    case TransportFault::kReplyTooLarge:
      return outcome_name::kReplyTooLarge;
    case TransportFault::kMalformedReply:
      return outcome_name::kReplyMalformed;
    default:
      return outcome_name::kNoReply;
  }
}

bool was_issued_again(const Delivery& delivery) {
  return delivery.times_issued > 1 || delivery.fault == TransportFault::kResendPrevented;
}

void judge_without_reply(AttemptOutcome& outcome, const Delivery& delivery) {
  const auto name = was_issued_again(delivery) ? outcome_name::kResendPrevented : name_without_reply(delivery.fault);
  conclude(outcome, Verdict::kUnknown, name, with_detail("sent, but no whole reply came", delivery.fault_text));
}

std::string reply_text(int status, const ErrorReply& error) {
  std::string text = "HTTP " + std::to_string(status);
  if (!error.code.empty()) text += ", code " + error.code;
  return with_detail(std::move(text), error.message);
}

void judge_accepted(AttemptOutcome& outcome, const Delivery& delivery, std::span<const BillableItem> items) {
  if (delivery.fault == TransportFault::kReplyTooLarge) {
    return conclude(outcome, Verdict::kUnknown, outcome_name::kReplyTooLarge, "accepted, but the reply is too large");
  }
  if (delivery.fault == TransportFault::kReplyTooEarly) {
    return conclude(outcome, Verdict::kUnknown, outcome_name::kReplyMismatch,
                    with_detail("accepted, but the reply cannot be this request's", delivery.fault_text));
  }
  if (!delivery.body_complete || delivery.fault != TransportFault::kNone) {
    return conclude(outcome, Verdict::kUnknown, outcome_name::kReplyCut,
                    with_detail("accepted, but the reply was cut", delivery.fault_text));
  }
  const auto reply = parse_reply(delivery.body);
  if (const auto* problem = std::get_if<ReplyProblem>(&reply)) {
    const bool is_json = problem->kind == ReplyProblem::Kind::kOtherForm;
    return conclude(outcome, Verdict::kUnknown, is_json ? outcome_name::kReplyMismatch : outcome_name::kReplyNotJson,
                    "accepted, but " + problem->text);
  }
  auto match = match_reply(items, std::get<UsageReply>(reply));
  if (const auto* problem = std::get_if<std::string>(&match)) {
    return conclude(outcome, Verdict::kUnknown, outcome_name::kReplyMismatch, "accepted, but " + *problem);
  }
  auto& matched = std::get<MatchedReply>(match);
  outcome.submitted = std::move(matched.submitted);
  outcome.warnings = std::move(matched.warnings);
  const auto refused = std::count(outcome.submitted.begin(), outcome.submitted.end(), false);
  const std::string all = count_of(items.size(), "item", "items");
  conclude(outcome, Verdict::kAnswered, outcome_name::kAccepted,
           refused == 0 ? "accepted " + all : "answered: " + std::to_string(refused) + " of " + all + " not submitted");
}

void judge_503(AttemptOutcome& outcome, On503 on_503, std::string reason) {
  if (on_503 == On503::kUnknown) {
    return conclude(outcome, Verdict::kUnknown, outcome_name::kServiceUnavailable,
                    "may have been processed: " + reason);
  }
  outcome.warnings.push_back({"retried-503", "taken as not processed, as --retry-503 says: " + reason});
  conclude_not_processed(outcome, NotProcessedCause::kServiceUnavailable, outcome_name::kServiceUnavailable,
                         std::move(reason));
}

// The statuses of which nobody promises that nothing was processed.
void judge_doubtful(AttemptOutcome& outcome, int status, std::string reason) {
  std::string name = std::string(outcome_name::kHttpPrefix) + std::to_string(status);
  if (status >= 300 && status <= 399) name = outcome_name::kRedirect;
  if (status >= 500 && status <= 599) name = outcome_name::kServerError;
  if (status < 200 || status > 599) name = outcome_name::kReplyMalformed;
  conclude(outcome, Verdict::kUnknown, name, "may have been processed: " + reason);
}

void judge_status(AttemptOutcome& outcome, const Delivery& delivery, std::span<const BillableItem> items,
                  On503 on_503) {
  const int status = delivery.http_status;
  if (status == 202) return judge_accepted(outcome, delivery, items);
  const ErrorReply error = parse_error_reply(delivery.body);
  outcome.error_code = error.code;
  std::string reason = reply_text(status, error);
  const auto not_processed = [&](NotProcessedCause cause, std::string_view name) {
    conclude_not_processed(outcome, cause, name, std::move(reason));
  };
  if (is_refusal(status)) {
    const std::string name = std::string(outcome_name::kHttpPrefix) + std::to_string(status);
    return conclude(outcome, Verdict::kRefused, name, std::move(reason));
  }
  switch (status) {
    case 401:
      return conclude_stop(outcome, StopCause::kCredentials, outcome_name::kCredentialsRefused, std::move(reason));
    case 421:
      return not_processed(NotProcessedCause::kMisdirected, outcome_name::kMisdirected);
    case 425:
      return not_processed(NotProcessedCause::kMisdirected, outcome_name::kTooEarly);
    case 429:
      return not_processed(NotProcessedCause::kRateLimited, outcome_name::kRateLimited);
    case 503:
      return judge_503(outcome, on_503, std::move(reason));
    default:
      return judge_doubtful(outcome, status, std::move(reason));
  }
}

AttemptOutcome judge_not_issued(const Delivery& delivery) {
  return is_refused_by_proxy(delivery) ? judge_proxy_refusal(delivery) : judge_never_issued(delivery);
}

std::optional<unsigned> parse_small_count(std::string_view digits) {
  unsigned count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (error != std::errc() || end != digits.data() + digits.size() || count == 0 || count > kMaxConcurrentRequests)
    return std::nullopt;
  return count;
}

// A date is held against the endpoint's own clock, where the reply tells it (RFC 9110 section 10.2.3): this machine's
// may be wrong by hours.
std::optional<Duration> retry_after_of(const Delivery& delivery) {
  const std::string_view text = header_value(delivery.headers, "Retry-After");
  if (text.empty()) return std::nullopt;
  const auto answered_at = parse_http_date(header_value(delivery.headers, "Date"), delivery.ended_at);
  return parse_retry_after(text, answered_at.value_or(delivery.ended_at));
}

// What the header says in any case: support asks for it, also where nothing is proven.
AttemptOutcome header_facts(const Delivery& delivery) {
  AttemptOutcome outcome;
  if (!delivery.headers_complete) return outcome;
  outcome.http_status = delivery.http_status;
  outcome.twilio_request_id = clean_text(header_value(delivery.headers, "Twilio-Request-Id"), kMaxRequestId);
  outcome.retry_after = retry_after_of(delivery);
  outcome.concurrent_requests = parse_small_count(header_value(delivery.headers, "Twilio-Concurrent-Requests"));
  return outcome;
}

}  // namespace

// Statuses that say: this request was understood and will not be carried out. 401 is not among them: it stops the run.
bool is_refusal(int status) {
  constexpr int kRefusals[] = {400, 403, 404, 405, 406, 411, 413, 414, 415, 422, 431};
  return std::find(std::begin(kRefusals), std::end(kRefusals), status) != std::end(kRefusals);
}

AttemptOutcome judge(const Delivery& delivery, std::span<const BillableItem> items, On503 on_503) {
  if (delivery.times_issued == 0 && !delivery.headers_complete) return judge_not_issued(delivery);
  AttemptOutcome outcome = header_facts(delivery);
  if (delivery.times_issued == 0) {
    // One of the two is wrong, and then nothing is proven.
    conclude(outcome, Verdict::kUnknown, outcome_name::kContradiction, "a reply came to what was not seen to leave");
  } else if (was_issued_again(delivery) || !delivery.headers_complete) {
    judge_without_reply(outcome, delivery);
  } else {
    judge_status(outcome, delivery, items, on_503);
  }
  return outcome;
}

}  // namespace usage
