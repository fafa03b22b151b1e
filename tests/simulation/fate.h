// What becomes of one attempt: what the wire shows of it, what the endpoint bills, and what that proves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "simulation/dice.h"
#include "simulation/posted_usage.h"
#include "usage/base/clock.h"
#include "usage/model/delivery.h"

namespace usage::test {

// What outcomes.md says that the attempt proves, decided when the fate is made and not from what comes back.
enum class Proof : std::uint8_t {
  kAnswered,      // 202 with every item
  kRefused,       // will not be carried out
  kNotProcessed,  // may be sent again
  kRateLimited,   // 429: the same, with other limits
  kStopRun,       // not processed, nor would any other be
  kDoubt,         // may have been processed
  kEither,        // answered, in a form of which the table leaves open whether it is understood
};

struct Fate {
  std::string name;  // for the trace
  Proof proof = Proof::kDoubt;
  Delivery delivery;
  std::vector<bool> bills;  // one an item
  std::vector<bool> says;   // one an item, where the proof is kAnswered or kEither: the reply's `submitted`
  Duration ends_after{};
};

enum class ServiceUnavailable : std::uint8_t { kMayBill, kNeverBills };  // kNeverBills: what --retry-503 trusts in

struct Weather {
  unsigned faults_percent = 30;
  unsigned rejects_percent = 10;  // of items of a good reply: `submitted: false`
  ServiceUnavailable on_503 = ServiceUnavailable::kMayBill;
};

Fate good_fate(Dice& dice, const std::vector<Item>& items, unsigned rejects_percent);
Fate any_fate(Dice& dice, const std::vector<Item>& items, const Weather& weather);

// Building blocks, also for scripts.
Fate never_sent_fate(TransportFault fault, int connect_status = 0);
Fate no_reply_fate(TransportFault fault, std::vector<bool> bills);
Fate reply_fate(int status, Proof proof, std::vector<bool> bills);

}  // namespace usage::test
