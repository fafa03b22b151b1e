// Which fault a request meets: a file of the person who rehearses, read once at the start.
//
//   {"installations": {"XE...": {"faults": ["429", {"fault":"503","retry_after":"2"}, "ok"], "repeat_last": false}},
//    "default": {"faults": ["slow"]},
//    "chance": [{"fault":"500_after_billing","probability":"0.02"}],
//    "concurrency_limit": 20, "latency_ms": 5}
//
// An installation that is named gets its faults in turn, one a request, then "ok" for ever (or the last one, with
// repeat_last). All others get those of `default` in turn, then what `chance` says.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fault.h"

namespace usage::sandbox {

struct FaultsInTurn {
  std::vector<Fault> faults;
  bool repeat_last = false;
};

struct FaultByChance {
  Fault fault;
  std::uint64_t per_billion = 0;
};

struct Scenario {
  std::map<std::string, FaultsInTurn> installations;  // by sid_key
  FaultsInTurn otherwise;                             // "default"
  std::vector<FaultByChance> chance;                  // together at most a billion
  std::optional<std::uint64_t> concurrency_limit;
  std::chrono::milliseconds latency{0};  // before every reply
};

// UsageError where it is no scenario; `name` is the file's, for people.
Scenario parse_scenario(std::string_view text, const std::string& name);
Scenario read_scenario(const std::filesystem::path& file);

// The fault of the nth request (from 0) to an installation. Depends on nothing else, so that the order in which
// requests of several installations arrive does not matter.
Fault choose_fault(const Scenario& scenario, std::uint64_t seed, std::string_view installation, std::uint64_t nth);

// A value that looks random, and is the same for the same three.
std::uint64_t mixed(std::uint64_t seed, std::string_view text, std::uint64_t number);

}  // namespace usage::sandbox
