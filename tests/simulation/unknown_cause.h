// Why a row was `unknown`: for the figures, told from what the endpoint and the wire know, not from the row's reason.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "simulation/simulated_endpoint.h"
#include "usage/ledger/records.h"

namespace usage::test {

enum class UnknownCause : std::uint8_t {
  kNoReply,     // it began to send, and no whole reply header came
  kCut202,      // the wire cut a 202's body
  kUnclear202,  // a 202 whose body does not name every item, once, with its answer
  kEither202,   // a 202 of which the table leaves open whether it is understood
  kOther2xx,
  k3xx,
  k4xx,  // one that proves nothing
  k500,
  k503,
  kOtherStatus,
  kKilledUnderWay,   // the process died while it was on the wire
  kKilledUnclaimed,  // the process died, or its disk failed, between the claim and the wire
  kUnrecorded,       // its end came, and the process died, or its disk failed, before that was durable
  kNone,             // none of these: a row that is in doubt against proof
};
inline constexpr std::size_t kUnknownCauses = static_cast<std::size_t>(UnknownCause::kNone) + 1;

// Of a request whose last attempt is in doubt.
UnknownCause cause_of_doubt(const RequestEvidence& request, const std::vector<Contact>& contacts);

class UnknownFigures {
 public:
  void add(UnknownCause cause, std::uint64_t rows = 1) { rows_[static_cast<std::size_t>(cause)] += rows; }
  std::uint64_t of(UnknownCause cause) const { return rows_[static_cast<std::size_t>(cause)]; }
  std::uint64_t total() const;
  UnknownFigures& operator+=(const UnknownFigures& more);
  std::string text() const;  // a line a cause: how many, and why

 private:
  std::array<std::uint64_t, kUnknownCauses> rows_{};
};

}  // namespace usage::test
