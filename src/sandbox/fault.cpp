#include "fault.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "fault_table.h"
#include "json_members.h"

namespace usage::sandbox {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kMaxMilliseconds = 3'600'000;
constexpr std::uint64_t kMaxAmount = 4'000'000'000;
constexpr int kLowestStatus = 200;
constexpr int kHighestStatus = 599;

const FaultRow* row_named(std::string_view name) {
  const auto table = fault_table();
  const auto row = std::find_if(table.begin(), table.end(), [&](const FaultRow& r) { return r.name == name; });
  return row == table.end() ? nullptr : &*row;
}

Fault fault_of(const FaultRow& row) {
  Fault fault;
  fault.name = row.name;
  fault.billing = row.billing;
  fault.shape = row.shape;
  fault.wire = row.wire;
  fault.end = row.end;
  fault.amount = row.amount;
  if (row.shape == ReplyShape::kRedirect) fault.status = static_cast<int>(row.amount);
  if (row.name == "slow") fault.delay = milliseconds(1000);
  return fault;
}

// "503", "503_before_billing" and "503_after_billing".
std::optional<Fault> status_fault(std::string_view name) {
  int status = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), status);
  const std::string_view suffix = name.substr(static_cast<std::size_t>(end - name.data()));
  if (error != std::errc() || status < kLowestStatus || status > kHighestStatus) return std::nullopt;
  const bool after = suffix == "_after_billing";
  if (!suffix.empty() && !after && suffix != "_before_billing") return std::nullopt;
  if (after && promises_not_billed(status)) return std::nullopt;
  Fault fault = fault_of(*row_named("status"));
  fault.name = name;
  fault.status = status;
  if (after) fault.billing = Billing::kBilled;
  return fault;
}

ErrorBody read_error_body(const JsonValue& value, const std::string& where) {
  constexpr std::array<std::pair<std::string_view, ErrorBody>, 6> kBodies{
      {{"twilio", ErrorBody::kTwilio},
       {"http_status_code", ErrorBody::kHttpStatusCode},
       {"rfc9457", ErrorBody::kRfc9457},
       {"plain_text", ErrorBody::kPlainText},
       {"html", ErrorBody::kHtml},
       {"empty", ErrorBody::kEmpty}}};
  const std::string name = read_text(value, where);
  for (const auto& [known, body] : kBodies) {
    if (known == name) return body;
  }
  refuse_scenario(where, "unknown body \"" + name + "\"",
                  "known: twilio, http_status_code, rfc9457, plain_text, html, empty");
}

int read_status(const JsonValue& value, const std::string& where) {
  const auto status = static_cast<int>(read_count(value, where, kHighestStatus));
  if (status < kLowestStatus) refuse_scenario(where, "not a final status", "write one from 200 to 599");
  return status;
}

std::vector<std::uint64_t> read_indexes(const JsonValue& value, const std::string& where) {
  if (!value.is(JsonValue::Kind::kArray)) refuse_scenario(where, "not a list", "write indexes from 0, such as [0, 2]");
  std::vector<std::uint64_t> indexes;
  for (const JsonValue& element : value.elements) indexes.push_back(read_count(element, where, kMaxAmount));
  return indexes;
}

void set_parameter(Fault& fault, const std::string& name, const JsonValue& value, const std::string& where) {
  const auto read_milliseconds = [&] { return milliseconds(read_count(value, where, kMaxMilliseconds)); };
  if (name == "delay_ms") fault.delay = read_milliseconds();
  if (name == "byte_delay_ms") fault.byte_delay = read_milliseconds();
  if (name == "hold_ms") fault.hold = read_milliseconds();
  if (name == "status") fault.status = read_status(value, where);
  if (name == "billed") fault.billing = read_truth(value, where) ? Billing::kBilled : Billing::kNotBilled;
  if (name == "body") fault.error_body = read_error_body(value, where);
  if (name == "message") fault.message = read_text(value, where);
  if (name == "retry_after") fault.retry_after = read_text(value, where);
  if (name == "retry_after_date_s") fault.retry_after_date = std::chrono::seconds(read_count(value, where, 86'400));
  if (name == "items") fault.items = read_indexes(value, where);
  if (name == "bytes" || name == "count" || name == "depth") fault.amount = read_count(value, where, kMaxAmount);
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// A status fault whose name is its status ("503") may not be given another one.
std::vector<std::string_view> parameters_of(const Fault& fault) {
  const FaultRow* row = row_named(fault.name);
  std::vector<std::string_view> words = words_of(row != nullptr ? row->parameters : row_named("status")->parameters);
  if (row == nullptr) std::erase_if(words, [](std::string_view word) { return word == "status" || word == "billed"; });
  words.push_back("delay_ms");
  return words;
}

Fault fault_or_refuse(const std::string& name, const std::string& where) {
  std::optional<Fault> fault = fault_named(name);
  if (!fault) refuse_scenario(where, "unknown fault \"" + name + "\"", "known: " + fault_names());
  return *fault;
}

}  // namespace

std::optional<Fault> fault_named(std::string_view name) {
  if (const FaultRow* row = row_named(name)) return fault_of(*row);
  return status_fault(name);
}

Fault parse_fault(const JsonValue& value, const std::string& where, std::string_view ignored) {
  if (value.is(JsonValue::Kind::kString)) return fault_or_refuse(value.text, where);
  const JsonValue* name = find_member(value, "fault");
  if (name == nullptr) refuse_scenario(where, "no fault is named", "write \"429\" or {\"fault\":\"429\", ...}");
  Fault fault = fault_or_refuse(read_text(*name, where), where);
  std::vector<std::string_view> known = parameters_of(fault);
  known.push_back("fault");
  if (!ignored.empty()) known.push_back(ignored);
  require_members(value, where + ": " + fault.name, known);
  for (const JsonMember& member : value.members) {
    set_parameter(fault, member.name, member.value, where + ": " + member.name);
  }
  if (fault.name == "status" && find_member(value, "status") == nullptr) {
    refuse_scenario(where, "status: no status is given", "write {\"fault\":\"status\",\"status\":418}");
  }
  if (fault.shape == ReplyShape::kError && fault.billing == Billing::kBilled && promises_not_billed(fault.status)) {
    refuse_scenario(where, std::to_string(fault.status) + " promises that nothing was billed", "leave \"billed\" out");
  }
  return fault;
}

std::string fault_list() {
  std::string list =
      "STATUS, STATUS_before_billing, STATUS_after_billing\n"
      "    a status from 200 to 599 with an error body, such as 429, 500_before_billing, 500_after_billing; after\n"
      "    billing only where the status does not promise that nothing was billed\n"
      "    parameters: body message retry_after retry_after_date_s\n"
      "    body: twilio, http_status_code, rfc9457, plain_text, html or empty\n";
  for (const FaultRow& row : fault_table()) {
    list.append(row.name).append(row.billing == Billing::kBilled ? " (billed)" : " (not billed)");
    list.append("\n    ").append(row.meaning).append("\n");
    if (!row.parameters.empty()) list.append("    parameters: ").append(row.parameters).append("\n");
  }
  return list + "Every fault also takes delay_ms: so long before the reply (or its absence).\n";
}

std::string fault_names() {
  std::string names = "STATUS (such as 429), STATUS_before_billing, STATUS_after_billing";
  for (const FaultRow& row : fault_table()) names.append(", ").append(row.name);
  return names;
}

}  // namespace usage::sandbox
