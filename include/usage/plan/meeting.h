// How the rows of a new upload meet the charges that the ledger has: what was billed is not sent again, what is in
// doubt waits, what is proven not billed is sent in its old place, and an edited amount does not slip in as a new
// charge.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "usage/ledger/records.h"
#include "usage/model/usage_row.h"

namespace usage {

// What the ledger knows of the upload's endpoint, account and period. See the members of Ledger with these names.
struct LedgerView {
  Scope scope;
  bool account_has_runs = false;  // whatever their period
  std::function<std::vector<KnownCharge>(std::string_view installation)> charges_of;
  std::function<std::vector<ChargePlace>(RowId charge)> places_of;
  std::function<std::optional<ScopedCharge>(std::string_view usage_row)> find_charge;
  std::function<std::optional<ScopedCharge>(std::string_view installation, std::string_view billing_sid,
                                            std::string_view reference)>
      billed_elsewhere;
  // The same, of a charge that had the reference only in a row which met it.
  std::function<std::optional<ScopedCharge>(std::string_view installation, std::string_view billing_sid,
                                            std::string_view reference)>
      met_elsewhere;
  std::function<std::vector<ScopedCharge>(const std::vector<std::string>& references)> billed_with_reference;
  std::function<std::optional<UncorrectedRow>(std::string_view usage_row)> find_uncorrected;
  std::function<std::vector<LineOfFile>(RunId run, std::uint16_t file)> lines_of_file;
  std::function<std::vector<InvalidLine>()> invalid_lines;
};

// A row that met a charge.
struct MetRow {
  RowStatus status = RowStatus::kNotSent;  // kDuplicate, kUnknown, kLeftOut, or kNotSent: sent in the charge's place
  RowId charge = 0;
  std::string reason;  // where it is not sent
  friend bool operator==(const MetRow&, const MetRow&) = default;
};

// A row on an installation's billing item that the period already has submitted or in doubt, or from which a correction
// moved a charge to other SIDs; or one whose reference and amount the period has billed on other SIDs; or one that
// takes the place of a charge whose reference was billed elsewhere since, or beside another row that takes that of a
// charge which may be the same: an edited amount, or a row not yet corrected, would bill twice that way.
struct AdditionalRow {
  std::uint32_t row = 0;
  std::string beside;  // what the ledger has: "12.50, submitted by run 2026-10-1, line 7"
  friend bool operator==(const AdditionalRow&, const AdditionalRow&) = default;
};

// A row that takes the place of a charge with another amount, in another currency, or of another installation or item.
struct CorrectedRow {
  std::uint32_t row = 0;
  Quantity was;
  std::string currency;    // likewise
  std::string moved_from;  // "XE..., BI...", where it was of others
  std::string place;       // "run 2026-10-1, line 7"
  friend bool operator==(const CorrectedRow&, const CorrectedRow&) = default;
};

// Rows that met a charge, and are not sent, though only one of the two has a reference: they may be lines of another
// system, which has none.
struct MetByContent {
  std::uint64_t rows = 0;
  std::uint32_t first = 0;  // of them
  bool first_has_reference = false;
  std::string charge;  // that it met: "run 2026-10-1, line 7"
  friend bool operator==(const MetByContent&, const MetByContent&) = default;
};

struct Meeting {
  std::string content_digest;                      // of the input before any row was rejected
  std::unordered_map<std::uint32_t, MetRow> rows;  // by index into UsageInput::rows; any other row is a new charge
  std::vector<AdditionalRow> additional;           // in input order
  std::vector<CorrectedRow> corrected;             // likewise
  MetByContent met_by_content = {};
  // Rows that would be sent, with the invalid row that each corrects.
  std::unordered_map<std::uint32_t, RowId> corrects = {};
};

// No ledger is asked: every row is a new charge.
Meeting meet_nothing(const UsageInput& input);

// Rows that conflict with the ledger become invalid rows of the input. In this order: rows that name their charge
// (usage_row), or the invalid row that they correct: no charge of that one's file is theirs; equal rows (installation,
// billing SID, quantity; reference where both have one), submitted charges before those in doubt before unbilled ones
// before those left out by a decision; equal references; whatever is left.
Meeting meet_ledger(UsageInput& input, const LedgerView& ledger);

}  // namespace usage
