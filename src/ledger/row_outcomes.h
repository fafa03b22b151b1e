// What rows have from elsewhere: their request's outcome, and a person's decision.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger_state.h"

namespace usage {

// A request with its last attempt: as kOutcomeJoins joins them.
struct RequestOutcome {
  std::uint32_t number = 0;
  unsigned attempts = 0;
  int http_status = 0;
  RowStatus status = RowStatus::kUnknown;
  bool under_way = false;  // an attempt is, or was left so by a program that ended
  std::optional<WallTime> sent_at;
  std::optional<WallTime> completed_at;
  std::string_view sid() const { return text(0); }
  std::string_view twilio_request_id() const { return text(1); }
  std::string_view error_code() const { return text(2); }
  std::string_view reason() const { return text(3); }

  std::string texts;  // one after the other
  std::array<std::uint32_t, 5> begins{};

 private:
  std::string_view text(std::size_t i) const {
    return std::string_view(texts).substr(begins[i], begins[i + 1] - begins[i]);
  }
};

// How far apart the rows of one request may lie, and still have its outcome looked up once: kNear where most requests
// have one row.
enum class RowSpread : std::uint8_t { kNear, kWide };

// Rows of one request need not lie together, so its outcome is kept for the next one: those of a bounded number of
// requests, whatever the ledger holds.
class RequestOutcomes {
 public:
  RequestOutcomes(LedgerState& state, RowSpread spread)
      : state_(state), shelves_(spread == RowSpread::kNear ? kNearShelves : kWideShelves) {}
  const RequestOutcome& of(RequestId request);  // valid until the next call

 private:
  struct Known {
    RequestId request = 0;
    RequestOutcome outcome;
  };
  using Shelf = std::array<Known, 64>;  // of requests whose ids follow each other
  static constexpr std::size_t kNearShelves = 16;
  static constexpr std::size_t kWideShelves = 2048;
  LedgerState& state_;
  std::vector<std::unique_ptr<Shelf>> shelves_;  // made when they are needed
};

// The settlements that count. Most ledgers have few, so most rows are not even looked up.
class LatestDecisions {
 public:
  explicit LatestDecisions(LedgerState& state);
  // The one that counts, into the record: status, who, when and why. The record's are empty where there is none.
  void apply(RowId row, RowRecord& record) const;

 private:
  LedgerState& state_;
  RowId first_;  // of the rows that have any; 0: none has
  RowId last_;
};

}  // namespace usage
