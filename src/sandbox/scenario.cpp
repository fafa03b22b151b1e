#include "scenario.h"

#include "exact_number.h"
#include "json_members.h"
#include "usage/base/error.h"
#include "usage/base/file.h"
#include "usage/base/sid.h"

namespace usage::sandbox {
namespace {

constexpr std::uint64_t kBillion = 1'000'000'000;
constexpr std::uint64_t kMaxScenarioBytes = 64 << 20;
constexpr std::uint64_t kMaxLatencyMs = 3'600'000;

FaultsInTurn parse_turns(const JsonValue& value, const std::string& where) {
  require_members(value, where, {"faults", "repeat_last"});
  FaultsInTurn turns;
  const JsonValue* list = find_member(value, "faults");
  if (list == nullptr || !list->is(JsonValue::Kind::kArray)) {
    refuse_scenario(where, "no list of faults", "write {\"faults\": [\"429\", \"ok\"]}");
  }
  for (const JsonValue& element : list->elements) {
    turns.faults.push_back(parse_fault(element, where + ": fault " + std::to_string(turns.faults.size() + 1)));
  }
  if (const JsonValue* repeat = find_member(value, "repeat_last")) {
    turns.repeat_last = read_truth(*repeat, where + ": repeat_last");
  }
  return turns;
}

// "0.02" -> 20,000,000. Beyond nine decimals it is rounded.
std::uint64_t parse_probability(const JsonValue& object, const std::string& where) {
  const JsonValue* value = find_member(object, "probability");
  const auto number = value == nullptr ? std::nullopt : ExactNumber::parse(value->text);
  const std::string remedy = "write a probability from 0 to 1, such as \"0.02\"";
  if (!number) refuse_scenario(where, "no probability", remedy);
  const auto scaled = ExactNumber::parse(number->text() + "e9");
  const std::string digits = scaled->rounded_to(0).text();
  if (digits.size() > 10 || std::stoull(digits) > kBillion) refuse_scenario(where, "probability above 1", remedy);
  return std::stoull(digits);
}

std::vector<FaultByChance> parse_chance(const JsonValue& value, const std::string& where) {
  if (!value.is(JsonValue::Kind::kArray)) {
    refuse_scenario(where, "not a list", "write [{\"fault\":\"503\",\"probability\":\"0.02\"}]");
  }
  std::vector<FaultByChance> chance;
  std::uint64_t sum = 0;
  for (const JsonValue& element : value.elements) {
    const std::string entry = where + ": entry " + std::to_string(chance.size() + 1);
    chance.push_back({parse_fault(element, entry, "probability"), parse_probability(element, entry)});
    sum += chance.back().per_billion;
  }
  if (sum > kBillion) refuse_scenario(where, "the probabilities add up to more than 1", "lower them");
  return chance;
}

void parse_installations(const JsonValue& value, const std::string& where, Scenario& scenario) {
  if (!value.is(JsonValue::Kind::kObject))
    refuse_scenario(where, "not an object", "write {\"XE...\": {\"faults\": []}}");
  for (const JsonMember& member : value.members) {
    const std::string place = where + ": " + member.name;
    if (!is_installation_sid(member.name)) refuse_scenario(place, "no installation SID", "write XE and 32 hex digits");
    if (!scenario.installations.emplace(sid_key(member.name), parse_turns(member.value, place)).second) {
      refuse_scenario(place, "stands twice", "keep one of them (letter case does not matter)");
    }
  }
}

Scenario scenario_of(const JsonValue& root, const std::string& name) {
  require_members(root, name, {"default", "installations", "chance", "concurrency_limit", "latency_ms"});
  Scenario scenario;
  for (const JsonMember& member : root.members) {
    const std::string where = name + ": " + member.name;
    if (member.name == "default") scenario.otherwise = parse_turns(member.value, where);
    if (member.name == "installations") parse_installations(member.value, where, scenario);
    if (member.name == "chance") scenario.chance = parse_chance(member.value, where);
    if (member.name == "concurrency_limit") scenario.concurrency_limit = read_count(member.value, where, kBillion);
    if (member.name == "latency_ms") {
      scenario.latency = std::chrono::milliseconds(read_count(member.value, where, kMaxLatencyMs));
    }
  }
  return scenario;
}

std::optional<Fault> fault_in_turn(const FaultsInTurn& turns, std::uint64_t nth) {
  if (nth < turns.faults.size()) return turns.faults[nth];
  if (turns.repeat_last && !turns.faults.empty()) return turns.faults.back();
  return std::nullopt;
}

// The finalizer of SplitMix64: every bit of the result depends on every bit of the value.
std::uint64_t stirred(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ value >> 27) * 0x94D049BB133111EBULL;
  return value ^ value >> 31;
}

}  // namespace

Scenario parse_scenario(std::string_view text, const std::string& name) {
  const auto parsed = parse_json(text);
  if (const auto* error = std::get_if<std::string>(&parsed)) {
    refuse_scenario(name, "not JSON: " + *error, "mend the file there");
  }
  return scenario_of(std::get<JsonValue>(parsed), name);
}

Scenario read_scenario(const std::filesystem::path& file) {
  try {
    return parse_scenario(read_file(file, kMaxScenarioBytes), file.string());
  } catch (const UsageError&) {
    throw;
  } catch (const std::exception& error) {  // what read_file throws
    refuse_scenario(file.string(), error.what(), "give --scenario a file that can be read");
  }
}

std::uint64_t mixed(std::uint64_t seed, std::string_view text, std::uint64_t number) {
  std::uint64_t value = stirred(seed);
  for (const char c : text) value = stirred(value ^ static_cast<unsigned char>(c));
  return stirred(value ^ number);
}

Fault choose_fault(const Scenario& scenario, std::uint64_t seed, std::string_view installation, std::uint64_t nth) {
  const std::string key = sid_key(installation);
  if (const auto named = scenario.installations.find(key); named != scenario.installations.end()) {
    return fault_in_turn(named->second, nth).value_or(Fault{});
  }
  if (const auto fault = fault_in_turn(scenario.otherwise, nth)) return *fault;
  std::uint64_t draw = mixed(seed, key, nth) % kBillion;
  for (const FaultByChance& entry : scenario.chance) {
    if (draw < entry.per_billion) return entry.fault;
    draw -= entry.per_billion;
  }
  return Fault{};
}

}  // namespace usage::sandbox
