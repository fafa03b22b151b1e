// What report.html needs of the rows, gathered in the pass that writes the other files.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "installation_sums.h"
#include "report_causes.h"
#include "usage/reconcile/run_summary.h"

namespace usage {

inline constexpr std::size_t kMaxListedUnknown = 50;

// A charge in doubt, as it is listed.
struct UnknownCharge {
  std::string line;  // with file or run, where there are several
  std::string installation;
  std::string billing_sid;
  std::string quantity;
  std::string currency;
  std::string reference;
  std::string reason;
  std::uint32_t request = 0;  // number in its run; 0: the row only met the charge
  std::optional<WallTime> sent_at;
};

// What one person decided about charges in doubt.
struct HandSettled {
  std::uint64_t rows = 0;
  Amount amount;
  std::optional<WallTime> last_at;
};

class ReportRows {
 public:
  explicit ReportRows(const RunSummary& summary);
  void add(const RowRecord& row);

  // By who, as what, currency, and why.
  using Settled = std::map<std::tuple<std::string, RowStatus, std::string, std::string>, HandSettled>;
  const InstallationSums& installations() const { return installations_; }
  std::vector<ReportCause> causes() const { return causes_.list(); }
  const std::vector<UnknownCharge>& unknown() const { return unknown_; }  // the first ones
  const std::vector<Total>& standing_unknown() const { return standing_unknown_; }
  const std::vector<Total>& sendable() const { return sendable_; }  // of a dry run, by currency
  const Settled& settled() const { return settled_; }
  std::uint64_t further_settled() const { return further_settled_; }                // rows that are not among them
  const std::vector<std::uint64_t>& rows_of_file() const { return rows_of_file_; }  // beside RunSummary::files

 private:
  void add_unknown(const RowRecord& row, const Amount& amount);
  void add_unbilled(const RowRecord& row, const Amount& amount);
  void add_settled(const RowRecord& row, const Amount& amount);
  const RunSummary* summary_;
  InstallationSums installations_;
  ReportCauses causes_;
  std::vector<UnknownCharge> unknown_;
  std::vector<Total> standing_unknown_;
  std::vector<Total> sendable_;
  Settled settled_;
  std::uint64_t further_settled_ = 0;
  std::vector<std::uint64_t> rows_of_file_;
};

}  // namespace usage
