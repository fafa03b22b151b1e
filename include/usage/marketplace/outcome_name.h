// The stable names of what an attempt's end meant (AttemptOutcome::name): scripts and reports rely on them.
// The ledger has one more: "interrupted", of an attempt whose end the program did not live to see.
#pragma once

#include <string_view>

namespace usage::outcome_name {

// kAnswered
inline constexpr std::string_view kAccepted = "accepted";

// kRefused, and kUnknown for statuses without a name of their own: "http-" and the status, such as "http-404".
inline constexpr std::string_view kHttpPrefix = "http-";

// kNotProcessed
inline constexpr std::string_view kNeverSent = "never-sent";
inline constexpr std::string_view kProxyRefused = "proxy-refused";
inline constexpr std::string_view kRateLimited = "rate-limited";                // 429
inline constexpr std::string_view kMisdirected = "misdirected";                 // 421
inline constexpr std::string_view kTooEarly = "too-early";                      // 425
inline constexpr std::string_view kServiceUnavailable = "service-unavailable";  // 503; kUnknown without --retry-503

// kStopRun
inline constexpr std::string_view kCredentialsRefused = "credentials-refused";             // 401
inline constexpr std::string_view kProxyCredentialsRefused = "proxy-credentials-refused";  // 407 to CONNECT
inline constexpr std::string_view kCertificate = "certificate";
inline constexpr std::string_view kLocalConfiguration = "local-configuration";

// kUnknown: no whole header of a final reply
inline constexpr std::string_view kNoReply = "no-reply";
inline constexpr std::string_view kTimeout = "timeout";
inline constexpr std::string_view kResendPrevented = "resend-prevented";
inline constexpr std::string_view kReplyMalformed = "reply-malformed";
inline constexpr std::string_view kContradiction = "contradiction";  // a reply to what was never issued

// kUnknown: a 202 that does not say what became of every item
inline constexpr std::string_view kReplyCut = "reply-cut";
inline constexpr std::string_view kReplyTooLarge = "reply-too-large";  // also where the headers were
inline constexpr std::string_view kReplyNotJson = "reply-not-json";
inline constexpr std::string_view kReplyMismatch = "reply-mismatch";

// kUnknown: other statuses
inline constexpr std::string_view kRedirect = "redirect";         // 3xx, never followed
inline constexpr std::string_view kServerError = "server-error";  // 5xx but 503

}  // namespace usage::outcome_name
