// The names in a result folder, and how a summary.json of ours begins.
#pragma once

#include <array>
#include <string_view>

namespace usage {

inline constexpr std::string_view kReconciliationName = "reconciliation.csv";
inline constexpr std::string_view kFailedName = "failed.csv";
inline constexpr std::string_view kUnknownName = "unknown.csv";
inline constexpr std::string_view kReportName = "report.html";
inline constexpr std::string_view kSummaryName = "summary.json";
inline constexpr std::array kResultNames = {kReconciliationName, kFailedName, kUnknownName, kReportName, kSummaryName};

inline constexpr std::string_view kProgramName = "usage-uploader";
inline constexpr std::string_view kPeriodState = "period";  // "state" of a whole period's summary.json
inline constexpr std::string_view kRestOfOpenRun = "send the rest of the open run";  // a next step of such a period
inline constexpr std::string_view kSummaryBeginning = "{\n  \"program\": \"usage-uploader\",\n";

}  // namespace usage
