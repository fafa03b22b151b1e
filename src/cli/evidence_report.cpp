#include "usage/cli/evidence_report.h"

#include <algorithm>
#include <map>

#include "usage/base/json_writer.h"
#include "usage/base/text.h"
#include "usage/marketplace/usage_api.h"
#include "usage/reconcile/run_json.h"

namespace usage {
namespace {

// Each line behind a mark, so that no line of a reply passes for one of ours.
std::string marked_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    out += "    | " + clean_text(line, std::string::npos) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string rows_text(const RequestEvidence& evidence) {
  std::string text;
  for (const RowEvidence& row : evidence.rows) {
    text += "  " + clean_text(row.place) + ": " + clean_text(row.billing_sid) + "  " + clean_text(row.quantity);
    if (!row.currency.empty()) text += " " + clean_text(row.currency, 20);
    if (!row.reference.empty()) text += "  (" + clean_text(row.reference, 60) + ")";
    text += ": " + std::string(name_of(row.status));
    if (!row.settled_by.empty()) text += ", settled by " + clean_text(row.settled_by, 60);
    text += (row.reason.empty() ? "" : ": " + clean_text(row.reason)) + "\n";
  }
  return text;
}

bool all_have(const std::vector<RowEvidence>& rows, auto RowEvidence::*member) {
  return std::ranges::all_of(rows, [&](const RowEvidence& row) { return row.*member == rows.front().*member; });
}

// Of the request, what holds for each item: some may have been answered otherwise, or settled since.
std::optional<RowStatus> common_status(const RequestEvidence& evidence) {
  if (evidence.rows.empty() || !all_have(evidence.rows, &RowEvidence::status)) return std::nullopt;
  return evidence.rows.front().status;
}

std::string common_reason(const RequestEvidence& evidence) {
  const bool is_one = common_status(evidence) && all_have(evidence.rows, &RowEvidence::reason) &&
                      all_have(evidence.rows, &RowEvidence::settled_by);
  return is_one ? evidence.rows.front().reason : "";
}

// "submitted", or "1 of 2 items submitted, 1 not_submitted".
std::string status_text(const RequestEvidence& evidence) {
  if (const auto status = common_status(evidence)) return std::string(name_of(*status));
  std::map<RowStatus, std::size_t> counts;
  for (const RowEvidence& row : evidence.rows) ++counts[row.status];
  std::string text;
  for (const auto& [status, count] : counts) {
    text += text.empty() ? std::to_string(count) + " of " + std::to_string(evidence.rows.size()) + " items "
                         : ", " + std::to_string(count) + " ";
    text += name_of(status);
  }
  return text;
}

std::string settlements_text(const RequestEvidence& evidence) {
  std::string text;
  for (const SettlementEvidence& one : evidence.settlements)
    text += "  " + clean_text(one.place) + " settled as " + one.status + " by " + clean_text(one.settled_by, 200) +
            " " + rfc3339(one.settled_at) + ": " + clean_text(one.note, 300) + "\n";
  return text.empty() ? "" : "\nWhat people decided, the last word for each row counts\n" + text;
}

std::string times_text(const AttemptEvidence& attempt) {
  if (attempt.times_issued)
    return "sent " + rfc3339(attempt.sent_at) + ", " +
           (attempt.completed_at ? "completed " + rfc3339(*attempt.completed_at) : "not completed");
  return "recorded as under way " + rfc3339(attempt.sent_at) + "; " +
         (attempt.completed_at
              ? "the program ended before an outcome was recorded (found " + rfc3339(*attempt.completed_at) + ")"
              : "no outcome is recorded yet");
}

std::string wire_text(const AttemptEvidence& attempt) {
  if (!attempt.times_issued) return "it is not known whether it left this machine";
  std::string text = "issued by libcurl " + count_of(*attempt.times_issued, "time", "times");
  if (attempt.connect_status != 0) text += ", proxy answered " + std::to_string(attempt.connect_status);
  if (attempt.http_status != 0) text += ", HTTP status " + std::to_string(attempt.http_status);
  if (!attempt.error_code.empty()) text += ", error code " + clean_text(attempt.error_code);
  if (!attempt.twilio_request_id.empty()) text += ", Twilio-Request-Id " + clean_text(attempt.twilio_request_id);
  if (!attempt.fault_text.empty()) text += ", " + clean_text(attempt.fault_text);
  return text;
}

std::string attempt_text(const AttemptEvidence& attempt, std::size_t number) {
  std::string text = "\nAttempt " + std::to_string(number) + ": " + attempt.verdict;
  if (!attempt.name.empty()) text += " (" + clean_text(attempt.name) + ")";
  if (!attempt.reason.empty()) text += ": " + clean_text(attempt.reason);
  text += "\n  " + times_text(attempt) + "\n  " + wire_text(attempt) + "\n";
  if (!attempt.headers.empty()) text += "  reply headers\n" + marked_lines(attempt.headers);
  if (!attempt.body.empty())
    text += "  reply body, " + count_of(attempt.body.size(), "byte", "bytes") +
            (attempt.may_be_cut() ? "; no more is kept of a reply" : "") + "\n" + marked_lines(attempt.body);
  return text;
}

void write_bytes(JsonWriter& json, const std::string& name, const std::string& bytes) {
  json.key(name).value(bytes);
  if (is_valid_utf8(bytes)) return;
  json.key(name + "_hex").value(hex_of(bytes));
}

void write_attempt(JsonWriter& json, const AttemptEvidence& attempt) {
  json.begin_object().key("verdict").value(attempt.verdict).key("name").value(attempt.name);
  json.key("reason").value(attempt.reason).key("sent_at").value(rfc3339(attempt.sent_at));
  write_time(json, "completed_at", attempt.completed_at);
  json.key("times_issued");
  attempt.times_issued ? json.value(*attempt.times_issued) : json.null();
  json.key("http_status").value(attempt.http_status);
  json.key("connect_status").value(attempt.connect_status).key("fault").value(attempt.fault_text);
  json.key("error_code").value(attempt.error_code).key("twilio_request_id").value(attempt.twilio_request_id);
  write_bytes(json, "reply_headers", attempt.headers);
  write_bytes(json, "reply_body", attempt.body);
  json.key("reply_body_may_be_cut").value(attempt.may_be_cut());
  json.end_object();
}

}  // namespace

std::string evidence_text(const RunInfo& run, const RequestEvidence& evidence) {
  const std::string reason = clean_text(common_reason(evidence));
  std::string text = "Request " + std::to_string(evidence.number) + " of run " + clean_text(run.name) + ": " +
                     status_text(evidence) + (reason.empty() ? "" : ": " + reason) + "\n";
  text += "Account " + clean_text(run.scope.account) + ", period " + clean_text(run.scope.period) + ", installation " +
          clean_text(evidence.installation) + "\n" + rows_text(evidence);
  if (evidence.parent != 0)
    text += "Posts again what request " + std::to_string(evidence.parent) + " was answered submitted: false for\n";
  text += "\nPOST " + usage_url(run.scope.endpoint, evidence.installation) + "\n  request body, " +
          count_of(evidence.body.size(), "byte", "bytes") + "\n" + marked_lines(evidence.body);
  for (std::size_t i = 0; i < evidence.attempts.size(); ++i) text += attempt_text(evidence.attempts[i], i + 1);
  return text + (evidence.attempts.empty() ? "\nIt was not sent.\n" : "") + settlements_text(evidence);
}

std::string evidence_json(const RunInfo& run, const RequestEvidence& evidence) {
  JsonWriter json(JsonLayout::kIndented);
  json.begin_object().key("run").value(run.name).key("request").value(evidence.number);
  json.key("parent");
  evidence.parent != 0 ? json.value(evidence.parent) : json.null();
  json.key("account").value(run.scope.account).key("period").value(run.scope.period);
  const auto status = common_status(evidence);
  json.key("status");
  status ? json.value(name_of(*status)) : json.null();
  json.key("reason").value(common_reason(evidence));
  json.key("installed_add_on_sid").value(evidence.installation).key("rows").begin_array();
  for (const RowEvidence& row : evidence.rows) json.value(row.place);
  json.end_array().key("items").begin_array();
  for (const RowEvidence& row : evidence.rows) {
    json.begin_object().key("row").value(row.place).key("billing_sid").value(row.billing_sid);
    json.key("quantity").value(row.quantity).key("currency").value(row.currency);
    json.key("reference").value(row.reference).key("status").value(name_of(row.status));
    json.key("reason").value(row.reason).end_object();
  }
  json.end_array().key("method").value("POST");
  json.key("url").value(usage_url(run.scope.endpoint, evidence.installation));
  write_bytes(json, "body", evidence.body);
  json.key("attempts").begin_array();
  for (const AttemptEvidence& attempt : evidence.attempts) write_attempt(json, attempt);
  json.end_array().key("settlements").begin_array();
  for (const SettlementEvidence& one : evidence.settlements) {
    json.begin_object().key("row").value(one.place).key("status").value(one.status);
    json.key("settled_by").value(one.settled_by).key("settle_note").value(one.note);
    json.key("settled_at").value(rfc3339(one.settled_at)).end_object();
  }
  json.end_array().key("exit_status").value(0).end_object();
  return json.text();
}

}  // namespace usage
