#include "usage/cli/charge_list.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <span>
#include <system_error>

#include "usage/base/error.h"
#include "usage/base/json_writer.h"
#include "usage/base/text.h"
#include "usage/reconcile/run_json.h"

namespace usage {
namespace {

constexpr std::size_t kShownCharges = 100;
constexpr std::size_t kBufferSize = std::size_t{1} << 16;

// Its place among the kinds of charges that wait; nothing where it does not.
std::optional<std::size_t> kind_of(RowStatus status) {
  switch (status) {
    case RowStatus::kUnknown:
      return 0;
    case RowStatus::kFailed:
    case RowStatus::kNotSubmitted:
      return 1;
    case RowStatus::kNotSent:
      return 2;
    case RowStatus::kSubmitted:
    case RowStatus::kDuplicate:
    case RowStatus::kInvalid:
    case RowStatus::kLeftOut:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string json_of(const RowRecord& row, const std::string& run) {
  JsonWriter json;
  json.begin_object().key("run").value(run).key("line").value(row.place.line);
  json.key("installed_add_on_sid").value(row.installation).key("billing_sid").value(row.billing_sid);
  json.key("quantity").value(row.quantity).key("currency").value(row.currency).key("reference").value(row.reference);
  json.key("status").value(name_of(row.status)).key("reason").value(row.reason);
  json.key("http_status").value(row.http_status).key("error_code").value(row.error_code);
  json.key("attempts").value(row.attempts).key("request").value(row.request);
  json.key("twilio_request_id").value(row.twilio_request_id);
  write_time(json, "sent_at", row.sent_at);
  write_time(json, "completed_at", row.completed_at);
  json.key("settled_by").value(row.settled_by);
  write_time(json, "settled_at", row.settled_at);
  json.key("settle_note").value(row.settle_note).key("usage_row").value(row.usage_row).end_object();
  return json.text();
}

std::string json_of(const DecisionRecord& decision) {
  JsonWriter json;
  json.begin_object().key("run").value(decision.run).key("row").value(decision.place);
  json.key("installed_add_on_sid").value(decision.installation).key("billing_sid").value(decision.billing_sid);
  json.key("quantity").value(decision.quantity).key("currency").value(decision.currency);
  json.key("reference").value(decision.reference).key("request").value(decision.request);
  json.key("status").value(name_of(decision.status)).key("settled_by").value(decision.settled_by);
  json.key("settled_at").value(rfc3339(decision.settled_at)).key("settle_note").value(decision.note);
  json.key("last_word").value(decision.is_last_word).key("sent_again").value(decision.was_sent_again);
  json.key("later_run").value(decision.later_run).key("later_row").value(decision.later_place);
  json.key("later_quantity").value(decision.later_quantity).key("later_currency").value(decision.later_currency);
  json.key("latest_status").value(name_of(decision.latest)).end_object();
  return json.text();
}

// The lists lie in a nameless file until all charges are known.
template <class Action>
void in_file(const Action& action) {
  try {
    action();
  } catch (const std::system_error& error) {
    throw UsageError("temporary-file", "the charges cannot be kept in a temporary file: " + clean_text(error.what()),
                     "free space there, or set TMPDIR to a folder that has more");
  }
}

}  // namespace

void WaitingCharges::add(const RowRecord& row, const std::string& run) {
  const std::optional<std::size_t> kind = kind_of(row.status);
  if (!kind) return;
  ++count_;
  std::vector<std::string>& lines = lines_.at(*kind);
  if (lines.size() == kShownCharges) return;
  std::string line = "  " + clean_text(run) + ", line " + std::to_string(row.place.line) + ": " +
                     clean_text(row.installation) + "  " + clean_text(row.billing_sid) + "  " + row.quantity;
  if (!row.currency.empty()) line += " " + clean_text(row.currency, 20);
  if (!row.reference.empty()) line += "  (" + clean_text(row.reference, 60) + ")";
  line += "  " + std::string(name_of(row.status));
  if (!row.settled_by.empty()) line += " (settled by " + clean_text(row.settled_by, 60) + ")";
  if (!row.reason.empty()) line += ": " + clean_text(row.reason, 300);
  if (row.status == RowStatus::kUnknown && row.request != 0)  // what Twilio's support asks for
    line += "; see show " + clean_text(run.substr(0, run.find(':'))) + " --request " + std::to_string(row.request);
  lines.push_back(line + "\n");
}

std::string WaitingCharges::text(const std::string& command_for_all) const {
  if (count_ == 0) return "";
  std::string text = "Charges that wait: in doubt, or not billed\n";
  std::size_t shown = 0;
  for (const std::vector<std::string>& lines : lines_)
    for (std::size_t i = 0; i < lines.size() && shown < kShownCharges; ++i, ++shown) text += lines[i];
  if (count_ > shown)
    text += "  ... and " + count_of(count_ - shown, "more", "more") + "; all of them: " + command_for_all + "\n";
  return text;
}

ChargeSpool::ChargeSpool() {
  in_file([this] { file_ = nameless_file(std::filesystem::temp_directory_path()); });
}

void ChargeSpool::add(const RowRecord& row, const std::string& run) {
  add_object(json_of(row, run));
}

void ChargeSpool::add(const DecisionRecord& decision) {
  add_object(json_of(decision));
}

void ChargeSpool::add_object(const std::string& json) {
  buffer_.append(any_ ? ",\n    " : "\n    ").append(json);
  any_ = true;
  if (buffer_.size() >= kBufferSize) put_away();
}

void ChargeSpool::put_away() {
  in_file([this] { write_all(file_, std::as_bytes(std::span(buffer_))); });
  file_size_ += buffer_.size();
  buffer_.clear();
}

void ChargeSpool::copy_to(std::ostream& out) {
  put_away();
  for (std::uint64_t at = 0; at < file_size_; at += buffer_.size()) {
    buffer_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kBufferSize, file_size_ - at)));
    in_file([&] { read_at(file_, at, std::as_writable_bytes(std::span(buffer_))); });
    out.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  }
}

}  // namespace usage
