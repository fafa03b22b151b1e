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

inline constexpr std::string_view kFolderBeginning = "usage-";  // of a run's or period's folder

inline constexpr std::string_view kProgramName = "usage-uploader";
// "state" of a summary.json.
inline constexpr std::string_view kFinishedState = "finished";
inline constexpr std::string_view kAbandonedState = "abandoned";
inline constexpr std::string_view kPeriodState = "period";  // of a whole period's
// SHA-256 of what was written, by which a later change shows.
inline constexpr std::string_view kFailedDigest = "failed_digest";
inline constexpr std::string_view kUnknownDigest = "unknown_digest";
inline constexpr std::string_view kRestOfOpenRun = "send the rest of the open run";  // a next step of such a period
inline constexpr std::string_view kSummaryBeginning = "{\n  \"program\": \"usage-uploader\",\n";

}  // namespace usage
