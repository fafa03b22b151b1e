// What an attempt's end means for the charges it carried.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "usage/base/clock.h"
#include "usage/model/warning.h"

namespace usage {

enum class Verdict : std::uint8_t {
  kAnswered,      // 202 that names every item: see `submitted`
  kRefused,       // proven not billed, and no retry would change it: this request is `failed`
  kNotProcessed,  // proven not processed: may be sent again
  kUnknown,       // may have been processed: never sent again by the program
  kStopRun,       // proven not processed, and the same would happen to every other request
};

// Why an attempt was not processed, as far as waiting goes.
enum class NotProcessedCause : std::uint8_t { kNone, kNeverSent, kRateLimited, kMisdirected, kServiceUnavailable };

enum class StopCause : std::uint8_t { kNone, kCredentials, kProxyCredentials, kCertificate, kLocalConfiguration };

struct AttemptOutcome {
  Verdict verdict = Verdict::kUnknown;
  NotProcessedCause cause = NotProcessedCause::kNone;  // where verdict is kNotProcessed
  StopCause stop = StopCause::kNone;                   // where verdict is kStopRun
  std::vector<bool> submitted;                         // where verdict is kAnswered: one an item, in the items' order
  std::string name;                                    // stable: "accepted", "http-404", "reply-cut", "no-reply"
  std::string reason;                                  // one line for people, from us and cleaned network text
  int http_status = 0;
  std::string error_code;                       // the reply body's own code ("20429"), cleaned
  std::string twilio_request_id;                // cleaned
  std::optional<Duration> retry_after;          // as the reply says, at least 0, not yet clamped
  std::optional<unsigned> concurrent_requests;  // of the account, as the endpoint counts them, this one included
  std::vector<Warning> warnings;
};

}  // namespace usage
