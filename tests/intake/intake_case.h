// Files in a folder of the test's own, read by read_usage.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support/temp_folder.h"
#include "usage/base/error.h"
#include "usage/intake/usage_intake.h"

namespace usage::test {

// "XE" or "BI" and 32 hex digits that end with the number.
inline std::string sid(const std::string& prefix, int number) {
  const std::string digits = std::to_string(number);
  return prefix + std::string(32 - digits.size(), 'a') + digits;
}

class IntakeCase {
 public:
  std::string file(const std::string& text, const std::string& name = "in.csv") const {
    const std::filesystem::path path = folder_.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  UsageInput read(const std::string& text, const IntakeOptions& options = {}) const {
    return read_usage({file(text)}, options, {});
  }

  std::string refusal(const std::string& text, const IntakeOptions& options = {}) const {
    try {
      read(text, options);
      return "";
    } catch (const Error& error) {
      return error.name();
    }
  }

  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  TempFolder folder_;
};

// "2:quantity-empty 2:installation-form 7:..."
inline std::string problems_of(const UsageInput& input) {
  std::string names;
  for (const InvalidRow& row : input.invalid) {
    for (const RowProblem& problem : row.problems) {
      names += (names.empty() ? "" : " ") + std::to_string(problem.line) + ":" + problem.name;
    }
  }
  return names;
}

inline std::string warning_of(const UsageInput& input, const std::string& name) {
  for (const Warning& warning : input.warnings) {
    if (warning.name == name) return warning.text;
  }
  return "";
}

inline std::string quantities_of(const UsageInput& input) {
  std::string text;
  for (const UsageRow& row : input.rows) text += (text.empty() ? "" : " ") + row.quantity.text();
  return text;
}

}  // namespace usage::test
