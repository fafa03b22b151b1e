// The wire, as the sender sees it.
#pragma once

#include <string>
#include <vector>

#include "usage/base/clock.h"
#include "usage/model/delivery.h"
#include "usage/model/ids.h"

namespace usage {

struct FinishedTransfer {
  AttemptId attempt = 0;
  Delivery delivery;
  int connection = 0;  // that it came on; 0 where that is not known
};

// Posts bodies. A status code is a delivered reply, never an error. start() must only be called for an attempt that the
// ledger holds as `sending`, durably; each started attempt comes back from poll() exactly once.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual void start(AttemptId attempt, const std::string& url, std::string body) = 0;

  // The only place where the program sleeps: until a transfer has ended, `until` is reached or the stop signal came.
  // Returns what has ended, possibly nothing.
  virtual std::vector<FinishedTransfer> poll(SteadyTime until) = 0;

  // No further request goes out on it: its replies may no longer be those of the requests before them.
  virtual void leave_connection(int /*connection*/) {}
};

}  // namespace usage
