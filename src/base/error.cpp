#include "usage/base/error.h"

#include <algorithm>
#include <array>

namespace usage {
namespace {

// Worst first. kUsage and kRefused end a command before anything was sent, so they meet no other in practice.
constexpr std::array kWorstFirst = {ExitStatus::kLedger,      ExitStatus::kUnknown,    ExitStatus::kCredentials,
                                    ExitStatus::kInterrupted, ExitStatus::kTerminated, ExitStatus::kStopped,
                                    ExitStatus::kRefused,     ExitStatus::kUsage,      ExitStatus::kSomeNotBilled};

}  // namespace

ExitStatus worst_of(ExitStatus a, ExitStatus b) {
  auto worst = std::find_if(kWorstFirst.begin(), kWorstFirst.end(),
                            [&](ExitStatus status) { return status == a || status == b; });
  return worst == kWorstFirst.end() ? ExitStatus::kOk : *worst;
}

}  // namespace usage
