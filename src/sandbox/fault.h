// What can go wrong with one request. `usage-sandbox --list-faults` prints all names, what they do and what they take.
//
// A fault has up to three sides:
//   billing  whether the request is billed, in full, before anything is answered
//   shape    what the reply says
//   wire     how much of the reply leaves, and how
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json_value.h"

namespace usage::sandbox {

enum class Billing : std::uint8_t { kNotBilled, kBilled };

enum class ReplyShape : std::uint8_t {
  kUsage,  // 202 as documented
  kError,  // `status` with an error body
  kRedirect,
  kReordered,
  kReformatted,
  kRounded,
  kWrongTotal,
  kTotalInDoubles,
  kNoTotal,
  kNotSubmitted,
  kItemMissing,
  kItemExtra,
  kNoSubmittedFlag,
  kSubmittedAsText,
  kOtherQuantity,
  kOtherSid,
  kGarbled,
  kCutJson,
  kEmpty,
  kNested,
  kHuge,
  kManyHeaders,
};

enum class WireFault : std::uint8_t {
  kNone,
  kCloseBeforeRead,  // the head has arrived, the body is left unread
  kCloseNoReply,
  kHalfStatusLine,
  kHeadersCut,
  kBodyCut,
  kNoReply,
  kSlowHead,
  kSlowBody,
  kInterim,
  kChunked,
  kChunkedCut,
  kCloseAfterReply,  // a whole reply, then the end of the connection, unannounced
  kCloseNext,        // a whole reply; the connection's next request is not read
};

enum class ConnectionEnd : std::uint8_t { kFin, kReset };

enum class ErrorBody : std::uint8_t { kTwilio, kHttpStatusCode, kRfc9457, kPlainText, kHtml, kEmpty };

struct Fault {
  std::string name = "ok";  // as in scenarios and in the journal
  Billing billing = Billing::kBilled;
  ReplyShape shape = ReplyShape::kUsage;
  WireFault wire = WireFault::kNone;
  ConnectionEnd end = ConnectionEnd::kFin;
  int status = 202;  // of kError and kRedirect
  ErrorBody error_body = ErrorBody::kTwilio;
  std::string retry_after;                               // verbatim
  std::optional<std::chrono::seconds> retry_after_date;  // from now, sent as a date
  std::string message;                                   // of the error body
  std::chrono::milliseconds delay{0};                    // before the reply
  std::chrono::milliseconds byte_delay{10};              // of the slow ones
  std::optional<std::chrono::milliseconds> hold;         // kNoReply: at most so long
  std::uint64_t amount = 0;                              // bytes, headers, brackets; the interim reply's status
  std::vector<std::uint64_t> items;                      // indexes; empty: all
};

// The fault of a name without parameters: a name of the table, or STATUS, STATUS_before_billing, STATUS_after_billing.
// Nothing for an unknown name.
std::optional<Fault> fault_named(std::string_view name);

// "429", or {"fault":"429","retry_after":"2"}: UsageError with the known names or parameters where it is neither.
// `where` says for people where it stands; the member `ignored`, which is the caller's own, may stand beside.
Fault parse_fault(const JsonValue& value, const std::string& where, std::string_view ignored = {});

// All names with their parameters, for --list-faults and for errors.
std::string fault_list();
std::string fault_names();

}  // namespace usage::sandbox
